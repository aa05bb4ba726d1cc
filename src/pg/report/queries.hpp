/*
 * What the report asks the record. Each query is bounded, and its columns come in the order in
 * which collect.cpp reads them.
 *
 * Parameters: $1 and $2 the period; $3 where slice 0 of the timeline begins and $4 its seconds; $5
 * and $6 the beginning and the end of the axis, which is finite.
 */
#pragma once

namespace ddl_warden::pg::queries
{

#define PERIOD " d.decided_at >= $1 AND d.decided_at < $2 "
#define POSITION(at) "(date_part('epoch', " at " - $5) / date_part('epoch', $6 - $5))::float8"
#define SHOWN(at) "to_char(" at ", 'YYYY-MM-DD HH24:MI:SS')"

#define WORK_BYTES "(d.findings -> 0 ->> 'bytes')::float8"
#define REFUSED "(d.verdict = 'deny' AND d.outcome = 'refused')"
#define WOULD_REFUSE "(d.verdict = 'deny' AND d.outcome <> 'refused')"
#define FAILED "(d.outcome IN ('failed', 'gave up waiting', 'held too long'))"

/* How long a lock was held that keeps others from writing or reading. Where that is not measured,
 * as long as the statement ran. */
#define BLOCKS                                                                                     \
	"(d.impact ->> 'strongest' IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', "        \
	"'AccessExclusiveLock'))"
#define BLOCKING_MS                                                                                \
	"CASE WHEN " BLOCKS " AND d.outcome NOT IN ('refused', 'gave up waiting') "                    \
	"THEN coalesce(d.lock_held_ms, greatest(d.run_ms - coalesce(d.lock_wait_ms, 0), 0), 0) "       \
	"ELSE 0 END"

/* ToldStatement */
#define TOLD                                                                                         \
	"d.id::text, " SHOWN(                                                                            \
		"d.decided_at") ", d.role_name, d.session_role, d.application_name, "                        \
						"d.context, d.command, d.relation, left(d.statement, 2001), "                \
						"char_length(d.statement)::int8, d.verdict, d.outcome, d.rule, "             \
						"left(d.findings -> 0 ->> 'message', 1000), d.sqlstate, d.override_reason, " \
						"left(d.misprediction::text, 2001)"

#define SAYS_A_DIFFERENCE                                                                          \
	"(d.misprediction IS NOT NULL AND d.misprediction NOT IN ('{}', '[]', 'null'))"

inline constexpr char first_decision[] = "SELECT min(d.decided_at) FROM ddl_warden.decision_log d";

/* ReportHead */
inline constexpr char head[] =
	"SELECT current_database()::text, coalesce(nullif(current_setting('cluster_name'), ''), "
	"host(inet_server_addr()) || ':' || inet_server_port(), ''), "
	"split_part(current_setting('server_version'), ' ', 1), l.version, e.extversion, "
	"CASE WHEN l.preloaded THEN current_setting('ddl_warden.mode', true) END, "
	"to_char($5, 'YYYY-MM-DD HH24:MI'), to_char($6, 'YYYY-MM-DD HH24:MI'), "
	"current_setting('TimeZone'), to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI'), "
	"current_user::text, date_part('epoch', $6 - $5)::float8 * 1000 "
	"FROM ddl_warden.library() l, pg_extension e WHERE e.extname = 'ddl_warden'";

/* Slice, and its part of the totals. */
inline constexpr char slices[] = "SELECT s.number, " SHOWN(
	"$3 + s.number * $4 * interval '1 second'") ", s.judged, s.refused, s.would_refuse, s.overridden, s.warned, s.failed, s.rolled_back, "
												"s.blocking, s.waiting, s.longest_hold, s.longest_wait, s.waits, s.holds, s.bytes, s.compared, "
												"s.differing "
												"FROM (SELECT floor(date_part('epoch', d.decided_at - $3) / $4)::int8 AS number, "
												"count(*)::float8 AS judged, "
												"(count(*) FILTER (WHERE " REFUSED
												"))::float8 AS refused, "
												"(count(*) FILTER (WHERE " WOULD_REFUSE
												"))::float8 AS would_refuse, "
												"(count(*) FILTER (WHERE d.verdict = 'override'))::float8 AS overridden, "
												"(count(*) FILTER (WHERE d.verdict = 'warn'))::float8 AS warned, "
												"(count(*) FILTER (WHERE " FAILED
												"))::float8 AS failed, "
												"(count(*) FILTER (WHERE d.outcome = 'rolled back'))::float8 AS rolled_back, "
												"sum(" BLOCKING_MS ") AS blocking, "
												"coalesce(sum(d.lock_wait_ms), 0) AS waiting, "
												"max(" BLOCKING_MS ") AS longest_hold, "
												"max(d.lock_wait_ms) AS longest_wait, "
												"count(d.lock_wait_ms) AS waits, "
												"count(d.lock_held_ms) AS holds, "
												"coalesce(sum(" WORK_BYTES
												") FILTER (WHERE " REFUSED "), 0) AS bytes, "
												"count(d.misprediction) AS compared, "
												"count(*) FILTER (WHERE " SAYS_A_DIFFERENCE
												") AS differing "
												"FROM ddl_warden.decision_log d WHERE" PERIOD
												"GROUP BY 1) s ORDER BY s.number";

/* Tick; the parameters after the usual ones are the step and the format. */
inline constexpr char ticks[] = "SELECT " POSITION(
	"t") ", to_char(t, $8) "
		 "FROM generate_series($3, $6, $7::interval) t WHERE t >= $5 ORDER BY t LIMIT 16";

/* Gap: a pause, to its end or to the next one, which may have ended it. */
inline constexpr char gaps[] =
	"SELECT " POSITION("p.changed_at") ", " POSITION("least(p.paused_until, p.next)") ", " SHOWN("p.changed_at") " || ' to ' || " SHOWN(
		"least(p.paused_until, p.next)") " || ': ' || left(p.reason, 200) "
										 "FROM (SELECT c.changed_at, c.paused_until, c.reason, "
										 "lead(c.changed_at) OVER (ORDER BY c.changed_at) AS next "
										 "FROM ddl_warden.policy_changes c WHERE c.kind = 'pause') p "
										 "WHERE p.paused_until > p.changed_at AND p.changed_at < $6 "
										 "AND least(p.paused_until, p.next) > $5 ORDER BY p.changed_at LIMIT 100";

/* TimedStatement. Rows are chosen by what is short of them; the rest is fetched for those alone. */
inline constexpr char longest[] =
	"WITH chosen AS MATERIALIZED (SELECT d.id, " BLOCKING_MS
	" AS blocking FROM ddl_warden.decision_log d WHERE" PERIOD
	"AND d.outcome <> 'refused' AND coalesce(d.run_ms, d.lock_wait_ms, d.lock_held_ms) IS NOT NULL "
	"ORDER BY " BLOCKING_MS " + coalesce(d.lock_wait_ms, 0) DESC, d.run_ms DESC NULLS LAST, d.id "
	"LIMIT 20) "
	"SELECT " TOLD ", " POSITION(
		"d.decided_at") ", coalesce(" BLOCKS ", false), "
						"d.impact ->> 'strongest', "
						"(SELECT string_agg(left(b.told, 200), '; ') FROM (SELECT CASE jsonb_typeof(e.value) "
						"WHEN 'object' THEN (SELECT string_agg(f.key || ' ' || f.value, ', ') "
						"FROM jsonb_each_text(e.value) f) ELSE e.value #>> '{}' END AS told "
						"FROM jsonb_array_elements(CASE jsonb_typeof(d.blockers) WHEN 'array' THEN d.blockers END) e "
						"LIMIT 3) b), "
						"d.lock_wait_ms, d.run_ms, d.lock_held_ms "
						"FROM chosen c JOIN ddl_warden.decision_log d USING (id) "
						"ORDER BY c.blocking + coalesce(d.lock_wait_ms, 0) DESC, d.run_ms DESC NULLS LAST, d.id";

/* From here on a list begins with how many there are in all. */

/* RuleUse */
inline constexpr char rules[] =
	"SELECT count(*) OVER (), u.rule, r.summary, r.action, u.refused, u.would_refuse, u.warned, "
	"u.recorded, u.overridden, u.bytes "
	"FROM (SELECT d.rule, count(*) FILTER (WHERE " REFUSED ") AS refused, "
	"count(*) FILTER (WHERE " WOULD_REFUSE ") AS would_refuse, "
	"count(*) FILTER (WHERE d.verdict = 'warn') AS warned, "
	"count(*) FILTER (WHERE d.verdict = 'record') AS recorded, "
	"count(*) FILTER (WHERE d.verdict = 'override') AS overridden, "
	"sum(" WORK_BYTES ") FILTER (WHERE d.verdict = 'deny') AS bytes "
	"FROM ddl_warden.decision_log d WHERE" PERIOD "AND d.rule IS NOT NULL GROUP BY d.rule) u "
	"LEFT JOIN ddl_warden.rule r ON r.name = u.rule "
	"ORDER BY u.refused + u.would_refuse DESC, u.overridden DESC, u.warned DESC, u.rule LIMIT 50";

/* RoleUse */
inline constexpr char roles[] =
	"SELECT count(*) OVER (), d.role_name, count(*), count(*) FILTER (WHERE " REFUSED "), "
	"count(*) FILTER (WHERE d.verdict = 'warn'), count(*) FILTER (WHERE d.verdict = 'override'), "
	"count(*) FILTER (WHERE " FAILED "), sum(" BLOCKING_MS ") "
	"FROM ddl_warden.decision_log d WHERE" PERIOD "GROUP BY d.role_name "
	"ORDER BY 4 DESC, 6 DESC, 8 DESC, 3 DESC, 2 LIMIT 15";

/* RelationUse */
inline constexpr char relations[] =
	"SELECT count(*) OVER (), u.* FROM (SELECT d.relation, count(*), "
	"count(*) FILTER (WHERE d.verdict = 'deny'), "
	"count(*) FILTER (WHERE d.verdict = 'override'), "
	"coalesce(sum(" WORK_BYTES ") FILTER (WHERE d.verdict IN ('deny', 'override')), 0) AS bytes, "
	"sum(" BLOCKING_MS ") AS blocking, max(" BLOCKING_MS ") AS longest "
	"FROM ddl_warden.decision_log d WHERE" PERIOD "GROUP BY 1) u "
	"WHERE u.relation IS NOT NULL AND (u.bytes > 0 OR u.blocking > 0) "
	"ORDER BY u.bytes / 1e5 + u.blocking DESC, u.relation LIMIT 15";

/* ToldStatement: their number is known from the slices. */
#define LATEST(which, limit)                                                                       \
	"WITH chosen AS MATERIALIZED (SELECT d.id FROM ddl_warden.decision_log d WHERE" PERIOD         \
	"AND " which " ORDER BY d.decided_at DESC, d.id DESC LIMIT " limit ") "                        \
	"SELECT " TOLD " FROM chosen c JOIN ddl_warden.decision_log d USING (id) "                     \
	"ORDER BY d.decided_at DESC, d.id DESC"
inline constexpr char refusals[] = LATEST(REFUSED, "20");
inline constexpr char overrides[] = LATEST("d.verdict = 'override'", "20");
inline constexpr char mispredictions[] = LATEST(SAYS_A_DIFFERENCE, "15");

/* PolicyChange */
inline constexpr char policy[] = "SELECT count(*) OVER (), " SHOWN(
	"c.changed_at") ", c.role_name, CASE "
					"WHEN c.kind = 'pause' AND c.paused_until > c.changed_at "
					"THEN 'paused until ' || " SHOWN(
						"c.paused_until") " "
										  "WHEN c.kind = 'pause' THEN 'pause ended' "
										  "ELSE concat_ws(' ', c.kind, c.rule) || coalesce(': ' || (SELECT string_agg(replace(n.key, '_', "
										  "' ') || ' ' || CASE WHEN n.key = 'tolerate_bytes' "
										  "THEN concat_ws(' to ', pg_size_pretty((c.old ->> n.key)::int8), "
										  "pg_size_pretty(n.value::int8)) ELSE concat_ws(' to ', c.old ->> n.key, n.value) END, ', ') "
										  "FROM jsonb_each_text(c.new) n WHERE c.old ->> n.key IS DISTINCT FROM n.value), '') END, "
										  "c.reason "
										  "FROM ddl_warden.policy_changes c WHERE c.changed_at >= $1 AND c.changed_at < $2 "
										  "ORDER BY c.changed_at DESC LIMIT 30";

/* Failure */
inline constexpr char failures[] = "SELECT count(*) OVER (), d.command, d.outcome, d.sqlstate, " SHOWN(
	"max(d.decided_at)") ", count(*) "
						 "FROM ddl_warden.decision_log d WHERE" PERIOD
						 "AND d.outcome NOT IN ('committed', 'refused') "
						 "GROUP BY d.command, d.outcome, d.sqlstate ORDER BY 6 DESC, 2, 3, 4 LIMIT 15";

/* What the record lacks. */
inline constexpr char missing[] =
	"SELECT coalesce(sum(m.value) FILTER (WHERE m.labels ->> 'kept' = 'in the server log'), 0), "
	"coalesce(sum(m.value) FILTER (WHERE m.name = 'ddl_warden_rows_lost_total'), 0) "
	"FROM ddl_warden.counters() m";

#undef PERIOD
#undef POSITION
#undef SHOWN
#undef WORK_BYTES
#undef REFUSED
#undef WOULD_REFUSE
#undef FAILED
#undef BLOCKS
#undef BLOCKING_MS
#undef TOLD
#undef SAYS_A_DIFFERENCE
#undef LATEST

}  // namespace ddl_warden::pg::queries
