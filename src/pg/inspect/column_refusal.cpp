/* What SET DEFAULT, DROP NOT NULL and rewrites refuse, by what columns and tables are. */
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/refusal.hpp"

#include "pg/compat.hpp"

#include "core/lock_table.hpp"

extern "C" {
#include "access/reloptions.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "commands/defrem.h"
#include "utils/builtins.h"
}

#include <algorithm>

namespace ddl_warden::pg
{

namespace
{

constexpr const char catalog_table[] = "user_catalog_table";

/* Of a primary key or of the replica identity. */
bool
is_key_column(HeapTuple row, AttrNumber column)
{
	const Form_pg_index index = reinterpret_cast<Form_pg_index>(GETSTRUCT(row));

	if (!index->indisprimary && !index->indisreplident)
	{
		return false;
	}
	return std::find(index->indkey.values, index->indkey.values + index->indnkeyatts, column) !=
		   index->indkey.values + index->indnkeyatts;
}

bool
identifies_rows(Oid table, AttrNumber column)
{
	bool found = false;
	const ListCell *cell;

	foreach (cell, index_oids(table))
	{
		const HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));

		if (HeapTupleIsValid(row))
		{
			found = found || is_key_column(row, column);
			ReleaseSysCache(row);
		}
	}
	return found;
}

bool
is_required_by_parent(Oid partition, const char *name)
{
	const Form_pg_class row = class_row(partition);

	if (row == nullptr || !row->relispartition)
	{
		return false;
	}

	const Oid parent = get_partition_parent(partition, true);
	const Form_pg_attribute column = column_row(parent, column_number(parent, name));

	return column != nullptr && column->attnotnull;
}

/* The last one counts. */
bool
marks_catalog_table(const List *options, bool present)
{
	const ListCell *cell;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);
		const bool meant = strcmp(option->defname, catalog_table) == 0;

		if (meant && (option->arg == nullptr || !parse_bool(defGetString(option), &present)))
		{
			present = true;
		}
	}
	return present;
}

bool
is_catalog_table(Oid table)
{
	const HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	bool is_null = true;
	bool on = false;

	if (!HeapTupleIsValid(row))
	{
		return false;
	}

	const Datum options = SysCacheGetAttr(RELOID, row, Anum_pg_class_reloptions, &is_null);

	on = !is_null && marks_catalog_table(untransformRelOptions(options), false);
	ReleaseSysCache(row);
	return on;
}

/* The statement sets or resets it before anything is rewritten. */
bool
becomes_catalog_table(const Altering &altering, Oid table)
{
	bool on = is_catalog_table(table);
	const ListCell *cell;

	foreach (cell, table == altering.table->oid ? altering.commands : NIL)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);
		const bool resets = command->subtype == AT_ResetRelOptions;

		if (resets || command->subtype == AT_SetRelOptions)
		{
			const bool named = marks_catalog_table(as<List>(command->def), false);

			on = resets ? on && !named : marks_catalog_table(as<List>(command->def), on);
		}
	}
	return on;
}

bool
is_rewritten(const Altering &altering, const Relation &relation, std::size_t place)
{
	const Alteration &answer = altering.answer;

	if (!has_storage(relation.kind))
	{
		return false;
	}
	if (answer.rewrites != Answer::No)
	{
		return answer.reach.empty() || answer.reach[place] == Reach::Worked;
	}
	return relation.named && row_of(answer.subcommand).work == Work::Rewrite && !answer.exempt;
}

}  // namespace

bool
drops_anything(const List *commands)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableType type = lfirst_node(AlterTableCmd, cell)->subtype;

		if (type == AT_DropConstraint || type == AT_DropColumn || type == AT_DropIdentity)
		{
			return true;
		}
	}
	return false;
}

bool
is_constraint_name_taken(const Altering &altering, const char *name)
{
	return name != nullptr && !drops_anything(altering.commands) &&
		   OidIsValid(find_constraint(altering.table->oid, name));
}

/* ATRewriteTables */
bool
is_rewrite_refused(const Altering &altering)
{
	const std::span<const Relation> relations = altering.inspection.relations;

	for (std::size_t i = 0; i < relations.size(); i++)
	{
		if (is_rewritten(altering, relations[i], i) &&
			becomes_catalog_table(altering, relations[i].oid))
		{
			return true;
		}
	}
	return false;
}

/* ATExecColumnDefault */
bool
is_default_refused(const Altering &altering)
{
	const char *name = altering.command->name;
	const Form_pg_attribute column =
		column_row(altering.table->oid, column_number(altering.table->oid, name));

	if (is_added(altering.commands, name))
	{
		return false;
	}
	return column == nullptr || column->attnum < 0 ||
		   (column->attidentity != '\0' &&
			!is_commanded(altering.commands, AT_DropIdentity, name)) ||
		   (column->attgenerated != '\0' &&
			!is_commanded(altering.commands, AT_DropExpression, name));
}

/* ATExecDropNotNull, for all of the tree */
bool
is_null_refused(const Altering &altering)
{
	const char *name = altering.command->name;
	const bool may_go = drops_anything(altering.commands);

	for (const Relation &relation : altering.inspection.relations)
	{
		const Form_pg_attribute column =
			column_row(relation.oid, column_number(relation.oid, name));

		if (relation.named && (column == nullptr || column->attnum < 0))
		{
			return true;
		}
		if (column != nullptr && (relation.named || !altering.inspection.facts.only) &&
			((column->attidentity != '\0' &&
			  !is_commanded(altering.commands, AT_DropIdentity, name)) ||
			 (!may_go && identifies_rows(relation.oid, column->attnum)) ||
			 (relation.named && is_required_by_parent(relation.oid, name))))
		{
			return true;
		}
	}
	return false;
}

}  // namespace ddl_warden::pg
