-- Every committed statement leaves one row; what was undone says so.
CREATE SCHEMA record_test;
SET search_path = record_test;
\set VERBOSITY terse

-- What was recorded since the last look, oldest first; what the recorder has yet to write is waited for.
SELECT max(id) AS seen, max(id) AS start FROM ddl_warden.decision_log \gset
\set settled 'DO $settled$ BEGIN WHILE (SELECT bytes FROM ddl_warden.recorder()) > 0 LOOP PERFORM pg_sleep(0.002); END LOOP; END $settled$'
\set news :settled '; WITH news AS (SELECT * FROM ddl_warden.decision_log WHERE id > :seen) SELECT command, verdict, outcome, sqlstate, left(split_part(statement, chr(10), 1), 60) AS statement FROM news ORDER BY id; SELECT max(id) AS seen FROM ddl_warden.decision_log \\gset \\\\'

-- A row tells who, when, what and what came of it
SET application_name = 'record test';
SET ddl_warden.context = 'TICKET-1';
CREATE TABLE orders (id int PRIMARY KEY, note text);
INSERT INTO orders SELECT g, 'note' FROM generate_series(1, 1000) AS g;
ALTER TABLE orders ADD COLUMN paid boolean;
SELECT decided_at BETWEEN now() - interval '1 hour' AND clock_timestamp() AS decided_now,
	id <= (extract(epoch FROM decided_at - '2000-01-01 00:00:00+00') * 1000000)::bigint AS id_is_a_time,
	role_name = current_user AS role, session_role = session_user AS session_role, application_name,
	client_addr IS NOT DISTINCT FROM inet_client_addr() AS client, backend_pid = pg_backend_pid() AS backend,
	transaction_id::xid = xmin AS transaction, context, run_ms >= 0 AS ran, outcome, sqlstate, verdict, rule
FROM ddl_warden.decision_log WHERE id > :seen AND command = 'ALTER TABLE' \gx
SELECT jsonb_pretty(impact) FROM ddl_warden.decision_log WHERE id > :seen AND command = 'ALTER TABLE';
RESET application_name;
RESET ddl_warden.context;
:news

-- The text is cut to the statement
CREATE TABLE one (a int)\; CREATE TABLE two (a int)\; SELECT 'not recorded';
:news

-- A savepoint that is rolled back takes its statements with it, and they say so
BEGIN;
CREATE TABLE kept (a int);
SAVEPOINT outer_one;
CREATE TABLE undone (a int);
SAVEPOINT inner_one;
CREATE TABLE undone_too (a int);
RELEASE inner_one;
ROLLBACK TO outer_one;
CREATE TABLE again (a int);
SAVEPOINT failing;
CREATE TABLE kept (a int);
ROLLBACK TO failing;
COMMIT;
:news

-- So does an EXCEPTION block
DO $$
BEGIN
	CREATE TABLE before_block (a int);
	BEGIN
		CREATE TABLE in_block (a int);
		RAISE 'never mind';
	EXCEPTION WHEN others THEN
		NULL;
	END;
	BEGIN
		CREATE TABLE before_block (a int);
	EXCEPTION WHEN duplicate_table THEN
		NULL;
	END;
	BEGIN
		CREATE TABLE in_good_block (a int);
	EXCEPTION WHEN others THEN
		NULL;
	END;
END
$$;
:news

-- A transaction that is rolled back leaves no row
BEGIN;
CREATE TABLE gone (a int);
ROLLBACK;
CREATE TABLE orders (a int);
:news

-- Statements that commit in between get one row, with their last transaction
SET ddl_warden.mode = observe;
CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);
SELECT transaction_id::xid = i.xmin AS with_the_valid_index
	FROM ddl_warden.decision_log AS d, pg_index AS i
	WHERE d.id > :seen AND d.command = 'CREATE INDEX' AND i.indexrelid = 'orders_note_idx'::regclass;
CREATE UNIQUE INDEX CONCURRENTLY orders_note_key ON orders (note);
DROP INDEX orders_note_key;
REINDEX TABLE CONCURRENTLY orders;
DROP INDEX CONCURRENTLY orders_note_idx;
VACUUM (FULL) orders, one;
SELECT transaction_id::xid::text::bigint > max(c.xmin::text::bigint) AS after_its_work
	FROM ddl_warden.decision_log AS d, pg_class AS c
	WHERE d.id > :seen AND d.command = 'VACUUM' AND c.relname IN ('orders', 'one') AND c.relnamespace = 'record_test'::regnamespace
	GROUP BY transaction_id;
CLUSTER orders USING orders_pkey;
CLUSTER;
REINDEX SCHEMA record_test;
:news

-- A procedure that commits
CREATE PROCEDURE in_steps() LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE step_1 (a int);
	COMMIT;
	CREATE TABLE step_2 (a int);
	ROLLBACK;
	CREATE TABLE step_3 (a int);
END
$$;
CALL in_steps();
:news

-- Transactions that may not write
BEGIN READ ONLY;
REINDEX TABLE orders;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE;
REINDEX TABLE orders;
COMMIT;
SET default_transaction_isolation = serializable;
SET default_transaction_read_only = on;
SET default_transaction_deferrable = on;
REINDEX TABLE orders;
VACUUM (FULL) one;
RESET default_transaction_isolation;
RESET default_transaction_read_only;
RESET default_transaction_deferrable;
:news

-- Two-phase commit: the row comes with COMMIT PREPARED, or not at all
BEGIN;
CREATE TABLE prepared_1 (a int);
PREPARE TRANSACTION 'record_1';
BEGIN;
CREATE TABLE prepared_2 (a int);
PREPARE TRANSACTION 'record_2';
SELECT count(*) FROM ddl_warden.decision_log WHERE id > :seen;
COMMIT PREPARED 'record_1';
ROLLBACK PREPARED 'record_2';
:news

-- DDL by a deferred trigger, at the commit itself
CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE late_table (a int);
	RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON one DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION late();
INSERT INTO one VALUES (1);
:news

-- The row disturbs nothing of the session's: no sequence, no trigger
CREATE SEQUENCE mine START 41;
SELECT nextval('mine');
CREATE TABLE afterwards (a int);
SELECT lastval();
:news

-- More than a thousand are written before the commit; a rollback takes them away all the same
BEGIN;
DO $$
BEGIN
	FOR i IN 1 .. 1100 LOOP
		EXECUTE format('CREATE OR REPLACE FUNCTION many() RETURNS int LANGUAGE sql AS ''SELECT %s''', i);
	END LOOP;
END
$$;
SELECT count(*) BETWEEN 1000 AND 1100 AS written_early FROM ddl_warden.decision_log WHERE id > :seen;
ROLLBACK;
:settled;
SELECT outcome, count(*) < 1000 AS rest FROM ddl_warden.decision_log WHERE id > :seen GROUP BY outcome;
SELECT max(id) AS seen FROM ddl_warden.decision_log \gset
DO $$
BEGIN
	FOR i IN 1 .. 1100 LOOP
		EXECUTE format('CREATE OR REPLACE FUNCTION many() RETURNS int LANGUAGE sql AS ''SELECT %s''', i);
	END LOOP;
END
$$;
SELECT count(*), count(DISTINCT id) FROM ddl_warden.decision_log WHERE id > :seen;
SELECT max(id) AS seen FROM ddl_warden.decision_log \gset

-- A function that catches errors without end: its decisions do not pile up
DO $$
BEGIN
	FOR i IN 1 .. 3000 LOOP
		BEGIN
			CREATE TABLE orders (a int);
		EXCEPTION WHEN duplicate_table THEN
			NULL;
		END;
	END LOOP;
	RAISE NOTICE 'kept: %', (SELECT count(*) BETWEEN 900 AND 1100 FROM pg_backend_memory_contexts WHERE name = 'ddl_warden decision');
END
$$;
:settled;
SELECT outcome, count(*) FROM ddl_warden.decision_log WHERE id > :seen GROUP BY outcome;
SELECT max(id) AS seen FROM ddl_warden.decision_log \gset

-- ddl_warden.record: which statements leave a row. Temporary relations never do
CREATE TEMPORARY TABLE not_recorded (a int);
SET ddl_warden.record = blocking;
CREATE TABLE not_blocking (a int);
CREATE INDEX ON not_blocking (a);
ALTER TABLE orders ADD COLUMN due date;
SET ddl_warden.record = refused;
ALTER TABLE orders DROP COLUMN due;
SET ddl_warden.mode = off;
CREATE TABLE unjudged (a int);
SET ddl_warden.mode = enforce;
BEGIN;
SET LOCAL ddl_warden.override = 'TICKET-2';
CREATE INDEX overridden ON orders (note);
COMMIT;
RESET ddl_warden.record;
:news
SELECT override_reason, rule, message, command, statement, outcome FROM ddl_warden.overrides
	WHERE id > :start ORDER BY id;

-- Findings; in observe mode deny refuses nothing
SET ddl_warden.mode = observe;
CREATE INDEX observed ON orders (note);
RESET ddl_warden.mode;
SELECT jsonb_pretty(findings) FROM ddl_warden.decision_log WHERE id > :seen;
SELECT verdict, outcome, rule, command, relation, lock_mode, message, statement FROM ddl_warden.decisions LIMIT 1 \gx
SELECT bool_and(decided_at >= next) AS newest_first
	FROM (SELECT decided_at, lead(decided_at) OVER () AS next FROM ddl_warden.decisions) AS d;
SELECT max(id) AS seen FROM ddl_warden.decision_log \gset

-- Whoever runs the statement, the row is written; who may read it is another question
CREATE ROLE record_owner;
GRANT CREATE, USAGE ON SCHEMA record_test TO record_owner;
SET ROLE record_owner;
CREATE TABLE by_owner (a int);
SELECT count(*) FROM ddl_warden.decision_log;
SELECT count(*) FROM ddl_warden.decisions;
SELECT count(*) FROM ddl_warden.metrics;
SELECT count(*) FROM ddl_warden.counters();
RESET ROLE;
GRANT pg_monitor TO record_owner;
SET ROLE record_owner;
SELECT role_name, statement FROM ddl_warden.decisions WHERE statement LIKE '%by_owner%';
SELECT count(*) > 0 AS counted FROM ddl_warden.metrics;
INSERT INTO ddl_warden.decision_log (id, decided_at, verdict, outcome) VALUES (1, now(), 'allow', 'committed');
UPDATE ddl_warden.decision_log SET verdict = 'allow';
DELETE FROM ddl_warden.decision_log;
TRUNCATE ddl_warden.decision_log;
RESET ROLE;

-- Metrics count
SELECT value AS refused FROM ddl_warden.metrics WHERE labels ->> 'verdict' = 'deny' \gset
SELECT value AS logged FROM ddl_warden.metrics WHERE labels ->> 'kept' = 'in the server log' \gset
SELECT value AS written FROM ddl_warden.metrics WHERE labels ->> 'kept' = 'in the table' \gset
SELECT value AS by_recorder FROM ddl_warden.metrics WHERE labels ->> 'kept' = 'in the table by the recorder' \gset
SELECT value AS failed FROM ddl_warden.metrics WHERE labels ->> 'outcome' = 'failed' \gset
SELECT value AS rolled_back FROM ddl_warden.metrics WHERE labels ->> 'outcome' = 'rolled back' \gset
\set VERBOSITY sqlstate
CREATE INDEX ON orders (note);
CREATE TABLE orders (a int);
\set VERBOSITY terse
BEGIN;
CREATE TABLE gone (a int);
ROLLBACK;
CREATE TABLE counted (a int);
:settled;
SELECT labels, value - CASE labels ->> 'verdict' WHEN 'deny' THEN :refused ELSE
		CASE labels ->> 'kept' WHEN 'in the server log' THEN :logged WHEN 'in the table' THEN :written WHEN 'in the table by the recorder' THEN :by_recorder ELSE
		CASE labels ->> 'outcome' WHEN 'failed' THEN :failed ELSE :rolled_back END END END AS more
FROM ddl_warden.metrics
WHERE labels ->> 'verdict' = 'deny' OR labels ->> 'kept' IS NOT NULL OR labels ->> 'outcome' IN ('failed', 'rolled back');

-- Where the extension goes, its rows go: nobody is kept from dropping it
BEGIN;
CREATE TABLE last_one (a int);
DROP EXTENSION ddl_warden;
CREATE TABLE unguarded (a int);
COMMIT;
SET client_min_messages = warning;
CREATE EXTENSION ddl_warden;
RESET client_min_messages;
CREATE TABLE guarded_again (a int);
SELECT statement FROM ddl_warden.decision_log;

SET client_min_messages = warning;
RESET search_path;
DROP SCHEMA record_test CASCADE;
DROP ROLE record_owner;
