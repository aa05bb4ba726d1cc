/* Expressions that must always give the same value: of indexes, of generated columns. */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

/* Certainly not immutable, planned or not, of trees after parse analysis. False as well where the
 * planner would run or take in functions of users: what it makes of them may be another thing when
 * the server asks. */
bool are_mutable(const List *expressions);

}  // namespace ddl_warden::pg
