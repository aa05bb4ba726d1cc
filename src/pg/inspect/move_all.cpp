/* ALTER TABLE, INDEX, MATERIALIZED VIEW ALL IN TABLESPACE: each relation there is copied. */
#include "pg/inspect/families.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/catalog.h"
#include "commands/tablespace.h"
}

namespace ddl_warden::pg
{

namespace
{

/* Which relations are moved: of one kind, from one tablespace, of these owners or of all. */
struct Moved
{
	ObjectType type;
	Oid space;
	const List *owners;
	bool all_owners;
};

/* As pg_class has it: the database's own tablespace is no tablespace. */
Oid
tablespace_number(const char *name)
{
	const Oid space = get_tablespace_oid(name, true);

	return space == MyDatabaseTableSpace ? InvalidOid : space;
}

bool
is_of_kind(ObjectType type, char relkind)
{
	switch (type)
	{
		case OBJECT_TABLE:
			return relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE;
		case OBJECT_INDEX:
			return relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX;
		default:
			return relkind == RELKIND_MATVIEW;
	}
}

/* As AlterTableMoveAll in tablecmds.c. */
bool
is_moved(Form_pg_class relation, const void *argument)
{
	const Moved *moved = static_cast<const Moved *>(argument);

	if (relation->reltablespace != moved->space || !is_of_kind(moved->type, relation->relkind) ||
		IsCatalogNamespace(relation->relnamespace) || relation->relisshared ||
		isAnyTempNamespace(relation->relnamespace) || IsToastNamespace(relation->relnamespace))
	{
		return false;
	}
	return moved->all_owners || list_member_oid(moved->owners, relation->relowner);
}

List *
owners_of(const List *roles)
{
	List *owners = NIL;
	const ListCell *cell;

	foreach (cell, roles)
	{
		owners = lappend_oid(owners, get_rolespec_oid(lfirst_node(RoleSpec, cell), true));
	}
	return owners;
}

bool
may_alter_all(const List *relations)
{
	const ListCell *cell;

	foreach (cell, relations)
	{
		if (!may_alter(lfirst_oid(cell)))
		{
			return false;
		}
	}
	return true;
}

}  // namespace

void
inspect_move_all(Inspection &inspection, const AlterTableMoveAllStmt *statement)
{
	Facts &facts = inspection.facts;
	const Oid to = tablespace_number(statement->new_tablespacename);
	const Moved moved = {
		.type = statement->objtype,
		.space = tablespace_number(statement->orig_tablespacename),
		.owners = owners_of(statement->roles),
		.all_owners = statement->roles == NIL,
	};
	const std::span<Alteration> alterations = allocate_array<Alteration>(1);
	const List *relations = moved.space == to ? NIL : relations_where(is_moved, &moved);
	const ListCell *cell;

	facts.kind = Kind::AlterTable;
	facts.judgeable = OidIsValid(get_tablespace_oid(statement->orig_tablespacename, true)) &&
					  OidIsValid(get_tablespace_oid(statement->new_tablespacename, true)) &&
					  may_alter_all(relations);
	facts.level = LockMode::AccessExclusive;
	facts.only = true;
	foreach (cell, relations)
	{
		reach(inspection, lfirst_oid(cell), false);
	}
	describe_reached(inspection);
	alterations.front().subcommand = Subcommand::SetTablespace;
	facts.alterations = alterations;
}

}  // namespace ddl_warden::pg
