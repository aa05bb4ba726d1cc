-- ddl_warden 0.1.0: schema, record, rules, functions.

\echo Use "CREATE EXTENSION ddl_warden" to load this file. \quit

-- The schema is a member of the extension: made here, dropped with it, and never one that somebody
-- else made before.
CREATE SCHEMA ddl_warden;
COMMENT ON SCHEMA ddl_warden IS 'ddl_warden: guards schema changes and records every decision';

-- ---------------------------------------------------------------------------------------------
-- State of the library

-- ---------------------------------------------------------------------------------------------
-- Rules and pauses

-- ---------------------------------------------------------------------------------------------
-- Looking before leaping: explain and lint

-- ---------------------------------------------------------------------------------------------
-- The record

-- ---------------------------------------------------------------------------------------------
-- Metrics

-- ---------------------------------------------------------------------------------------------
-- Privileges
