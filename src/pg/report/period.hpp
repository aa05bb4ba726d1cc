/* The period of a report, and how its timeline is divided. */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

/* How a timeline of some length is divided. */
struct Division
{
	double longest;           /* seconds: for periods up to this */
	double slice;             /* seconds */
	const char *slice_length; /* the same in words */
	const char *unit;   /* ticks are counted from the beginning of one, as date_trunc has it */
	const char *step;   /* from one tick to the next */
	const char *format; /* of a tick's label */
};

struct Period
{
	TimestampTz since; /* may be infinite */
	TimestampTz until;
	TimestampTz begin; /* of the axis */
	TimestampTz end;
	TimestampTz origin; /* where slice 0 begins */
	Division division;
};

/* The period that was asked for; without a beginning, the seven days before its end; without an
 * end, until now. ERROR 22023 unless it begins before it ends. */
Period requested_period(NullableDatum since, NullableDatum until);

/* Settles the axis; `first` is the earliest that the record knows, or the end of the period. */
void divide(Period &period, TimestampTz first);

}  // namespace ddl_warden::pg
