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
void inspect_refresh(Inspection &inspection, const RefreshMatViewStmt *statement);
void inspect_truncate(Inspection &inspection, const TruncateStmt *statement);
void inspect_drop(Inspection &inspection, const DropStmt *statement);
void inspect_drop_owned(Inspection &inspection, const DropOwnedStmt *statement);
void inspect_reassign_owned(Inspection &inspection, const ReassignOwnedStmt *statement);
void inspect_create_table(Inspection &inspection, const CreateStmt *statement);
void inspect_create_schema(Inspection &inspection, const CreateSchemaStmt *statement);
void inspect_create_table_as(Inspection &inspection, const CreateTableAsStmt *statement);
void inspect_create_view(Inspection &inspection, const ViewStmt *statement);
void inspect_create_sequence(Inspection &inspection, const CreateSeqStmt *statement);
void inspect_alter_sequence(Inspection &inspection, const AlterSeqStmt *statement);
void inspect_create_trigger(Inspection &inspection, const CreateTrigStmt *statement);
void inspect_create_rule(Inspection &inspection, const RuleStmt *statement);
void inspect_policy(Inspection &inspection, const RangeVar *table);
void inspect_create_statistics(Inspection &inspection, const CreateStatsStmt *statement);
void inspect_create_function(Inspection &inspection, const CreateFunctionStmt *statement);
void inspect_rename(Inspection &inspection, const RenameStmt *statement);
void inspect_set_schema(Inspection &inspection, const AlterObjectSchemaStmt *statement);
void inspect_owner(Inspection &inspection, const AlterOwnerStmt *statement);
void inspect_depends(Inspection &inspection, const AlterObjectDependsStmt *statement);
void inspect_extension_contents(Inspection &inspection,
								const AlterExtensionContentsStmt *statement);
void inspect_alter_domain(Inspection &inspection, const AlterDomainStmt *statement);
void inspect_comment(Inspection &inspection, const CommentStmt *statement);
void inspect_security_label(Inspection &inspection, const SecLabelStmt *statement);
void inspect_grant(Inspection &inspection, const GrantStmt *statement);
void inspect_create_publication(Inspection &inspection, const CreatePublicationStmt *statement);
void inspect_alter_publication(Inspection &inspection, const AlterPublicationStmt *statement);
void inspect_vacuum(Inspection &inspection, const VacuumStmt *statement);
void inspect_unjudged(Inspection &inspection, const Node *tree);
void inspect_other(Inspection &inspection, const Node *tree);

/* comment.cpp: is an object of this type, named by a list, a relation? */
bool names_relation(ObjectType type);

}  // namespace ddl_warden::pg
