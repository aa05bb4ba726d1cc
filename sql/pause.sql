-- A pause: nothing is judged in this database for a while, by itself on again, and all of it recorded.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS ddl_warden;
RESET client_min_messages;
SELECT clock_timestamp() AS begun \gset

CREATE TABLE pause_t AS SELECT generate_series(1, 1000) AS a;
CREATE FUNCTION pause_attempt() RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	CREATE INDEX pause_wanted ON pause_t (a);
	RAISE SQLSTATE 'UNDO0';
EXCEPTION
	WHEN SQLSTATE 'WD001' THEN RETURN 'refused';
	WHEN SQLSTATE 'UNDO0' THEN RETURN 'let through';
END
$$;
SELECT pause_attempt();

SELECT abs(extract(epoch FROM ddl_warden.pause('1 hour', 'release night') - now()) - 3600) < 60 AS for_an_hour;
SELECT pause_attempt();
CREATE INDEX pause_made ON pause_t (a);
SELECT paused_until > now() + interval '50 min' AS paused, next_step FROM ddl_warden.status();

-- the statements of a pause leave rows, and so does the pause itself
SELECT command, statement, override_reason
FROM ddl_warden.overrides
WHERE decided_at >= :'begun'
ORDER BY id;

-- the latest pause decides, also a shorter one
SELECT ddl_warden.pause('1 day', 'longer') > now() + interval '23 hours' AS for_a_day;
SELECT ddl_warden.pause('2 hours', 'shorter') < now() + interval '3 hours' AS for_two_hours;
SELECT paused_until < now() + interval '3 hours' AS shorter FROM ddl_warden.status();

-- a duration of 0 ends it
SELECT ddl_warden.pause('0', 'done') <= clock_timestamp() AS ended;
SELECT pause_attempt();
SELECT paused_until, next_step FROM ddl_warden.status();

-- by itself on again
SELECT ddl_warden.pause('10 ms', 'a moment') IS NOT NULL AS paused;
SELECT pg_sleep(0.02);
SELECT pause_attempt();

-- a pause that is rolled back was none; in its own transaction it counts at once
BEGIN;
SELECT ddl_warden.pause('1 hour', 'never mind') IS NOT NULL AS paused;
SELECT pause_attempt();
ROLLBACK;
SELECT pause_attempt();

SELECT kind, paused_until - changed_at AS duration, reason, role_name = current_user AS by_me
FROM ddl_warden.policy_changes
WHERE kind = 'pause' AND changed_at >= :'begun'
ORDER BY changed_at, paused_until;

-- twice in one query
SELECT ddl_warden.pause('1 hour', 'one') < ddl_warden.pause('2 hours', 'two') AS both;
SELECT ddl_warden.pause('0', 'enough') IS NOT NULL AS ended;

-- what is no pause
SELECT ddl_warden.pause(NULL, 'why');
SELECT ddl_warden.pause('1 hour', NULL);
SELECT ddl_warden.pause('1 hour', '');
SELECT ddl_warden.pause('1 hour', E' \t\n');
SELECT ddl_warden.pause('1 hour', repeat('x', 1001));
SELECT ddl_warden.pause('-1 hour', 'why');
SELECT ddl_warden.pause('7 days 1 second', 'why');
SELECT ddl_warden.pause('1 year', 'why');
BEGIN READ ONLY;
SELECT ddl_warden.pause('1 hour', 'why');
ROLLBACK;

-- not for everyone; given to somebody, it needs no more
CREATE ROLE regress_pause_app;
SET ROLE regress_pause_app;
SELECT ddl_warden.pause('1 hour', 'why');
INSERT INTO ddl_warden.pause_log VALUES (1000000, now(), now() + interval '1 day', 'me', 'me', 'why');
SELECT paused_until FROM ddl_warden.status();
SELECT reason FROM ddl_warden.pause_log;
RESET ROLE;
GRANT EXECUTE ON FUNCTION ddl_warden.pause(interval, text) TO regress_pause_app;
SET ROLE regress_pause_app;
SELECT ddl_warden.pause('0', 'given') IS NOT NULL AS paused;
RESET ROLE;
SELECT role_name, session_role = session_user AS session_is_mine, reason
FROM ddl_warden.pause_log
ORDER BY id DESC LIMIT 1;

REVOKE EXECUTE ON FUNCTION ddl_warden.pause(interval, text) FROM regress_pause_app;
DROP ROLE regress_pause_app;
DROP FUNCTION pause_attempt();
DROP TABLE pause_t;
