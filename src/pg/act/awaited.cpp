#include "pg/act/awaited.hpp"

namespace ddl_warden::pg
{

namespace
{

constexpr int shortest_period = 1; /* ms */

/* Registered once per backend; the table of timeouts does not survive the fork. */
TimeoutId watch_timeout;
bool registered = false;

volatile bool seen = false;
LOCKTAG awaited_tag;
LOCKMODE awaited_mode;

/* Runs in the signal handler: copies two words of our own PGPROC and a tag in shared memory. The
 * lock may be granted meanwhile; then the tag is stale, and nobody will ask for it. */
void
look()
{
	const LOCK *lock = MyProc->waitLock;

	if (lock != nullptr)
	{
		awaited_tag = lock->tag;
		awaited_mode = MyProc->waitLockMode;
		seen = true;
	}
}

}  // namespace

bool
start_watching_waits(int lock_timeout)
{
	const int period = lock_timeout / 2 > shortest_period ? lock_timeout / 2 : shortest_period;

	if (!registered)
	{
		watch_timeout = RegisterTimeout(USER_TIMEOUT, look);
		registered = true;
	}
	if (get_timeout_active(watch_timeout))
	{
		return false;
	}
	seen = false;
	enable_timeout_every(watch_timeout, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), period),
						 period);
	return true;
}

void
stop_watching_waits()
{
	disable_timeout(watch_timeout, false);
}

Awaited
last_awaited()
{
	return {seen, awaited_tag, awaited_mode};
}

}  // namespace ddl_warden::pg
