/* What the library says of itself. */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

/* The version that the SQL objects of the same build have. */
inline constexpr char library_version[] = "0.1.0";

/* Raises ERROR 55000, with a HINT that says what to write where, unless the server preloaded it. */
void require_preload();

}  // namespace ddl_warden::pg
