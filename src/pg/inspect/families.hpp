/* One function per family of statements; each finds its relations and fills the facts. */
#pragma once

#include "pg/inspect/relation.hpp"

namespace ddl_warden::pg
{

void inspect_create_index(Inspection &inspection, const IndexStmt *statement);
void inspect_drop_index(Inspection &inspection, const DropStmt *statement);
void inspect_reindex(Inspection &inspection, const ReindexStmt *statement);
void inspect_alter_table(Inspection &inspection, const AlterTableStmt *statement);
void inspect_move_all(Inspection &inspection, const AlterTableMoveAllStmt *statement);
void inspect_cluster(Inspection &inspection, const ClusterStmt *statement);
void inspect_vacuum_full(Inspection &inspection, const VacuumStmt *statement);
void inspect_refresh(Inspection &inspection, const RefreshMatViewStmt *statement);
void inspect_truncate(Inspection &inspection, const TruncateStmt *statement);
void inspect_drop(Inspection &inspection, const DropStmt *statement);
void inspect_drop_without_relations(Inspection &inspection);
void inspect_drop_owned(Inspection &inspection, const DropOwnedStmt *statement);
void inspect_reassign_owned(Inspection &inspection, const ReassignOwnedStmt *statement);
void inspect_other(Inspection &inspection, const Node *statement);

}  // namespace ddl_warden::pg
