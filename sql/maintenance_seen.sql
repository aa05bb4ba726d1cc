-- CLUSTER, VACUUM FULL, REFRESH, TRUNCATE, DROP TABLE: which relations, which locks, how much work?
SET client_min_messages = warning;
SET ddl_warden.mode = observe;
CREATE SCHEMA upkeep;
SET search_path = upkeep;
CREATE TABLE big (id int PRIMARY KEY, b text);
CREATE INDEX big_b ON big (b);
INSERT INTO big SELECT g, g FROM generate_series(1, 1000) AS g;
CREATE TABLE marked (id int PRIMARY KEY);
ALTER TABLE marked CLUSTER ON marked_pkey;
CREATE TABLE parts (id int) PARTITION BY RANGE (id);
CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parent (a int);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE referring (id int REFERENCES big);
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM big;
CREATE UNIQUE INDEX counted_n ON counted (n);
CREATE ROLE ddl_warden_nobody;
RESET client_min_messages;

CREATE FUNCTION what(statement text) RETURNS TABLE (relation text, lock_mode text, work text[]) LANGUAGE sql AS
	$$SELECT relation, lock_mode, work FROM ddl_warden.explain(statement) WHERE relation IS NULL OR relation LIKE 'upkeep.%'$$;

SELECT * FROM what('CLUSTER big USING big_b');
SELECT * FROM what('CLUSTER marked');
SELECT * FROM what('CLUSTER');
SELECT * FROM what('VACUUM FULL big');
SELECT * FROM what('VACUUM (FULL, ANALYZE) parts');
SELECT * FROM what('VACUUM FULL') WHERE relation LIKE 'upkeep.%' AND work <> '{}' ORDER BY relation;
SELECT * FROM what('VACUUM (FULL, FULL off) big; VACUUM big; ANALYZE big');
SELECT * FROM what('REFRESH MATERIALIZED VIEW counted');
SELECT * FROM what('REFRESH MATERIALIZED VIEW CONCURRENTLY counted');
SELECT * FROM what('REFRESH MATERIALIZED VIEW counted WITH NO DATA');
SELECT * FROM what('TRUNCATE parts, parent');
SELECT * FROM what('TRUNCATE ONLY parent');
SELECT * FROM what('TRUNCATE big CASCADE');
SELECT * FROM what('DROP TABLE parts');
SELECT * FROM what('DROP TABLE parent CASCADE');
SELECT * FROM what('DROP TABLE IF EXISTS no_such_table, marked');
SELECT command, relation, because FROM ddl_warden.explain('DROP TABLE IF EXISTS no_such_table');

-- sizes are those of the files: the table with its TOAST table for a rewrite, each index for itself
SELECT relation, work, bytes = CASE relation
	WHEN 'upkeep.big' THEN pg_table_size('big') - pg_relation_size('big', 'fsm') - pg_relation_size('big', 'vm')
		- (SELECT pg_indexes_size(reltoastrelid) FROM pg_class WHERE oid = 'big'::regclass)
	ELSE pg_relation_size(relation::regclass) END AS exact
FROM ddl_warden.explain('VACUUM FULL big') WHERE work <> '{}';

SET ddl_warden.mode = enforce;
-- who may not do it hears the server's own word, whatever the rules say, and sees no sizes
SET ROLE ddl_warden_nobody;
CLUSTER upkeep.big USING big_b;
RESET ROLE;
GRANT USAGE ON SCHEMA upkeep TO ddl_warden_nobody;
\set VERBOSITY sqlstate
SET ROLE ddl_warden_nobody;
CLUSTER upkeep.big USING big_b;
TRUNCATE upkeep.big;
REINDEX TABLE upkeep.big;
ALTER TABLE upkeep.big ADD COLUMN z float DEFAULT random();
DROP TABLE upkeep.big;
VACUUM FULL upkeep.big;
\set VERBOSITY default
RESET ROLE;
SET ddl_warden.mode = observe;

SET client_min_messages = warning;
DROP SCHEMA upkeep CASCADE;
DROP ROLE ddl_warden_nobody;
