/* A new index of a partitioned table takes an equal one that a partition has already. */
#pragma once

#include "pg/inspect/alteration.hpp"

namespace ddl_warden::pg
{

/* CREATE INDEX: Relation.index_is_there of every partition. */
void find_partition_indexes(Inspection &inspection, const IndexStmt *statement,
							Form_pg_class table);

/* ALTER TABLE: reach and builds of a constraint with an index. */
void take_partition_indexes(Altering &altering, const IndexStmt *index);

}  // namespace ddl_warden::pg
