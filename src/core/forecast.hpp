/* How long work is expected to take, from stated defaults until the record knows better. */
#pragma once

#include "impact.hpp"

#include <cstdint>

namespace ddl_warden
{

/* Microseconds for that many bytes of that work. */
std::int64_t forecast(Work work, std::uint64_t bytes);

}  // namespace ddl_warden
