#include "pg/metrics.hpp"

#include "core/decision.hpp"

extern "C" {
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(ddl_warden_counters);
}

namespace ddl_warden::pg
{

namespace
{

/* One counter as a Prometheus exporter shows it. */
struct Metric
{
	Counter counter;
	const char *name;
	const char *labels;
};

constexpr Metric metrics[] = {
	{Counter::Judged, "ddl_warden_judged_total", "{}"},
	{Counter::Allowed, "ddl_warden_verdicts_total", R"({"verdict": "allow"})"},
	{Counter::Recorded, "ddl_warden_verdicts_total", R"({"verdict": "record"})"},
	{Counter::Warned, "ddl_warden_verdicts_total", R"({"verdict": "warn"})"},
	{Counter::Denied, "ddl_warden_verdicts_total", R"({"verdict": "deny"})"},
	{Counter::Overridden, "ddl_warden_verdicts_total", R"({"verdict": "override"})"},
	{Counter::Refused, "ddl_warden_failures_total", R"({"outcome": "refused"})"},
	{Counter::Failed, "ddl_warden_failures_total", R"({"outcome": "failed"})"},
	{Counter::GaveUpWaiting, "ddl_warden_failures_total", R"({"outcome": "gave up waiting"})"},
	{Counter::RolledBack, "ddl_warden_failures_total", R"({"outcome": "rolled back"})"},
	{Counter::RowsWritten, "ddl_warden_rows_total", R"({"kept": "in the table"})"},
	{Counter::LoggedInsteadOfRow, "ddl_warden_rows_total", R"({"kept": "in the server log"})"},
	{Counter::RowsLost, "ddl_warden_rows_lost_total", "{}"},
	{Counter::Faults, "ddl_warden_faults_total", "{}"},
	{Counter::DefaultRulesUsed, "ddl_warden_default_rules_used_total", "{}"},
};
static_assert(std::size(metrics) == counter_count);

SharedState *state = nullptr;
shmem_request_hook_type request_before = nullptr;
shmem_startup_hook_type startup_before = nullptr;

void
request()
{
	if (request_before != nullptr)
	{
		request_before();
	}
	RequestAddinShmemSpace(MAXALIGN(sizeof(SharedState)));
}

void
start()
{
	bool found = false;

	if (startup_before != nullptr)
	{
		startup_before();
	}
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	state = static_cast<SharedState *>(ShmemInitStruct("ddl_warden", sizeof(SharedState), &found));
	if (!found)
	{
		pg_atomic_init_u64(&state->last_decision_id, 0);
		for (auto &counter : state->counters)
		{
			pg_atomic_init_u64(&counter, 0);
		}
	}
	LWLockRelease(AddinShmemInitLock);
}

}  // namespace

void
request_shared_memory()
{
	request_before = shmem_request_hook;
	shmem_request_hook = request;
	startup_before = shmem_startup_hook;
	shmem_startup_hook = start;
}

SharedState *
shared_state()
{
	return state;
}

void
count(Counter counter)
{
	if (state != nullptr)
	{
		pg_atomic_fetch_add_u64(&state->counters[static_cast<int>(counter)], 1);
	}
}

}  // namespace ddl_warden::pg

/* ddl_warden.counters() → setof (name, labels, value): since the server's start; no rows unless the
 * library is preloaded. */
Datum
ddl_warden_counters(PG_FUNCTION_ARGS)
{
	using namespace ddl_warden::pg;

	InitMaterializedSRF(fcinfo, 0);
	auto *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);

	for (const Metric &metric : metrics)
	{
		if (state == nullptr)
		{
			break;
		}
		const uint64 count = pg_atomic_read_u64(&state->counters[static_cast<int>(metric.counter)]);
		Datum values[] = {CStringGetTextDatum(metric.name),
						  DirectFunctionCall1(jsonb_in, CStringGetDatum(metric.labels)),
						  Float8GetDatum(static_cast<double>(count))};
		bool nulls[] = {false, false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return static_cast<Datum>(0);
}
