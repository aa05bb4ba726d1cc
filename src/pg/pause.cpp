/* ddl_warden.pause(duration, reason): off for this database until then, by itself on again. */
#include "pg/library.hpp"
#include "pg/memory.hpp"
#include "pg/own_table.hpp"
#include "pg/policy.hpp"
#include "pg/record/record.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/fmgrprotos.h"

PG_FUNCTION_INFO_V1(ddl_warden_pause);
}

namespace ddl_warden::pg
{

namespace
{

/* A pause is for an emergency or a release night. For longer there is ddl_warden.mode. */
constexpr int longest_pause = 7; /* days */

constexpr size_t longest_reason = 1000;

void
require_argument(FunctionCallInfo call, int number, const char *name)
{
	if (call->args[number].isnull)
	{
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s of a pause must not be null", name)));
	}
}

void
check_reason(const char *reason)
{
	if (reason[strspn(reason, " \t\n\r\f\v")] == '\0')
	{
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("reason of a pause must not be empty")));
	}
	if (strlen(reason) > longest_reason)
	{
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("reason of a pause is too long"),
				 errdetail("It has %zu bytes, and at most %zu are recorded.", strlen(reason),
						   longest_reason)));
	}
}

/* When a pause that begins now ends. */
TimestampTz
end_of_pause(TimestampTz now, Datum duration)
{
	const TimestampTz until = DatumGetTimestampTz(
		DirectFunctionCall2(timestamptz_pl_interval, TimestampTzGetDatum(now), duration));

	if (until < now)
	{
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("duration of a pause must not be negative"),
						errhint("A duration of 0 ends the pause that is in force.")));
	}
	if (until > now + longest_pause * USECS_PER_DAY)
	{
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("duration of a pause must not exceed %d days", longest_pause),
						errhint("To switch ddl_warden off for longer, set \"ddl_warden.mode\".")));
	}
	return until;
}

/* The table is locked against other writers, so one more than the largest is free. */
std::int64_t
next_id(::Relation table)
{
	const AttrNumber column = column_number(table, "id", INT8OID);
	std::int64_t largest = 0;
	SysScanDesc scan = systable_beginscan(table, InvalidOid, false, nullptr, 0, nullptr);

	for (HeapTuple row = systable_getnext(scan); column != InvalidAttrNumber && row != nullptr;
		 row = systable_getnext(scan))
	{
		bool is_null;
		Datum id = heap_getattr(row, column, RelationGetDescr(table), &is_null);

		largest = is_null ? largest : Max(largest, DatumGetInt64(id));
	}
	systable_endscan(scan);
	return largest + 1;
}

void
log_pause(TimestampTz now, TimestampTz until, const char *reason)
{
	::Relation table = open_to_write("pause_log");
	const Field fields[] = {
		{"id", INT8OID, {Int64GetDatum(next_id(table)), false}},
		{"paused_at", TIMESTAMPTZOID, {TimestampTzGetDatum(now), false}},
		{"paused_until", TIMESTAMPTZOID, {TimestampTzGetDatum(until), false}},
		{"role_name", TEXTOID, {CStringGetTextDatum(GetUserNameFromId(GetUserId(), false)), false}},
		{"session_role",
		 TEXTOID,
		 {CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false)), false}},
		{"reason", TEXTOID, {CStringGetTextDatum(reason), false}},
	};

	insert_row(table, fields);
	table_close(table, NoLock);
	/* A second pause in the same query would take the same number. */
	CommandCounterIncrement();
}

}  // namespace

}  // namespace ddl_warden::pg

using namespace ddl_warden::pg;

/* Returns the end of the pause; a duration of 0 ends the one that is in force. Other sessions see
 * it at their next statement after the commit. */
Datum
ddl_warden_pause(PG_FUNCTION_ARGS)
{
	require_preload();
	require_argument(fcinfo, 0, "duration");
	require_argument(fcinfo, 1, "reason");
	PreventCommandIfReadOnly("ddl_warden.pause()");

	const Datum duration = PG_GETARG_DATUM(0);
	const char *reason = TextDatumGetCString(PG_GETARG_DATUM(1));
	const TimestampTz now = GetCurrentTimestamp();
	const TimestampTz until = end_of_pause(now, duration);

	check_reason(reason);
	log_pause(now, until, reason);
	remember_deed("PAUSE",
				  view(psprintf("ddl_warden.pause('%s')",
								DatumGetCString(DirectFunctionCall1(interval_out, duration)))),
				  view(reason));
	PG_RETURN_TIMESTAMPTZ(until);
}
