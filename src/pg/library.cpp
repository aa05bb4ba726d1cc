#include "pg/library.hpp"

#include "pg/memory.hpp"
#include "pg/metrics.hpp"
#include "pg/record/queue.hpp"

extern "C" {
#include "access/xlog.h"

PG_FUNCTION_INFO_V1(ddl_warden_require_preload);
PG_FUNCTION_INFO_V1(ddl_warden_library);
}

namespace ddl_warden::pg
{

namespace
{

/* What to write where. The value in force is kept, for whoever may see it. */
char *
how_to_preload()
{
	const char *preloaded =
		superuser() ? GetConfigOption("shared_preload_libraries", false, false) : "...";

	return psprintf(
		"Set shared_preload_libraries = '%s%sddl_warden' in postgresql.conf and restart the server.",
		preloaded, *preloaded == '\0' ? "" : ",");
}

/* Of this database's recorder, which is there only while there is something to do; on a standby
 * there never is. */
const char *
recorder_state()
{
	const QueueStatus status = queue_status();

	if (status.unavailable && !RecoveryInProgress())
	{
		return "cannot be had";
	}
	return status.recorder_runs ? "running" : "idle";
}

}  // namespace

void
require_preload()
{
	if (shared_state() == nullptr)
	{
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("ddl_warden must be loaded via \"shared_preload_libraries\""),
						errhint("%s", how_to_preload())));
	}
}

}  // namespace ddl_warden::pg

using namespace ddl_warden::pg;

Datum
ddl_warden_require_preload(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	require_preload();
	PG_RETURN_VOID();
}

/* (version text, preloaded bool, how_to_preload text, recorder text): works without shared memory.
 */
Datum
ddl_warden_library(PG_FUNCTION_ARGS)
{
	const bool preloaded = shared_state() != nullptr;
	Datum values[4] = {CStringGetTextDatum(library_version), BoolGetDatum(preloaded),
					   CStringGetTextDatum(how_to_preload()),
					   CStringGetTextDatum(preloaded ? recorder_state() : "")};
	bool nulls[4] = {false, false, preloaded, !preloaded};
	TupleDesc columns;

	if (get_call_result_type(fcinfo, nullptr, &columns) != TYPEFUNC_COMPOSITE ||
		columns->natts != lengthof(values))
	{
		elog(ERROR, "ddl_warden.library() is not declared as this library expects");
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls)));
}
