/* AlterTableCmd, by our names. */
#pragma once

#include "pg/postgres.hpp"

#include "core/facts.hpp"

namespace ddl_warden::pg
{

Subcommand subcommand_of(const AlterTableCmd *command);

}  // namespace ddl_warden::pg
