#include "pg/inspect/planning.hpp"

extern "C" {
#include "utils/resowner.h"
}

namespace ddl_warden::pg
{

namespace
{

bool
is_interruption(const ErrorData &error)
{
	return error.sqlerrcode == ERRCODE_QUERY_CANCELED ||
		   error.sqlerrcode == ERRCODE_ADMIN_SHUTDOWN || error.sqlerrcode == ERRCODE_CRASH_SHUTDOWN;
}

/* The error of a question, or NULL. */
ErrorData *
ask(void (*question)(void *), void *argument)
{
	const MemoryContext memory = CurrentMemoryContext;
	const ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = nullptr;

	BeginInternalSubTransaction(nullptr);
	MemoryContextSwitchTo(memory);
	PG_TRY();
	{
		question(argument);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	/* also after success: locks taken on the way are not kept */
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;
	return error;
}

}  // namespace

bool
attempt(void (*question)(void *), void *argument)
{
	const int lock_timeout = LockTimeout;
	const int messages = client_min_messages;
	ErrorData *volatile error = nullptr;

	/* The variables, not the settings: nothing of this may be seen or rolled back elsewhere. */
	LockTimeout = 1;
	client_min_messages = ERROR;
	PG_TRY();
	{
		error = ask(question, argument);
	}
	PG_FINALLY();
	{
		LockTimeout = lock_timeout;
		client_min_messages = messages;
	}
	PG_END_TRY();

	if (error != nullptr && is_interruption(*error))
	{
		ReThrowError(error);
	}
	return error == nullptr;
}

}  // namespace ddl_warden::pg
