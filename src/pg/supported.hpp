/*
 * The majors of PostgreSQL that this is for. Compiled alone before all else, so that with another
 * major the compiler says nothing but this.
 */
#pragma once

#include "pg_config.h"

#if PG_VERSION_NUM < 150000 || PG_VERSION_NUM >= 190000
#error "ddl_warden supports PostgreSQL 15 to 18"
#endif
