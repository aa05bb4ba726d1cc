/* Statements judged by their class only: does one name or make anything but temporary relations? */
#include "pg/inspect/families.hpp"

extern "C" {
#include "nodes/makefuncs.h"
}

namespace ddl_warden::pg
{

namespace
{

/* The relation that a statement names or makes, or NULL. */
const RangeVar *
relation_of(const Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_CreateStmt:
			return castNode(CreateStmt, const_cast<Node *>(tree))->relation;
		case T_CreateTableAsStmt:
			return castNode(CreateTableAsStmt, const_cast<Node *>(tree))->into->rel;
		case T_ViewStmt:
			return castNode(ViewStmt, const_cast<Node *>(tree))->view;
		case T_CreateSeqStmt:
			return castNode(CreateSeqStmt, const_cast<Node *>(tree))->sequence;
		case T_AlterSeqStmt:
			return castNode(AlterSeqStmt, const_cast<Node *>(tree))->sequence;
		case T_RenameStmt:
			return castNode(RenameStmt, const_cast<Node *>(tree))->relation;
		case T_AlterObjectSchemaStmt:
			return castNode(AlterObjectSchemaStmt, const_cast<Node *>(tree))->relation;
		case T_CreateTrigStmt:
			return castNode(CreateTrigStmt, const_cast<Node *>(tree))->relation;
		case T_RuleStmt:
			return castNode(RuleStmt, const_cast<Node *>(tree))->relation;
		case T_CreatePolicyStmt:
			return castNode(CreatePolicyStmt, const_cast<Node *>(tree))->table;
		case T_AlterPolicyStmt:
			return castNode(AlterPolicyStmt, const_cast<Node *>(tree))->table;
		default:
			return nullptr;
	}
}

bool
makes_relation(const Node *tree)
{
	return IsA(tree, CreateStmt) || IsA(tree, CreateTableAsStmt) || IsA(tree, ViewStmt) ||
		   IsA(tree, CreateSeqStmt);
}

bool
makes_temporary(const RangeVar *name)
{
	return name->relpersistence == RELPERSISTENCE_TEMP ||
		   (name->schemaname != nullptr && strcmp(name->schemaname, "pg_temp") == 0);
}

bool
is_temporary(Oid relation)
{
	return get_rel_persistence(relation) == RELPERSISTENCE_TEMP;
}

bool
drops_relations(const DropStmt *statement)
{
	return statement->removeType == OBJECT_VIEW || statement->removeType == OBJECT_SEQUENCE ||
		   statement->removeType == OBJECT_MATVIEW || statement->removeType == OBJECT_FOREIGN_TABLE;
}

bool
drops_temporary_only(Inspection &inspection, const DropStmt *statement)
{
	const ListCell *cell;

	foreach (cell, statement->objects)
	{
		const Oid oid =
			find_relation(inspection, makeRangeVarFromNameList(lfirst_node(List, cell)));

		if (!OidIsValid(oid) || !is_temporary(oid))
		{
			return false;
		}
	}
	return true;
}

bool
is_temporary_only(Inspection &inspection, const Node *tree)
{
	const RangeVar *name = relation_of(tree);

	if (IsA(tree, DropStmt))
	{
		const DropStmt *drop = castNode(DropStmt, const_cast<Node *>(tree));

		return drops_relations(drop) && drops_temporary_only(inspection, drop);
	}
	if (name == nullptr)
	{
		return false;
	}
	if (makes_relation(tree))
	{
		return makes_temporary(name);
	}

	const Oid oid = find_relation(inspection, name);

	return OidIsValid(oid) && is_temporary(oid);
}

/* For the message that tells who holds its lock. */
void
name_subject(Inspection &inspection, const RangeVar *name)
{
	const Oid oid = name == nullptr ? InvalidOid : find_relation(inspection, name);

	if (OidIsValid(oid))
	{
		inspection.facts.subject = oid;
		inspection.facts.subject_name = qualified_name(oid);
	}
}

}  // namespace

void
inspect_other(Inspection &inspection, const Node *statement)
{
	Facts &facts = inspection.facts;

	facts.kind = Kind::Other;
	facts.temporary_only = is_temporary_only(inspection, statement);
	facts.only_reads = IsA(statement, CreateTableAsStmt);
	name_subject(inspection, makes_relation(statement) ? nullptr : relation_of(statement));
}

}  // namespace ddl_warden::pg
