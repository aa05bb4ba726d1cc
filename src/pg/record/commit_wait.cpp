#include "pg/record/commit_wait.hpp"

extern "C" {
#include "access/xact.h"
}

namespace ddl_warden::pg
{

namespace
{

bool spared = false;
int waits_for = 0; /* the session's synchronous_commit, while spared */

}  // namespace

/* The variable, not the setting: its own stack of values is none of ours, and about to be unwound.
 */
void
spare_wait_for_standby()
{
	if (!TransactionIdIsValid(GetTopTransactionIdIfAny()) &&
		synchronous_commit > SYNCHRONOUS_COMMIT_LOCAL_FLUSH)
	{
		waits_for = synchronous_commit;
		synchronous_commit = SYNCHRONOUS_COMMIT_LOCAL_FLUSH;
		spared = true;
	}
}

void
restore_wait_for_standby()
{
	if (spared)
	{
		synchronous_commit = waits_for;
		spared = false;
	}
}

}  // namespace ddl_warden::pg
