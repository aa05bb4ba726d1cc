/* ddl_warden.report: what the record says of a period, as one HTML page. */
#include "pg/boundary.hpp"
#include "pg/report/collect.hpp"

extern "C" {
#include "executor/spi.h"

PG_FUNCTION_INFO_V1(ddl_warden_report);
}

/* ddl_warden.report(since timestamptz, until timestamptz) → text. Runs as its caller, who must be
 * allowed to read the record; search_path is pinned where the function is declared. */
Datum
ddl_warden_report(PG_FUNCTION_ARGS)
{
	using namespace ddl_warden::pg;
	const MemoryContext caller = CurrentMemoryContext;
	Period period = requested_period(fcinfo->args[0], fcinfo->args[1]);

	SPI_connect();
	const std::string_view page = report_page(collect(period));
	const MemoryContext within = MemoryContextSwitchTo(caller);
	text *result = cstring_to_text_with_len(page.data(), static_cast<int>(page.size()));

	MemoryContextSwitchTo(within);
	SPI_finish();
	PG_RETURN_TEXT_P(result);
}
