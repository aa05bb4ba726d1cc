/* Forecast: how long the work of a statement will take here. */
#pragma once

#include "containers.hpp"
#include "impact.hpp"
#include "speed.hpp"

#include <cstdint>
#include <string_view>

namespace ddl_warden
{

/* Of one relation, for explain. */
Forecast forecast(const RelationImpact &relation, const Rates &rates);

/* Of the whole statement: one relation after the other. */
Forecast forecast(const Facts &facts, const Impact &impact, const Rates &rates);

/* Is there so much work that it matters which rates are used? */
bool is_worth_reading_for(const Impact &impact);

/* "about 20 s", "about 4 min", "about 2 h"; "under a second". */
std::string_view duration_text(double ms, const Arena &arena);

/* "210 MB/s", in the units of pg_size_pretty. */
std::string_view rate_text(double bytes_per_second, const Arena &arena);

/* From here on a forecast is worth telling, in milliseconds. */
inline constexpr double least_told_ms = 1000;

/* "about 4 min at 210 MB/s measured here", or "assumed": the time of all the work, and what it
 * makes of so many bytes. Empty when it is not worth telling. */
std::string_view forecast_text(const Forecast &forecast, const Rates &rates, std::uint64_t bytes,
							   const Arena &arena);

/* "Forecast: rewrite at 210 MB/s measured here in 12 statements.", for explain. Empty when it is
 * not worth telling. */
std::string_view forecast_sentence(const Forecast &forecast, const Rates &rates,
								   const Arena &arena);

}  // namespace ddl_warden
