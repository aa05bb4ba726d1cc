/* How fast this server does which work: read from ddl_warden.measured_work when somebody asks. */
#pragma once

#include "pg/postgres.hpp"

#include "core/speed.hpp"

namespace ddl_warden::pg
{

struct MeasuredRates
{
	Rates rates;
	std::array<TimestampTz, pace_count> last_measured; /* 0 where the rate is assumed */
};

/* Waits for nobody: the defaults where the table cannot be read at once. */
MeasuredRates read_rates(Oid extension_owner);

/* As SQL has a duration. */
Interval *interval_of(double ms);

}  // namespace ddl_warden::pg
