-- \d+ and \df+ explain everything that users may meet in the schema; pg_settings does the settings.
SELECT 'schema' AS kind, nspname::text AS without_comment
FROM pg_namespace WHERE nspname = 'ddl_warden' AND obj_description(oid, 'pg_namespace') IS NULL
UNION ALL
SELECT 'relation', oid::regclass::text
FROM pg_class
WHERE relnamespace = 'ddl_warden'::regnamespace AND relkind <> 'i' AND obj_description(oid, 'pg_class') IS NULL
UNION ALL
SELECT 'column', c.oid::regclass || '.' || a.attname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'ddl_warden'::regnamespace AND c.relkind <> 'i' AND col_description(c.oid, a.attnum) IS NULL
UNION ALL
SELECT 'function', oid::regprocedure::text
FROM pg_proc
WHERE pronamespace = 'ddl_warden'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
UNION ALL
SELECT 'trigger', tgname || ' on ' || tgrelid::regclass
FROM pg_trigger
WHERE tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'ddl_warden'::regnamespace)
	AND NOT tgisinternal AND obj_description(oid, 'pg_trigger') IS NULL
UNION ALL
SELECT 'type', oid::regtype::text
FROM pg_type
WHERE typnamespace = 'ddl_warden'::regnamespace AND typrelid = 0 AND typelem = 0 AND obj_description(oid, 'pg_type') IS NULL
UNION ALL
SELECT 'setting', name
FROM pg_settings WHERE name LIKE 'ddl\_warden.%' AND coalesce(short_desc, '') = ''
ORDER BY 1, 2;

-- Not too little was looked at
SELECT count(*) >= 10 AS relations FROM pg_class WHERE relnamespace = 'ddl_warden'::regnamespace AND relkind IN ('r', 'v');
SELECT count(*) >= 5 AS settings FROM pg_settings WHERE name LIKE 'ddl\_warden.%';

-- An error in the text that is asked about shows its place in that text
SELECT * FROM ddl_warden.explain('CREATE TABLE a (id int); ALTER TABEL a ADD b int');
SELECT * FROM ddl_warden.lint('ALTER TABEL a ADD b int');
