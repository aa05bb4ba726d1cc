-- The settings: what they are by default, who may set them, and what they refuse.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS ddl_warden;
RESET client_min_messages;

SELECT name, setting, unit, context, enumvals
FROM pg_settings
WHERE name LIKE 'ddl\_warden.%'
ORDER BY name;

-- every setting tells what it does
SELECT name FROM pg_settings WHERE name LIKE 'ddl\_warden.%' AND coalesce(short_desc, '') = '';

-- values
SET ddl_warden.mode = observe;
SHOW ddl_warden.mode;
SET ddl_warden.mode = 'ENFORCE';
SHOW ddl_warden.mode;
SET ddl_warden.mode = strict;
RESET ddl_warden.mode;
SHOW ddl_warden.mode;
SET ddl_warden.record = blocking;
SET ddl_warden.record = refused;
SET ddl_warden.record = nothing;
RESET ddl_warden.record;
SET ddl_warden.lock_timeout = '1500ms';
SHOW ddl_warden.lock_timeout;
SET ddl_warden.lock_timeout = '2s';
SHOW ddl_warden.lock_timeout;
SET ddl_warden.lock_timeout = 0;
\set VERBOSITY sqlstate
SET ddl_warden.lock_timeout = -1;
RESET ddl_warden.lock_timeout;
SET ddl_warden.statement_timeout = '5min';
SHOW ddl_warden.statement_timeout;
SET ddl_warden.statement_timeout = -1;
\set VERBOSITY default
RESET ddl_warden.statement_timeout;
SHOW ddl_warden.retention;
SET ddl_warden.retention = '90d';
SHOW ddl_warden.retention;
SET ddl_warden.retention = 0;
RESET ddl_warden.retention;

-- the prefix is ours: what is misspelt is no setting
SET ddl_warden.mod = off;

-- context is anybody's; it is recorded with every statement, so it is short
CREATE ROLE regress_settings_app;
SET ROLE regress_settings_app;
SET ddl_warden.context = 'migration 42';
SHOW ddl_warden.context;
DO $$
DECLARE detail text;
BEGIN
	PERFORM set_config('ddl_warden.context', repeat('x', 1001), false);
EXCEPTION WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RAISE NOTICE '%', detail;
END
$$;
SHOW ddl_warden.context;
RESET ddl_warden.context;

-- all else needs a privilege
SET ddl_warden.mode = off;
SET ddl_warden.record = refused;
SET ddl_warden.retention = '1min';
SET ddl_warden.lock_timeout = 0;
SET ddl_warden.statement_timeout = 0;
SET ddl_warden.override = 'because';
SELECT set_config('ddl_warden.mode', 'off', true);
RESET ROLE;

-- which can be given
GRANT SET ON PARAMETER ddl_warden.lock_timeout TO regress_settings_app;
SET ROLE regress_settings_app;
SET ddl_warden.lock_timeout = '10s';
SET ddl_warden.mode = off;
RESET ROLE;
RESET ddl_warden.lock_timeout;
REVOKE SET ON PARAMETER ddl_warden.lock_timeout FROM regress_settings_app;
DROP ROLE regress_settings_app;

-- an off that the session set itself is a bypass and leaves a row, and so does one of its role
CREATE TABLE settings_t (a int);
SET ddl_warden.mode = off;
ALTER TABLE settings_t ADD COLUMN b int;
SET ddl_warden.mode = enforce;
ALTER TABLE settings_t ADD COLUMN c int;
SELECT statement, verdict, override_reason
FROM ddl_warden.decision_log
WHERE statement LIKE 'ALTER TABLE settings_t%'
ORDER BY id;
RESET ddl_warden.mode;
DROP TABLE settings_t;
