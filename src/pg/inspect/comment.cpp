/* COMMENT, SECURITY LABEL, GRANT and REVOKE. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"

#include "pg/compat.hpp"

namespace ddl_warden::pg
{

namespace
{

/* How many names at the end of the list are not the relation's. */
struct ObjectRow
{
	ObjectType type;
	int last_ones;
	Kind comment;
};

constexpr ObjectRow object_rows[] = {
	{OBJECT_TABLE, 0, Kind::Comment},         {OBJECT_VIEW, 0, Kind::Comment},
	{OBJECT_MATVIEW, 0, Kind::Comment},       {OBJECT_SEQUENCE, 0, Kind::Comment},
	{OBJECT_FOREIGN_TABLE, 0, Kind::Comment}, {OBJECT_INDEX, 0, Kind::Comment},
	{OBJECT_COLUMN, 1, Kind::Comment},        {OBJECT_TABCONSTRAINT, 1, Kind::CommentOnPart},
	{OBJECT_TRIGGER, 1, Kind::CommentOnPart}, {OBJECT_RULE, 1, Kind::CommentOnPart},
	{OBJECT_POLICY, 1, Kind::CommentOnPart},
};

const ObjectRow *
row_of(ObjectType type)
{
	for (const ObjectRow &row : object_rows)
	{
		if (row.type == type)
		{
			return &row;
		}
	}
	return nullptr;
}

void
reach_object(Inspection &inspection, const ObjectRow &row, const Node *object)
{
	const Oid relation = find_listed(inspection, as<List>(object), row.last_ones);

	if (OidIsValid(relation))
	{
		demand(inspection, owns(RelationRelationId, relation, GetUserId()));
		reach_only(inspection, relation);
	}
}

}  // namespace

bool
names_relation(ObjectType type)
{
	const ObjectRow *row = row_of(type);

	return row != nullptr && row->last_ones == 0;
}

void
inspect_comment(Inspection &inspection, const CommentStmt *statement)
{
	const ObjectRow *row = row_of(statement->objtype);

	inspection.facts.kind = row == nullptr ? Kind::NoRelation : row->comment;
	if (row != nullptr)
	{
		reach_object(inspection, *row, statement->object);
	}
}

void
inspect_security_label(Inspection &inspection, const SecLabelStmt *statement)
{
	const ObjectRow *row = row_of(statement->objtype);

	inspection.facts.kind = row == nullptr ? Kind::NoRelation : Kind::SecurityLabel;
	if (row != nullptr)
	{
		reach_object(inspection, *row, statement->object);
	}
}

/* Of ALL TABLES IN SCHEMA none is locked: objectsInSchemaToOids in aclchk.c. */
void
inspect_grant(Inspection &inspection, const GrantStmt *statement)
{
	const bool names_relations =
		statement->targtype == ACL_TARGET_OBJECT &&
		(statement->objtype == OBJECT_TABLE || statement->objtype == OBJECT_SEQUENCE);
	const ListCell *cell;

	inspection.facts.kind =
		grant_locks_relations && names_relations ? Kind::Grant : Kind::NoRelation;
	foreach (cell, names_relations ? statement->objects : NIL)
	{
		const Oid relation = find_relation(inspection, lfirst_node(RangeVar, cell));

		if (OidIsValid(relation))
		{
			reach(inspection, relation, false);
		}
	}
	describe_relations(inspection);
}

}  // namespace ddl_warden::pg
