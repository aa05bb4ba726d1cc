-- A statement that changes lock_timeout itself, while ours is in force
CREATE SCHEMA limits_lifted;
SET search_path = limits_lifted;
SET lock_timeout = '8s';
SHOW ddl_warden.lock_timeout;
CREATE TABLE t AS SELECT 'x'::text AS v;

-- for the transaction: afterwards the session has its own value again
ALTER TABLE t ALTER COLUMN v TYPE text USING set_config('lock_timeout', '7s', true);
SHOW lock_timeout;
BEGIN;
SET lock_timeout = '6s';
ALTER TABLE t ALTER COLUMN v TYPE text USING set_config('lock_timeout', '7s', true);
SHOW lock_timeout;
COMMIT;
SHOW lock_timeout;
BEGIN;
SET LOCAL lock_timeout = '5s';
SAVEPOINT s;
ALTER TABLE t ALTER COLUMN v TYPE text USING set_config('lock_timeout', '7s', false);
ROLLBACK TO s;
SHOW lock_timeout;
COMMIT;
SHOW lock_timeout;

-- in a function with a SET clause that fails
CREATE FUNCTION fails() RETURNS text SET lock_timeout = '7s' LANGUAGE plpgsql AS $$
BEGIN
	RAISE 'failed under %', current_setting('lock_timeout');
END $$;
ALTER TABLE t ALTER COLUMN v TYPE text USING fails();
SHOW lock_timeout;

-- in an event trigger
CREATE FUNCTION shortens() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL lock_timeout = '7s';
	SET LOCAL deadlock_timeout = '2s';
END $$;
CREATE EVENT TRIGGER shortens ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION shortens();
ALTER TABLE t ADD COLUMN id int;
DROP EVENT TRIGGER shortens;
SHOW lock_timeout;
SHOW deadlock_timeout;

-- what the statement sets for the session stays
ALTER TABLE t ALTER COLUMN v TYPE text USING set_config('lock_timeout', '4s', false);
SHOW lock_timeout;

RESET lock_timeout;
SET client_min_messages = warning;
DROP SCHEMA limits_lifted CASCADE;
