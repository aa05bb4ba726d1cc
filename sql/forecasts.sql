-- How long will it take here? By what finished statements took, or by a stated default.
CREATE SCHEMA forecasts;
SET search_path = forecasts;

-- Nothing is measured yet: speeds are assumed
SELECT work, pg_size_pretty(bytes_per_second) AS speed, measured, samples, last_measured_at FROM ddl_warden.rates;
SELECT ddl_warden.forecast('rewrite', pg_size_bytes('1GB')), ddl_warden.forecast('scan', 0);
SELECT ddl_warden.forecast('sleep', 1);
SELECT ddl_warden.forecast('scan', -1);
SELECT ddl_warden.forecast('scan', NULL);

-- A table of 40 MB, made quickly: few rows, and what they hold is not compressed
CREATE TABLE orders (id int, note text);
ALTER TABLE orders ALTER note SET STORAGE PLAIN;
INSERT INTO orders SELECT g, repeat('x', 8000) FROM generate_series(1, 5120) AS g;

CREATE INDEX ON orders (id);
SELECT work, bytes, forecast, because FROM ddl_warden.explain('CREATE INDEX ON orders (id)');
SELECT verdict, detail FROM ddl_warden.lint('CREATE INDEX ON orders (id)');

-- What is done in a moment is not worth telling
CREATE TABLE few AS SELECT generate_series(1, 1000) AS id;
SELECT forecast > '0', because FROM ddl_warden.explain('CREATE INDEX ON few (id)');
SELECT detail FROM ddl_warden.lint('CREATE INDEX ON few (id)');

-- Nor is it for those from whom sizes are withheld
CREATE ROLE forecasts_stranger;
GRANT USAGE ON SCHEMA forecasts TO forecasts_stranger;
SET ROLE forecasts_stranger;
SELECT bytes, forecast, because FROM ddl_warden.explain('CREATE INDEX ON orders (id)');
SELECT detail FROM ddl_warden.lint('CREATE INDEX ON orders (id)');
-- The speeds themselves are no secret; what statements took is
SELECT count(*) FROM ddl_warden.rates;
SELECT ddl_warden.forecast('copy', pg_size_bytes('1GB'));
SELECT count(*) FROM ddl_warden.forecast_errors;
SELECT count(*) FROM ddl_warden.measured_work;
RESET ROLE;

-- Measured: the median of the latest fifteen, whatever was before
SET session_replication_role = replica;
INSERT INTO ddl_warden.measured_work
	SELECT g, now() - g * interval '1 day', 'index_build', 10 * 1024 * 1024,
		CASE WHEN g = 1 THEN 100000 WHEN g <= 15 THEN 1000 ELSE 10 END, 500
	FROM generate_series(1, 100) AS g;
INSERT INTO ddl_warden.measured_work VALUES
	(101, now(), 'rewrite', 20 * 1024 * 1024, 1000, 1000),
	(102, now(), 'rewrite', 40 * 1024 * 1024, 1000, 1000),
	(103, now(), 'copy', 0, 1000, 1000),
	(104, now(), 'copy', 1000, 0, 1000),
	(105, now(), 'wait', 1000, 1000, 1000);
RESET session_replication_role;
SELECT work, pg_size_pretty(bytes_per_second) AS speed, measured, samples, last_measured_at < now() AS before FROM ddl_warden.rates;
SELECT forecast, because FROM ddl_warden.explain('CREATE INDEX ON orders (id)');
SELECT detail FROM ddl_warden.lint('CREATE INDEX ON orders (id); VACUUM FULL orders');
SELECT decision_id, work, bytes, forecast_ms, run_ms, ratio FROM ddl_warden.forecast_errors
	WHERE work = 'index_build' AND decision_id <= 3;

-- A statement leaves a row with its own, when it did enough work to tell
SET session_replication_role = replica;
DELETE FROM ddl_warden.measured_work;
RESET session_replication_role;
SET ddl_warden.mode = observe;
SET client_min_messages = error;

\set measured 'SELECT d.command, m.work, pg_size_pretty(m.bytes) AS size, CASE WHEN m.run_ms = d.run_ms THEN \'all\' WHEN m.run_ms < d.run_ms THEN \'part\' END AS time, round((m.forecast_ms / (d.impact ->> \'forecast_ms\')::float8)::numeric, 1) AS forecast_share FROM ddl_warden.measured_work AS m JOIN ddl_warden.decision_log AS d ON d.id = m.decision_id ORDER BY m.decision_id, m.work;'

-- a function slows the statements down: on any machine they take their time
CREATE FUNCTION slow(id int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF id % 100 = 0 THEN
		PERFORM pg_sleep(0.002);
	END IF;
	RETURN true;
END
$$;
ALTER TABLE orders ADD CONSTRAINT slow CHECK (slow(id));
:measured
-- not: rolled back, little work, none, one that waits for others, one that fails
BEGIN;
ALTER TABLE orders ADD CONSTRAINT undone CHECK (slow(id));
ROLLBACK;
ALTER TABLE few ADD CONSTRAINT slow CHECK (slow(id));
ALTER TABLE orders ADD CONSTRAINT later CHECK (slow(id)) NOT VALID;
CREATE INDEX CONCURRENTLY ON orders (slow(id));
ALTER TABLE orders ADD CONSTRAINT failing CHECK (slow(id) AND id < 5000);
:measured
-- several kinds of work: each that takes its share of the time has a row, by that share
SET session_replication_role = replica;
DELETE FROM ddl_warden.measured_work;
RESET session_replication_role;
ALTER TABLE orders ADD COLUMN one int DEFAULT random() * 0, ADD CONSTRAINT slow_too CHECK (slow(one));
CREATE INDEX later ON orders (slow(id));
:measured
SELECT measured, samples, last_measured_at > now() - interval '1 hour' AS lately FROM ddl_warden.rates WHERE work = 'index_build';
-- and none without a row of its own
SET ddl_warden.record = refused;
ALTER TABLE orders VALIDATE CONSTRAINT later;
RESET ddl_warden.record;
SELECT count(*) FROM ddl_warden.measured_work WHERE work = 'scan';

-- Refusals and rows tell what was measured, not what is assumed
SET session_replication_role = replica;
DELETE FROM ddl_warden.measured_work;
INSERT INTO ddl_warden.measured_work VALUES (1, now(), 'index_build', 100 * 1024 * 1024, 100000, 100000);
RESET session_replication_role;
SET ddl_warden.mode = enforce;
CREATE INDEX refused ON orders (id);
SELECT (impact ->> 'forecast_ms')::float8 > 30000 AS slow FROM ddl_warden.decision_log ORDER BY id DESC LIMIT 1;

-- Everything is explained
SELECT c.oid::regclass AS relation, a.attname AS uncommented
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum >= 0
WHERE c.relnamespace = 'ddl_warden'::regnamespace AND c.relname IN ('measured_work', 'rates', 'forecast_errors')
	AND col_description(c.oid, a.attnum) IS NULL;

SET session_replication_role = replica;
DELETE FROM ddl_warden.measured_work;
RESET session_replication_role;
RESET ddl_warden.mode;
RESET search_path;
DROP SCHEMA forecasts CASCADE;
DROP ROLE forecasts_stranger;
