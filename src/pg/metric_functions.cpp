/* What a Prometheus exporter reads: ddl_warden.metrics stands on these functions. */
#include "pg/extension.hpp"
#include "pg/metrics.hpp"
#include "pg/own_table.hpp"
#include "pg/record/queue.hpp"

extern "C" {
#include "catalog/pg_type_d.h"
#include "storage/bufmgr.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(ddl_warden_counters);
PG_FUNCTION_INFO_V1(ddl_warden_record_extent);
}

namespace ddl_warden::pg
{

namespace
{

/* As Prometheus names them: counters end in _total, and units are base units. */
struct Family
{
	const char *name;
	const char *type;
	const char *help;
};

constexpr Family judged = {"ddl_warden_judged_total", "counter", "Statements judged."};
constexpr Family unjudged = {
	"ddl_warden_unjudged_total", "counter",
	"Statements let through unjudged: by a pause, or in a session that switched the mode off."};
constexpr Family verdicts = {"ddl_warden_verdicts_total", "counter",
							 "Statements judged, by verdict; deny in observe mode, too."};
constexpr Family effects = {"ddl_warden_rule_decisions_total", "counter",
							"Statements that the rule decided about, by what it did with them."};
constexpr Family failures = {"ddl_warden_failures_total", "counter",
							 "Statements without effect, by outcome."};
constexpr Family rows = {"ddl_warden_rows_total", "counter",
						 "Decisions of the record, by where they are kept."};
constexpr Family rows_lost = {"ddl_warden_rows_lost_total", "counter",
							  "Committed statements whose row could not be written."};
constexpr Family faults = {
	"ddl_warden_faults_total", "counter",
	"Statements that the warden let through, or left unrecorded, because it failed itself."};
constexpr Family verified = {"ddl_warden_verified_total", "counter",
							 "Statements compared with their prediction: see ddl_warden.verify."};
constexpr Family mispredicted = {
	"ddl_warden_mispredicted_total", "counter",
	"Statements whose locks or rewrites differed from their prediction."};
constexpr Family default_rules_used = {
	"ddl_warden_default_rules_used_total", "counter",
	"Statements judged by the rules as compiled in, because theirs could not be read at once."};
constexpr Family last_decision = {"ddl_warden_last_decision_timestamp_seconds", "gauge",
								  "When a statement was decided last; 0: none since the start."};

constexpr Family launcher_running = {"ddl_warden_launcher_running", "gauge",
									 "Whether the launcher runs, which starts recorders."};
constexpr Family queue_entries = {"ddl_warden_queue_entries", "gauge",
								  "Decisions that wait for a recorder, in all databases."};
constexpr Family queue_bytes = {"ddl_warden_queue_bytes", "gauge",
								"What they take of the queue, in bytes."};
constexpr Family queue_capacity = {"ddl_warden_queue_capacity_bytes", "gauge",
								   "What the queue holds: ddl_warden.record_buffer."};

/* One row for each counter. */
struct CountedMetric
{
	Counter counter;
	const Family &family;
	const char *labels;
};

constexpr CountedMetric counted_metrics[] = {
	{Counter::Judged, judged, "{}"},
	{Counter::Unjudged, unjudged, "{}"},
	{Counter::Allowed, verdicts, R"({"verdict": "allow"})"},
	{Counter::Recorded, verdicts, R"({"verdict": "record"})"},
	{Counter::Warned, verdicts, R"({"verdict": "warn"})"},
	{Counter::Denied, verdicts, R"({"verdict": "deny"})"},
	{Counter::Overridden, verdicts, R"({"verdict": "override"})"},
	{Counter::Refused, failures, R"({"outcome": "refused"})"},
	{Counter::Failed, failures, R"({"outcome": "failed"})"},
	{Counter::GaveUpWaiting, failures, R"({"outcome": "gave up waiting"})"},
	{Counter::RolledBack, failures, R"({"outcome": "rolled back"})"},
	{Counter::RowsWritten, rows, R"({"kept": "in the table"})"},
	{Counter::RowsByRecorder, rows, R"({"kept": "in the table by the recorder"})"},
	{Counter::LoggedInsteadOfRow, rows, R"({"kept": "in the server log"})"},
	{Counter::RowsLost, rows_lost, "{}"},
	{Counter::Faults, faults, "{}"},
	{Counter::Verified, verified, "{}"},
	{Counter::Mispredicted, mispredicted, "{}"},
	{Counter::DefaultRulesUsed, default_rules_used, "{}"},
};
static_assert(std::size(counted_metrics) == counter_count);

constexpr const char *effect_names[] = {
	"refused", "would refuse", "warned", "recorded", "overridden",
};
static_assert(std::size(effect_names) == effect_count);

/* What is looked at when somebody asks. */
struct Now
{
	TimestampTz last_decided_at; /* the number of a decision is its time */
	QueueStatus queue;
};

struct Gauge
{
	const Family &family;
	double (*value)(const Now &now);
};

double
last_decided_at(const Now &now)
{
	constexpr double seconds_before_2000 =
		(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * double{SECS_PER_DAY};

	return now.last_decided_at == 0
			   ? 0
			   : static_cast<double>(now.last_decided_at) / USECS_PER_SEC + seconds_before_2000;
}

template <auto field>
double
in_queue(const Now &now)
{
	return static_cast<double>(now.queue.*field);
}

constexpr Gauge gauges[] = {
	{last_decision, last_decided_at},
	{launcher_running, in_queue<&QueueStatus::launcher_runs>},
	{queue_entries, in_queue<&QueueStatus::entries>},
	{queue_bytes, in_queue<&QueueStatus::bytes>},
	{queue_capacity, in_queue<&QueueStatus::capacity>},
};

void
put(ReturnSetInfo *result, const Family &family, const char *labels, double value)
{
	Datum values[] = {
		CStringGetTextDatum(family.name),
		DirectFunctionCall1(jsonb_in, CStringGetDatum(labels)),
		Float8GetDatum(value),
		CStringGetTextDatum(family.type),
		CStringGetTextDatum(family.help),
	};
	bool nulls[std::size(values)] = {};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

void
put_counter(ReturnSetInfo *result, const Family &family, const char *labels,
			pg_atomic_uint64 &counter)
{
	put(result, family, labels, static_cast<double>(pg_atomic_read_u64(&counter)));
}

/* Those that stand at 0, too: Prometheus sees no increase in a series that begins with 1. */
void
put_effects(ReturnSetInfo *result, SharedState &shared)
{
	for (const RuleDefinition &rule : rule_definitions)
	{
		for (int effect = 0; effect < effect_count; effect++)
		{
			const char *labels = psprintf(R"({"rule": "%s", "action": "%s"})", rule.name.data(),
										  effect_names[effect]);

			put_counter(result, effects, labels,
						shared.effects[static_cast<int>(rule.rule)][effect]);
		}
	}
}

/* Adds up what the table, its TOAST table and their indexes take. False when one of them is locked.
 */
bool
add_bytes(Oid oid, std::int64_t &bytes)
{
	Relation relation = open_without_waiting(oid, AccessShareLock);
	const ListCell *cell;

	if (relation == nullptr)
	{
		return false;
	}
	const Oid toast = relation->rd_rel->reltoastrelid;
	bool complete = true;

	bytes += std::int64_t{RelationGetNumberOfBlocks(relation)} * BLCKSZ;
	foreach (cell, RelationGetIndexList(relation))
	{
		complete = complete && add_bytes(lfirst_oid(cell), bytes);
	}
	complete = complete && (!OidIsValid(toast) || add_bytes(toast, bytes));
	relation_close(relation, AccessShareLock);
	return complete;
}

/* The first row by number: numbers ascend with the time. */
NullableDatum
oldest_in(Relation table, Relation index)
{
	NullableDatum decided_at = {0, true};
	SysScanDesc scan = systable_beginscan_ordered(table, index, GetActiveSnapshot(), 0, nullptr);
	const HeapTuple row = systable_getnext_ordered(scan, ForwardScanDirection);
	const AttrNumber column = column_number(table, "decided_at", TIMESTAMPTZOID);

	if (row != nullptr && column != InvalidAttrNumber)
	{
		decided_at.value = heap_getattr(row, column, RelationGetDescr(table), &decided_at.isnull);
	}
	systable_endscan_ordered(scan);
	return decided_at;
}

NullableDatum
oldest_row(Oid oid)
{
	NullableDatum decided_at = {0, true};
	Relation table = open_without_waiting(oid, AccessShareLock);

	if (table == nullptr)
	{
		return decided_at;
	}
	RelationGetIndexList(table); /* finds the primary key, too */
	Relation index = open_without_waiting(table->rd_pkindex, AccessShareLock);

	if (index != nullptr)
	{
		decided_at = oldest_in(table, index);
		relation_close(index, AccessShareLock);
	}
	relation_close(table, AccessShareLock);
	return decided_at;
}

}  // namespace

}  // namespace ddl_warden::pg

using namespace ddl_warden::pg;

/* ddl_warden.counters() → setof (name, labels, value, type, help): what shared memory tells of the
 * whole server, since its start; no rows unless the library is preloaded. */
Datum
ddl_warden_counters(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	auto *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);

	SharedState *shared = shared_state();

	if (shared == nullptr)
	{
		return static_cast<Datum>(0);
	}
	for (const CountedMetric &metric : counted_metrics)
	{
		put_counter(result, metric.family, metric.labels,
					shared->counters[static_cast<int>(metric.counter)]);
	}
	put_effects(result, *shared);
	const Now now = {static_cast<TimestampTz>(pg_atomic_read_u64(&shared->last_decision_id)),
					 queue_status()};

	for (const Gauge &gauge : gauges)
	{
		put(result, gauge.family, "{}", gauge.value(now));
	}
	return static_cast<Datum>(0);
}

/* ddl_warden.record_extent() → (bytes bigint, oldest timestamptz): NULL where a lock would have to
 * be waited for, or where there is no row. */
Datum
ddl_warden_record_extent(PG_FUNCTION_ARGS)
{
	const Oid record = own_relation(installed_extension().owner, "decision_log");
	std::int64_t bytes = 0;
	const bool measured = add_bytes(record, bytes);
	const NullableDatum oldest = oldest_row(record);
	Datum values[] = {Int64GetDatum(bytes), oldest.value};
	bool nulls[] = {!measured, oldest.isnull};
	TupleDesc columns;

	if (get_call_result_type(fcinfo, nullptr, &columns) != TYPEFUNC_COMPOSITE ||
		columns->natts != lengthof(values))
	{
		elog(ERROR, "ddl_warden.record_extent() is not declared as this library expects");
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls)));
}
