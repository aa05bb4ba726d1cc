#include "pg/report/period.hpp"

extern "C" {
#include "utils/fmgrprotos.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr double minute = 60;
constexpr double hour = 60 * minute;
constexpr double day = 24 * hour;

/* Some 100 to 200 slices, and up to a dozen ticks. What ends now is a little longer than it is
 * called. */
// clang-format off
constexpr Division divisions[] = {
	{4 * minute,  1,           "1 second",   "minute", "30 seconds", "HH24:MI:SS"},
	{16 * minute, 5,           "5 seconds",  "hour",   "2 minutes",  "HH24:MI"},
	{1.1 * hour,  20,          "20 seconds", "hour",   "10 minutes", "HH24:MI"},
	{3.1 * hour,  minute,      "1 minute",   "day",    "30 minutes", "HH24:MI"},
	{10 * hour,   3 * minute,  "3 minutes",  "day",    "1 hour",     "HH24:MI"},
	{25 * hour,   10 * minute, "10 minutes", "day",    "3 hours",    "HH24:MI"},
	{3 * day,     30 * minute, "30 minutes", "day",    "6 hours",    "Dy HH24:MI"},
	{10 * day,    hour,        "1 hour",     "day",    "1 day",      "Dy DD"},
	{40 * day,    6 * hour,    "6 hours",    "week",   "7 days",     "DD Mon"},
	{100 * day,   12 * hour,   "12 hours",   "week",   "14 days",    "DD Mon"},
	{400 * day,   3 * day,     "3 days",     "year",   "2 months",   "Mon YYYY"},
	{1100 * day,  7 * day,     "7 days",     "year",   "6 months",   "Mon YYYY"},
	{4000 * day,  28 * day,    "28 days",    "year",   "1 year",     "YYYY"},
};
// clang-format on

/* For anything longer. */
Division
century_division(double length)
{
	return {length, length / 150, "1/150 of the period", "century", "100 years", "YYYY"};
}

Division
division_for(double length)
{
	for (const Division &division : divisions)
	{
		if (length <= division.longest)
		{
			return division;
		}
	}
	return century_division(length);
}

TimestampTz
truncated(const char *unit, TimestampTz at)
{
	return DatumGetTimestampTz(
		DirectFunctionCall2(timestamptz_trunc, CStringGetTextDatum(unit), TimestampTzGetDatum(at)));
}

}  // namespace

Period
requested_period(NullableDatum since, NullableDatum until)
{
	Period period = {};

	period.until = until.isnull ? GetCurrentTimestamp() : DatumGetTimestampTz(until.value);
	if (since.isnull)
	{
		const TimestampTz last =
			TIMESTAMP_NOT_FINITE(period.until) ? GetCurrentTimestamp() : period.until;

		period.since = last - 7 * USECS_PER_DAY;
	}
	else
	{
		period.since = DatumGetTimestampTz(since.value);
	}
	if (period.since >= period.until)
	{
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a report must begin before it ends"),
						errdetail("It would begin at %s and end at %s.",
								  pstrdup(timestamptz_to_str(period.since)),
								  pstrdup(timestamptz_to_str(period.until)))));
	}
	return period;
}

void
divide(Period &period, TimestampTz first)
{
	const TimestampTz now = GetCurrentTimestamp();

	period.begin = TIMESTAMP_IS_NOBEGIN(period.since) ? Min(first, now) : period.since;
	period.end = period.until > now ? now : period.until;
	if (period.end <= period.begin) /* it lies ahead, or has but one moment */
	{
		period.end = TIMESTAMP_NOT_FINITE(period.until) || period.until <= period.begin
						 ? period.begin + USECS_PER_MINUTE
						 : period.until;
	}
	period.division = division_for(static_cast<double>(period.end - period.begin) / USECS_PER_SEC);
	period.origin = truncated(period.division.unit, period.begin);
}

}  // namespace ddl_warden::pg
