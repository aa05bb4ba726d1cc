/* What INHERIT, OF and ATTACH PARTITION refuse: a table that is not like its parent or its type. */
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/refusal.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "parser/parse_type.h"
#include "utils/fmgroids.h"
#include "utils/typcache.h"
}

namespace ddl_warden::pg
{

namespace
{

bool
is_check(Oid constraint)
{
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool check;

	if (!HeapTupleIsValid(row))
	{
		return false;
	}

	const Form_pg_constraint form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));

	check = form->contype == CONSTRAINT_CHECK && !form->connoinherit;
	ReleaseSysCache(row);
	return check;
}

bool
has_parent(Oid table)
{
	bool found;
	ScanKeyData key;
	const ::Relation catalog = table_open(InheritsRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	const SysScanDesc scan =
		systable_beginscan(catalog, InheritsRelidSeqnoIndexId, true, nullptr, 1, &key);

	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}

/* MergeAttributesIntoExisting in tablecmds.c */
bool
has_columns_of(Form_pg_class child, Form_pg_class parent)
{
	for (int number = 1; number <= parent->relnatts; number++)
	{
		const Form_pg_attribute wanted = column_row(parent->oid, static_cast<AttrNumber>(number));

		if (wanted == nullptr)
		{
			continue;
		}

		const Form_pg_attribute present =
			column_row(child->oid, column_number(child->oid, NameStr(wanted->attname)));

		if (present == nullptr || present->atttypid != wanted->atttypid ||
			present->atttypmod != wanted->atttypmod ||
			present->attcollation != wanted->attcollation)
		{
			return false;
		}
	}
	return true;
}

/* ATExecAddOf */
bool
is_like_type(Form_pg_class table, Form_pg_class type)
{
	int number = 0;

	for (int column = 1; column <= table->relnatts; column++)
	{
		const Form_pg_attribute present = column_row(table->oid, static_cast<AttrNumber>(column));
		Form_pg_attribute wanted = nullptr;

		if (present == nullptr)
		{
			continue;
		}
		while (wanted == nullptr && number < type->relnatts)
		{
			wanted = column_row(type->oid, static_cast<AttrNumber>(++number));
		}
		if (wanted == nullptr || strcmp(NameStr(present->attname), NameStr(wanted->attname)) != 0 ||
			present->atttypid != wanted->atttypid || present->atttypmod != wanted->atttypmod)
		{
			return false;
		}
	}
	return true;
}

/* Columns are as they are until these subcommands are through. */
bool
leave_columns(const List *commands)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableType type = lfirst_node(AlterTableCmd, cell)->subtype;

		if (type == AT_AddColumn || type == AT_DropColumn || type == AT_AlterColumnType)
		{
			return false;
		}
	}
	return true;
}

bool
adds_constraints(const List *commands)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		if (lfirst_node(AlterTableCmd, cell)->subtype == AT_AddConstraint)
		{
			return true;
		}
	}
	return false;
}

}  // namespace

bool
has_checks_of(Oid child, Oid parent)
{
	bool has_all = true;
	ScanKeyData key;
	HeapTuple row;
	const ::Relation catalog = table_open(ConstraintRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(parent));
	const SysScanDesc scan =
		systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);

	while (has_all && HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const Form_pg_constraint form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));

		has_all = form->contype != CONSTRAINT_CHECK || form->connoinherit ||
				  is_check(find_constraint(child, NameStr(form->conname)));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return has_all;
}

bool
is_inherit_refused(const Altering &altering, Oid parent)
{
	const Form_pg_class child = altering.table;
	const Form_pg_class row = class_row(parent);

	if (row == nullptr || child->relispartition || OidIsValid(child->reloftype) ||
		row->relispartition || row->relkind == RELKIND_PARTITIONED_TABLE ||
		list_member_oid(find_all_inheritors(child->oid, NoLock, nullptr), parent))
	{
		return true;
	}
	return leave_columns(altering.commands) &&
		   (!has_columns_of(child, row) ||
			(!adds_constraints(altering.commands) && !has_checks_of(child->oid, parent)));
}

bool
is_of_refused(const Altering &altering)
{
	const TypeName *name = castNode(TypeName, altering.command->def);
	const Oid type = written_type(name);
	const Oid relation = OidIsValid(type) ? get_typ_typrelid(type) : InvalidOid;
	const Form_pg_class row = OidIsValid(relation) ? class_row(relation) : nullptr;

	return row == nullptr || row->relkind != RELKIND_COMPOSITE_TYPE ||
		   has_parent(altering.table->oid) ||
		   (leave_columns(altering.commands) && !is_like_type(altering.table, row));
}

}  // namespace ddl_warden::pg
