/* Work of the warden's own that may fail, and must leave nothing behind when it does. */
#pragma once

#include "pg/postgres.hpp"

extern "C" {
#include "storage/sinval.h"
}

#include <cstdint>

namespace ddl_warden::pg
{

/* What becomes of the locks, snapshots and changes of work that succeeds. */
enum class Ending
{
	Kept,
	RolledBack,
};

/*
 * Does the work in an internal subtransaction, and returns the error that made an end of it, or
 * NULL. What the work allocates in the current memory context stays, and the error is there, too.
 * An interruption is no fault: somebody wants this session to stop, so it goes on its way.
 */
ErrorData *in_subtransaction(void (*work)(void *), void *argument, Ending ending);

/*
 * Whoever reads the catalogs without locks may find half of what another session changes. An error
 * is worth some more attempts, at once when something was changed meanwhile.
 *
 *	Disturbance disturbance = {};
 *	do
 *	{
 *		error = in_subtransaction(…);
 *	} while (error != nullptr && is_worth_retrying(disturbance));
 */
struct Disturbance
{
	std::uint64_t changes = SharedInvalidMessageCounter; /* of all sessions, before the attempt */
	int attempts = 0;
};

bool is_worth_retrying(Disturbance &disturbance);

}  // namespace ddl_warden::pg
