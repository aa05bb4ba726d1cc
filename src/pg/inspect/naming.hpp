/* The names that the server would choose. */
#pragma once

#include "pg/inspect/relation.hpp"

namespace ddl_warden::pg
{

/* The name of a nameless index, or of the constraint behind it, on this table; unquoted. */
const char *choose_index_name(Oid table, const IndexStmt *statement);

/* Names the new index of every reached relation, quoted: as given on the one that the statement
 * names, chosen on its partitions. Returns the name on the first. */
std::string_view name_new_indexes(Inspection &inspection, const IndexStmt *statement);

/* A list of names of the index's columns, as DefineIndex makes them. */
List *index_column_names(List *elements);

}  // namespace ddl_warden::pg
