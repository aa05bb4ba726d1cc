-- What is harmless by fact is left alone.
CREATE SCHEMA aside;
SET search_path = aside;

-- a table made in this transaction: nobody else can see it yet
BEGIN;
CREATE TABLE fresh (id int);
INSERT INTO fresh SELECT generate_series(1, 1000);
CREATE INDEX ON fresh (id);
SAVEPOINT later;
ALTER TABLE fresh ADD COLUMN at timestamptz DEFAULT clock_timestamp();
COMMIT;

-- a temporary table
CREATE TEMP TABLE scratch (id int);
INSERT INTO scratch SELECT generate_series(1, 1000);
CREATE INDEX ON scratch (id);
SELECT count(*) AS rows_about_temporary_tables FROM ddl_warden.decision_log WHERE statement ~ 'scratch';

-- an empty one
CREATE TABLE empty (id int);
CREATE INDEX ON empty (id);

-- the scripts of an extension
CREATE EXTENSION pg_stat_statements SCHEMA aside;
SELECT command, statement FROM ddl_warden.decision_log WHERE statement ~ 'pg_stat_statements';
DROP EXTENSION pg_stat_statements;

-- a statement that fails anyway fails with the server's own message
CREATE INDEX ON nowhere (id);
CREATE INDEX ON empty (nothing);
ALTER TABLE empty ADD COLUMN id int;
\set VERBOSITY sqlstate
ALTER TABLE empty ALTER COLUMN id TYPE no_such_type;
\set VERBOSITY default
ALTER TABLE empty ADD COLUMN c int DEFAULT no_such_function();
CREATE ROLE regress_warden_stranger;
GRANT USAGE ON SCHEMA aside TO regress_warden_stranger;
CREATE TABLE full_one AS SELECT generate_series(1, 1000) AS id;
SET ROLE regress_warden_stranger;
CREATE INDEX ON full_one (id);
TRUNCATE full_one;
RESET ROLE;

-- the extension's own objects are changed by its scripts only
CREATE INDEX ON ddl_warden.decision_log (command);
ALTER TABLE ddl_warden.decision_log ADD COLUMN more int;
CREATE TABLE child () INHERITS (ddl_warden.decision_log);
CREATE RULE nothing AS ON INSERT TO ddl_warden.decision_log DO INSTEAD NOTHING;
CREATE TRIGGER t BEFORE INSERT ON ddl_warden.decision_log
	FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE OR REPLACE VIEW ddl_warden.rule AS SELECT 1;
CREATE OR REPLACE FUNCTION ddl_warden.explain(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER SCHEMA ddl_warden RENAME TO other;
TRUNCATE ddl_warden.decision_log;
DROP INDEX ddl_warden.decision_log_pkey;
ALTER EXTENSION ddl_warden DROP TABLE ddl_warden.decision_log;
DROP TABLE ddl_warden.decision_log;
SET search_path = ddl_warden;
ALTER TABLE decision_log SET UNLOGGED;
SET search_path = aside;

-- for somebody else the server's own message comes
SET ROLE regress_warden_stranger;
ALTER TABLE ddl_warden.decision_log ADD COLUMN more int;
RESET ROLE;

-- a temporary view that cannot be made
CREATE TEMPORARY TABLE temporary_one (id int);
CREATE TEMPORARY VIEW aside.temporary_view AS SELECT 1;

SET client_min_messages = warning;
DROP TABLE temporary_one;
DROP SCHEMA aside CASCADE;
DROP ROLE regress_warden_stranger;
