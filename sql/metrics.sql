-- What a Prometheus exporter reads
SET client_min_messages = warning;
CREATE SCHEMA metrics_test;
SET search_path = metrics_test;
CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id;

SELECT name, type, labels - 'database' - 'library_version' - 'extension_version' AS labels, help FROM ddl_warden.metrics
	WHERE name <> 'ddl_warden_rule_decisions_total';

-- For every rule, each thing that it can do
SELECT labels ->> 'action' AS action, count(*) = (SELECT count(*) FROM ddl_warden.rule) AS for_every_rule FROM ddl_warden.metrics
	WHERE name = 'ddl_warden_rule_decisions_total' GROUP BY 1 ORDER BY 1;

-- Prometheus takes nothing twice, one type and one help for each name, counters that end in _total, and names and labels in its own letters
SELECT name, labels FROM ddl_warden.metrics GROUP BY name, labels HAVING count(*) > 1;
SELECT name FROM ddl_warden.metrics GROUP BY name HAVING count(DISTINCT (type, help)) > 1;
SELECT name FROM ddl_warden.metrics WHERE (type = 'counter') <> (name ~ '_total$') OR type NOT IN ('counter', 'gauge');
SELECT name, key FROM ddl_warden.metrics LEFT JOIN LATERAL jsonb_object_keys(labels) AS key ON true
	WHERE name !~ '^ddl_warden_[a-z_]+$' OR key !~ '^[a-z_]+$' OR key = 'server';
SELECT name FROM ddl_warden.metrics WHERE value IS NULL OR value < 0;

-- What is not the whole server's says whose it is
SELECT DISTINCT labels ->> 'database' = current_database() AS here FROM ddl_warden.metrics WHERE labels ? 'database';

-- Counters count
CREATE TEMPORARY TABLE before AS SELECT name, labels, value FROM ddl_warden.metrics;
\set VERBOSITY sqlstate
CREATE INDEX ON orders (id);
SET ddl_warden.mode = observe;
CREATE INDEX i1 ON orders (id);
RESET ddl_warden.mode;
UPDATE ddl_warden.rule SET action = 'warn' WHERE name = 'index_without_concurrently';
CREATE INDEX i2 ON orders (id);
UPDATE ddl_warden.rule SET action = 'record' WHERE name = 'index_without_concurrently';
CREATE INDEX i3 ON orders (id);
UPDATE ddl_warden.rule SET action = 'deny' WHERE name = 'index_without_concurrently';
BEGIN;
SET LOCAL ddl_warden.override = 'TICKET-3';
CREATE INDEX i4 ON orders (id);
COMMIT;
SET ddl_warden.mode = off;
CREATE INDEX i5 ON orders (id);
RESET ddl_warden.mode;
CREATE TABLE orders (a int);
\set VERBOSITY default
SELECT name, labels, now.value - before.value AS more FROM ddl_warden.metrics AS now JOIN before USING (name, labels)
	WHERE type = 'counter' AND name <> 'ddl_warden_rows_total' AND now.value <> before.value ORDER BY name COLLATE "C", labels ->> 'verdict', labels ->> 'action', labels ->> 'outcome';

-- Gauges tell what is
SELECT labels ->> 'mode' AS mode FROM ddl_warden.metrics WHERE name = 'ddl_warden_mode_active' AND value = 1;
SET ddl_warden.mode = observe;
SELECT labels ->> 'mode' AS mode FROM ddl_warden.metrics WHERE name = 'ddl_warden_mode_active' AND value = 1;
RESET ddl_warden.mode;
SELECT labels ->> 'library_version' = labels ->> 'extension_version' AS matches FROM ddl_warden.metrics WHERE name = 'ddl_warden_version_info';
SELECT value FROM ddl_warden.metrics WHERE name = 'ddl_warden_versions_match';
SELECT value BETWEEN (SELECT trunc(extract(epoch FROM max(decided_at)), 3) FROM ddl_warden.decision_log) AND extract(epoch FROM clock_timestamp()) AS last
	FROM ddl_warden.metrics WHERE name = 'ddl_warden_last_decision_timestamp_seconds';
SELECT value = (SELECT extract(epoch FROM decided_at)::float8 FROM ddl_warden.decision_log ORDER BY id LIMIT 1) AS oldest
	FROM ddl_warden.metrics WHERE name = 'ddl_warden_record_oldest_row_timestamp_seconds';
SELECT value BETWEEN pg_total_relation_size('ddl_warden.decision_log') * 0.3 AND pg_total_relation_size('ddl_warden.decision_log') AS bytes
	FROM ddl_warden.metrics WHERE name = 'ddl_warden_record_bytes';

DO $$ BEGIN PERFORM ddl_warden.pause('1 hour', 'metrics'); END $$;
SELECT name, CASE WHEN value > 1 THEN value - extract(epoch FROM now()) BETWEEN 3000 AND 3600 ELSE value = 1 END AS right
	FROM ddl_warden.metrics WHERE name ~ 'paused' ORDER BY name;
DO $$ BEGIN PERFORM ddl_warden.pause('0', 'metrics'); END $$;
SELECT name, value FROM ddl_warden.metrics WHERE name ~ 'paused' ORDER BY name;

CREATE TABLE doubles AS SELECT 1 AS id FROM generate_series(1, 2);
\set VERBOSITY sqlstate
CREATE UNIQUE INDEX CONCURRENTLY doubles_id_idx ON doubles (id);
\set VERBOSITY default
SELECT name, now.value - before.value AS more FROM ddl_warden.metrics AS now JOIN before USING (name, labels) WHERE name ~ 'invalid';

-- Watchers may read it, others may not
CREATE ROLE metrics_watcher;
SET ROLE metrics_watcher;
SELECT count(*) FROM ddl_warden.metrics;
SELECT ddl_warden.record_extent();
RESET ROLE;
GRANT pg_monitor TO metrics_watcher;
SET ROLE metrics_watcher;
SELECT count(*) > 30 AS many FROM ddl_warden.metrics;
RESET ROLE;
DROP ROLE metrics_watcher;

DROP SCHEMA metrics_test CASCADE;
