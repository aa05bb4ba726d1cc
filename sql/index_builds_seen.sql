-- Which statements build an index, over what, and under which lock?
SET client_min_messages = warning;
SET ddl_warden.mode = observe;
CREATE SCHEMA builds;
SET search_path = builds;
CREATE TABLE orders (id int PRIMARY KEY, a int, b text);
CREATE INDEX orders_a ON orders (a);
INSERT INTO orders SELECT g, g, g FROM generate_series(1, 100) AS g;
CREATE TABLE parts (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE part2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
CREATE INDEX parts_a ON parts (a);
CREATE TABLE parent (a int);
CREATE TABLE child () INHERITS (parent);
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM orders;
CREATE TEMP TABLE mine (a int);
CREATE VIEW seen AS SELECT * FROM orders;
RESET client_min_messages;

CREATE FUNCTION what(statement text) RETURNS TABLE (relation text, lock_mode text, work text[]) LANGUAGE sql AS
	$$SELECT relation, lock_mode, work FROM ddl_warden.explain(statement) WHERE relation IS NULL OR relation NOT LIKE 'pg_toast.%'$$;

SELECT * FROM what('CREATE INDEX ON orders (a, lower(b))');
SELECT * FROM what('CREATE INDEX CONCURRENTLY ON orders (b)');
SELECT * FROM what('CREATE INDEX IF NOT EXISTS orders_a ON orders (a)');
SELECT * FROM what('CREATE INDEX ON parts (id)');
SELECT * FROM what('CREATE INDEX ON ONLY parts (id)');
SELECT * FROM what('CREATE INDEX ON parent (a)');
SELECT * FROM what('CREATE INDEX ON counted (n)');
SELECT * FROM what('CREATE INDEX CONCURRENTLY ON mine (a)');

SELECT * FROM what('DROP INDEX orders_a');
SELECT * FROM what('DROP INDEX CONCURRENTLY orders_a');
SELECT * FROM what('DROP INDEX parts_a');
SELECT * FROM what('DROP INDEX IF EXISTS no_such_index, orders_a');

SELECT * FROM what('REINDEX INDEX orders_a');
SELECT * FROM what('REINDEX INDEX CONCURRENTLY orders_a');
SELECT * FROM what('REINDEX INDEX parts_a');
SELECT * FROM what('REINDEX TABLE orders');
SELECT * FROM what('REINDEX (CONCURRENTLY) TABLE orders');
SELECT * FROM what('REINDEX TABLE parts');
SELECT * FROM what('REINDEX SCHEMA builds') ORDER BY relation;

SELECT * FROM what('ALTER TABLE orders ADD UNIQUE (a), ADD COLUMN c int UNIQUE');
SELECT * FROM what('ALTER TABLE parent ADD UNIQUE (a)');

-- a new partition gets the indexes of its parent that it lacks, one by one, and so do the partitions below it
SET client_min_messages = warning;
CREATE TABLE fresh (a int, id int);
INSERT INTO fresh SELECT g, 20 FROM generate_series(1, 100) AS g;
CREATE TABLE ready (a int, id int);
CREATE INDEX ready_a ON ready (a);
CREATE TABLE deep (a int, id int) PARTITION BY LIST (id);
CREATE TABLE deep1 PARTITION OF deep DEFAULT;
CREATE INDEX parts_e ON parts ((a + 1));
RESET client_min_messages;
SELECT * FROM what('ALTER TABLE parts ATTACH PARTITION fresh FOR VALUES FROM (20) TO (30)');
SELECT relation, bytes / pg_relation_size('fresh') AS heaps, because FROM ddl_warden.explain('ALTER TABLE parts ATTACH PARTITION fresh FOR VALUES FROM (20) TO (30)') WHERE work <> '{}';
SELECT * FROM what('ALTER TABLE parts ATTACH PARTITION ready FOR VALUES FROM (20) TO (30)');
SELECT * FROM what('ALTER TABLE parts ATTACH PARTITION deep FOR VALUES FROM (20) TO (30)');
SELECT * FROM what('ALTER INDEX parts_a ATTACH PARTITION ready_a');
UPDATE ddl_warden.rule SET tolerate_bytes = 0 WHERE name = 'index_build_in_alter';
SELECT verdict, rule, message, detail, hint, recipe FROM ddl_warden.lint('ALTER TABLE parts ATTACH PARTITION fresh FOR VALUES FROM (20) TO (30)');
-- an empty table, one that nobody else can see, and what the server refuses
SELECT verdict FROM ddl_warden.lint('ALTER TABLE parts ATTACH PARTITION ready FOR VALUES FROM (20) TO (30)');
BEGIN;
CREATE TABLE mine_yet AS TABLE fresh;
SELECT verdict FROM ddl_warden.lint('ALTER TABLE parts ATTACH PARTITION mine_yet FOR VALUES FROM (20) TO (30)');
ROLLBACK;
SELECT verdict FROM ddl_warden.lint('ALTER TABLE parts ATTACH PARTITION fresh FOR VALUES FROM (0) TO (30);
	ALTER TABLE parts ATTACH PARTITION fresh FOR VALUES FROM (''x'') TO (30); ALTER TABLE parts ATTACH PARTITION orders DEFAULT;
	ALTER TABLE orders ATTACH PARTITION fresh DEFAULT');
UPDATE ddl_warden.rule SET tolerate_bytes = 33554432 WHERE name = 'index_build_in_alter';

-- the names that the server would choose
SELECT hint FROM ddl_warden.lint('CREATE INDEX ON orders (a); CREATE INDEX ON orders ((a + 1), lower(b), b)');
CREATE INDEX ON orders ((a + 1), lower(b), b);
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'orders'::regclass ORDER BY 1;

-- what is of the wrong kind is for the server to refuse
SELECT * FROM what('CREATE INDEX ON seen (a)');
SELECT verdict, rule FROM ddl_warden.lint('CREATE INDEX ON seen (a); DROP INDEX orders; REINDEX INDEX orders; CREATE INDEX orders_a ON orders (b)');

SET client_min_messages = warning;
DROP SCHEMA builds CASCADE;
