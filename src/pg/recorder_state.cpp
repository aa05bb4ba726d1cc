/* The state of the recorder, for whoever looks after the server. */
#include "pg/library.hpp"
#include "pg/record/queue.hpp"

extern "C" {
PG_FUNCTION_INFO_V1(ddl_warden_recorder);
}

using namespace ddl_warden::pg;

/* (launcher_runs bool, recorder_runs bool, available bool, entries int, bytes bigint, capacity
 * bigint). ERROR unless the library is preloaded. */
Datum
ddl_warden_recorder(PG_FUNCTION_ARGS)
{
	TupleDesc columns;

	require_preload();
	if (get_call_result_type(fcinfo, nullptr, &columns) != TYPEFUNC_COMPOSITE ||
		columns->natts != 6)
	{
		elog(ERROR, "ddl_warden.recorder() is not declared as this library expects");
	}
	const QueueStatus status = queue_status();
	Datum values[6] = {BoolGetDatum(status.launcher_runs),
					   BoolGetDatum(status.recorder_runs),
					   BoolGetDatum(status.launcher_runs && !status.unavailable),
					   Int32GetDatum(status.entries),
					   Int64GetDatum(static_cast<int64>(status.bytes)),
					   Int64GetDatum(static_cast<int64>(status.capacity))};
	bool nulls[6] = {};

	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls)));
}
