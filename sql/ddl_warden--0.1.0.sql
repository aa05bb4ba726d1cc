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

-- One row per statement. Only ever inserted, by the library itself: an ordinary heap with plain btree
-- indexes and no sequence, so that a row needs no executor. Nothing of it reaches a subscriber, and
-- pg_dump leaves the rows behind: they tell what happened on this server.
CREATE TABLE ddl_warden.decision_log (
	id bigint NOT NULL,
	decided_at timestamptz NOT NULL,
	role_name text,
	session_role text,
	application_name text,
	client_addr inet,
	backend_pid int,
	transaction_id xid8,
	query_id bigint,
	context text,
	command text,
	statement text,
	verdict text NOT NULL,
	rule text,
	findings jsonb,
	override_reason text,
	impact jsonb,
	lock_wait_ms double precision,
	lock_attempts int,
	blockers jsonb,
	run_ms double precision,
	lock_held_ms double precision,
	outcome text NOT NULL,
	sqlstate text,
	misprediction jsonb,
	CONSTRAINT decision_log_pkey PRIMARY KEY (id)
) USING heap
-- Cutting the end off would take ACCESS EXCLUSIVE, and a row waits for no lock.
WITH (vacuum_truncate = off, toast.vacuum_truncate = off);
ALTER TABLE ddl_warden.decision_log REPLICA IDENTITY NOTHING;
CREATE INDEX decision_log_decided_at_idx ON ddl_warden.decision_log (decided_at);

COMMENT ON TABLE ddl_warden.decision_log IS
	'one row per judged statement, only ever inserted; a committed statement''s row commits with it; to be read through ddl_warden.decisions';
COMMENT ON COLUMN ddl_warden.decision_log.id IS
	'number of the decision, as the messages give it: unique in the server, ascending, microseconds since 2000';
COMMENT ON COLUMN ddl_warden.decision_log.decided_at IS
	'when the statement was judged, before it took any lock';
COMMENT ON COLUMN ddl_warden.decision_log.role_name IS
	'the role whose privileges the statement ran with (current_user)';
COMMENT ON COLUMN ddl_warden.decision_log.session_role IS
	'the role that logged in (session_user)';
COMMENT ON COLUMN ddl_warden.decision_log.application_name IS
	'application_name of the session; NULL: empty';
COMMENT ON COLUMN ddl_warden.decision_log.client_addr IS
	'address of the client; NULL: unix socket';
COMMENT ON COLUMN ddl_warden.decision_log.backend_pid IS
	'process of the session';
COMMENT ON COLUMN ddl_warden.decision_log.transaction_id IS
	'the transaction that the row came with; of a statement that commits in between, its last one';
COMMENT ON COLUMN ddl_warden.decision_log.query_id IS
	'query identifier, as in pg_stat_activity; NULL: not computed';
COMMENT ON COLUMN ddl_warden.decision_log.context IS
	'ddl_warden.context of the session: migration, commit, ticket; NULL: empty';
COMMENT ON COLUMN ddl_warden.decision_log.command IS
	'command tag; PAUSE for ddl_warden.pause()';
COMMENT ON COLUMN ddl_warden.decision_log.statement IS
	'the statement, cut to itself, secrets replaced by <redacted>; at most 1 MB';
COMMENT ON COLUMN ddl_warden.decision_log.verdict IS
	'allow, record, warn, deny, online or override; deny with another outcome than refused: in observe mode';
COMMENT ON COLUMN ddl_warden.decision_log.rule IS
	'the rule that decided; NULL: none found anything';
COMMENT ON COLUMN ddl_warden.decision_log.findings IS
	'[{rule, action, relation, bytes, message, detail, hint}], the deciding one first; NULL: not judged';
COMMENT ON COLUMN ddl_warden.decision_log.override_reason IS
	'why the statement was let through: the reason of the override or of the pause, or that the session had switched the mode off';
COMMENT ON COLUMN ddl_warden.decision_log.impact IS
	'{strongest, known, relations: [{relation, lock_mode, work, bytes, because}], remarks}; at most 1,000 relations, the rest counted in more_relations; NULL: not judged';
COMMENT ON COLUMN ddl_warden.decision_log.lock_wait_ms IS
	'how long the statement waited for its locks, in milliseconds; NULL: not measured';
COMMENT ON COLUMN ddl_warden.decision_log.lock_attempts IS
	'how often it stood in a lock queue; NULL: not measured';
COMMENT ON COLUMN ddl_warden.decision_log.blockers IS
	'who held the locks that it waited for; NULL: not measured';
COMMENT ON COLUMN ddl_warden.decision_log.run_ms IS
	'from the verdict to the end of the statement, in milliseconds';
COMMENT ON COLUMN ddl_warden.decision_log.lock_held_ms IS
	'how long it held its strongest lock, to the end of the transaction, in milliseconds; NULL: not measured';
COMMENT ON COLUMN ddl_warden.decision_log.outcome IS
	'committed, rolled back, refused, failed, gave up waiting or held too long';
COMMENT ON COLUMN ddl_warden.decision_log.sqlstate IS
	'of the error that ended the statement; NULL: none';
COMMENT ON COLUMN ddl_warden.decision_log.misprediction IS
	'where locks and rewrites differed from the prediction; NULL: not compared';

CREATE VIEW ddl_warden.decisions AS
SELECT
	d.id,
	d.decided_at,
	d.verdict,
	d.outcome,
	d.rule,
	d.command,
	coalesce(d.findings -> 0 ->> 'relation', d.impact -> 'relations' -> 0 ->> 'relation') AS relation,
	d.impact ->> 'strongest' AS lock_mode,
	d.findings -> 0 ->> 'message' AS message,
	d.statement,
	round(d.run_ms::numeric, 1) AS run_ms,
	d.role_name,
	d.application_name,
	d.client_addr,
	d.context,
	d.override_reason,
	d.sqlstate
FROM ddl_warden.decision_log AS d
ORDER BY d.decided_at DESC, d.id DESC;
COMMENT ON VIEW ddl_warden.decisions IS 'what was decided, newest first';
COMMENT ON COLUMN ddl_warden.decisions.id IS 'number of the decision, as the messages give it';
COMMENT ON COLUMN ddl_warden.decisions.decided_at IS 'when the statement was judged';
COMMENT ON COLUMN ddl_warden.decisions.verdict IS 'what was done: allow, record, warn, deny, online or override';
COMMENT ON COLUMN ddl_warden.decisions.outcome IS 'what then happened: committed, rolled back, refused, failed, gave up waiting or held too long';
COMMENT ON COLUMN ddl_warden.decisions.rule IS 'the rule that decided';
COMMENT ON COLUMN ddl_warden.decisions.command IS 'command tag';
COMMENT ON COLUMN ddl_warden.decisions.relation IS 'the relation that the deciding rule is about, or else the first one locked';
COMMENT ON COLUMN ddl_warden.decisions.lock_mode IS 'the strongest lock on a relation that others can see';
COMMENT ON COLUMN ddl_warden.decisions.message IS 'what the deciding rule says';
COMMENT ON COLUMN ddl_warden.decisions.statement IS 'the statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.decisions.run_ms IS 'from the verdict to the end of the statement, in milliseconds';
COMMENT ON COLUMN ddl_warden.decisions.role_name IS 'whose privileges the statement ran with';
COMMENT ON COLUMN ddl_warden.decisions.application_name IS 'of the session';
COMMENT ON COLUMN ddl_warden.decisions.client_addr IS 'address of the client; NULL: unix socket';
COMMENT ON COLUMN ddl_warden.decisions.context IS 'ddl_warden.context of the session';
COMMENT ON COLUMN ddl_warden.decisions.override_reason IS 'why the statement was let through unjudged or against a rule';
COMMENT ON COLUMN ddl_warden.decisions.sqlstate IS 'of the error that ended the statement';

CREATE VIEW ddl_warden.overrides AS
SELECT
	d.id,
	d.decided_at,
	d.role_name,
	d.session_role,
	d.application_name,
	d.client_addr,
	d.override_reason,
	d.rule,
	d.findings -> 0 ->> 'message' AS message,
	d.command,
	d.statement,
	d.outcome,
	d.context
FROM ddl_warden.decision_log AS d
WHERE d.verdict = 'override'
ORDER BY d.decided_at DESC, d.id DESC;
COMMENT ON VIEW ddl_warden.overrides IS 'what was let through against a rule or unjudged, newest first';
COMMENT ON COLUMN ddl_warden.overrides.id IS 'number of the decision';
COMMENT ON COLUMN ddl_warden.overrides.decided_at IS 'when the statement was let through';
COMMENT ON COLUMN ddl_warden.overrides.role_name IS 'whose privileges the statement ran with';
COMMENT ON COLUMN ddl_warden.overrides.session_role IS 'the role that logged in';
COMMENT ON COLUMN ddl_warden.overrides.application_name IS 'of the session';
COMMENT ON COLUMN ddl_warden.overrides.client_addr IS 'address of the client; NULL: unix socket';
COMMENT ON COLUMN ddl_warden.overrides.override_reason IS 'the reason given, or how judging was switched off';
COMMENT ON COLUMN ddl_warden.overrides.rule IS 'the rule that was overridden; NULL: the statement was not judged, or no rule found anything';
COMMENT ON COLUMN ddl_warden.overrides.message IS 'what that rule says';
COMMENT ON COLUMN ddl_warden.overrides.command IS 'command tag; PAUSE for ddl_warden.pause()';
COMMENT ON COLUMN ddl_warden.overrides.statement IS 'the statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.overrides.outcome IS 'what then happened';
COMMENT ON COLUMN ddl_warden.overrides.context IS 'ddl_warden.context of the session';

-- ---------------------------------------------------------------------------------------------
-- Metrics

CREATE FUNCTION ddl_warden.counters(
	OUT name text,
	OUT labels jsonb,
	OUT value double precision)
RETURNS SETOF record
LANGUAGE c STRICT VOLATILE PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'ddl_warden_counters';
COMMENT ON FUNCTION ddl_warden.counters() IS
	'counters of the whole server since it started; no rows unless the library is preloaded';

CREATE VIEW ddl_warden.metrics AS
SELECT name, labels, value
FROM ddl_warden.counters();
COMMENT ON VIEW ddl_warden.metrics IS
	'counters of the whole server since it started, in the shape of a Prometheus exporter';
COMMENT ON COLUMN ddl_warden.metrics.name IS 'name of the metric';
COMMENT ON COLUMN ddl_warden.metrics.labels IS 'its labels: {label: value}';
COMMENT ON COLUMN ddl_warden.metrics.value IS 'how often, since the server started';

-- ---------------------------------------------------------------------------------------------
-- Privileges

-- Whoever runs DDL may ask what it would do; what was done is for those who watch the server.
GRANT USAGE ON SCHEMA ddl_warden TO PUBLIC;

GRANT SELECT ON ddl_warden.decision_log, ddl_warden.decisions, ddl_warden.overrides TO pg_monitor;

REVOKE ALL ON FUNCTION ddl_warden.counters() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ddl_warden.counters() TO pg_monitor;
GRANT SELECT ON ddl_warden.metrics TO pg_monitor;
