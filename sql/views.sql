-- What was decided, seen from several sides: refusals, warnings, overrides, what would be refused.
CREATE SCHEMA views_test;
SET search_path = views_test;
SET client_min_messages = error;
SET application_name = 'views test';
SET ddl_warden.context = 'TICKET-3';
SELECT max(id) AS start FROM ddl_warden.decision_log \gset
CREATE TABLE t AS SELECT g AS a, g AS b, repeat('x', 1000) AS c FROM generate_series(1, 1000) g;
CREATE TABLE u AS SELECT g AS a FROM generate_series(1, 1000) g;

-- Warnings, and overrides
UPDATE ddl_warden.rule SET action = 'warn' WHERE name = 'index_without_concurrently';
CREATE INDEX warned ON t (b);
UPDATE ddl_warden.rule SET action = 'deny' WHERE name = 'index_without_concurrently';
BEGIN;
SET LOCAL ddl_warden.override = 'release night';
CREATE INDEX overridden ON t (a);
COMMIT;
SELECT rule, relation, message, detail, hint, command, statement, outcome, run_ms >= 0 AS ran, application_name, context
FROM ddl_warden.warnings WHERE id > :start \gx
SELECT override_reason, rule, relation, message, command, statement, outcome, run_ms >= 0 AS ran, application_name, context
FROM ddl_warden.overrides WHERE id > :start \gx

-- Observed: what would be refused, and by which rule
SET ddl_warden.mode = observe;
CREATE INDEX observed_t ON t (a);
BEGIN;
SAVEPOINT s;
CREATE INDEX observed_u ON u (a);
ROLLBACK TO s;
COMMIT;
UPDATE ddl_warden.rule SET tolerate_bytes = 0 WHERE name = 'table_rewrite';
ALTER TABLE u ALTER COLUMN a TYPE bigint;
RESET ddl_warden.mode;
UPDATE ddl_warden.rule SET tolerate_bytes = (SELECT tolerate_bytes FROM ddl_warden.default_rules() d WHERE d.name = rule.name)
	WHERE name = 'table_rewrite';
SELECT rule, relation, message, bytes, command, statement, outcome, application_name, context
FROM ddl_warden.would_refuse WHERE id > :start \gx
SELECT count(*), sum(statements) = (SELECT count(*) FROM ddl_warden.would_refuse) AS all_of_them,
	bool_and(last_seen = (SELECT max(decided_at) FROM ddl_warden.would_refuse w WHERE w.rule = r.rule)) AS last_seen,
	bool_and(relations = (SELECT count(DISTINCT relation) FROM ddl_warden.would_refuse w WHERE w.rule = r.rule)) AS relations,
	bool_and(largest_bytes = (SELECT max(bytes) FROM ddl_warden.would_refuse w WHERE w.rule = r.rule)) AS largest_bytes,
	bool_and(first_seen <= last_seen) AS first_seen,
	bool_and(statements >= next) AS most_first
FROM (SELECT *, lead(statements) OVER () AS next FROM ddl_warden.would_refuse_by_rule) r
HAVING count(*) >= 2;
SELECT rule, roles @> ARRAY[current_user::text] AS mine, example_relation, example, split_part(example_hint, E'\n', 1) AS hint
FROM ddl_warden.would_refuse_by_rule WHERE example_id > :start ORDER BY rule;

-- What happened at that moment: what was decided before and ended after it
SELECT decided_at + (ended_at - decided_at) / 2 AS moment FROM ddl_warden.decisions WHERE statement LIKE 'CREATE INDEX observed_t%' AND id > :start \gset
SELECT verdict, outcome, rule, command, relation, lock_mode, message, statement, session_role = session_user AS mine
FROM ddl_warden.decisions WHERE decided_at <= :'moment' AND ended_at >= :'moment' AND id > :start \gx

-- Refusals and mispredictions as they will be written
SET session_replication_role = replica;
INSERT INTO ddl_warden.decision_log (id, decided_at, verdict, outcome, rule, command, relation, statement, sqlstate, findings, misprediction)
VALUES (-1, now() - interval '9 hours', 'deny', 'refused', 'table_rewrite', 'VACUUM', 'public.v1', 'VACUUM FULL v1', 'WD001',
		'[{"message": "M1", "detail": "D1", "hint": "H1"}, {"message": "M2"}]', NULL),
	(-2, now() - interval '8 hours', 'deny', 'refused', 'table_rewrite', 'VACUUM', 'public.v2', 'VACUUM FULL v2', 'WD001', '[{"message": "M3"}]', NULL),
	(-3, now() - interval '7 hours', 'allow', 'committed', NULL, 'ALTER TABLE', 'public.v1', 'ALTER TABLE v1 ...', NULL, '[]', '{"lock": 1}'),
	(-4, now() - interval '6 hours', 'allow', 'committed', NULL, 'ALTER TABLE', 'public.v2', 'ALTER TABLE v2 ...', NULL, '[]', '{"lock": 2}'),
	(-5, now() - interval '5 hours', 'warn', 'committed', 'table_rewrite', 'CLUSTER', 'public.v1', 'CLUSTER v1', NULL, '[]', '{"work": 3}');
RESET session_replication_role;
SELECT id, rule, relation, message, detail, hint, command, statement, sqlstate FROM ddl_warden.refusals WHERE id < 0;
SELECT (SELECT count(*) FROM ddl_warden.refusals WHERE id > :start) AS observed_ones,
	(SELECT count(*) FROM ddl_warden.would_refuse WHERE id < 0) AS refused_ones, (SELECT sum(statements) FROM ddl_warden.would_refuse_by_rule) = (SELECT count(*) FROM ddl_warden.would_refuse) AS summed;
SELECT id, misprediction, verdict, rule, command, relation, statement FROM ddl_warden.mispredictions WHERE id < 0;
SELECT rule, command, statements, last_seen - first_seen AS within, relations, example, example_misprediction
FROM ddl_warden.mispredictions_by_rule;
SET session_replication_role = replica;
DELETE FROM ddl_warden.decision_log WHERE id < 0;
RESET session_replication_role;

-- Each is in order, and an index serves it
SET enable_seqscan = off;
SET enable_sort = off;
CREATE FUNCTION index_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		RETURN NEXT substring(line FROM '(?:Index.*Scan.*) using (\S+)');
	END LOOP;
END
$$;
SELECT query, (SELECT string_agg(i, ', ') FROM index_of('SELECT * FROM ddl_warden.' || query) i) AS served_by
FROM unnest(ARRAY[
	'decisions LIMIT 10',
	'decisions WHERE decided_at > now() - interval ''1 day''',
	'decisions WHERE relation = ''public.t'' LIMIT 10',
	'decisions WHERE relation = ''public.t'' AND decided_at > now() - interval ''1 day''',
	'decisions WHERE role_name = ''app'' LIMIT 10',
	'refusals LIMIT 10',
	'overrides LIMIT 10',
	'warnings LIMIT 10',
	'would_refuse LIMIT 10',
	'mispredictions WHERE decided_at > now() - interval ''1 day'''
]) AS query;
RESET enable_seqscan;
RESET enable_sort;

-- Who watches the server may read all of them
SELECT c.relname, has_table_privilege('pg_monitor', c.oid, 'SELECT') AS readable, has_table_privilege('pg_monitor', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS writable
FROM pg_class c
WHERE c.relnamespace = 'ddl_warden'::regnamespace
	AND c.relname IN ('decisions', 'refusals', 'overrides', 'warnings', 'would_refuse', 'would_refuse_by_rule', 'mispredictions', 'mispredictions_by_rule')
ORDER BY 1;

RESET search_path;
DROP SCHEMA views_test CASCADE;
