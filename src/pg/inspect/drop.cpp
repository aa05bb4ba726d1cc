/* DROP of anything but an index: what is named, and what goes with it. */
#include "pg/inspect/dependency.hpp"
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/named_object.hpp"

extern "C" {
#include "nodes/makefuncs.h"
}

namespace ddl_warden::pg
{

namespace
{

/* What DROP takes under its name for a kind of relation. */
struct DroppedKind
{
	ObjectType type;
	char relkind;
	char other; /* the same with partitions */
};

constexpr DroppedKind dropped_kinds[] = {
	{OBJECT_TABLE, RELKIND_RELATION, RELKIND_PARTITIONED_TABLE},
	{OBJECT_VIEW, RELKIND_VIEW, RELKIND_VIEW},
	{OBJECT_MATVIEW, RELKIND_MATVIEW, RELKIND_MATVIEW},
	{OBJECT_SEQUENCE, RELKIND_SEQUENCE, RELKIND_SEQUENCE},
	{OBJECT_FOREIGN_TABLE, RELKIND_FOREIGN_TABLE, RELKIND_FOREIGN_TABLE},
};

/* NULL: DROP of this type names no relations. */
const DroppedKind *
dropped_kind(ObjectType type)
{
	for (const DroppedKind &kind : dropped_kinds)
	{
		if (kind.type == type)
		{
			return &kind;
		}
	}
	return nullptr;
}

/* What is named; as many as there may be. */
struct Wanted
{
	std::span<ObjectAddress> objects;
	std::size_t count;
};

void
add(Wanted &wanted, const ObjectAddress &object)
{
	wanted.objects[wanted.count++] = object;
}

void
refuse_unless(Inspection &inspection, bool accepted)
{
	inspection.facts.judgeable = inspection.facts.judgeable && accepted;
}

void
want_relation(Inspection &inspection, Wanted &wanted, const DroppedKind &kind, List *name)
{
	const Oid oid = find_listed(inspection, name, 0);
	const char relkind = OidIsValid(oid) ? get_rel_relkind(oid) : '\0';

	if (!OidIsValid(oid))
	{
		return;
	}
	refuse_unless(inspection, (relkind == kind.relkind || relkind == kind.other) && may_drop(oid));
	reach(inspection, oid, false);
	add(wanted, address_of(RelationRelationId, oid));
}

/* A miss without IF EXISTS is an error, unless the relation that is named with it is missing: then
 * that is told. */
void
want_object(Inspection &inspection, Wanted &wanted, const DropStmt *statement, Node *name)
{
	const NamedObject found = find_named_object(inspection, statement->removeType, name);
	const bool is_there = OidIsValid(found.address.objectId);

	refuse_unless(inspection, found.accepted);
	if (!is_there)
	{
		refuse_unless(inspection, statement->missing_ok || !inspection.facts.missing.empty());
		return;
	}
	if (OidIsValid(found.relation))
	{
		reach(inspection, found.relation, false);
	}
	add(wanted, found.address);
}

Wanted
want_all(Inspection &inspection, const DropStmt *statement)
{
	const DroppedKind *kind = dropped_kind(statement->removeType);
	Wanted wanted = {allocate_array<ObjectAddress>(list_length(statement->objects)), 0};
	const ListCell *cell;

	foreach (cell, statement->objects)
	{
		if (kind != nullptr)
		{
			want_relation(inspection, wanted, *kind, lfirst_node(List, cell));
		}
		else
		{
			want_object(inspection, wanted, statement, static_cast<Node *>(lfirst(cell)));
		}
	}
	return wanted;
}

}  // namespace

void
inspect_drop(Inspection &inspection, const DropStmt *statement)
{
	const bool relations = dropped_kind(statement->removeType) != nullptr;

	inspection.facts.kind =
		statement->removeType == OBJECT_TABLE ? Kind::DropTable : Kind::DropObject;

	const Wanted wanted = want_all(inspection, statement);

	describe_relations(inspection);
	if (relations)
	{
		describe_companions(inspection);
	}
	if (!inspection.facts.judgeable)
	{
		return;
	}

	const Deletion deletion =
		find_deletion(wanted.objects.first(wanted.count), statement->behavior);

	refuse_unless(inspection, !deletion.refused);
	if (!deletion.refused)
	{
		reach_deletion(inspection, deletion);
	}
}

}  // namespace ddl_warden::pg
