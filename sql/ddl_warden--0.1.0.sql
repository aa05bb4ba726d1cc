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

CREATE FUNCTION ddl_warden.explain(
	statements text,
	OUT statement int,
	OUT command text,
	OUT relation text,
	OUT lock_mode text,
	OUT blocks text,
	OUT work text[],
	OUT bytes bigint,
	OUT forecast interval,
	OUT because text[])
RETURNS SETOF record
LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'ddl_warden_explain';
COMMENT ON FUNCTION ddl_warden.explain(text) IS
	'what each statement would lock, and the work it would do meanwhile; runs, locks and waits for nothing. bytes: of that work; forecast: how long it is expected to take';

CREATE FUNCTION ddl_warden.lint(
	statements text,
	OUT statement int,
	OUT command text,
	OUT verdict text,
	OUT rule text,
	OUT relation text,
	OUT message text,
	OUT detail text,
	OUT hint text,
	OUT recipe text[])
RETURNS SETOF record
LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'ddl_warden_lint';
COMMENT ON FUNCTION ddl_warden.lint(text) IS
	'what the rules say of each statement, with the safe statements in its place (recipe); runs, locks and waits for nothing';

-- ---------------------------------------------------------------------------------------------
-- The record

-- ---------------------------------------------------------------------------------------------
-- Metrics

-- ---------------------------------------------------------------------------------------------
-- Privileges
