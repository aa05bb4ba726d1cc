/* ALTER … RENAME in all its forms. */
#include "pg/inspect/alteration.hpp"
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
}

namespace ddl_warden::pg
{

namespace
{

/* As RangeVarCallbackForAlterRelation in tablecmds.c: ALTER INDEX takes what is no index, too. */
bool
suits_rename(ObjectType type, char relkind)
{
	return suits(type == OBJECT_INDEX ? OBJECT_TABLE : type, relkind);
}

void
rename_relation(Inspection &inspection, const RenameStmt *statement)
{
	const Oid relation = find_relation(inspection, statement->relation);
	const Form_pg_class row = OidIsValid(relation) ? class_row(relation) : nullptr;

	inspection.facts.kind = Kind::Rename;
	if (row == nullptr)
	{
		return;
	}
	if (statement->renameType == OBJECT_INDEX && is_index(relation))
	{
		inspection.facts.kind = Kind::RenameIndex;
	}
	demand(inspection, may_alter(relation) && suits_rename(statement->renameType, row->relkind) &&
						   may_create_in_schema(row->relnamespace) &&
						   !OidIsValid(get_relname_relid(statement->newname, row->relnamespace)));
	reach_only(inspection, relation);
}

/* Tables made of the type, with all that inherits from them. */
void
link_typed_tables(Inspection &inspection, Form_pg_class type, DropBehavior behavior)
{
	const List *tables = typed_tables(type->reltype);
	const ListCell *cell;
	const ListCell *below;

	demand(inspection, tables == NIL || behavior == DROP_CASCADE);
	foreach (cell, tables)
	{
		foreach (below, find_all_inheritors(lfirst_oid(cell), NoLock, nullptr))
		{
			reach_further(inspection, lfirst_oid(below),
						  {.relation = {},
						   .link = Link::TypedTable,
						   .alteration = 0,
						   .through = qualified_name(type->oid),
						   .works = Answer::No,
						   .first = false});
		}
	}
}

void
rename_column(Inspection &inspection, const RenameStmt *statement)
{
	const Oid relation = find_relation(inspection, statement->relation);
	const Form_pg_class row = OidIsValid(relation) ? class_row(relation) : nullptr;

	inspection.facts.kind = Kind::RenameColumn;
	inspection.facts.only = !statement->relation->inh;
	if (row == nullptr)
	{
		return;
	}
	demand(inspection,
		   may_alter(relation) && !OidIsValid(row->reloftype) &&
			   (statement->relation->inh || find_inheritance_children(relation, NoLock) == NIL));
	reach(inspection, relation, statement->relation->inh);
	describe_relations(inspection);
	if (row->relkind == RELKIND_COMPOSITE_TYPE)
	{
		link_typed_tables(inspection, row, statement->behavior);
	}
}

struct NamedConstraint
{
	bool descends; /* to partitions and children: rename_constraint_internal */
	Oid index;     /* that bears its name, too */
};

NamedConstraint
constraint_of(Oid table, const char *name)
{
	const HeapTuple row =
		SearchSysCache1(CONSTROID, ObjectIdGetDatum(find_constraint(table, name)));
	NamedConstraint found = {false, InvalidOid};

	if (!HeapTupleIsValid(row))
	{
		return found;
	}

	const Form_pg_constraint form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));

	found.descends = is_inherited_by_name(form->contype) && !form->connoinherit;
	if (form->contype == CONSTRAINT_PRIMARY || form->contype == CONSTRAINT_UNIQUE ||
		form->contype == CONSTRAINT_EXCLUSION)
	{
		found.index = form->conindid;
	}
	ReleaseSysCache(row);
	return found;
}

void
rename_constraint(Inspection &inspection, const RenameStmt *statement)
{
	const Oid table = find_relation(inspection, statement->relation);

	inspection.facts.kind = Kind::RenameConstraint;
	inspection.facts.only = !statement->relation->inh;
	if (!OidIsValid(table))
	{
		return;
	}

	const NamedConstraint constraint = constraint_of(table, statement->subname);

	demand(inspection, may_alter(table));
	reach(inspection, table, statement->relation->inh && constraint.descends);
	describe_relations(inspection);
	if (OidIsValid(constraint.index))
	{
		describe_companions(inspection);
		set_fate(inspection, constraint.index, Fate::Renamed);
	}
}

/* All partitions are locked first, whatever kind of trigger it is: renametrig in trigger.c. */
void
rename_trigger(Inspection &inspection, const RenameStmt *statement)
{
	const Oid table = find_relation(inspection, statement->relation);

	inspection.facts.kind = Kind::RenameTrigger;
	if (OidIsValid(table))
	{
		demand(inspection, may_alter(table));
		reach(inspection, table, get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE);
		describe_relations(inspection);
	}
}

void
rename_part(Inspection &inspection, const RenameStmt *statement)
{
	const Oid table = find_relation(inspection, statement->relation);

	inspection.facts.kind = Kind::RenamePart;
	if (OidIsValid(table))
	{
		demand(inspection, may_alter(table));
		reach_only(inspection, table);
	}
}

/* A composite type has a relation: RenameType in typecmds.c. */
void
rename_type(Inspection &inspection, const RenameStmt *statement)
{
	const Oid type = find_type(inspection, as<List>(statement->object));
	const Oid relation = composite_relation(type);

	inspection.facts.kind = OidIsValid(relation) ? Kind::Rename : Kind::NoRelation;
	demand(inspection, OidIsValid(type) && owns(TypeRelationId, type, GetUserId()));
	reach_only(inspection, relation);
}

}  // namespace

void
inspect_rename(Inspection &inspection, const RenameStmt *statement)
{
	switch (statement->renameType)
	{
		case OBJECT_TABLE:
		case OBJECT_SEQUENCE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_INDEX:
		case OBJECT_FOREIGN_TABLE:
			return rename_relation(inspection, statement);
		case OBJECT_COLUMN:
		case OBJECT_ATTRIBUTE:
			return rename_column(inspection, statement);
		case OBJECT_TABCONSTRAINT:
			return rename_constraint(inspection, statement);
		case OBJECT_TRIGGER:
			return rename_trigger(inspection, statement);
		case OBJECT_RULE:
		case OBJECT_POLICY:
			return rename_part(inspection, statement);
		case OBJECT_TYPE:
			return rename_type(inspection, statement);
		default:
			inspection.facts.kind = Kind::NoRelation;
	}
}

}  // namespace ddl_warden::pg
