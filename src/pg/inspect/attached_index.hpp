/* ATTACH PARTITION builds every index of the parent that the partition has no equal of. */
#pragma once

#include "pg/inspect/alteration.hpp"

namespace ddl_warden::pg
{

/* How many indexes are built on each relation; tells the fates of those that are taken instead. As
 * AttachPartitionEnsureIndexes in tablecmds.c, and DefineIndex in indexcmds.c below it. */
std::span<const unsigned> indexes_to_build(Inspection &inspection, Oid parent, Oid partition);

/* ALTER INDEX … ATTACH PARTITION: an index that is complete by it completes the one that it is a
 * part of, if it is. As validatePartitionedIndex in tablecmds.c. */
void reach_completed(Altering &altering);

}  // namespace ddl_warden::pg
