/* Rows of pg_depend, read without a lock on what they are about. */
#pragma once

#include "pg/postgres.hpp"

extern "C" {
#include "catalog/pg_depend.h"
}

#include <span>

namespace ddl_warden::pg
{

/* The rows that lead to an object from what depends on it, as their index has them: those to a
 * relation's columns after those to the relation as a whole. */
std::span<const FormData_pg_depend> references_to(Oid catalog, Oid object);

/* Of one column, or of all of them but not of the relation as a whole. */
std::span<const FormData_pg_depend> references_to_column(Oid relation, AttrNumber column);
std::span<const FormData_pg_depend> references_to_columns(Oid relation);

/* The rows that lead from an object to what it depends on. */
std::span<const FormData_pg_depend> references_from(Oid catalog, Oid object);

}  // namespace ddl_warden::pg
