/* What the report tells, read from the record with the caller's privileges. */
#pragma once

#include "pg/report/period.hpp"

#include "core/report.hpp"

namespace ddl_warden::pg
{

/* Within SPI; what it returns lives as long as the connection to SPI. Settles the period's axis. */
Report collect(Period &period);

}  // namespace ddl_warden::pg
