-- ddl_warden.override: the way out. It needs a privilege and a reason, counts for one transaction or
-- one statement, and nothing brings it back.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS ddl_warden;
RESET client_min_messages;
CREATE TABLE overrides_t AS SELECT generate_series(1, 1000) AS a;
CREATE TABLE overrides_empty (a int);

-- a refusal is told by its SQLSTATE here: its message carries a number
\set VERBOSITY sqlstate
CREATE INDEX overrides_0 ON overrides_t (a);

-- outside a block: for the next judged statement
SET ddl_warden.override = 'ticket 1';
SHOW ddl_warden.override;
CREATE INDEX overrides_1 ON overrides_t (a);
SHOW ddl_warden.override;
CREATE INDEX overrides_1b ON overrides_t (a);

-- whatever its verdict; what is not judged does not count
SET ddl_warden.override = 'ticket 2';
SELECT count(*) FROM overrides_t;
BEGIN;
COMMIT;
SHOW ddl_warden.override;
CREATE INDEX overrides_2 ON overrides_empty (a);
SHOW ddl_warden.override;
CREATE INDEX overrides_2b ON overrides_t (a);

-- a statement that fails has had it, too
SET ddl_warden.override = 'ticket 3';
CREATE INDEX overrides_1 ON overrides_t (a);
CREATE INDEX overrides_3b ON overrides_t (a);

-- and so has one that is rolled back
SET ddl_warden.override = 'ticket 4';
BEGIN;
CREATE INDEX overrides_4 ON overrides_t (a);
ROLLBACK;
SHOW ddl_warden.override;
CREATE INDEX overrides_4b ON overrides_t (a);
SET ddl_warden.override = 'ticket 5';
BEGIN;
SAVEPOINT s;
CREATE INDEX overrides_5 ON overrides_t (a);
ROLLBACK TO s;
CREATE INDEX overrides_5b ON overrides_t (a);
ROLLBACK;
SHOW ddl_warden.override;

-- in a block: for all statements of that transaction, and no longer
BEGIN;
SET LOCAL ddl_warden.override = 'ticket 6';
CREATE INDEX overrides_6 ON overrides_t (a);
CREATE INDEX overrides_6b ON overrides_t (a);
SHOW ddl_warden.override;
COMMIT;
SHOW ddl_warden.override;
CREATE INDEX overrides_6c ON overrides_t (a);
BEGIN;
SET ddl_warden.override = 'ticket 7';
CREATE INDEX overrides_7 ON overrides_t (a);
CREATE INDEX overrides_7b ON overrides_t (a);
COMMIT;
SHOW ddl_warden.override;
CREATE INDEX overrides_7c ON overrides_t (a);

-- also when it let nothing through
BEGIN;
SET ddl_warden.override = 'ticket 8';
COMMIT;
SHOW ddl_warden.override;
CREATE INDEX overrides_8 ON overrides_t (a);

-- a savepoint takes it away with what was set after it
BEGIN;
SAVEPOINT s;
SET ddl_warden.override = 'ticket 9';
ROLLBACK TO s;
CREATE INDEX overrides_9 ON overrides_t (a);
ROLLBACK;
BEGIN;
SET ddl_warden.override = 'ticket 10';
SAVEPOINT s;
SET LOCAL ddl_warden.override = 'ticket 10b';
ROLLBACK TO s;
SHOW ddl_warden.override;
CREATE INDEX overrides_10 ON overrides_t (a);
ROLLBACK;

-- nothing brings a spent one back
SET ddl_warden.override = 'ticket 11';
CREATE INDEX overrides_11 ON overrides_t (a);
BEGIN;
SET LOCAL ddl_warden.override = 'inner';
COMMIT;
SHOW ddl_warden.override;
BEGIN;
RESET ddl_warden.override;
SHOW ddl_warden.override;
ROLLBACK;
SHOW ddl_warden.override;
BEGIN;
DISCARD PLANS;
RESET ALL;
ROLLBACK;
SHOW ddl_warden.override;
CREATE INDEX overrides_11b ON overrides_t (a);
DISCARD ALL;
SHOW ddl_warden.override;
CREATE INDEX overrides_11c ON overrides_t (a);

-- the next statement is the next one, also when another override, or none, counted for it
SET ddl_warden.override = 'ticket 12';
BEGIN;
SET LOCAL ddl_warden.override = 'inner';
CREATE INDEX overrides_12 ON overrides_t (a);
COMMIT;
SHOW ddl_warden.override;
CREATE INDEX overrides_12b ON overrides_t (a);
SET ddl_warden.override = 'ticket 12c';
BEGIN;
SET LOCAL ddl_warden.override = '';
CREATE INDEX overrides_12c ON overrides_t (a);
ROLLBACK;
SHOW ddl_warden.override;
CREATE INDEX overrides_12d ON overrides_t (a);

-- set_config() is as good as SET
SELECT set_config('ddl_warden.override', 'ticket 13', false);
CREATE INDEX overrides_13 ON overrides_t (a);
CREATE INDEX overrides_13b ON overrides_t (a);
BEGIN;
SELECT set_config('ddl_warden.override', 'ticket 14', true);
CREATE INDEX overrides_14 ON overrides_t (a);
CREATE INDEX overrides_14b ON overrides_t (a);
COMMIT;
CREATE INDEX overrides_14c ON overrides_t (a);

-- several statements in one query string are one transaction
SET ddl_warden.override = 'ticket 15' \; CREATE INDEX overrides_15 ON overrides_t (a) \; CREATE INDEX overrides_15b ON overrides_t (a);
SHOW ddl_warden.override;
CREATE INDEX overrides_15c ON overrides_t (a);

-- and so is a DO block
DO $$
BEGIN
	SET ddl_warden.override = 'ticket 16';
	CREATE INDEX overrides_16 ON overrides_t (a);
	CREATE INDEX overrides_16b ON overrides_t (a);
END
$$;
SHOW ddl_warden.override;
CREATE INDEX overrides_16c ON overrides_t (a);
DO $$
BEGIN
	PERFORM set_config('ddl_warden.override', 'ticket 17', true);
	CREATE INDEX overrides_17 ON overrides_t (a);
	COMMIT;
	CREATE INDEX overrides_17b ON overrides_t (a);
END
$$;
DO $$
BEGIN
	SET ddl_warden.override = 'ticket 18';
	CREATE INDEX overrides_18 ON overrides_t (a);
	COMMIT;
	CREATE INDEX overrides_18b ON overrides_t (a);
END
$$;
SHOW ddl_warden.override;

-- one that a DO block sets and does not use is there for the next statement
DO $$ BEGIN SET ddl_warden.override = 'ticket 19'; END $$;
CREATE INDEX overrides_19 ON overrides_t (a);
CREATE INDEX overrides_19b ON overrides_t (a);

-- none
SET ddl_warden.override = '';
SHOW ddl_warden.override;
CREATE INDEX overrides_20 ON overrides_t (a);

-- observing spends it as well
SET ddl_warden.mode = observe;
SET ddl_warden.override = 'ticket 21';
CREATE INDEX overrides_21 ON overrides_t (a);
SHOW ddl_warden.override;
RESET ddl_warden.mode;

-- what is no reason
\set VERBOSITY default
\set SHOW_CONTEXT never
SET ddl_warden.override = ' ';
SET ddl_warden.override = E'\t\n';
DO $$
DECLARE detail text;
BEGIN
	PERFORM set_config('ddl_warden.override', repeat('x', 1001), false);
EXCEPTION WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RAISE NOTICE '%', detail;
END
$$;

-- nobody sets it for somebody else
CREATE ROLE regress_overrides_app;
ALTER ROLE regress_overrides_app SET ddl_warden.override = 'always';
ALTER ROLE ALL SET ddl_warden.override = 'always';
DO $$
BEGIN
	EXECUTE format('ALTER DATABASE %I SET ddl_warden.override = ''always''', current_database());
END
$$;
ALTER SYSTEM SET ddl_warden.override = 'always';
CREATE FUNCTION overrides_f() RETURNS void LANGUAGE sql SET ddl_warden.override = 'always' AS '';
CREATE FUNCTION overrides_f() RETURNS void LANGUAGE sql AS '';
ALTER FUNCTION overrides_f() SET ddl_warden.override = 'always';
BEGIN;
SET LOCAL ddl_warden.override = 'current';
ALTER FUNCTION overrides_f() SET ddl_warden.override FROM CURRENT;
ROLLBACK;

-- it needs a privilege, also from within a function of one's own
\set VERBOSITY sqlstate
ALTER TABLE overrides_t OWNER TO regress_overrides_app;
GRANT CREATE ON SCHEMA public TO regress_overrides_app;
SET ROLE regress_overrides_app;
SET ddl_warden.override = 'mine';
SELECT set_config('ddl_warden.override', 'mine', true);
DO $$ BEGIN PERFORM set_config('ddl_warden.override', 'mine', true); END $$;
CREATE INDEX overrides_22 ON overrides_t (a);
RESET ROLE;
GRANT SET ON PARAMETER ddl_warden.override TO regress_overrides_app;
SET ROLE regress_overrides_app;
SET ddl_warden.override = 'ticket 23';
CREATE INDEX overrides_23 ON overrides_t (a);
CREATE INDEX overrides_23b ON overrides_t (a);
RESET ROLE;

-- what got through is in the record, with the reason
SELECT override_reason, rule, statement, role_name = current_user AS by_me
FROM ddl_warden.overrides
WHERE statement LIKE '%overrides\_%' AND outcome = 'committed'
ORDER BY id;
SELECT relname FROM pg_class WHERE relname ~ '^overrides_[0-9]' ORDER BY length(relname), relname;

\set VERBOSITY default
REVOKE SET ON PARAMETER ddl_warden.override FROM regress_overrides_app;
REVOKE CREATE ON SCHEMA public FROM regress_overrides_app;
DROP FUNCTION overrides_f();
DROP TABLE overrides_t, overrides_empty;
DROP ROLE regress_overrides_app;
