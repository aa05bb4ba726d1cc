#include "pg/subtransaction.hpp"

extern "C" {
#include "utils/inval.h"
#include "utils/resowner.h"
}

namespace ddl_warden::pg
{

namespace
{

/* The pauses between them are 15 ms together at most: the transaction may hold locks already. */
constexpr int most_attempts = 5;

bool
is_interruption(const ErrorData &error)
{
	return error.sqlerrcode == ERRCODE_QUERY_CANCELED ||
		   error.sqlerrcode == ERRCODE_ADMIN_SHUTDOWN || error.sqlerrcode == ERRCODE_CRASH_SHUTDOWN;
}

}  // namespace

ErrorData *
in_subtransaction(void (*work)(void *), void *argument, Ending ending)
{
	const MemoryContext memory = CurrentMemoryContext;
	const ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = nullptr;

	BeginInternalSubTransaction(nullptr);
	MemoryContextSwitchTo(memory);
	PG_TRY();
	{
		work(argument);
		if (ending == Ending::Kept)
		{
			ReleaseCurrentSubTransaction();
		}
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	if (error != nullptr || ending == Ending::RolledBack)
	{
		RollbackAndReleaseCurrentSubTransaction();
	}
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;

	if (error != nullptr && is_interruption(*error))
	{
		ReThrowError(error);
	}
	return error;
}

bool
is_worth_retrying(Disturbance &disturbance)
{
	const std::uint64_t before = disturbance.changes;

	CHECK_FOR_INTERRUPTS();
	if (++disturbance.attempts == most_attempts)
	{
		return false;
	}
	AcceptInvalidationMessages();
	if (SharedInvalidMessageCounter == before)
	{
		/* a commit is seen before it is announced: CommitTransaction in xact.c */
		pg_usleep(500L << disturbance.attempts);
		AcceptInvalidationMessages();
	}
	disturbance.changes = SharedInvalidMessageCounter;
	return true;
}

}  // namespace ddl_warden::pg
