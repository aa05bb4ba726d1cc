/* Work of the warden's own that may fail, and must leave nothing behind when it does. */
#pragma once

#include "pg/postgres.hpp"

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

}  // namespace ddl_warden::pg
