/*
 * What a finding tells its reader: the primary message, the detail, the hint, and the recipe,
 * that is the safe sequence of statements with the same effect, ready to be pasted and run.
 */
#pragma once

#include "containers.hpp"
#include "decide.hpp"

namespace ddl_warden
{

/* Fills message, detail, hint and recipe of a finding whose other fields are set. */
void advise(Finding &finding, const Facts &facts, const Impact &impact, const Rates &rates,
			const Arena &arena);

/* "48 GB", in the units of pg_size_pretty. */
String size_text(std::uint64_t bytes, const Arena &arena);

}  // namespace ddl_warden
