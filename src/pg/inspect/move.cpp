/* ALTER … SET SCHEMA, OWNER TO, DEPENDS ON EXTENSION; ALTER EXTENSION … ADD and DROP. What ALTER
 * TABLE does of this is in alter_table.cpp. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/references.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/dependency.h"
#include "catalog/pg_extension.h"
#include "nodes/makefuncs.h"
}

namespace ddl_warden::pg
{

namespace
{

void
link(Inspection &inspection, Oid relation, Link link, std::string_view through)
{
	reach_further(inspection, relation,
				  {.relation = {},
				   .link = link,
				   .alteration = 0,
				   .through = through,
				   .works = Answer::No,
				   .first = false});
}

/* They go where their table goes: AlterSeqNamespaces in tablecmds.c. */
void
link_owned_sequences(Inspection &inspection, Oid table)
{
	const ListCell *cell;

	foreach (cell, getOwnedSequences(table))
	{
		link(inspection, lfirst_oid(cell), Link::OwnedSequence, qualified_name(table));
	}
}

// ---- SET SCHEMA

bool
suits_move(ObjectType type, char relkind)
{
	return suits(type, relkind) && relkind != RELKIND_INDEX &&
		   relkind != RELKIND_PARTITIONED_INDEX && relkind != RELKIND_TOASTVALUE;
}

void
move_relation(Inspection &inspection, const AlterObjectSchemaStmt *statement)
{
	const Oid relation = find_relation(inspection, statement->relation);
	const Form_pg_class row = OidIsValid(relation) ? class_row(relation) : nullptr;
	const Oid schema = get_namespace_oid(statement->newschema, true);

	inspection.facts.kind = Kind::SetSchema;
	if (row == nullptr)
	{
		return;
	}
	demand(inspection, may_alter(relation) && suits_move(statement->objectType, row->relkind) &&
						   OidIsValid(schema) && may_create_in_schema(schema));
	reach_only(inspection, relation);
	link_owned_sequences(inspection, relation); /* even if they are there already */
}

/* The relations that belong to an extension: AlterExtensionNamespace in extension.c. */
List *
member_relations(Oid extension)
{
	List *members = NIL;

	for (const FormData_pg_depend &row : references_to(ExtensionRelationId, extension))
	{
		if (row.deptype == DEPENDENCY_EXTENSION && row.classid == RelationRelationId)
		{
			members = lappend_oid(members, row.objid);
		}
	}
	return members;
}

void
move_extension(Inspection &inspection, const AlterObjectSchemaStmt *statement)
{
	const char *name = string_value(statement->object);
	const Oid extension = get_extension_oid(name, true);
	const ListCell *cell;

	inspection.facts.kind = Kind::SetSchema;
	demand(inspection, OidIsValid(extension) && owns(ExtensionRelationId, extension, GetUserId()));
	foreach (cell, OidIsValid(extension) ? member_relations(extension) : NIL)
	{
		link(inspection, lfirst_oid(cell), Link::ExtensionMember, quoted(name));
		link_owned_sequences(inspection, lfirst_oid(cell));
	}
	if (inspection.further == NIL)
	{
		inspection.facts.kind = Kind::NoRelation;
	}
}

// ---- DEPENDS ON EXTENSION

bool
may_depend(Oid relation)
{
	return OidIsValid(relation) && owns(RelationRelationId, relation, GetUserId());
}

}  // namespace

void
inspect_set_schema(Inspection &inspection, const AlterObjectSchemaStmt *statement)
{
	switch (statement->objectType)
	{
		case OBJECT_TABLE:
		case OBJECT_SEQUENCE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_FOREIGN_TABLE:
			return move_relation(inspection, statement);
		case OBJECT_EXTENSION:
			return move_extension(inspection, statement);
		default:
			inspection.facts.kind = Kind::NoRelation;
	}
}

/* Of a composite type, its relation is locked, unless it is so already: AlterTypeOwner. */
void
inspect_owner(Inspection &inspection, const AlterOwnerStmt *statement)
{
	inspection.facts.kind = Kind::NoRelation;
	if (statement->objectType != OBJECT_TYPE)
	{
		return;
	}

	const Oid type = find_type(inspection, as<List>(statement->object));
	const Oid relation = composite_relation(type);

	demand(inspection, OidIsValid(type) && owns(TypeRelationId, type, GetUserId()));
	if (OidIsValid(relation) &&
		class_row(relation)->relowner != get_rolespec_oid(statement->newowner, true))
	{
		inspection.facts.kind = Kind::ChangeOwner;
		reach_only(inspection, relation);
	}
}

void
inspect_depends(Inspection &inspection, const AlterObjectDependsStmt *statement)
{
	const bool part = statement->objectType == OBJECT_TRIGGER;

	inspection.facts.kind = Kind::NoRelation;
	if (statement->relation == nullptr)
	{
		return;
	}

	const Oid relation = find_relation(inspection, statement->relation);

	inspection.facts.kind = part ? Kind::PartDependsOnExtension : Kind::DependsOnExtension;
	demand(inspection, may_depend(relation));
	reach_only(inspection, relation);
}

void
inspect_extension_contents(Inspection &inspection, const AlterExtensionContentsStmt *statement)
{
	const Oid extension = get_extension_oid(statement->extname, true);

	inspection.facts.kind = Kind::NoRelation;
	demand(inspection, OidIsValid(extension) && owns(ExtensionRelationId, extension, GetUserId()));
	if (!names_relation(statement->objtype))
	{
		return;
	}
	inspection.facts.kind = Kind::ExtensionContents;
	reach_only(inspection, find_listed(inspection, as<List>(statement->object), 0));
}

}  // namespace ddl_warden::pg
