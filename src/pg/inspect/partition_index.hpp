/* CREATE INDEX on a partitioned table takes an index that a partition has already. */
#pragma once

#include "pg/inspect/relation.hpp"

namespace ddl_warden::pg
{

/* Tells Relation.index_is_there of every partition. An index over expressions or with a predicate
 * is taken for a new one. */
void find_partition_indexes(Inspection &inspection, const IndexStmt *statement);

}  // namespace ddl_warden::pg
