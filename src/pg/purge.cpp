/* ddl_warden.purge(before): what the recorder does by age, at once and on demand. */
#include "pg/extension.hpp"
#include "pg/library.hpp"
#include "pg/memory.hpp"
#include "pg/record/prune.hpp"
#include "pg/record/record.hpp"

extern "C" {
PG_FUNCTION_INFO_V1(ddl_warden_purge);
}

namespace ddl_warden::pg
{

namespace
{

void
check_before(TimestampTz before)
{
	if (TIMESTAMP_NOT_FINITE(before))
	{
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("time of a purge must be finite")));
	}
	if (before > GetCurrentTimestamp())
	{
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("time of a purge must not be in the future"),
						errdetail("Rows that are yet to be written are not there to be removed."),
						errhint("To remove all rows, give now().")));
	}
}

void
remove_rows(Pruning &pruning)
{
	/* What this transaction did so far is seen, too: a purge of its own among it. */
	CommandCounterIncrement();
	if (prune_all(installed_extension().owner, pruning) == Pruned::NotNow)
	{
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("could not obtain lock on table \"ddl_warden.%s\"", pruning.table),
				 errdetail("A purge waits for nobody, so as to keep nobody waiting."),
				 errhint("Run it again when the lock is gone: pg_locks tells whose it is.")));
	}
}

}  // namespace

}  // namespace ddl_warden::pg

using namespace ddl_warden::pg;

/* Returns how many decisions it removed. In READ COMMITTED it sees what is committed now, otherwise
 * what its transaction sees: what was not archived before in the same transaction stays. */
Datum
ddl_warden_purge(PG_FUNCTION_ARGS)
{
	require_preload();
	if (PG_ARGISNULL(0))
	{
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("time of a purge must not be null")));
	}
	PreventCommandIfReadOnly("ddl_warden.purge()");

	const TimestampTz before = PG_GETARG_TIMESTAMPTZ(0);

	check_before(before);
	Pruning pruning = pruning_of(before);

	remove_rows(pruning);
	remember_deed("PURGE", view(psprintf("ddl_warden.purge('%s')", timestamptz_to_str(before))),
				  view(psprintf("%lld rows removed", static_cast<long long>(pruning.removed))));
	PG_RETURN_INT64(pruning.removed);
}
