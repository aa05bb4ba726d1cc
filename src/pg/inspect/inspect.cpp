#include "pg/inspect/inspect.hpp"

#include "pg/inspect/families.hpp"

namespace ddl_warden::pg
{

namespace
{

void
inspect_dropped(Inspection &inspection, const DropStmt *statement)
{
	if (statement->removeType == OBJECT_INDEX)
	{
		return inspect_drop_index(inspection, statement);
	}
	inspect_drop(inspection, statement);
}

void
inspect_family(Inspection &inspection, Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_IndexStmt:
			return inspect_create_index(inspection, castNode(IndexStmt, tree));
		case T_DropStmt:
			return inspect_dropped(inspection, castNode(DropStmt, tree));
		case T_ReindexStmt:
			return inspect_reindex(inspection, castNode(ReindexStmt, tree));
		case T_AlterTableStmt:
			return inspect_alter_table(inspection, castNode(AlterTableStmt, tree));
		case T_AlterTableMoveAllStmt:
			return inspect_move_all(inspection, castNode(AlterTableMoveAllStmt, tree));
		case T_ClusterStmt:
			return inspect_cluster(inspection, castNode(ClusterStmt, tree));
		case T_VacuumStmt:
			return inspect_vacuum_full(inspection, castNode(VacuumStmt, tree));
		case T_RefreshMatViewStmt:
			return inspect_refresh(inspection, castNode(RefreshMatViewStmt, tree));
		case T_TruncateStmt:
			return inspect_truncate(inspection, castNode(TruncateStmt, tree));
		case T_DropOwnedStmt:
			return inspect_drop_owned(inspection, castNode(DropOwnedStmt, tree));
		case T_ReassignOwnedStmt:
			return inspect_reassign_owned(inspection, castNode(ReassignOwnedStmt, tree));
		case T_DropRoleStmt:
		case T_DropSubscriptionStmt:
		case T_DropTableSpaceStmt:
		case T_DropUserMappingStmt:
		case T_DropdbStmt:
			return inspect_drop_without_relations(inspection);
		default:
			return inspect_other(inspection, tree);
	}
}

std::span<const Further>
further_of(const List *list)
{
	const std::span<Further> further = allocate_array<Further>(list_length(list));
	const ListCell *cell;

	foreach (cell, list)
	{
		further[foreach_current_index(cell)] = *static_cast<const Further *>(lfirst(cell));
	}
	return further;
}

/* Whoever names temporary relations only. A relation that does not exist is none. */
bool
are_temporary(std::span<const Relation> relations)
{
	for (const Relation &relation : relations)
	{
		if (!relation.temporary)
		{
			return false;
		}
	}
	return !relations.empty();
}

}  // namespace

Facts
inspect(const Statement &statement)
{
	Inspection inspection = {.statement = statement,
							 .facts = {},
							 .reached = NIL,
							 .reached_as = {},
							 .relations = {},
							 .indexes = {},
							 .index_of = {},
							 .verification = nullptr,
							 .further = NIL};
	Facts &facts = inspection.facts;

	facts.command = view(GetCommandTagName(CreateCommandTag(statement.tree)));
	facts.text = statement.text;
	facts.in_transaction = statement.in_transaction;
	facts.judgeable = true;
	facts.relation_at = -1;
	inspect_family(inspection, statement.tree);
	facts.further = further_of(inspection.further);
	facts.temporary_only = facts.temporary_only || are_temporary(inspection.relations);
	return facts;
}

}  // namespace ddl_warden::pg
