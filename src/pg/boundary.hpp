/*
 * The wall. The only place where an exception of the core meets the server: it is caught, its text
 * copied out, and an ERROR raised after the catch block has been left.
 */
#pragma once

#include "pg/memory.hpp"

#include "core/decide.hpp"
#include "core/redact.hpp"
#include "core/report.hpp"
#include "core/verification.hpp"

namespace ddl_warden::pg
{

/* Each allocates in the current memory context and raises ERROR (54000 or 53200) on a core fault.
 */
Impact assess(const Facts &facts);
Verdict decide(const Facts &facts, const Impact &impact, const RuleSet &rules, const Rates &rates,
			   const Session &session);
std::string_view forecast_sentence(const Forecast &forecast, const Rates &rates);
std::string_view redact(std::string_view text, Secrets secrets);
Misprediction misprediction_of(const Facts &facts, const Impact &impact,
							   std::span<const Observed> observed, bool locks_were_kept);
std::string_view report_page(const Report &report);

}  // namespace ddl_warden::pg
