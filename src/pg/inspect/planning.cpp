#include "pg/inspect/planning.hpp"

#include "pg/subtransaction.hpp"

namespace ddl_warden::pg
{

bool
attempt(void (*question)(void *), void *argument)
{
	const int lock_timeout = LockTimeout;
	const int messages = client_min_messages;
	bool answered = false;

	/* The variables, not the settings: nothing of this may be seen or rolled back elsewhere. */
	LockTimeout = 1;
	client_min_messages = ERROR;
	PG_TRY();
	{
		/* also after success: locks taken on the way are not kept */
		answered = in_subtransaction(question, argument, Ending::RolledBack) == nullptr;
	}
	PG_FINALLY();
	{
		LockTimeout = lock_timeout;
		client_min_messages = messages;
	}
	PG_END_TRY();

	return answered;
}

}  // namespace ddl_warden::pg
