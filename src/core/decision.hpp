/* A decision: verdict and findings, and what then happened. One row of the record. */
#pragma once

#include <cstdint>
#include <string_view>

namespace ddl_warden
{

enum class Outcome : std::uint8_t
{
	Committed,
	RolledBack,
	Refused,
	Failed,
	GaveUpWaiting,
	HeldTooLong,
};

/* As decision_log.outcome has it: "rolled back". */
std::string_view to_text(Outcome outcome);

/* Which decisions leave a row: ddl_warden.record. */
enum class RecordScope : std::uint8_t
{
	Everything,
	Blocking,
	Refused,
};

}  // namespace ddl_warden
