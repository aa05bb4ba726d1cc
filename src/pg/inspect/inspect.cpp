#include "pg/inspect/inspect.hpp"

#include "pg/inspect/families.hpp"
#include "pg/inspect/user_code.hpp"

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

/* Of what is there already, whatever it is. */
void
inspect_change(Inspection &inspection, Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_CreateFunctionStmt:
			return inspect_create_function(inspection, castNode(CreateFunctionStmt, tree));
		case T_RenameStmt:
			return inspect_rename(inspection, castNode(RenameStmt, tree));
		case T_AlterObjectSchemaStmt:
			return inspect_set_schema(inspection, castNode(AlterObjectSchemaStmt, tree));
		case T_AlterOwnerStmt:
			return inspect_owner(inspection, castNode(AlterOwnerStmt, tree));
		case T_AlterObjectDependsStmt:
			return inspect_depends(inspection, castNode(AlterObjectDependsStmt, tree));
		case T_AlterExtensionContentsStmt:
			return inspect_extension_contents(inspection,
											  castNode(AlterExtensionContentsStmt, tree));
		case T_AlterDomainStmt:
			return inspect_alter_domain(inspection, castNode(AlterDomainStmt, tree));
		case T_CommentStmt:
			return inspect_comment(inspection, castNode(CommentStmt, tree));
		case T_SecLabelStmt:
			return inspect_security_label(inspection, castNode(SecLabelStmt, tree));
		case T_GrantStmt:
			return inspect_grant(inspection, castNode(GrantStmt, tree));
		case T_CreatePublicationStmt:
			return inspect_create_publication(inspection, castNode(CreatePublicationStmt, tree));
		case T_AlterPublicationStmt:
			return inspect_alter_publication(inspection, castNode(AlterPublicationStmt, tree));
		default:
			return is_explained(tree) ? inspect_unjudged(inspection, tree)
									  : inspect_other(inspection, tree);
	}
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
			return inspect_vacuum(inspection, castNode(VacuumStmt, tree));
		case T_RefreshMatViewStmt:
			return inspect_refresh(inspection, castNode(RefreshMatViewStmt, tree));
		case T_TruncateStmt:
			return inspect_truncate(inspection, castNode(TruncateStmt, tree));
		case T_DropOwnedStmt:
			return inspect_drop_owned(inspection, castNode(DropOwnedStmt, tree));
		case T_ReassignOwnedStmt:
			return inspect_reassign_owned(inspection, castNode(ReassignOwnedStmt, tree));
		case T_CreateStmt:
			return inspect_create_table(inspection, castNode(CreateStmt, tree));
		case T_CreateForeignTableStmt:
			return inspect_create_table(inspection, &castNode(CreateForeignTableStmt, tree)->base);
		case T_CreateSchemaStmt:
			return inspect_create_schema(inspection, castNode(CreateSchemaStmt, tree));
		case T_CreateTableAsStmt:
			return inspect_create_table_as(inspection, castNode(CreateTableAsStmt, tree));
		case T_ViewStmt:
			return inspect_create_view(inspection, castNode(ViewStmt, tree));
		case T_CreateSeqStmt:
			return inspect_create_sequence(inspection, castNode(CreateSeqStmt, tree));
		case T_AlterSeqStmt:
			return inspect_alter_sequence(inspection, castNode(AlterSeqStmt, tree));
		case T_CreateTrigStmt:
			return inspect_create_trigger(inspection, castNode(CreateTrigStmt, tree));
		case T_RuleStmt:
			return inspect_create_rule(inspection, castNode(RuleStmt, tree));
		case T_CreatePolicyStmt:
			return inspect_policy(inspection, castNode(CreatePolicyStmt, tree)->table);
		case T_AlterPolicyStmt:
			return inspect_policy(inspection, castNode(AlterPolicyStmt, tree)->table);
		case T_CreateStatsStmt:
			return inspect_create_statistics(inspection, castNode(CreateStatsStmt, tree));
		default:
			return inspect_change(inspection, tree);
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

bool
are_temporary(std::span<const Further> further)
{
	for (const Further &one : further)
	{
		if (!one.relation.temporary)
		{
			return false;
		}
	}
	return true;
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
	facts.event_triggers = event_triggers_on(statement.tree);
	facts.temporary_only = (facts.temporary_only || are_temporary(inspection.relations)) &&
						   are_temporary(facts.further);
	return facts;
}

}  // namespace ddl_warden::pg
