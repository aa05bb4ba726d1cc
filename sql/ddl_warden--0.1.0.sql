-- ddl_warden 0.1.0: schema, record, rules, functions.

\echo Use "CREATE EXTENSION ddl_warden" to load this file. \quit

-- The schema is a member of the extension: made here, dropped with it, and never one that somebody
-- else made before.
CREATE SCHEMA ddl_warden;
COMMENT ON SCHEMA ddl_warden IS 'ddl_warden: guards schema changes and records every decision';

-- ---------------------------------------------------------------------------------------------
-- State of the library

-- First of all, and only once: without preload nothing below would guard anything.
CREATE FUNCTION ddl_warden.require_preload()
RETURNS void
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'ddl_warden_require_preload';
SELECT ddl_warden.require_preload();
DROP FUNCTION ddl_warden.require_preload();

CREATE FUNCTION ddl_warden.library(
	OUT version text,
	OUT preloaded boolean,
	OUT how_to_preload text,
	OUT recorder text)
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'ddl_warden_library';
COMMENT ON FUNCTION ddl_warden.library() IS
	'what the loaded library says of itself: its version, whether the server preloaded it and, if not, what to write where; and whether the recorder of this database is running, idle or cannot be had';

-- ---------------------------------------------------------------------------------------------
-- Rules and pauses

-- These tables are written by the library, past SQL: nothing of it reaches the subscribers of a
-- FOR ALL TABLES publication, which may not have the tables.

CREATE TABLE ddl_warden.rule_change (
	name text PRIMARY KEY,
	action text NOT NULL CHECK (action IN ('off', 'record', 'warn', 'deny')),
	tolerate_bytes bigint CHECK (tolerate_bytes >= 0),
	tolerate_count bigint CHECK (tolerate_count >= 0),
	changed_at timestamptz NOT NULL,
	changed_by text NOT NULL
) USING heap;
ALTER TABLE ddl_warden.rule_change REPLICA IDENTITY NOTHING;
SELECT pg_catalog.pg_extension_config_dump('ddl_warden.rule_change', '');

COMMENT ON TABLE ddl_warden.rule_change IS
	'the rules that are not as compiled in; pg_dump takes them along; change them with UPDATE ddl_warden.rule';
COMMENT ON COLUMN ddl_warden.rule_change.name IS 'name of the rule';
COMMENT ON COLUMN ddl_warden.rule_change.action IS 'what is done with a finding: off, record, warn or deny';
COMMENT ON COLUMN ddl_warden.rule_change.tolerate_bytes IS 'work up to this many bytes is no finding; null: the rule is not about bytes';
COMMENT ON COLUMN ddl_warden.rule_change.tolerate_count IS 'a count up to this is no finding; null: the rule is not about a count';
COMMENT ON COLUMN ddl_warden.rule_change.changed_at IS 'when the rule was changed last';
COMMENT ON COLUMN ddl_warden.rule_change.changed_by IS 'role that changed it';

CREATE TABLE ddl_warden.rule_change_log (
	changed_at timestamptz NOT NULL,
	role_name text NOT NULL,
	session_role text NOT NULL,
	name text NOT NULL,
	old_action text NOT NULL,
	old_tolerate_bytes bigint,
	old_tolerate_count bigint,
	new_action text NOT NULL,
	new_tolerate_bytes bigint,
	new_tolerate_count bigint
) USING heap;
ALTER TABLE ddl_warden.rule_change_log REPLICA IDENTITY NOTHING;

COMMENT ON TABLE ddl_warden.rule_change_log IS 'every change of a rule; read it through ddl_warden.policy_changes';
COMMENT ON COLUMN ddl_warden.rule_change_log.changed_at IS 'when the rule was changed';
COMMENT ON COLUMN ddl_warden.rule_change_log.role_name IS 'role that changed it';
COMMENT ON COLUMN ddl_warden.rule_change_log.session_role IS 'role that the session belongs to';
COMMENT ON COLUMN ddl_warden.rule_change_log.name IS 'name of the rule';
COMMENT ON COLUMN ddl_warden.rule_change_log.old_action IS 'action before the change';
COMMENT ON COLUMN ddl_warden.rule_change_log.old_tolerate_bytes IS 'tolerated bytes before the change';
COMMENT ON COLUMN ddl_warden.rule_change_log.old_tolerate_count IS 'tolerated count before the change';
COMMENT ON COLUMN ddl_warden.rule_change_log.new_action IS 'action after the change';
COMMENT ON COLUMN ddl_warden.rule_change_log.new_tolerate_bytes IS 'tolerated bytes after the change';
COMMENT ON COLUMN ddl_warden.rule_change_log.new_tolerate_count IS 'tolerated count after the change';

CREATE FUNCTION ddl_warden.default_rules(
	OUT name text,
	OUT action text,
	OUT tolerate_bytes bigint,
	OUT tolerate_count bigint,
	OUT summary text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'ddl_warden_default_rules';
COMMENT ON FUNCTION ddl_warden.default_rules() IS 'the rules as compiled in, in the order of the documentation';

-- A change that does not fit its rule counts for nothing, here as in the library.
CREATE VIEW ddl_warden.rule AS
SELECT d.name,
	coalesce(c.action, d.action) AS action,
	coalesce(c.tolerate_bytes, d.tolerate_bytes) AS tolerate_bytes,
	coalesce(c.tolerate_count, d.tolerate_count) AS tolerate_count,
	d.summary,
	c.changed_at AS changed
FROM ROWS FROM (ddl_warden.default_rules()) WITH ORDINALITY
	AS d(name, action, tolerate_bytes, tolerate_count, summary, position)
LEFT JOIN ddl_warden.rule_change c
	ON c.name = d.name
	AND (c.tolerate_bytes IS NULL) = (d.tolerate_bytes IS NULL)
	AND (c.tolerate_count IS NULL) = (d.tolerate_count IS NULL)
ORDER BY d.position;
COMMENT ON VIEW ddl_warden.rule IS
	'the rules in force; UPDATE changes action, tolerate_bytes and tolerate_count, for every session from its next statement on';
COMMENT ON COLUMN ddl_warden.rule.name IS 'name of the rule';
COMMENT ON COLUMN ddl_warden.rule.action IS 'what is done with a finding: off (nothing), record (a row, no message), warn or deny';
COMMENT ON COLUMN ddl_warden.rule.tolerate_bytes IS 'work up to this many bytes, over the whole partition tree, is no finding; null: the rule is not about bytes';
COMMENT ON COLUMN ddl_warden.rule.tolerate_count IS 'a count up to this is no finding; null: the rule is not about a count';
COMMENT ON COLUMN ddl_warden.rule.summary IS 'what the rule finds';
COMMENT ON COLUMN ddl_warden.rule.changed IS 'when the rule was changed last; null: it is as compiled in';

CREATE FUNCTION ddl_warden.change_rule()
RETURNS trigger
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'ddl_warden_change_rule';
REVOKE ALL ON FUNCTION ddl_warden.change_rule() FROM PUBLIC;
COMMENT ON FUNCTION ddl_warden.change_rule() IS 'checks, records and carries out an UPDATE of ddl_warden.rule';

CREATE TRIGGER change_rule
INSTEAD OF INSERT OR UPDATE OR DELETE ON ddl_warden.rule
FOR EACH ROW EXECUTE FUNCTION ddl_warden.change_rule();
COMMENT ON TRIGGER change_rule ON ddl_warden.rule IS 'checks, records and carries out an UPDATE';

CREATE TABLE ddl_warden.pause_log (
	id bigint PRIMARY KEY,
	paused_at timestamptz NOT NULL,
	paused_until timestamptz NOT NULL,
	role_name text NOT NULL,
	session_role text NOT NULL,
	reason text NOT NULL
) USING heap;
ALTER TABLE ddl_warden.pause_log REPLICA IDENTITY NOTHING;
COMMENT ON TABLE ddl_warden.pause_log IS 'every pause; the latest one decides';
COMMENT ON COLUMN ddl_warden.pause_log.id IS 'counts up: the largest is the latest';
COMMENT ON COLUMN ddl_warden.pause_log.paused_at IS 'when the pause was called';
COMMENT ON COLUMN ddl_warden.pause_log.paused_until IS 'when it ends; not later than paused_at: it ended the pause before it';
COMMENT ON COLUMN ddl_warden.pause_log.role_name IS 'role that called it';
COMMENT ON COLUMN ddl_warden.pause_log.session_role IS 'role that the session belongs to';
COMMENT ON COLUMN ddl_warden.pause_log.reason IS 'why';

CREATE FUNCTION ddl_warden.pause(duration interval, reason text)
RETURNS timestamptz
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'ddl_warden_pause';
REVOKE ALL ON FUNCTION ddl_warden.pause(interval, text) FROM PUBLIC;
COMMENT ON FUNCTION ddl_warden.pause(interval, text) IS
	'judges nothing in this database for that long (at most 7 days; 0 ends a pause) and returns when it ends';

CREATE VIEW ddl_warden.policy_changes AS
SELECT changed_at,
	role_name,
	session_role,
	'rule' AS kind,
	name AS rule,
	jsonb_strip_nulls(jsonb_build_object('action', old_action,
		'tolerate_bytes', old_tolerate_bytes, 'tolerate_count', old_tolerate_count)) AS old,
	jsonb_strip_nulls(jsonb_build_object('action', new_action,
		'tolerate_bytes', new_tolerate_bytes, 'tolerate_count', new_tolerate_count)) AS new,
	NULL::timestamptz AS paused_until,
	NULL::text AS reason
FROM ddl_warden.rule_change_log
UNION ALL
SELECT paused_at, role_name, session_role, 'pause', NULL, NULL, NULL, paused_until, reason
FROM ddl_warden.pause_log;
COMMENT ON VIEW ddl_warden.policy_changes IS 'who changed which rule, or paused the judging, and when';
COMMENT ON COLUMN ddl_warden.policy_changes.changed_at IS 'when';
COMMENT ON COLUMN ddl_warden.policy_changes.role_name IS 'role that did it';
COMMENT ON COLUMN ddl_warden.policy_changes.session_role IS 'role that the session belongs to';
COMMENT ON COLUMN ddl_warden.policy_changes.kind IS 'rule or pause';
COMMENT ON COLUMN ddl_warden.policy_changes.rule IS 'name of the rule; null for a pause';
COMMENT ON COLUMN ddl_warden.policy_changes.old IS 'action and limits before; null for a pause';
COMMENT ON COLUMN ddl_warden.policy_changes.new IS 'action and limits after; null for a pause';
COMMENT ON COLUMN ddl_warden.policy_changes.paused_until IS 'when the pause ends; null for a rule';
COMMENT ON COLUMN ddl_warden.policy_changes.reason IS 'why it is paused; null for a rule';

-- The state of it all: it needs what is above.
CREATE FUNCTION ddl_warden.status(
	OUT library_version text,
	OUT extension_version text,
	OUT versions_match boolean,
	OUT loaded text,
	OUT mode text,
	OUT recorder text,
	OUT rules_changed integer,
	OUT paused_until timestamptz,
	OUT next_step text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT s.library_version, s.extension_version, s.library_version = s.extension_version,
		CASE WHEN s.preloaded THEN 'preloaded' ELSE 'NOT LOADED' END,
		s.mode,
		s.recorder,
		s.rules_changed,
		s.paused_until,
		CASE
			WHEN NOT s.preloaded THEN s.how_to_preload
			WHEN s.library_version <> s.extension_version THEN
				'Run ALTER EXTENSION ddl_warden UPDATE; if that changes nothing, restart the server: it still runs the library before.'
			WHEN s.paused_until IS NOT NULL THEN
				'Nothing is judged until the pause ends: SELECT ddl_warden.pause(''0'', ''reason'') ends it.'
			WHEN s.mode = 'off' THEN
				'Nothing is judged: set ddl_warden.mode to observe or enforce.'
			WHEN s.recorder = 'cannot be had' THEN
				'Refusals and rolled-back statements leave no row, only a line in the server log: raise max_worker_processes and restart the server.'
			WHEN s.retention BETWEEN 1 AND 86399 THEN
				format('Rows of the record are removed when they are %s seconds old: give ddl_warden.retention a unit, as in 400d.', s.retention)
			WHEN s.mode = 'observe' THEN
				'Nothing is refused: read what would be in ddl_warden.would_refuse_by_rule, then set ddl_warden.mode to enforce.'
			ELSE 'Nothing to do.'
		END
	FROM (
		SELECT l.version AS library_version,
			e.extversion AS extension_version,
			l.preloaded,
			l.how_to_preload,
			CASE WHEN l.preloaded THEN current_setting('ddl_warden.mode', true) END AS mode,
			l.recorder,
			(SELECT g.setting::bigint FROM pg_settings g WHERE g.name = 'ddl_warden.retention') AS retention,
			(SELECT count(changed)::integer FROM ddl_warden.rule) AS rules_changed,
			(SELECT p.paused_until
			 FROM (SELECT p.paused_until FROM ddl_warden.pause_log p ORDER BY p.id DESC LIMIT 1) p
			 WHERE p.paused_until > clock_timestamp()) AS paused_until
		FROM ddl_warden.library() l, pg_extension e
		WHERE e.extname = 'ddl_warden'
	) s;
END;
COMMENT ON FUNCTION ddl_warden.status() IS
	'one row: versions of library and SQL objects, whether the server preloaded the library, the mode of this session, the state of the recorder (running; idle: nothing is to be written; cannot be had), what was changed, and what to do next';

-- The table as well: pg_dump reads it, also when it is the owner of the database who dumps it.
GRANT SELECT ON ddl_warden.rule, ddl_warden.rule_change TO PUBLIC;
GRANT SELECT (id, paused_until) ON ddl_warden.pause_log TO PUBLIC;
GRANT SELECT ON ddl_warden.policy_changes TO pg_monitor;

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
	relation text,
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
-- Cutting the end off would take ACCESS EXCLUSIVE, and a row waits for no lock. A day's rows come and a
-- day's rows go, few of many: vacuumed sooner than others, the table keeps its size.
WITH (vacuum_truncate = off, toast.vacuum_truncate = off,
	autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_scale_factor = 0.05,
	autovacuum_vacuum_insert_scale_factor = 0.05, toast.autovacuum_vacuum_insert_scale_factor = 0.05);
ALTER TABLE ddl_warden.decision_log REPLICA IDENTITY NOTHING;
-- What was decided in an hour, on one table, for one role; and the few that were not simply allowed,
-- among all the others.
CREATE INDEX decision_log_decided_at_idx ON ddl_warden.decision_log (decided_at);
CREATE INDEX decision_log_relation_idx ON ddl_warden.decision_log (relation, decided_at);
CREATE INDEX decision_log_role_name_idx ON ddl_warden.decision_log (role_name, decided_at);
CREATE INDEX decision_log_verdict_idx ON ddl_warden.decision_log (verdict, decided_at);

COMMENT ON TABLE ddl_warden.decision_log IS
	'one row per judged statement, only ever inserted; a committed statement''s row commits with it; to be read through ddl_warden.decisions and the other views';
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
	'command tag; PAUSE and PURGE for ddl_warden.pause() and purge()';
COMMENT ON COLUMN ddl_warden.decision_log.statement IS
	'the statement, cut to itself, secrets replaced by <redacted>; at most 1 MB';
COMMENT ON COLUMN ddl_warden.decision_log.verdict IS
	'allow, record, warn, deny, online or override; deny with another outcome than refused: in observe mode';
COMMENT ON COLUMN ddl_warden.decision_log.rule IS
	'the rule that decided; NULL: none found anything';
COMMENT ON COLUMN ddl_warden.decision_log.relation IS
	'what the rule that decided is about, or else the first relation locked or named; further ones are in decision_relation; NULL: none is known';
COMMENT ON COLUMN ddl_warden.decision_log.findings IS
	'[{rule, action, relation, bytes, message, detail, hint}], the deciding one first; NULL: not judged';
COMMENT ON COLUMN ddl_warden.decision_log.override_reason IS
	'why the statement was let through: the reason of the override or of the pause, or that the session had switched the mode off';
COMMENT ON COLUMN ddl_warden.decision_log.impact IS
	'{strongest, known, relations: [{relation, table (of an index or a TOAST table), lock_mode, work, bytes, because}], remarks, forecast_ms}; forecast_ms: how long the work was expected to take, absent without work; at most 1,000 relations, the rest counted in more_relations; NULL: not judged';
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
	'{locks: [{relation, predicted, held}], files: [{relation, predicted, observed}]}: where locks and rewrites differed from the prediction; NULL: nowhere, or not compared (ddl_warden.verify)';

-- Removes rows past triggers and privileges, as the recorder does: who may call it may remove them.
CREATE FUNCTION ddl_warden.purge(before timestamptz)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'ddl_warden_purge';
REVOKE ALL ON FUNCTION ddl_warden.purge(timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION ddl_warden.purge(timestamptz) IS
	'removes the decisions made before that time, and returns how many; leaves a row that says so; rows that somebody has locked stay';

-- The further relations of a statement that has more than one: other partitions, the other side of a
-- foreign key, what else a DROP or TRUNCATE names. Written with the row, and in the same way.
CREATE TABLE ddl_warden.decision_relation (
	relation text NOT NULL,
	decision_id bigint NOT NULL,
	decided_at timestamptz NOT NULL
) USING heap
WITH (vacuum_truncate = off);
ALTER TABLE ddl_warden.decision_relation REPLICA IDENTITY NOTHING;
CREATE INDEX decision_relation_relation_idx ON ddl_warden.decision_relation (relation, decided_at);
CREATE INDEX decision_relation_decision_id_idx ON ddl_warden.decision_relation (decision_id);

COMMENT ON TABLE ddl_warden.decision_relation IS
	'the relations of a decision beside decision_log.relation, at most 1,000; to be read through ddl_warden.history()';
COMMENT ON COLUMN ddl_warden.decision_relation.relation IS
	'qualified and quoted; the table in place of its indexes and TOAST table';
COMMENT ON COLUMN ddl_warden.decision_relation.decision_id IS 'number of the decision';
COMMENT ON COLUMN ddl_warden.decision_relation.decided_at IS 'as in decision_log';

-- Rows are for ever: the library writes past triggers, SQL does not.
CREATE FUNCTION ddl_warden.keep_rows()
RETURNS trigger
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'ddl_warden_keep_rows';
REVOKE ALL ON FUNCTION ddl_warden.keep_rows() FROM PUBLIC;
COMMENT ON FUNCTION ddl_warden.keep_rows() IS 'refuses to change the rows of the record by SQL';

CREATE TRIGGER keep_rows
BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ddl_warden.decision_log
FOR EACH STATEMENT EXECUTE FUNCTION ddl_warden.keep_rows();
CREATE TRIGGER keep_rows
BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ddl_warden.decision_relation
FOR EACH STATEMENT EXECUTE FUNCTION ddl_warden.keep_rows();
CREATE TRIGGER keep_rows
BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ddl_warden.rule_change_log
FOR EACH STATEMENT EXECUTE FUNCTION ddl_warden.keep_rows();
CREATE TRIGGER keep_rows
BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ddl_warden.pause_log
FOR EACH STATEMENT EXECUTE FUNCTION ddl_warden.keep_rows();
COMMENT ON TRIGGER keep_rows ON ddl_warden.decision_log IS 'rows are written by the library only';
COMMENT ON TRIGGER keep_rows ON ddl_warden.decision_relation IS 'rows are written by the library only';
COMMENT ON TRIGGER keep_rows ON ddl_warden.rule_change_log IS 'rows are written by the library only';
COMMENT ON TRIGGER keep_rows ON ddl_warden.pause_log IS 'rows are written by the library only';

-- ---------------------------------------------------------------------------------------------
-- Seeing

-- Ordered by what an index has alone: to count the rows of a view is then to count those of the index.
CREATE VIEW ddl_warden.decisions AS
SELECT
	d.id,
	d.decided_at,
	d.decided_at + coalesce(d.run_ms, 0) * interval '1 millisecond' AS ended_at,
	d.verdict,
	d.outcome,
	d.rule,
	d.command,
	d.relation,
	d.impact ->> 'strongest' AS lock_mode,
	d.findings -> 0 ->> 'message' AS message,
	d.statement,
	round(d.run_ms::numeric, 1) AS run_ms,
	d.role_name,
	d.session_role,
	d.application_name,
	d.client_addr,
	d.context,
	d.override_reason,
	d.sqlstate
FROM ddl_warden.decision_log AS d
ORDER BY d.decided_at DESC;
COMMENT ON VIEW ddl_warden.decisions IS 'what was decided, newest first';
COMMENT ON COLUMN ddl_warden.decisions.id IS 'number of the decision, as the messages give it';
COMMENT ON COLUMN ddl_warden.decisions.decided_at IS 'when the statement was judged';
COMMENT ON COLUMN ddl_warden.decisions.ended_at IS 'when the statement ended; its locks last until its transaction ends';
COMMENT ON COLUMN ddl_warden.decisions.verdict IS 'what was done: allow, record, warn, deny, online or override';
COMMENT ON COLUMN ddl_warden.decisions.outcome IS 'what then happened: committed, rolled back, refused, failed, gave up waiting or held too long';
COMMENT ON COLUMN ddl_warden.decisions.rule IS 'the rule that decided';
COMMENT ON COLUMN ddl_warden.decisions.command IS 'command tag';
COMMENT ON COLUMN ddl_warden.decisions.relation IS 'the relation that the deciding rule is about, or else the first one locked or named';
COMMENT ON COLUMN ddl_warden.decisions.lock_mode IS 'the strongest lock on a relation that others can see';
COMMENT ON COLUMN ddl_warden.decisions.message IS 'what the deciding rule says';
COMMENT ON COLUMN ddl_warden.decisions.statement IS 'the statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.decisions.run_ms IS 'from the verdict to the end of the statement, in milliseconds';
COMMENT ON COLUMN ddl_warden.decisions.role_name IS 'whose privileges the statement ran with';
COMMENT ON COLUMN ddl_warden.decisions.session_role IS 'the role that logged in';
COMMENT ON COLUMN ddl_warden.decisions.application_name IS 'of the session';
COMMENT ON COLUMN ddl_warden.decisions.client_addr IS 'address of the client; NULL: unix socket';
COMMENT ON COLUMN ddl_warden.decisions.context IS 'ddl_warden.context of the session';
COMMENT ON COLUMN ddl_warden.decisions.override_reason IS 'why the statement was let through unjudged or against a rule';
COMMENT ON COLUMN ddl_warden.decisions.sqlstate IS 'of the error that ended the statement';

CREATE VIEW ddl_warden.refusals AS
SELECT
	d.id,
	d.decided_at,
	d.role_name,
	d.session_role,
	d.application_name,
	d.client_addr,
	d.rule,
	d.relation,
	d.findings -> 0 ->> 'message' AS message,
	d.findings -> 0 ->> 'detail' AS detail,
	d.findings -> 0 ->> 'hint' AS hint,
	d.command,
	d.statement,
	d.sqlstate,
	d.context
FROM ddl_warden.decision_log AS d
WHERE d.verdict = 'deny' AND d.outcome = 'refused'
ORDER BY d.decided_at DESC;
COMMENT ON VIEW ddl_warden.refusals IS 'what was refused, newest first';
COMMENT ON COLUMN ddl_warden.refusals.id IS 'number of the refusal, as the message gives it';
COMMENT ON COLUMN ddl_warden.refusals.decided_at IS 'when the statement was refused';
COMMENT ON COLUMN ddl_warden.refusals.role_name IS 'whose privileges the statement would have run with';
COMMENT ON COLUMN ddl_warden.refusals.session_role IS 'the role that logged in';
COMMENT ON COLUMN ddl_warden.refusals.application_name IS 'of the session';
COMMENT ON COLUMN ddl_warden.refusals.client_addr IS 'address of the client; NULL: unix socket';
COMMENT ON COLUMN ddl_warden.refusals.rule IS 'the rule that decided';
COMMENT ON COLUMN ddl_warden.refusals.relation IS 'the relation that the rule is about';
COMMENT ON COLUMN ddl_warden.refusals.message IS 'what the client was told: the message';
COMMENT ON COLUMN ddl_warden.refusals.detail IS 'what the client was told: the detail';
COMMENT ON COLUMN ddl_warden.refusals.hint IS 'what the client was told: the safe way, where there is one';
COMMENT ON COLUMN ddl_warden.refusals.command IS 'command tag';
COMMENT ON COLUMN ddl_warden.refusals.statement IS 'the statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.refusals.sqlstate IS 'of the error that the client got';
COMMENT ON COLUMN ddl_warden.refusals.context IS 'ddl_warden.context of the session';

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
	d.relation,
	d.findings -> 0 ->> 'message' AS message,
	d.command,
	d.statement,
	d.outcome,
	round(d.run_ms::numeric, 1) AS run_ms,
	d.context
FROM ddl_warden.decision_log AS d
WHERE d.verdict = 'override'
ORDER BY d.decided_at DESC;
COMMENT ON VIEW ddl_warden.overrides IS 'what was let through against a rule or unjudged, newest first';
COMMENT ON COLUMN ddl_warden.overrides.id IS 'number of the decision';
COMMENT ON COLUMN ddl_warden.overrides.decided_at IS 'when the statement was let through';
COMMENT ON COLUMN ddl_warden.overrides.role_name IS 'whose privileges the statement ran with';
COMMENT ON COLUMN ddl_warden.overrides.session_role IS 'the role that logged in';
COMMENT ON COLUMN ddl_warden.overrides.application_name IS 'of the session';
COMMENT ON COLUMN ddl_warden.overrides.client_addr IS 'address of the client; NULL: unix socket';
COMMENT ON COLUMN ddl_warden.overrides.override_reason IS 'the reason given, or how judging was switched off';
COMMENT ON COLUMN ddl_warden.overrides.rule IS 'the rule that was overridden; NULL: the statement was not judged, or no rule found anything';
COMMENT ON COLUMN ddl_warden.overrides.relation IS 'the relation that the rule is about, or else the first one locked or named';
COMMENT ON COLUMN ddl_warden.overrides.message IS 'what that rule says';
COMMENT ON COLUMN ddl_warden.overrides.command IS 'command tag; PAUSE and PURGE for ddl_warden.pause() and purge()';
COMMENT ON COLUMN ddl_warden.overrides.statement IS 'the statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.overrides.outcome IS 'what then happened';
COMMENT ON COLUMN ddl_warden.overrides.run_ms IS 'from the verdict to the end of the statement, in milliseconds';
COMMENT ON COLUMN ddl_warden.overrides.context IS 'ddl_warden.context of the session';

CREATE VIEW ddl_warden.warnings AS
SELECT
	d.id,
	d.decided_at,
	d.role_name,
	d.session_role,
	d.application_name,
	d.client_addr,
	d.rule,
	d.relation,
	d.findings -> 0 ->> 'message' AS message,
	d.findings -> 0 ->> 'detail' AS detail,
	d.findings -> 0 ->> 'hint' AS hint,
	d.command,
	d.statement,
	d.outcome,
	round(d.run_ms::numeric, 1) AS run_ms,
	d.context
FROM ddl_warden.decision_log AS d
WHERE d.verdict = 'warn'
ORDER BY d.decided_at DESC;
COMMENT ON VIEW ddl_warden.warnings IS 'what ran although a rule warned of it, newest first';
COMMENT ON COLUMN ddl_warden.warnings.id IS 'number of the warning, as the message gives it';
COMMENT ON COLUMN ddl_warden.warnings.decided_at IS 'when the statement was judged';
COMMENT ON COLUMN ddl_warden.warnings.role_name IS 'whose privileges the statement ran with';
COMMENT ON COLUMN ddl_warden.warnings.session_role IS 'the role that logged in';
COMMENT ON COLUMN ddl_warden.warnings.application_name IS 'of the session';
COMMENT ON COLUMN ddl_warden.warnings.client_addr IS 'address of the client; NULL: unix socket';
COMMENT ON COLUMN ddl_warden.warnings.rule IS 'the rule that warned';
COMMENT ON COLUMN ddl_warden.warnings.relation IS 'the relation that the rule is about';
COMMENT ON COLUMN ddl_warden.warnings.message IS 'what the rule says: the message';
COMMENT ON COLUMN ddl_warden.warnings.detail IS 'what the rule says: the detail';
COMMENT ON COLUMN ddl_warden.warnings.hint IS 'the safe way, where there is one';
COMMENT ON COLUMN ddl_warden.warnings.command IS 'command tag';
COMMENT ON COLUMN ddl_warden.warnings.statement IS 'the statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.warnings.outcome IS 'what then happened';
COMMENT ON COLUMN ddl_warden.warnings.run_ms IS 'from the verdict to the end of the statement, in milliseconds';
COMMENT ON COLUMN ddl_warden.warnings.context IS 'ddl_warden.context of the session';

CREATE VIEW ddl_warden.would_refuse AS
SELECT
	d.id,
	d.decided_at,
	d.role_name,
	d.session_role,
	d.application_name,
	d.client_addr,
	d.rule,
	d.relation,
	d.findings -> 0 ->> 'message' AS message,
	d.findings -> 0 ->> 'detail' AS detail,
	d.findings -> 0 ->> 'hint' AS hint,
	(d.findings -> 0 ->> 'bytes')::bigint AS bytes,
	d.command,
	d.statement,
	d.outcome,
	round(d.run_ms::numeric, 1) AS run_ms,
	d.context
FROM ddl_warden.decision_log AS d
WHERE d.verdict = 'deny' AND d.outcome <> 'refused'
ORDER BY d.decided_at DESC;
COMMENT ON VIEW ddl_warden.would_refuse IS 'what ran in observe mode and would be refused in enforce, newest first';
COMMENT ON COLUMN ddl_warden.would_refuse.id IS 'number of the decision';
COMMENT ON COLUMN ddl_warden.would_refuse.decided_at IS 'when the statement was judged';
COMMENT ON COLUMN ddl_warden.would_refuse.role_name IS 'whose privileges the statement ran with';
COMMENT ON COLUMN ddl_warden.would_refuse.session_role IS 'the role that logged in';
COMMENT ON COLUMN ddl_warden.would_refuse.application_name IS 'of the session';
COMMENT ON COLUMN ddl_warden.would_refuse.client_addr IS 'address of the client; NULL: unix socket';
COMMENT ON COLUMN ddl_warden.would_refuse.rule IS 'the rule that would refuse';
COMMENT ON COLUMN ddl_warden.would_refuse.relation IS 'the relation that the rule is about';
COMMENT ON COLUMN ddl_warden.would_refuse.message IS 'what the client would be told: the message';
COMMENT ON COLUMN ddl_warden.would_refuse.detail IS 'what the client would be told: the detail';
COMMENT ON COLUMN ddl_warden.would_refuse.hint IS 'the safe way, where there is one';
COMMENT ON COLUMN ddl_warden.would_refuse.bytes IS 'of the work that the rule is about';
COMMENT ON COLUMN ddl_warden.would_refuse.command IS 'command tag';
COMMENT ON COLUMN ddl_warden.would_refuse.statement IS 'the statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.would_refuse.outcome IS 'what happened, as nothing was refused';
COMMENT ON COLUMN ddl_warden.would_refuse.run_ms IS 'from the verdict to the end of the statement, in milliseconds';
COMMENT ON COLUMN ddl_warden.would_refuse.context IS 'ddl_warden.context of the session';

-- The example is looked up by its number: to collect the texts would cost their whole size.
CREATE VIEW ddl_warden.would_refuse_by_rule AS
SELECT
	s.rule,
	s.statements,
	s.first_seen,
	s.last_seen,
	s.relations,
	s.roles,
	s.largest_bytes,
	s.longest_ms,
	e.id AS example_id,
	e.relation AS example_relation,
	e.statement AS example,
	e.findings -> 0 ->> 'hint' AS example_hint
FROM (
	SELECT
		d.rule,
		count(*) AS statements,
		min(d.decided_at) AS first_seen,
		max(d.decided_at) AS last_seen,
		count(DISTINCT d.relation) AS relations,
		array_agg(DISTINCT d.role_name) AS roles,
		max((d.findings -> 0 ->> 'bytes')::bigint) AS largest_bytes,
		round(max(d.run_ms)::numeric, 1) AS longest_ms,
		max(d.id) AS newest
	FROM ddl_warden.decision_log AS d
	WHERE d.verdict = 'deny' AND d.outcome <> 'refused'
	GROUP BY d.rule
) AS s
JOIN ddl_warden.decision_log AS e ON e.id = s.newest
ORDER BY s.statements DESC, s.rule;
COMMENT ON VIEW ddl_warden.would_refuse_by_rule IS
	'what to fix, or which rule to change, before observe becomes enforce: would_refuse summed by rule, the most frequent first';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.rule IS 'the rule that would refuse';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.statements IS 'how many statements';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.first_seen IS 'when the first of them was judged';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.last_seen IS 'when the last of them was judged';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.relations IS 'how many different relations';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.roles IS 'whose statements';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.largest_bytes IS 'the most work that one of them did';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.longest_ms IS 'the longest that one of them ran, in milliseconds';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.example_id IS 'number of the last one';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.example_relation IS 'its relation';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.example IS 'its text, secrets redacted';
COMMENT ON COLUMN ddl_warden.would_refuse_by_rule.example_hint IS 'the safe way in its place, where there is one';

CREATE VIEW ddl_warden.mispredictions AS
SELECT
	d.id,
	d.decided_at,
	d.misprediction,
	d.verdict,
	d.rule,
	d.command,
	d.relation,
	d.statement,
	d.outcome,
	d.impact,
	d.role_name,
	d.application_name,
	d.context
FROM ddl_warden.decision_log AS d
WHERE d.misprediction IS NOT NULL
ORDER BY d.decided_at DESC;
COMMENT ON VIEW ddl_warden.mispredictions IS 'statements whose locks or rewrites differed from the prediction, newest first';
COMMENT ON COLUMN ddl_warden.mispredictions.id IS 'number of the decision';
COMMENT ON COLUMN ddl_warden.mispredictions.decided_at IS 'when the statement was judged';
COMMENT ON COLUMN ddl_warden.mispredictions.misprediction IS 'what differed';
COMMENT ON COLUMN ddl_warden.mispredictions.verdict IS 'what was done';
COMMENT ON COLUMN ddl_warden.mispredictions.rule IS 'the rule that decided; NULL: none found anything';
COMMENT ON COLUMN ddl_warden.mispredictions.command IS 'command tag';
COMMENT ON COLUMN ddl_warden.mispredictions.relation IS 'the relation that the rule is about, or else the first one locked or named';
COMMENT ON COLUMN ddl_warden.mispredictions.statement IS 'the statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.mispredictions.outcome IS 'what then happened';
COMMENT ON COLUMN ddl_warden.mispredictions.impact IS 'what was predicted';
COMMENT ON COLUMN ddl_warden.mispredictions.role_name IS 'whose privileges the statement ran with';
COMMENT ON COLUMN ddl_warden.mispredictions.application_name IS 'of the session';
COMMENT ON COLUMN ddl_warden.mispredictions.context IS 'ddl_warden.context of the session';

CREATE VIEW ddl_warden.mispredictions_by_rule AS
SELECT
	s.rule,
	s.command,
	s.statements,
	s.first_seen,
	s.last_seen,
	s.relations,
	e.id AS example_id,
	e.statement AS example,
	e.misprediction AS example_misprediction
FROM (
	SELECT
		d.rule,
		d.command,
		count(*) AS statements,
		min(d.decided_at) AS first_seen,
		max(d.decided_at) AS last_seen,
		count(DISTINCT d.relation) AS relations,
		max(d.id) AS newest
	FROM ddl_warden.decision_log AS d
	WHERE d.misprediction IS NOT NULL
	GROUP BY d.rule, d.command
) AS s
JOIN ddl_warden.decision_log AS e ON e.id = s.newest
ORDER BY s.statements DESC, s.rule, s.command;
COMMENT ON VIEW ddl_warden.mispredictions_by_rule IS
	'mispredictions summed by rule and command, the most frequent first: where not to rely on a verdict';
COMMENT ON COLUMN ddl_warden.mispredictions_by_rule.rule IS 'the rule that decided; NULL: none found anything';
COMMENT ON COLUMN ddl_warden.mispredictions_by_rule.command IS 'command tag';
COMMENT ON COLUMN ddl_warden.mispredictions_by_rule.statements IS 'how many statements';
COMMENT ON COLUMN ddl_warden.mispredictions_by_rule.first_seen IS 'when the first of them was judged';
COMMENT ON COLUMN ddl_warden.mispredictions_by_rule.last_seen IS 'when the last of them was judged';
COMMENT ON COLUMN ddl_warden.mispredictions_by_rule.relations IS 'how many different relations';
COMMENT ON COLUMN ddl_warden.mispredictions_by_rule.example_id IS 'number of the last one';
COMMENT ON COLUMN ddl_warden.mispredictions_by_rule.example IS 'its text, secrets redacted';
COMMENT ON COLUMN ddl_warden.mispredictions_by_rule.example_misprediction IS 'what differed in it';

-- A name may be that of a relation which is gone: then there is one candidate for each schema of the
-- search path, in its order.  Not EXISTS, which the planner may well answer by reading the whole table.
CREATE FUNCTION ddl_warden.recorded_names(relation text)
RETURNS text[]
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'ddl_warden_recorded_names';
COMMENT ON FUNCTION ddl_warden.recorded_names(text) IS
	'how the record writes the name of this relation; the name of its table for an index; if there is no such relation, as it would be written in each schema of the search path';

-- PARALLEL UNSAFE keeps history() from starting workers: they take longer to start than it takes to run.
CREATE FUNCTION ddl_warden.recorded_name(relation text)
RETURNS text
LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT c.name
	FROM unnest(ddl_warden.recorded_names(recorded_name.relation)) WITH ORDINALITY AS c(name, position)
	ORDER BY coalesce(
			(SELECT d.id FROM ddl_warden.decision_log AS d WHERE d.relation = c.name
			 ORDER BY d.decided_at DESC LIMIT 1),
			(SELECT r.decision_id FROM ddl_warden.decision_relation AS r WHERE r.relation = c.name
			 ORDER BY r.decided_at DESC LIMIT 1)) IS NULL,
		c.position
	LIMIT 1;
END;
COMMENT ON FUNCTION ddl_warden.recorded_name(text) IS
	'the name that the record has this relation under; the first of recorded_names() that it knows anything of';

-- Written so that the planner takes it into the query that calls it, and LIMIT reads no more rows than
-- it shows.
CREATE FUNCTION ddl_warden.history(
	relation text,
	OUT id bigint,
	OUT decided_at timestamptz,
	OUT role_name text,
	OUT session_role text,
	OUT command text,
	OUT verdict text,
	OUT outcome text,
	OUT rule text,
	OUT lock_mode text,
	OUT work text[],
	OUT bytes bigint,
	OUT run_ms numeric,
	OUT statement text,
	OUT message text,
	OUT application_name text,
	OUT client_addr inet,
	OUT context text,
	OUT override_reason text,
	OUT sqlstate text)
RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 100
BEGIN ATOMIC
	SELECT
		d.id,
		d.decided_at,
		d.role_name,
		d.session_role,
		d.command,
		d.verdict,
		d.outcome,
		d.rule,
		e.lock_mode,
		e.work,
		e.bytes,
		round(d.run_ms::numeric, 1),
		d.statement,
		d.findings -> 0 ->> 'message',
		d.application_name,
		d.client_addr,
		d.context,
		d.override_reason,
		d.sqlstate
	FROM (
		SELECT f.relation, f.decided_at, f.id FROM ddl_warden.decision_log AS f
		UNION ALL
		SELECT r.relation, r.decided_at, r.decision_id FROM ddl_warden.decision_relation AS r
	) AS h
	JOIN ddl_warden.decision_log AS d ON d.id = h.id
	CROSS JOIN LATERAL (
		SELECT
			max(i.lock_mode) FILTER (WHERE i."table" IS NULL) AS lock_mode,
			CASE WHEN count(*) > 0 THEN
				array(
					SELECT DISTINCT w.work
					FROM jsonb_to_recordset(d.impact -> 'relations') AS j(relation text, "table" text, work jsonb),
						jsonb_array_elements_text(j.work) AS w(work)
					WHERE h.relation IN (j.relation, j."table")
					ORDER BY w.work
				)
			END AS work,
			sum(i.bytes)::bigint AS bytes
		FROM jsonb_to_recordset(d.impact -> 'relations')
			AS i(relation text, "table" text, lock_mode text, bytes bigint)
		WHERE h.relation IN (i.relation, i."table")
	) AS e
	WHERE h.relation = (SELECT ddl_warden.recorded_name(history.relation))
	ORDER BY h.decided_at DESC;
END;
COMMENT ON FUNCTION ddl_warden.history(text) IS
	'what was ever done to this relation, by whom and with what effect on it, newest first; also after it is gone. lock_mode, work and bytes: of the relation with its indexes and TOAST table, NULL where not predicted';

-- ---------------------------------------------------------------------------------------------
-- What is under way, and what was left half done

-- Announced before it starts, by the recorder, for a statement that commits in between cannot write
-- in its own transaction: what it has done by then stays, even if it never ends. Only ever inserted,
-- as decision_log is.
CREATE TABLE ddl_warden.begun (
	id bigint NOT NULL,
	begun_at timestamptz NOT NULL,
	role_name text,
	session_role text,
	application_name text,
	client_addr inet,
	backend_pid int NOT NULL,
	backend_started timestamptz NOT NULL,
	context text,
	command text,
	statement text,
	relation text,
	relations oid[] NOT NULL,
	CONSTRAINT begun_pkey PRIMARY KEY (id)
) USING heap
WITH (vacuum_truncate = off, toast.vacuum_truncate = off);
ALTER TABLE ddl_warden.begun REPLICA IDENTITY NOTHING;
CREATE TRIGGER keep_rows
BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ddl_warden.begun
FOR EACH STATEMENT EXECUTE FUNCTION ddl_warden.keep_rows();
COMMENT ON TRIGGER keep_rows ON ddl_warden.begun IS 'rows are written by the library only';

COMMENT ON TABLE ddl_warden.begun IS
	'statements that commit in between, announced before they start (CONCURRENTLY, VACUUM FULL, REINDEX and CLUSTER of many); to be read through ddl_warden.unfinished';
COMMENT ON COLUMN ddl_warden.begun.id IS 'number of the decision: that of its row in decision_log, when it has ended';
COMMENT ON COLUMN ddl_warden.begun.begun_at IS 'when the statement was judged, before it took any lock';
COMMENT ON COLUMN ddl_warden.begun.role_name IS 'the role whose privileges the statement ran with (current_user)';
COMMENT ON COLUMN ddl_warden.begun.session_role IS 'the role that logged in (session_user)';
COMMENT ON COLUMN ddl_warden.begun.application_name IS 'application_name of the session; NULL: empty';
COMMENT ON COLUMN ddl_warden.begun.client_addr IS 'address of the client; NULL: unix socket';
COMMENT ON COLUMN ddl_warden.begun.backend_pid IS 'process of the session';
COMMENT ON COLUMN ddl_warden.begun.backend_started IS
	'when that process started, as in pg_stat_activity.backend_start: process numbers are used again';
COMMENT ON COLUMN ddl_warden.begun.context IS 'ddl_warden.context of the session: migration, commit, ticket; NULL: empty';
COMMENT ON COLUMN ddl_warden.begun.command IS 'command tag';
COMMENT ON COLUMN ddl_warden.begun.statement IS 'the statement, cut to itself, secrets replaced by <redacted>; at most 1 MB';
COMMENT ON COLUMN ddl_warden.begun.relation IS
	'the relation that the deciding rule is about, or else the first one locked';
COMMENT ON COLUMN ddl_warden.begun.relations IS
	'the relations that it locks, by OID, the first 10,000: by them is found what it has left behind';

-- Views below are for pg_monitor, whom the server tells what every session does.

CREATE FUNCTION ddl_warden.running(
	OUT pid int,
	OUT backend_started timestamptz,
	OUT role oid,
	OUT id bigint,
	OUT started_at timestamptz,
	OUT state text,
	OUT command text,
	OUT relation text,
	OUT statement text)
RETURNS SETOF record
LANGUAGE c STRICT VOLATILE PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'ddl_warden_running';
REVOKE ALL ON FUNCTION ddl_warden.running() FROM PUBLIC;
COMMENT ON FUNCTION ddl_warden.running() IS
	'statements of this database that are judged or run now, one for each session; to be read through ddl_warden.activity';

CREATE VIEW ddl_warden.activity AS
WITH waiting AS MATERIALIZED (
	SELECT l.pid, l.locktype, l.relation, l.mode, l.waitstart, pg_blocking_pids(l.pid) AS blockers
	FROM pg_locks AS l
	WHERE NOT l.granted
)
SELECT
	r.pid,
	CASE WHEN r.state = 'running' AND w.pid IS NOT NULL THEN 'waiting for a lock' ELSE r.state END AS state,
	r.started_at,
	r.command,
	r.relation,
	r.statement,
	CASE w.locktype
		WHEN 'relation' THEN coalesce((
			SELECT format('%I.%I', n.nspname, c.relname)
			FROM pg_class AS c
			JOIN pg_namespace AS n ON n.oid = c.relnamespace
			WHERE c.oid = w.relation), w.relation::text)
		WHEN 'virtualxid' THEN 'the end of a transaction'
		WHEN 'transactionid' THEN 'the end of a transaction'
		ELSE w.locktype
	END AS waits_for,
	w.mode AS lock_mode,
	w.waitstart AS waits_since,
	(
		SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
			'pid', nullif(b.pid, 0),
			'prepared_transaction', CASE WHEN b.pid = 0 THEN true END,
			'role_name', a.usename,
			'application_name', nullif(a.application_name, ''),
			'state', a.state,
			'state_since', a.state_change,
			'transaction_since', a.xact_start,
			'query', nullif(left(a.query, 200), ''))) ORDER BY a.xact_start)
		FROM (SELECT DISTINCT unnest(w.blockers) AS pid) AS b
		LEFT JOIN pg_stat_activity AS a ON a.pid = b.pid
	) AS blockers,
	(SELECT count(DISTINCT o.pid) FROM waiting AS o WHERE r.pid = ANY (o.blockers)) AS sessions_behind,
	coalesce(i.phase, c.phase) AS phase,
	round(100.0 * CASE
		WHEN i.phase LIKE 'waiting %' THEN i.lockers_done / nullif(i.lockers_total, 0)::numeric
		WHEN i.phase LIKE '% tuples %' THEN i.tuples_done / nullif(i.tuples_total, 0)::numeric
		WHEN i.pid IS NOT NULL THEN i.blocks_done / nullif(i.blocks_total, 0)::numeric
		WHEN c.phase = 'seq scanning heap' THEN c.heap_blks_scanned / nullif(c.heap_blks_total, 0)::numeric
	END, 1) AS phase_percent,
	r.id,
	pg_get_userbyid(r.role) AS role_name,
	s.usename AS session_role,
	nullif(s.application_name, '') AS application_name,
	s.client_addr
FROM ddl_warden.running() AS r
JOIN pg_stat_activity AS s ON s.pid = r.pid AND s.backend_start = r.backend_started
LEFT JOIN waiting AS w ON w.pid = r.pid
LEFT JOIN pg_stat_progress_create_index AS i ON i.pid = r.pid
LEFT JOIN pg_stat_progress_cluster AS c ON c.pid = r.pid
ORDER BY r.started_at;
COMMENT ON VIEW ddl_warden.activity IS
	'DDL of this database that waits or runs now, the oldest first: whom it waits for, who waits behind it, and how far it is';
COMMENT ON COLUMN ddl_warden.activity.pid IS 'process of the session';
COMMENT ON COLUMN ddl_warden.activity.state IS
	'judging, waiting for the record (its row must be durable first), waiting for a lock, or running';
COMMENT ON COLUMN ddl_warden.activity.started_at IS 'when the statement arrived';
COMMENT ON COLUMN ddl_warden.activity.command IS 'command tag';
COMMENT ON COLUMN ddl_warden.activity.relation IS
	'the relation that the deciding rule is about, or else the first one locked';
COMMENT ON COLUMN ddl_warden.activity.statement IS 'the first kilobyte of the statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.activity.waits_for IS
	'the relation whose lock it waits for, or what else; NULL: it waits for no lock';
COMMENT ON COLUMN ddl_warden.activity.lock_mode IS 'the lock that it waits for, as in pg_locks.mode';
COMMENT ON COLUMN ddl_warden.activity.waits_since IS 'when that wait began';
COMMENT ON COLUMN ddl_warden.activity.blockers IS
	'who is in its way, the oldest transaction first: [{pid, role_name, application_name, state, state_since, transaction_since, query}]; prepared_transaction: true in place of a pid';
COMMENT ON COLUMN ddl_warden.activity.sessions_behind IS
	'how many sessions wait for a lock that this one holds, or stands in the queue for';
COMMENT ON COLUMN ddl_warden.activity.phase IS
	'of an index build, CLUSTER or VACUUM FULL, in the words of the pg_stat_progress views';
COMMENT ON COLUMN ddl_warden.activity.phase_percent IS
	'how much of that phase is done; NULL: PostgreSQL does not tell';
COMMENT ON COLUMN ddl_warden.activity.id IS 'number of the decision; NULL: not decided yet';
COMMENT ON COLUMN ddl_warden.activity.role_name IS 'whose privileges the statement runs with';
COMMENT ON COLUMN ddl_warden.activity.session_role IS 'the role that logged in';
COMMENT ON COLUMN ddl_warden.activity.application_name IS 'of the session';
COMMENT ON COLUMN ddl_warden.activity.client_addr IS 'address of the client; NULL: unix socket';

-- An index is left out while a session is at it: one that reports an index build and holds its table,
-- or holds the index itself, as DROP INDEX CONCURRENTLY and REINDEX do.
CREATE VIEW ddl_warden.invalid_indexes AS
SELECT
	format('%I.%I', n.nspname, x.relname) AS index,
	format('%I.%I', tn.nspname, t.relname) AS relation,
	CASE
		WHEN x.relkind = 'I' THEN format('%s of %s partitions have an index attached to it.',
			(SELECT count(*) FROM pg_inherits AS h WHERE h.inhparent = x.oid),
			(SELECT count(*) FROM pg_inherits AS h WHERE h.inhparent = t.oid))
		WHEN p.what = 'new' THEN 'REINDEX CONCURRENTLY did not finish: the new index never came into use.'
		WHEN p.what = 'old' THEN 'REINDEX CONCURRENTLY did not finish: a new index has taken the place of this one.'
		WHEN p.what = 'dropped' THEN 'DROP INDEX CONCURRENTLY did not finish.'
		ELSE 'Its build did not finish.'
	END AS because,
	CASE WHEN NOT EXISTS (SELECT FROM pg_locks AS l WHERE l.relation = x.oid AND l.mode = 'AccessExclusiveLock')
		THEN pg_relation_size(x.oid) END AS bytes,
	b.id AS decision,
	b.begun_at AS since,
	b.statement,
	format('DROP INDEX %s%I.%I', CASE WHEN x.relkind = 'i' THEN 'CONCURRENTLY ' END, n.nspname, x.relname) AS to_drop,
	CASE WHEN x.relkind = 'i' AND p.what = 'built'
		THEN format('REINDEX INDEX CONCURRENTLY %I.%I', n.nspname, x.relname) END AS to_rebuild
FROM pg_index AS i
JOIN pg_class AS x ON x.oid = i.indexrelid
JOIN pg_namespace AS n ON n.oid = x.relnamespace
JOIN pg_class AS it ON it.oid = i.indrelid
JOIN pg_class AS t ON t.oid = i.indrelid AND it.relkind <> 't' OR t.reltoastrelid = i.indrelid AND it.relkind = 't'
JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
LEFT JOIN LATERAL (
	SELECT b.id, b.begun_at, b.command, b.statement
	FROM ddl_warden.begun AS b
	LEFT JOIN ddl_warden.decision_log AS d ON d.id = b.id
	WHERE t.oid = ANY (b.relations)
		AND CASE WHEN x.relname ~ '_cc(new|old)[0-9]*$' THEN b.command = 'REINDEX'
			ELSE b.command = 'CREATE INDEX' OR (b.command = 'DROP INDEX' AND x.oid = ANY (b.relations)) END
		AND d.outcome IS DISTINCT FROM 'committed'
	ORDER BY b.id DESC
	LIMIT 1
) AS b ON x.relkind = 'i'
CROSS JOIN LATERAL (
	SELECT CASE
		WHEN x.relname ~ '_ccnew[0-9]*$' THEN 'new'
		WHEN x.relname ~ '_ccold[0-9]*$' THEN 'old'
		WHEN b.command = 'DROP INDEX' OR NOT i.indislive THEN 'dropped'
		ELSE 'built'
	END AS what
) AS p
WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
	AND x.relpersistence <> 't'
	AND NOT EXISTS (
		SELECT
		FROM pg_locks AS l
		LEFT JOIN pg_stat_progress_create_index AS building ON building.pid = l.pid
		WHERE l.database = (SELECT c.oid FROM pg_database AS c WHERE c.datname = current_database())
			AND l.mode = 'ShareUpdateExclusiveLock'
			AND (l.relation = x.oid OR (l.relation = i.indrelid AND building.pid IS NOT NULL)))
ORDER BY 2, 1;
COMMENT ON VIEW ddl_warden.invalid_indexes IS
	'indexes that no query uses, and that every write may still have to serve; not those that are being built now';
COMMENT ON COLUMN ddl_warden.invalid_indexes.index IS 'the index, schema-qualified and quoted';
COMMENT ON COLUMN ddl_warden.invalid_indexes.relation IS 'its table; of an index of a TOAST table, the table that this one belongs to';
COMMENT ON COLUMN ddl_warden.invalid_indexes.because IS 'what happened to it';
COMMENT ON COLUMN ddl_warden.invalid_indexes.bytes IS 'its size; NULL: it is locked';
COMMENT ON COLUMN ddl_warden.invalid_indexes.decision IS
	'number of the statement that left it, the last that can have done so; NULL: none is in the record';
COMMENT ON COLUMN ddl_warden.invalid_indexes.since IS 'when that statement began';
COMMENT ON COLUMN ddl_warden.invalid_indexes.statement IS 'that statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.invalid_indexes.to_drop IS 'the statement that takes it away';
COMMENT ON COLUMN ddl_warden.invalid_indexes.to_rebuild IS
	'the statement that makes it valid; NULL: it is only good for dropping or, of a partitioned table, waits for the indexes of its partitions (ALTER INDEX ... ATTACH PARTITION)';

CREATE VIEW ddl_warden.unfinished AS
WITH leftover AS MATERIALIZED (
	SELECT x.decision AS id, 'INVALID index ' || x.index AS what, x.to_drop AS cure
	FROM ddl_warden.invalid_indexes AS x
	WHERE x.decision IS NOT NULL
	UNION ALL
	SELECT (
			SELECT max(b.id)
			FROM ddl_warden.begun AS b
			LEFT JOIN ddl_warden.decision_log AS d ON d.id = b.id
			WHERE b.command = 'ALTER TABLE'
				AND b.relations @> ARRAY[p.oid, c.oid]
				AND d.outcome IS DISTINCT FROM 'committed'
		),
		format('partition %I.%I, half detached', cn.nspname, c.relname),
		format('ALTER TABLE %I.%I DETACH PARTITION %I.%I FINALIZE', pn.nspname, p.relname, cn.nspname, c.relname)
	FROM pg_inherits AS h
	JOIN pg_class AS p ON p.oid = h.inhparent
	JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
	JOIN pg_class AS c ON c.oid = h.inhrelid
	JOIN pg_namespace AS cn ON cn.oid = c.relnamespace
	WHERE h.inhdetachpending
)
SELECT
	b.id,
	b.begun_at,
	b.command,
	b.relation,
	b.statement,
	l.left_behind,
	l.what_to_do,
	d.outcome,
	b.role_name,
	b.session_role,
	b.application_name,
	b.client_addr,
	b.backend_pid,
	b.context
FROM ddl_warden.begun AS b
LEFT JOIN ddl_warden.decision_log AS d ON d.id = b.id
CROSS JOIN LATERAL (
	SELECT coalesce(array_agg(o.what ORDER BY o.what), '{}') AS left_behind,
		coalesce(array_agg(o.cure ORDER BY o.what), '{}') AS what_to_do
	FROM leftover AS o
	WHERE o.id = b.id
) AS l
WHERE d.outcome IS DISTINCT FROM 'committed'
	AND (d.id IS NULL OR l.left_behind <> '{}')
	AND NOT (d.id IS NULL AND EXISTS (
		SELECT
		FROM pg_stat_activity AS a
		WHERE a.pid = b.backend_pid AND a.backend_start = b.backend_started))
ORDER BY b.id;
COMMENT ON VIEW ddl_warden.unfinished IS
	'statements that committed in between and did not come to their end, the oldest first: those that left something behind, until it is cleared away, and those that a crash took without a trace in the record';
COMMENT ON COLUMN ddl_warden.unfinished.id IS 'number of the decision';
COMMENT ON COLUMN ddl_warden.unfinished.begun_at IS 'when the statement was judged, before it took any lock';
COMMENT ON COLUMN ddl_warden.unfinished.command IS 'command tag';
COMMENT ON COLUMN ddl_warden.unfinished.relation IS
	'the relation that the deciding rule is about, or else the first one locked';
COMMENT ON COLUMN ddl_warden.unfinished.statement IS 'the statement, secrets redacted';
COMMENT ON COLUMN ddl_warden.unfinished.left_behind IS
	'what is there now and should not be: INVALID indexes, half detached partitions; empty: nothing';
COMMENT ON COLUMN ddl_warden.unfinished.what_to_do IS
	'the statements that clear it away, ready to run; then the unfinished one can be run again';
COMMENT ON COLUMN ddl_warden.unfinished.outcome IS
	'how it ended: failed, rolled back, gave up waiting or held too long; NULL: the server or its session was killed';
COMMENT ON COLUMN ddl_warden.unfinished.role_name IS 'whose privileges the statement ran with';
COMMENT ON COLUMN ddl_warden.unfinished.session_role IS 'the role that logged in';
COMMENT ON COLUMN ddl_warden.unfinished.application_name IS 'of the session';
COMMENT ON COLUMN ddl_warden.unfinished.client_addr IS 'address of the client; NULL: unix socket';
COMMENT ON COLUMN ddl_warden.unfinished.backend_pid IS 'process of the session';
COMMENT ON COLUMN ddl_warden.unfinished.context IS 'ddl_warden.context of the session';

GRANT EXECUTE ON FUNCTION ddl_warden.running() TO pg_monitor;
GRANT SELECT ON ddl_warden.begun, ddl_warden.activity, ddl_warden.invalid_indexes, ddl_warden.unfinished TO pg_monitor;

-- ---------------------------------------------------------------------------------------------
-- Forecasts: how fast this server is

-- What statements that did enough work to tell took for it; written by the library together with
-- the statement's row, past SQL as that one. Rates are made from the latest of each kind.
CREATE TABLE ddl_warden.measured_work (
	decision_id bigint NOT NULL,
	measured_at timestamptz NOT NULL,
	work text COLLATE "C" NOT NULL,
	bytes bigint NOT NULL,
	run_ms double precision NOT NULL,
	forecast_ms double precision NOT NULL
) USING heap
WITH (vacuum_truncate = off, toast.vacuum_truncate = off);
ALTER TABLE ddl_warden.measured_work REPLICA IDENTITY NOTHING;
CREATE INDEX measured_work_work_idx ON ddl_warden.measured_work (work, measured_at);
CREATE INDEX measured_work_decision_id_idx ON ddl_warden.measured_work (decision_id);
COMMENT ON TABLE ddl_warden.measured_work IS
	'how long finished statements took for their work: what forecasts are made from; to be read through ddl_warden.forecast_errors';
COMMENT ON COLUMN ddl_warden.measured_work.decision_id IS 'number of the decision on the statement';
COMMENT ON COLUMN ddl_warden.measured_work.measured_at IS 'when the statement had run';
COMMENT ON COLUMN ddl_warden.measured_work.work IS 'kind of work, as in ddl_warden.rates';
COMMENT ON COLUMN ddl_warden.measured_work.bytes IS 'how much of it, by the sizes before the statement ran';
COMMENT ON COLUMN ddl_warden.measured_work.run_ms IS
	'how long it took, in milliseconds; of a statement with several kinds of work, the share that was forecast for this one';
COMMENT ON COLUMN ddl_warden.measured_work.forecast_ms IS 'how long it was forecast to take, in milliseconds';

CREATE FUNCTION ddl_warden.forecast(work text, bytes bigint)
RETURNS interval
LANGUAGE c STRICT STABLE PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'ddl_warden_forecast';
COMMENT ON FUNCTION ddl_warden.forecast(text, bigint) IS
	'how long so many bytes of that work (a kind of ddl_warden.rates) are expected to take here';

CREATE FUNCTION ddl_warden.current_rates(
	OUT work text,
	OUT bytes_per_second double precision,
	OUT samples int,
	OUT last_measured_at timestamptz)
RETURNS SETOF record
LANGUAGE c STRICT STABLE PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'ddl_warden_current_rates';
COMMENT ON FUNCTION ddl_warden.current_rates() IS 'what ddl_warden.rates shows';

CREATE VIEW ddl_warden.rates AS
SELECT work,
	round(bytes_per_second)::bigint AS bytes_per_second,
	samples > 0 AS measured,
	samples,
	last_measured_at
FROM ddl_warden.current_rates();
COMMENT ON VIEW ddl_warden.rates IS
	'the speeds that forecasts are made with in this database: the median of the latest statements of each kind, or what is assumed before there are any';
COMMENT ON COLUMN ddl_warden.rates.work IS
	'kind of work; index_build: a new index, by the size of its table; index_rebuild: one that is built anew, by its own size';
COMMENT ON COLUMN ddl_warden.rates.bytes_per_second IS 'speed';
COMMENT ON COLUMN ddl_warden.rates.measured IS 'whether it was measured here; false: it is assumed';
COMMENT ON COLUMN ddl_warden.rates.samples IS 'from how many statements it was measured, 15 at most';
COMMENT ON COLUMN ddl_warden.rates.last_measured_at IS 'when the latest of them had run; NULL: it is assumed';

CREATE VIEW ddl_warden.forecast_errors AS
SELECT m.decision_id,
	m.measured_at,
	m.work,
	m.bytes,
	m.forecast_ms,
	m.run_ms,
	round((m.forecast_ms / nullif(m.run_ms, 0))::numeric, 2) AS ratio
FROM ddl_warden.measured_work AS m
ORDER BY m.decision_id DESC;
COMMENT ON VIEW ddl_warden.forecast_errors IS
	'how long statements took beside how long they were forecast to take, newest first';
COMMENT ON COLUMN ddl_warden.forecast_errors.decision_id IS 'number of the decision on the statement';
COMMENT ON COLUMN ddl_warden.forecast_errors.measured_at IS 'when the statement had run';
COMMENT ON COLUMN ddl_warden.forecast_errors.work IS 'kind of work, as in ddl_warden.rates';
COMMENT ON COLUMN ddl_warden.forecast_errors.bytes IS 'how much of it';
COMMENT ON COLUMN ddl_warden.forecast_errors.forecast_ms IS 'how long it was forecast to take, in milliseconds';
COMMENT ON COLUMN ddl_warden.forecast_errors.run_ms IS 'how long it took, in milliseconds';
COMMENT ON COLUMN ddl_warden.forecast_errors.ratio IS 'forecast by measured: 2 is twice as long as it took';

GRANT SELECT ON ddl_warden.rates TO PUBLIC;
GRANT SELECT ON ddl_warden.measured_work, ddl_warden.forecast_errors TO pg_monitor;

-- ---------------------------------------------------------------------------------------------
-- Metrics

CREATE FUNCTION ddl_warden.counters(
	OUT name text,
	OUT labels jsonb,
	OUT value double precision,
	OUT type text,
	OUT help text)
RETURNS SETOF record
LANGUAGE c STRICT VOLATILE PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'ddl_warden_counters';
COMMENT ON FUNCTION ddl_warden.counters() IS
	'what is counted for the whole server since it started; no rows unless the library is preloaded';

CREATE FUNCTION ddl_warden.recorder(
	OUT launcher_runs boolean,
	OUT recorder_runs boolean,
	OUT available boolean,
	OUT entries integer,
	OUT bytes bigint,
	OUT capacity bigint)
LANGUAGE c STRICT VOLATILE PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'ddl_warden_recorder';
COMMENT ON FUNCTION ddl_warden.recorder() IS
	'the launcher, the recorder of this database (it leaves after a second without work), whether a recorder can be had, and what waits for recorders in all databases: decisions, and bytes of ddl_warden.record_buffer';

CREATE FUNCTION ddl_warden.record_extent(OUT bytes bigint, OUT oldest timestamptz)
LANGUAGE c STRICT VOLATILE PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'ddl_warden_record_extent';
COMMENT ON FUNCTION ddl_warden.record_extent() IS
	'what the record takes on disk, with indexes and TOAST, and when its oldest row was decided; waits for no lock: null while one is in the way';

-- One exporter can read several databases of a server: what is not the whole server's has a label
-- that says which database's it is.
CREATE VIEW ddl_warden.metrics AS
SELECT name, labels, value, type, help
FROM ddl_warden.counters()
UNION ALL
SELECT m.name, jsonb_build_object('database', current_database()) || m.labels, m.value, 'gauge', m.help
FROM ddl_warden.status() AS s
CROSS JOIN LATERAL (VALUES
	('ddl_warden_preloaded', '{}', (s.loaded = 'preloaded')::int,
		'Whether the server preloaded the library: 1, or 0: nothing is guarded.'),
	('ddl_warden_recorder_available', '{}',
		CASE WHEN s.loaded = 'preloaded' THEN (SELECT available::int FROM ddl_warden.recorder()) END,
		'Whether a recorder can be had: 1, or 0: what waits in this database has waited for one in vain.'),
	('ddl_warden_version_info',
		jsonb_build_object('library_version', s.library_version, 'extension_version', s.extension_version), 1,
		'Versions of the library and of the objects in this database; always 1.'),
	('ddl_warden_versions_match', '{}', s.versions_match::int,
		'Whether library and objects are of one version: 1, or 0: ALTER EXTENSION ddl_warden UPDATE.'),
	('ddl_warden_mode_active', '{"mode": "off"}', (s.mode = 'off')::int,
		'1 for the mode that sessions of the asking role have in this database, 0 for the others.'),
	('ddl_warden_mode_active', '{"mode": "observe"}', (s.mode = 'observe')::int,
		'1 for the mode that sessions of the asking role have in this database, 0 for the others.'),
	('ddl_warden_mode_active', '{"mode": "enforce"}', (s.mode = 'enforce')::int,
		'1 for the mode that sessions of the asking role have in this database, 0 for the others.'),
	('ddl_warden_paused', '{}', (s.paused_until IS NOT NULL)::int,
		'Whether judging is paused in this database.'),
	('ddl_warden_paused_until_timestamp_seconds', '{}', coalesce(extract(epoch FROM s.paused_until), 0),
		'When the pause ends; 0: there is none.'),
	('ddl_warden_rules_changed', '{}', s.rules_changed,
		'Rules that are not as compiled in.'),
	('ddl_warden_retention_seconds', '{}',
		coalesce(extract(epoch FROM current_setting('ddl_warden.retention', true)::interval), 0),
		'Age at which rows of the record are pruned; 0: they are kept.')
) AS m(name, labels, value, help)
WHERE m.value IS NOT NULL
UNION ALL
SELECT m.name, jsonb_build_object('database', current_database()), m.value, 'gauge', m.help
FROM ddl_warden.record_extent() AS r
CROSS JOIN LATERAL (VALUES
	('ddl_warden_record_bytes', r.bytes,
		'What the record takes on disk, with indexes and TOAST.'),
	('ddl_warden_record_oldest_row_timestamp_seconds', extract(epoch FROM r.oldest),
		'When the oldest row of the record was decided.')
) AS m(name, value, help)
WHERE m.value IS NOT NULL
UNION ALL
SELECT 'ddl_warden_invalid_indexes', jsonb_build_object('database', current_database()), count(*), 'gauge',
	'Indexes that are INVALID and that nobody is building: writers keep them up, and no query uses them.'
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE NOT i.indisvalid AND c.relkind = 'i'
	AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.index_relid = i.indexrelid);
COMMENT ON VIEW ddl_warden.metrics IS
	'what a Prometheus exporter shows; without the label "database": of the whole server since it started';
COMMENT ON COLUMN ddl_warden.metrics.name IS 'name of the metric';
COMMENT ON COLUMN ddl_warden.metrics.labels IS 'its labels: {label: value}';
COMMENT ON COLUMN ddl_warden.metrics.value IS 'how often since the server started, or how much now';
COMMENT ON COLUMN ddl_warden.metrics.type IS 'counter or gauge';
COMMENT ON COLUMN ddl_warden.metrics.help IS 'what it tells';

-- ---------------------------------------------------------------------------------------------
-- The report

-- Runs as its caller, who must be allowed to read the record. Its queries are too small to be compiled.
CREATE FUNCTION ddl_warden.report(since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL)
RETURNS text
LANGUAGE c VOLATILE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET jit = off
AS 'MODULE_PATHNAME', 'ddl_warden_report';
REVOKE ALL ON FUNCTION ddl_warden.report(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ddl_warden.report(timestamptz, timestamptz) TO pg_monitor;
COMMENT ON FUNCTION ddl_warden.report(timestamptz, timestamptz) IS
	'one self-contained HTML page about what was recorded from since (NULL: seven days before until) to until (NULL: now)';

-- ---------------------------------------------------------------------------------------------
-- Privileges

-- Whoever runs DDL may ask what it would do; what was done is for those who watch the server.
GRANT USAGE ON SCHEMA ddl_warden TO PUBLIC;

GRANT SELECT ON ddl_warden.decision_log, ddl_warden.decision_relation, ddl_warden.decisions,
	ddl_warden.refusals, ddl_warden.overrides, ddl_warden.warnings, ddl_warden.would_refuse,
	ddl_warden.would_refuse_by_rule, ddl_warden.mispredictions, ddl_warden.mispredictions_by_rule
	TO pg_monitor;
REVOKE ALL ON FUNCTION ddl_warden.history(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ddl_warden.history(text) TO pg_monitor;

REVOKE ALL ON FUNCTION ddl_warden.counters(), ddl_warden.record_extent(), ddl_warden.recorder() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ddl_warden.counters(), ddl_warden.record_extent(), ddl_warden.recorder() TO pg_monitor;
GRANT SELECT ON ddl_warden.metrics TO pg_monitor;
