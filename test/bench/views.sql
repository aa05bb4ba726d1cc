-- Fills the record with :rows decisions of 400 days: 2,000 tables, 40 roles and one that comes seldom, one
-- statement in twenty on more than one table, one in a hundred not simply allowed.
SET session_replication_role = replica;

CREATE FUNCTION recorded_impact(relation text) RETURNS jsonb
LANGUAGE sql IMMUTABLE
RETURN format('{"strongest": "AccessExclusiveLock", "known": true, "remarks": [], "relations": [
	{"relation": "%1$s", "lock_mode": "AccessExclusiveLock", "work": ["rewrite"], "bytes": 8192000, "because": ["The table is rewritten."]},
	{"relation": "%1$s_pkey", "table": "%1$s", "lock_mode": "AccessExclusiveLock", "work": ["index_build"], "bytes": 819200, "because": ["The index is built anew."]}]}',
	relation)::jsonb;

CREATE FUNCTION recorded_findings(relation text, rule text, bytes bigint) RETURNS jsonb
LANGUAGE sql IMMUTABLE
RETURN jsonb_build_array(jsonb_build_object('rule', rule, 'action', 'deny', 'relation', relation, 'bytes', bytes,
	'message', format('ALTER TABLE would rewrite "%s"', relation), 'detail', 'AccessExclusiveLock is held meanwhile.',
	'hint', 'ALTER TABLE … ADD COLUMN …'));

INSERT INTO ddl_warden.decision_log (id, decided_at, role_name, session_role, application_name, client_addr, backend_pid,
	transaction_id, context, command, statement, verdict, rule, relation, findings, impact, run_ms, outcome, sqlstate, override_reason)
SELECT extract(epoch FROM at - timestamptz '2000-01-01 UTC') * 1000000, at, role, role, 'migrations', '10.0.0.17', 4711,
	i::text::xid8, 'release ' || i / 1000, 'ALTER TABLE', format('ALTER TABLE %s ADD COLUMN added_%s text NOT NULL DEFAULT ''', relation, i),
	verdict, rule, relation, CASE WHEN rule IS NULL THEN '[]' ELSE recorded_findings(relation, rule, i) END,
	recorded_impact(relation), i % 1000 / 10.0, outcome, CASE outcome WHEN 'refused' THEN 'WD001' END,
	CASE verdict WHEN 'override' THEN 'release night' END
FROM generate_series(1, :rows) i,
	LATERAL (SELECT
		now() - interval '400 days' + i * (interval '400 days' / :rows) AS at,
		'shop.table_' || (hashint4(i) & 2047) AS relation,
		CASE WHEN i % 100003 = 0 THEN 'seldom' ELSE 'role_' || i % 40 END AS role,
		CASE WHEN i % 1000 = 0 THEN 'deny' WHEN i % 1000 = 1 THEN 'override' WHEN i % 1000 < 8 THEN 'warn'
			WHEN i % 1000 < 10 THEN 'deny' ELSE 'allow' END AS verdict,
		CASE WHEN i % 1000 >= 10 THEN NULL WHEN i % 3 = 0 THEN 'index_without_concurrently' ELSE 'table_rewrite' END AS rule,
		CASE WHEN i % 1000 = 0 THEN 'refused' WHEN i % 200 = 11 THEN 'failed' ELSE 'committed' END AS outcome) AS decision;

INSERT INTO ddl_warden.decision_relation (relation, decision_id, decided_at)
SELECT 'shop.table_' || (hashint8(id) & 2047), id, decided_at
FROM ddl_warden.decision_log WHERE backend_pid = 4711 AND transaction_id::text::bigint % 20 = 0;

DROP FUNCTION recorded_impact, recorded_findings;
VACUUM ANALYZE ddl_warden.decision_log;
VACUUM ANALYZE ddl_warden.decision_relation;
CHECKPOINT;
