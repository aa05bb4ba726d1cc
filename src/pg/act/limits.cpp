/*
 * Limits on one statement, set as the server reads them: LockTimeout and DeadlockTimeout are C
 * variables read at each wait, the statement timer is armed directly. A nest of settings would be
 * lost at the first internal commit of the statement, and break there.
 */
#include "pg/act/act.hpp"

#include "pg/act/awaited.hpp"
#include "pg/settings.hpp"

namespace ddl_warden::pg
{

namespace
{

/* The stricter of two timeouts in milliseconds; 0 is no limit. */
int
stricter(int a, int b)
{
	if (a == 0 || b == 0)
	{
		return a + b;
	}
	return a < b ? a : b;
}

/* The server sends a blocking autovacuum away only after deadlock_timeout: a shorter lock_timeout
 * would never get past one. */
int
deadlock_timeout_within(int lock_timeout)
{
	if (lock_timeout == 0 || DeadlockTimeout < lock_timeout)
	{
		return DeadlockTimeout;
	}
	return lock_timeout > 1 ? lock_timeout / 2 : 1;
}

/* Arms the statement timer unless the session's own ends earlier. */
void
arm_statement_timer(Limits &limits)
{
	const TimestampTz due =
		TimestampTzPlusMilliseconds(GetCurrentTimestamp(), statement_timeout_setting);

	if (get_timeout_active(STATEMENT_TIMEOUT))
	{
		limits.outer_timer_due = get_timeout_finish_time(STATEMENT_TIMEOUT);
	}
	if (limits.outer_timer_due != 0 && limits.outer_timer_due <= due)
	{
		return;
	}
	enable_timeout_at(STATEMENT_TIMEOUT, due);
	limits.statement_timer = true;
}

void
disarm_statement_timer(const Limits &limits)
{
	/* a timer that has fired already keeps its name in the server's message */
	disable_timeout(STATEMENT_TIMEOUT, true);
	if (limits.outer_timer_due != 0)
	{
		enable_timeout_at(STATEMENT_TIMEOUT, limits.outer_timer_due);
	}
}

}  // namespace

Limits
impose_limits(bool sees_others)
{
	Limits limits = {};

	limits.sees_others = sees_others;
	limits.saved_lock_timeout = LockTimeout;
	limits.lock_timeout = stricter(LockTimeout, lock_timeout_setting);
	limits.lock_timeout_mark = mark_stack(OverwrittenSetting::LockTimeout);
	limits.saved_deadlock_timeout = DeadlockTimeout;
	limits.deadlock_timeout = deadlock_timeout_within(limits.lock_timeout);
	limits.deadlock_timeout_mark = mark_stack(OverwrittenSetting::DeadlockTimeout);
	if (statement_timeout_setting > 0)
	{
		arm_statement_timer(limits);
	}
	limits.watching = limits.lock_timeout > 0 && start_watching_waits(limits.lock_timeout);
	LockTimeout = limits.lock_timeout;
	DeadlockTimeout = limits.deadlock_timeout;
	return limits;
}

/* On the way out of an error, the server has yet to bring the prior values back. */
void
lift_limits(const Limits &limits)
{
	restore_in_stack(OverwrittenSetting::LockTimeout, limits.lock_timeout_mark, limits.lock_timeout,
					 limits.saved_lock_timeout);
	restore_in_stack(OverwrittenSetting::DeadlockTimeout, limits.deadlock_timeout_mark,
					 limits.deadlock_timeout, limits.saved_deadlock_timeout);
	if (LockTimeout == limits.lock_timeout)
	{
		LockTimeout = limits.saved_lock_timeout;
	}
	if (DeadlockTimeout == limits.deadlock_timeout)
	{
		DeadlockTimeout = limits.saved_deadlock_timeout;
	}
	if (limits.watching)
	{
		stop_watching_waits();
	}
	if (limits.statement_timer)
	{
		disarm_statement_timer(limits);
	}
}

}  // namespace ddl_warden::pg
