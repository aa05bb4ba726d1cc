/* The trigger on the tables of the record: SQL does not write them. */
#include "pg/postgres.hpp"

extern "C" {
#include "commands/trigger.h"

PG_FUNCTION_INFO_V1(ddl_warden_keep_rows);
}

/* Before INSERT, UPDATE, DELETE and TRUNCATE, for each statement. The library itself writes and
 * prunes without the executor, so without triggers. */
Datum
ddl_warden_keep_rows(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
	{
		elog(ERROR, "ddl_warden.keep_rows() was not called as a trigger");
	}
	const auto *trigger = reinterpret_cast<const TriggerData *>(fcinfo->context);

	ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					errmsg("rows of table \"ddl_warden.%s\" cannot be changed",
						   RelationGetRelationName(trigger->tg_relation)),
					errdetail("They are the record: only the extension itself adds to it."),
					errhint("To remove old decisions, use ddl_warden.purge().")));
}
