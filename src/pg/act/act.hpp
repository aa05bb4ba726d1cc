/* Verdict in, deed out: refuse, warn, or bound the statement's waits while it runs. */
#pragma once

#include "pg/statement.hpp"

#include "core/decide.hpp"

#include <cstdint>

namespace ddl_warden::pg
{

/* Raises ERROR WD001 with the deciding finding. number: of the row. */
[[noreturn]] void raise_refusal(const Verdict &verdict, std::int64_t number);

/* One WARNING for each finding that warns. */
void raise_warnings(const Verdict &verdict, std::int64_t number);

/* Timeouts that bound one statement; restored by lift_limits on every exit. */
struct Limits
{
	int saved_lock_timeout;
	int saved_deadlock_timeout;
	int lock_timeout; /* in force while the statement runs, ms; 0: not ours */
	int deadlock_timeout;
	bool statement_timer; /* ours is armed */
	bool outer_timer;     /* one was armed before: due then */
	TimestampTz outer_due;
	bool sees_others;     /* the role may see what other sessions do */
	Oid role;
};

/* Nothing when impact does not ask for it. */
Limits impose_limits(const Impact &impact);
void lift_limits(const Limits &limits);

/* In a PG_CATCH: whether the error in flight is a lock timeout, and if so rewrites it so that its
 * first line names the holder. Reads shared memory only. */
bool name_the_holder(const Limits &limits, const Impact &impact, MemoryContext context);

}  // namespace ddl_warden::pg
