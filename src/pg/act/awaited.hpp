/*
 * Which lock this backend waits for. When lock_timeout ends a wait, the server has already
 * forgotten what was awaited; so a timer looks while the wait lasts.
 */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

struct Awaited
{
	bool seen;
	LOCKTAG tag;
	LOCKMODE mode;
};

/* Looks at least once during each wait of lock_timeout ms. False when somebody further out looks
 * already. */
bool start_watching_waits(int lock_timeout);
void stop_watching_waits();

/* The last lock that was seen to be awaited since the watch was started. */
Awaited last_awaited();

}  // namespace ddl_warden::pg
