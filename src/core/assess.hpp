/* Facts in, impact out. Pure. */
#pragma once

#include "containers.hpp"
#include "impact.hpp"

namespace ddl_warden
{

/* Throws std::bad_alloc only. What it returns lives in the arena. */
Impact assess(const Facts &facts, const Arena &arena);

}  // namespace ddl_warden
