/* Verdict in, deed out: refuse, warn, or bound the statement's waits while it runs. */
#pragma once

#include "pg/act/setting_stack.hpp"
#include "pg/statement.hpp"

#include "core/decide.hpp"

#include <cstdint>

namespace ddl_warden::pg
{

/* Raises ERROR WD001 with the deciding finding. number: of the decision's row. */
[[noreturn]] void raise_refusal(const Verdict &verdict, std::int64_t number);

/* One WARNING for each finding whose rule warns. */
void raise_warnings(const Verdict &verdict, std::int64_t number);

/* The limits that hold while one statement runs, and what they replaced. */
struct Limits
{
	int lock_timeout; /* ms, as set while the statement runs; 0: no limit */
	int saved_lock_timeout;
	StackMark lock_timeout_mark;
	int deadlock_timeout;
	int saved_deadlock_timeout;
	StackMark deadlock_timeout_mark;
	bool watching;               /* a timer of ours notes which lock is awaited */
	bool statement_timer;        /* ours is armed */
	TimestampTz outer_timer_due; /* of the statement_timeout that was armed before; 0: none */
	bool sees_others;            /* the role may see what other sessions do */
};

/* Bounds the statement by ddl_warden.lock_timeout and ddl_warden.statement_timeout; a smaller
 * value of the session stays in force. Every exit must lift_limits. Raises no ERROR. */
Limits impose_limits(bool sees_others);

/* Puts back what impose_limits replaced; what was set anew in between stays. */
void lift_limits(const Limits &limits);

/* In a PG_CATCH, for a statement that ran under the limits: is the error in flight the end of a
 * wait for a lock? memory: of the statement, not the error's own. */
bool is_lock_timeout(MemoryContext memory);

/* In a PG_CATCH: raises the lock timeout in flight again, its first line naming the session that
 * holds the lock. Reads shared memory only. */
[[noreturn]] void raise_lock_timeout(const Limits &limits, const Impact &impact,
									 MemoryContext memory);

}  // namespace ddl_warden::pg
