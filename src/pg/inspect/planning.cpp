#include "pg/inspect/planning.hpp"

#include "pg/subtransaction.hpp"

namespace ddl_warden::pg
{

namespace
{

/* Of the last attempt; 0: none. */
int last_error = 0;

bool
is_of_the_moment(int sqlstate)
{
	switch (ERRCODE_TO_CATEGORY(sqlstate))
	{
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
		case ERRCODE_INTERNAL_ERROR:
			return true;
		default:
			return sqlstate == ERRCODE_LOCK_NOT_AVAILABLE ||
				   sqlstate == ERRCODE_STATEMENT_TOO_COMPLEX;
	}
}

}  // namespace

bool
attempt(void (*question)(void *), void *argument)
{
	const int lock_timeout = LockTimeout;
	const int messages = client_min_messages;

	/* The variables, not the settings: nothing of this may be seen or rolled back elsewhere. */
	LockTimeout = 1;
	client_min_messages = ERROR;
	PG_TRY();
	{
		/* also after success: locks taken on the way are not kept */
		const ErrorData *error = in_subtransaction(question, argument, Ending::RolledBack);

		last_error = error == nullptr ? 0 : error->sqlerrcode;
	}
	PG_FINALLY();
	{
		LockTimeout = lock_timeout;
		client_min_messages = messages;
	}
	PG_END_TRY();

	return last_error == 0;
}

bool
was_refused()
{
	return last_error != 0 && !is_of_the_moment(last_error);
}

bool
refuses(void (*question)(void *), void *argument)
{
	return !attempt(question, argument) && was_refused();
}

}  // namespace ddl_warden::pg
