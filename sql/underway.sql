-- What others see of a statement while it runs.
CREATE SCHEMA underway_test;
SET search_path = underway_test;
\set VERBOSITY terse

-- Waits until the recorder has written what it was given
\set settled 'DO $settled$ BEGIN WHILE (SELECT bytes FROM ddl_warden.recorder()) > 0 LOOP PERFORM pg_sleep(0.002); END LOOP; END $settled$'

-- It runs: the statement that looks sees itself
CREATE TABLE seen AS SELECT * FROM ddl_warden.activity;
SELECT state, command, relation, statement, waits_for, blockers, sessions_behind, phase, role_name, session_role,
	pid = pg_backend_pid() AS self, started_at <= clock_timestamp() AS started,
	id = (SELECT max(d.id) FROM ddl_warden.decision_log AS d WHERE d.statement LIKE 'CREATE TABLE seen%') AS decided
FROM seen;
-- and nothing is left of it
SELECT count(*) FROM ddl_warden.activity;

-- A statement within another one takes its place until it has ended, whatever ends it
CREATE FUNCTION statement_seen() RETURNS text LANGUAGE sql AS 'SELECT statement FROM ddl_warden.activity';
CREATE FUNCTION within() RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	first text := statement_seen();
	inner_one text;
BEGIN
	CREATE TABLE inner_one AS SELECT statement_seen();
	SELECT i.statement_seen INTO inner_one FROM inner_one AS i;
	BEGIN
		CREATE TABLE seen AS SELECT 1;
	EXCEPTION WHEN duplicate_table THEN
		NULL;
	END;
	RETURN ARRAY[first, inner_one, statement_seen()];
END
$$;
CREATE TABLE outer_one AS SELECT unnest(within()) AS statement;
SELECT statement FROM outer_one;

-- Refused, failed, cancelled by a timeout: out of sight
CREATE INDEX ON seen (pid);
CREATE TABLE seen (a int);
SET statement_timeout = '100ms';
CREATE TABLE never AS SELECT 1 FROM pg_sleep(100);
RESET statement_timeout;
SELECT count(*) FROM ddl_warden.activity;

-- Secrets stay out of sight, and a long statement is cut between characters
CREATE TABLE watched (statement text);
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO underway_test.watched SELECT statement FROM ddl_warden.activity;
END
$$;
CREATE EVENT TRIGGER underway_watch ON ddl_command_start WHEN TAG IN ('CREATE FOREIGN DATA WRAPPER', 'COMMENT') EXECUTE FUNCTION watch();
CREATE FOREIGN DATA WRAPPER underway_wrapper OPTIONS (token 'sesame');
SELECT repeat('ä', 1000) AS long \gset
COMMENT ON TABLE watched IS :'long';
DROP EVENT TRIGGER underway_watch;
DROP FOREIGN DATA WRAPPER underway_wrapper;
SELECT left(statement, 80) AS statement, octet_length(statement) AS bytes, right(statement, 1) AS last FROM watched;

-- Unjudged, it runs all the same
SET ddl_warden.mode = off;
CREATE TABLE unjudged AS SELECT state, relation, statement, id IS NOT NULL AS decided FROM ddl_warden.activity;
RESET ddl_warden.mode;
SELECT * FROM unjudged;

-- What commits in between is announced; what does not is not, nor what is refused, or temporary
SELECT coalesce(max(id), 0) AS seen FROM ddl_warden.begun \gset
CREATE TABLE plain (a int);
CREATE TEMPORARY TABLE temporary (a int);
CREATE INDEX CONCURRENTLY ON temporary (a);
CREATE INDEX plain_a ON plain (a);
REINDEX TABLE plain;
CLUSTER plain USING plain_a;
BEGIN;
REINDEX TABLE CONCURRENTLY plain;
ROLLBACK;
SET ddl_warden.record = refused;
VACUUM FULL plain;
RESET ddl_warden.record;
CREATE INDEX CONCURRENTLY plain_b ON plain (a);
REINDEX INDEX CONCURRENTLY plain_b;
VACUUM FULL plain;
DROP INDEX CONCURRENTLY plain_b;
SELECT b.command, b.relation, b.statement, b.relations[1] = 'plain'::regclass AS table_is_there, d.outcome,
	b.begun_at = d.decided_at AND (b.role_name, b.session_role, b.application_name, b.backend_pid)
		IS NOT DISTINCT FROM (d.role_name, d.session_role, d.application_name, d.backend_pid) AS alike
FROM ddl_warden.begun AS b JOIN ddl_warden.decision_log AS d USING (id)
WHERE b.id > :seen ORDER BY id;

-- INVALID indexes: also those of a partitioned table that wait for their partitions
CREATE TABLE parts (a int) PARTITION BY RANGE (a);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE part_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
CREATE INDEX parts_a ON ONLY parts (a);
CREATE INDEX part_1_a ON part_1 (a);
ALTER INDEX parts_a ATTACH PARTITION part_1_a;
INSERT INTO plain VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY "Twice" ON plain (a);
:settled;
SELECT index, relation, because, bytes >= 0 AS sized, decision = (SELECT max(id) FROM ddl_warden.begun) AS decision, since IS NOT NULL AS since, statement, to_drop, to_rebuild
FROM ddl_warden.invalid_indexes;
SELECT command, relation, left_behind, what_to_do, outcome FROM ddl_warden.unfinished;
SELECT unnest(what_to_do) FROM ddl_warden.unfinished \gexec
CREATE INDEX part_2_a ON part_2 (a);
ALTER INDEX parts_a ATTACH PARTITION part_2_a;
SELECT count(*) FROM ddl_warden.invalid_indexes;
SELECT count(*) FROM ddl_warden.unfinished;

-- What the record does not know the end of: under way as long as its session is there, and no other that has its number
SET session_replication_role = replica;
INSERT INTO ddl_warden.begun (id, begun_at, backend_pid, backend_started, command, statement, relations)
	SELECT n, now(), a.pid, a.backend_start - n * interval '1 s', 'REINDEX', CASE n WHEN 0 THEN 'of this session' ELSE 'of one before it' END, '{}'
	FROM pg_stat_activity AS a, generate_series(0, 1) AS n WHERE a.pid = pg_backend_pid();
SELECT statement, outcome FROM ddl_warden.unfinished;
DELETE FROM ddl_warden.begun WHERE id < 2;
RESET session_replication_role;

-- For those who watch the server
CREATE ROLE regress_warden_developer;
GRANT USAGE ON SCHEMA underway_test TO regress_warden_developer;
SET ROLE regress_warden_developer;
SELECT * FROM ddl_warden.running();
SELECT * FROM ddl_warden.activity;
SELECT * FROM ddl_warden.unfinished;
SELECT * FROM ddl_warden.invalid_indexes;
SELECT * FROM ddl_warden.begun;
RESET ROLE;
GRANT pg_monitor TO regress_warden_developer;
SET ROLE regress_warden_developer;
SELECT count(*) FROM ddl_warden.activity;
SELECT count(*) FROM ddl_warden.unfinished;
SELECT count(*) FROM ddl_warden.invalid_indexes;
SELECT count(*) > 0 AS announced FROM ddl_warden.begun;
INSERT INTO ddl_warden.begun SELECT * FROM ddl_warden.begun;
DELETE FROM ddl_warden.begun;
RESET ROLE;

-- Everything is explained
SELECT c.oid::regclass AS relation, a.attname AS uncommented
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum >= 0
WHERE c.relnamespace = 'ddl_warden'::regnamespace AND c.relname IN ('begun', 'activity', 'unfinished', 'invalid_indexes')
	AND col_description(c.oid, a.attnum) IS NULL;

SET client_min_messages = warning;
DROP SCHEMA underway_test CASCADE;
DROP ROLE regress_warden_developer;
