-- ddl_warden.purge(): rows older than a time go, whoever made them; a row says so.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS ddl_warden;
RESET client_min_messages;
SELECT coalesce(max(id), 0) AS seen FROM ddl_warden.decision_log \gset

-- old decisions, one a minute, the first ones with a text too long for its row; not yet so old that the
-- recorder prunes them
SELECT now() - interval '300 days' AS base \gset
CREATE FUNCTION purge_decide(base timestamptz, minutes int) RETURNS void
LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO ddl_warden.decision_log (id, decided_at, command, statement, verdict, outcome)
	SELECT 1000000 * extract(epoch FROM at - timestamptz '2000-01-01 UTC'), at, 'CREATE TABLE',
		CASE WHEN minute < 3 THEN (SELECT string_agg(md5(i::text), '') FROM generate_series(minute * 300, minute * 300 + 300) i) END,
		'allow', 'committed'
	FROM generate_series(0, minutes - 1) minute, LATERAL (SELECT base + minute * interval '1 min') t(at);
END;
CREATE FUNCTION purge_upto(base timestamptz, minutes int) RETURNS bigint
LANGUAGE sql
RETURN ddl_warden.purge(base + minutes * interval '1 min');
CREATE FUNCTION purge_old(base timestamptz, OUT count int, OUT first_minute int)
LANGUAGE sql
BEGIN ATOMIC
	SELECT count(*), extract(epoch FROM min(decided_at) - base) / 60
	FROM ddl_warden.decision_log WHERE decided_at < base + interval '100 days';
END;

SET session_replication_role = replica;
SELECT purge_decide(:'base', 5000);
RESET session_replication_role;
SELECT * FROM purge_old(:'base');

-- what is older goes, what is just as old stays
SELECT purge_upto(:'base', 60);
SELECT * FROM purge_old(:'base');
SELECT purge_upto(:'base', 60);
SELECT purge_upto(:'base', 1440);
SELECT * FROM purge_old(:'base');

-- a purge leaves a row
SELECT command, regexp_replace(statement, '''.*''', '''T''') AS statement, verdict, override_reason, outcome
FROM ddl_warden.decision_log WHERE id > :seen AND command = 'PURGE' ORDER BY id;

-- one that is rolled back was none; what a transaction has purged is gone for itself
BEGIN;
SELECT purge_upto(:'base', 2000);
SELECT purge_upto(:'base', 2000);
SELECT * FROM purge_old(:'base');
ROLLBACK;
SELECT * FROM purge_old(:'base');
BEGIN;
SELECT purge_upto(:'base', 2000);
SAVEPOINT s;
SELECT purge_upto(:'base', 3000);
ROLLBACK TO s;
COMMIT;
SELECT * FROM purge_old(:'base');

-- twice in one query; in any isolation level
SELECT purge_upto(:'base', 3000) AS first, purge_upto(:'base', 3000) AS second;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT purge_upto(:'base', 4000);
COMMIT;
SELECT * FROM purge_old(:'base');

-- the long texts go with their rows
SET session_replication_role = replica;
SELECT purge_decide(:'base', 3);
RESET session_replication_role;
SELECT reltoastrelid::regclass AS toast FROM pg_class WHERE oid = 'ddl_warden.decision_log'::regclass \gset
SELECT count(*) AS chunks FROM :toast \gset
SELECT purge_upto(:'base', 10000);
SELECT * FROM purge_old(:'base');
SELECT count(*) < :chunks AS fewer FROM :toast;

-- so does what lies beside them: an announcement without its decision would tell of a crash
SET session_replication_role = replica;
INSERT INTO ddl_warden.begun (id, begun_at, command, backend_pid, backend_started, relations)
SELECT 1000000 * extract(epoch FROM at - timestamptz '2000-01-01 UTC'), at, command, 1, at, '{}'
FROM (VALUES (now() - interval '300 days', 'purged: first'), (now() - interval '10 days', 'purged: later')) v(at, command);
INSERT INTO ddl_warden.decision_relation (relation, decision_id, decided_at)
SELECT command, id, begun_at FROM ddl_warden.begun WHERE command LIKE 'purged%';
INSERT INTO ddl_warden.measured_work (decision_id, measured_at, work, bytes, run_ms, forecast_ms)
SELECT id, begun_at, command, 1, 1, 1 FROM ddl_warden.begun WHERE command LIKE 'purged%';
RESET session_replication_role;
SELECT ddl_warden.purge(now() - interval '11 days');
SELECT relation FROM ddl_warden.decision_relation WHERE relation LIKE 'purged%';
SELECT work FROM ddl_warden.measured_work WHERE work LIKE 'purged%';
SELECT ddl_warden.purge(now() - interval '1 day');
SELECT count(*) FROM ddl_warden.decision_relation WHERE relation LIKE 'purged%';
SELECT count(*) FROM ddl_warden.measured_work WHERE work LIKE 'purged%';
SELECT command FROM ddl_warden.begun WHERE command LIKE 'purged%';

-- what is no purge
SELECT ddl_warden.purge(NULL);
SELECT ddl_warden.purge('infinity');
SELECT ddl_warden.purge('-infinity');
SELECT ddl_warden.purge(now() + interval '1 hour');
BEGIN READ ONLY;
SELECT ddl_warden.purge(:'base');
ROLLBACK;

-- up to now: all that is committed, but not what this transaction does
BEGIN;
CREATE TABLE purge_t (a int);
SELECT ddl_warden.purge(now()) > 0 AS some;
SELECT count(*) FROM ddl_warden.decision_log WHERE id > :seen;
ROLLBACK;
SELECT count(*) > 0 AS back FROM ddl_warden.decision_log WHERE id > :seen;

-- not for everyone; given to somebody, it needs no more
CREATE ROLE regress_purge_app;
SET ROLE regress_purge_app;
SELECT ddl_warden.purge(:'base');
RESET ROLE;
GRANT EXECUTE ON FUNCTION ddl_warden.purge(timestamptz) TO regress_purge_app;
SET ROLE regress_purge_app;
SELECT ddl_warden.purge(:'base');
RESET ROLE;
SELECT role_name, session_role = session_user AS session_is_mine, override_reason
FROM ddl_warden.overrides WHERE command = 'PURGE' ORDER BY id DESC LIMIT 1;

REVOKE EXECUTE ON FUNCTION ddl_warden.purge(timestamptz) FROM regress_purge_app;
DROP ROLE regress_purge_app;
DROP FUNCTION purge_decide, purge_upto, purge_old;
