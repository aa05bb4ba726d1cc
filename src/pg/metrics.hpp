/* Counters in shared memory, shown by ddl_warden.metrics. */
#pragma once

#include "pg/postgres.hpp"

#include "core/rules.hpp"

extern "C" {
#include "port/atomics.h"
}

namespace ddl_warden::pg
{

enum class Counter : int
{
	Judged,
	Unjudged, /* let through by a pause, or by a session that switched the mode off */
	Allowed,
	Recorded,
	Warned,
	Denied, /* in observe mode, too, where nothing is refused */
	Overridden,
	Refused,
	Failed,
	GaveUpWaiting,
	RolledBack,
	RowsWritten,
	RowsByRecorder,
	LoggedInsteadOfRow, /* refusals, failures and rollbacks whose row is a log line */
	RowsLost,         /* a committed statement whose row could not be written: a log line instead */
	Faults,           /* statements let through because the warden itself failed */
	Verified,         /* statements compared with their prediction */
	Mispredicted,     /* those of them that did otherwise */
	DefaultRulesUsed, /* the rules could not be read without waiting */
};

inline constexpr int counter_count = 19;

/* What a rule did with a statement that it decided about. */
enum class Effect : int
{
	Refused,
	WouldRefuse, /* in observe mode */
	Warned,      /* in observe mode, too, where nobody is told */
	Recorded,
	Overridden,
};

inline constexpr int effect_count = 5;

struct SharedState
{
	pg_atomic_uint64 last_decision_id;
	pg_atomic_uint64 counters[counter_count];
	pg_atomic_uint64 effects[rule_count][effect_count];
};

/* Its shared memory, as shared_memory.cpp asks for it. */
Size metrics_size();
void start_metrics(void *memory, bool found);

/* NULL unless the library was preloaded. */
SharedState *shared_state();

void count(Counter counter);
void count(Rule rule, Effect effect);

}  // namespace ddl_warden::pg
