/* SQL functions about the speed of this server: ddl_warden.forecast and what ddl_warden.rates
 * shows. */
#include "pg/extension.hpp"
#include "pg/memory.hpp"
#include "pg/rates.hpp"

extern "C" {
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(ddl_warden_forecast);
PG_FUNCTION_INFO_V1(ddl_warden_current_rates);
}

namespace ddl_warden::pg
{

namespace
{

Pace
pace_argument(text *name)
{
	const char *given = text_to_cstring(name);
	const std::optional<Pace> pace = pace_from(given);

	if (!pace.has_value())
	{
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("kind of work \"%s\" is not known", given),
				 errhint("Column \"work\" of view \"ddl_warden.rates\" has those that are.")));
	}
	return *pace;
}

}  // namespace

}  // namespace ddl_warden::pg

/* ddl_warden.forecast(work text, bytes bigint) → interval */
Datum
ddl_warden_forecast(PG_FUNCTION_ARGS)
{
	using namespace ddl_warden;
	using namespace ddl_warden::pg;

	const Pace pace = pace_argument(PG_GETARG_TEXT_PP(0));
	const int64 bytes = PG_GETARG_INT64(1);
	const Rates rates = read_rates(installed_extension().owner).rates;

	if (bytes < 0)
	{
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("number of bytes must not be negative")));
	}
	PG_RETURN_INTERVAL_P(interval_of(1000 * static_cast<double>(bytes) /
									 rates[static_cast<std::size_t>(pace)].bytes_per_second));
}

/* ddl_warden.current_rates() → setof (work, bytes_per_second, samples, last_measured_at) */
Datum
ddl_warden_current_rates(PG_FUNCTION_ARGS)
{
	using namespace ddl_warden;
	using namespace ddl_warden::pg;

	InitMaterializedSRF(fcinfo, 0);
	auto *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
	const MeasuredRates measured = read_rates(installed_extension().owner);

	for (std::size_t pace = 0; pace < pace_count; pace++)
	{
		const Rate &rate = measured.rates[pace];
		Datum values[] = {CStringGetTextDatum(c_string(to_text(static_cast<Pace>(pace)))),
						  Float8GetDatum(rate.bytes_per_second), Int32GetDatum(rate.samples),
						  TimestampTzGetDatum(measured.last_measured[pace])};
		bool nulls[] = {false, false, false, rate.samples == 0};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return static_cast<Datum>(0);
}
