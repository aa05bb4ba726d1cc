-- What a statement has locked and rewritten, held against the prediction
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS ddl_warden;
CREATE SCHEMA verify_test;
SET search_path = verify_test;
SET ddl_warden.mode = observe;
SET ddl_warden.context = 'verify';

CREATE TABLE orders (id int PRIMARY KEY, note text);
CREATE INDEX orders_note_idx ON orders (note);
CREATE TABLE customers (id int);
CREATE TABLE small (id int);

-- Off by default: nothing is compared
SHOW ddl_warden.verify;
CREATE TEMPORARY TABLE before AS SELECT name, value FROM ddl_warden.metrics;
ALTER TABLE orders ADD COLUMN more int;
SELECT name FROM ddl_warden.metrics AS now JOIN before USING (name) WHERE now.value <> before.value AND name ~ 'verified|mispredicted';

-- Right predictions leave nothing, whatever the transaction held before
SET ddl_warden.verify = on;
ALTER TABLE orders ADD COLUMN moment timestamptz DEFAULT clock_timestamp();
ALTER TABLE orders ALTER COLUMN note TYPE varchar;
CREATE INDEX orders_more_idx ON orders (more);
REINDEX TABLE orders;
BEGIN;
LOCK TABLE orders, customers;
CREATE TABLE made_here (id int);
ALTER TABLE made_here ADD COLUMN more int DEFAULT random();
COMMENT ON TABLE made_here IS 'a lock on what nobody else sees';
ALTER TABLE orders SET (fillfactor = 80);
DROP TABLE made_here;
COMMIT;
TRUNCATE orders;
CREATE INDEX CONCURRENTLY orders_moment_idx ON orders (moment);
REINDEX TABLE CONCURRENTLY orders;
VACUUM FULL orders;
CLUSTER orders USING orders_pkey;
DROP INDEX orders_moment_idx;
DROP TABLE small;
SELECT name, now.value - before.value AS more FROM ddl_warden.metrics AS now JOIN before USING (name) WHERE name ~ 'verified|mispredicted';
CREATE TABLE spans (during int4range, EXCLUDE USING gist (during WITH &&));
CREATE INDEX spans_during_idx ON spans (during);
CREATE TABLE parted (id int) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (2);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (2) TO (3);
CREATE INDEX parted_idx ON parted (id);
CREATE ROLE verify_owner;
GRANT USAGE ON SCHEMA verify_test TO verify_owner;
ALTER TABLE parted OWNER TO verify_owner;
ALTER TABLE parted_2 OWNER TO verify_owner;
DELETE FROM before;
INSERT INTO before SELECT name, value FROM ddl_warden.metrics;
SET client_min_messages = error; -- what is passed over
REINDEX TABLE CONCURRENTLY spans;
SET ROLE verify_owner;
CLUSTER parted USING parted_idx;
VACUUM FULL parted;
RESET ROLE;
SET client_min_messages = warning;
SELECT name, now.value - before.value AS more FROM ddl_warden.metrics AS now JOIN before USING (name) WHERE name ~ 'verified|mispredicted';
SELECT statement, misprediction FROM ddl_warden.mispredictions WHERE context = 'verify' AND command <> 'CREATE TABLE' ORDER BY id;

-- What an event trigger does while a statement runs, no prediction knows: locks, a rewrite, index builds
CREATE FUNCTION meddle() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	ALTER TABLE orders ALTER COLUMN more TYPE bigint;
	LOCK TABLE customers IN SHARE MODE;
END $$;
CREATE EVENT TRIGGER meddler ON ddl_command_end WHEN TAG IN ('CREATE SEQUENCE') EXECUTE FUNCTION meddle();
SET ddl_warden.context = 'verify 2';
CREATE SEQUENCE meddled;
SELECT command, difference ->> 'relation' AS relation, difference ->> 'predicted' AS predicted, difference ->> 'held' AS held
FROM ddl_warden.mispredictions, jsonb_array_elements(misprediction -> 'locks') AS difference
WHERE context = 'verify 2' AND difference ->> 'relation' !~ 'pg_toast';
SELECT command, difference ->> 'relation' AS relation, difference ->> 'predicted' AS predicted, difference ->> 'observed' AS observed
FROM ddl_warden.mispredictions, jsonb_array_elements(misprediction -> 'files') AS difference
WHERE context = 'verify 2' AND difference ->> 'relation' !~ 'pg_toast';

-- The statement rewrites nothing after all: its trigger has changed the time zone
CREATE TABLE moments (at timestamp);
CREATE FUNCTION go_to_greenwich() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('timezone', 'UTC', false);
END $$;
CREATE EVENT TRIGGER greenwich ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION go_to_greenwich();
SET timezone = 'Asia/Tokyo';
SET ddl_warden.context = 'verify 3';
ALTER TABLE moments ALTER COLUMN at TYPE timestamptz;
RESET timezone;
DROP EVENT TRIGGER greenwich;
SELECT command, misprediction FROM ddl_warden.mispredictions WHERE context = 'verify 3';

-- What failed, or was let through unjudged, is not compared; what is rolled back is
SET ddl_warden.context = 'verify 4';
CREATE SEQUENCE meddled;
SET ddl_warden.mode = off;
CREATE SEQUENCE unjudged;
SET ddl_warden.mode = observe;
BEGIN;
CREATE SEQUENCE rolled_back;
ROLLBACK;
DO $$
BEGIN
	FOR i IN 1..300 LOOP
		EXIT WHEN (SELECT count(*) = 2 FROM ddl_warden.decision_log WHERE context = 'verify 4' AND outcome <> 'committed' AND command = 'CREATE SEQUENCE');
		PERFORM pg_sleep(0.1);
	END LOOP;
END $$;
SELECT statement, outcome, misprediction IS NOT NULL AS mispredicted FROM ddl_warden.decision_log
	WHERE context = 'verify 4' AND command = 'CREATE SEQUENCE' ORDER BY id;
DROP EVENT TRIGGER meddler;

-- A privilege is needed
CREATE ROLE verify_nobody;
SET ROLE verify_nobody;
SET ddl_warden.verify = off;
RESET ROLE;
DROP ROLE verify_nobody;

RESET ddl_warden.verify;
RESET ddl_warden.mode;
SET session_replication_role = replica;
DELETE FROM ddl_warden.decision_log WHERE context LIKE 'verify%';
RESET session_replication_role;
RESET ddl_warden.context;
DROP SCHEMA verify_test CASCADE;
DROP ROLE verify_owner;
