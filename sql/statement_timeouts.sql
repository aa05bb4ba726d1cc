-- ddl_warden.statement_timeout bounds DDL only, and leaves nothing behind.
CREATE SCHEMA bounded;
SET search_path = bounded;
CREATE TABLE few AS SELECT 1 AS id;
CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE
	AS $$ BEGIN PERFORM pg_sleep(20); RETURN $1; END $$;
CREATE FUNCTION quick(int) RETURNS int LANGUAGE plpgsql IMMUTABLE
	AS $$ BEGIN PERFORM pg_sleep(0.4); RETURN $1; END $$;
CREATE MATERIALIZED VIEW slow_view AS SELECT slow(id) FROM few WITH NO DATA;
CREATE MATERIALIZED VIEW quick_view AS SELECT quick(id) FROM few WITH NO DATA;

SET ddl_warden.statement_timeout = '200ms';
REFRESH MATERIALIZED VIEW slow_view;
-- no DDL, no limit
SELECT quick(id) FROM few;
SHOW statement_timeout;

-- neither for what follows in the same block
DO $$
BEGIN
	REFRESH MATERIALIZED VIEW slow_view;
EXCEPTION WHEN query_canceled THEN
	RAISE NOTICE 'the block goes on: %', SQLERRM;
	PERFORM pg_sleep(0.4);
	RAISE NOTICE 'and is not bounded';
END $$;

-- the session's own smaller value wins, and still ends the whole block
SET ddl_warden.statement_timeout = '1h';
SET statement_timeout = '300ms';
REFRESH MATERIALIZED VIEW slow_view;
DO $$ BEGIN CREATE TABLE more AS SELECT 1 AS id; PERFORM pg_sleep(20); END $$;
RESET statement_timeout;

-- a larger one of the session does not
SET ddl_warden.statement_timeout = '200ms';
SET statement_timeout = '1h';
REFRESH MATERIALIZED VIEW slow_view;
RESET statement_timeout;

-- 0 is no limit
SET ddl_warden.statement_timeout = 0;
REFRESH MATERIALIZED VIEW quick_view;

SET client_min_messages = warning;
DROP SCHEMA bounded CASCADE;
