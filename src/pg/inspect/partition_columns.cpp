/* The columns that partitioning is by. */
#include "pg/inspect/refusal.hpp"

extern "C" {
#include "catalog/pg_partitioned_table.h"
#include "optimizer/optimizer.h"
}

namespace ddl_warden::pg
{

namespace
{

bool
expressions_use(HeapTuple row, AttrNumber column)
{
	Bitmapset *columns = nullptr;
	bool is_null;
	const Datum tree =
		SysCacheGetAttr(PARTRELID, row, Anum_pg_partitioned_table_partexprs, &is_null);

	if (is_null)
	{
		return false;
	}
	pull_varattnos(static_cast<Node *>(stringToNode(TextDatumGetCString(tree))), 1, &columns);
	return bms_is_member(column - FirstLowInvalidHeapAttributeNumber, columns);
}

bool
is_listed(const List *names, const char *name)
{
	const ListCell *cell;

	foreach (cell, names)
	{
		if (name != nullptr && strcmp(string_value(lfirst(cell)), name) == 0)
		{
			return true;
		}
	}
	return false;
}

}  // namespace

bool
is_partitioned_by(Oid table, AttrNumber column)
{
	const HeapTuple row = SearchSysCache1(PARTRELID, ObjectIdGetDatum(table));
	bool is_key = false;

	if (!HeapTupleIsValid(row))
	{
		return false;
	}

	const Form_pg_partitioned_table form =
		reinterpret_cast<Form_pg_partitioned_table>(GETSTRUCT(row));

	for (int key = 0; key < form->partnatts; key++)
	{
		is_key = is_key || form->partattrs.values[key] == column;
	}
	is_key = is_key || expressions_use(row, column);
	ReleaseSysCache(row);
	return is_key;
}

bool
cover_partition_key(Oid table, const List *names)
{
	const HeapTuple row = SearchSysCache1(PARTRELID, ObjectIdGetDatum(table));
	bool covered = true;

	if (!HeapTupleIsValid(row))
	{
		return true;
	}

	const Form_pg_partitioned_table form =
		reinterpret_cast<Form_pg_partitioned_table>(GETSTRUCT(row));

	for (int key = 0; key < form->partnatts; key++)
	{
		const AttrNumber column = form->partattrs.values[key];

		covered = covered && column != 0 && is_listed(names, get_attname(table, column, true));
	}
	ReleaseSysCache(row);
	return covered;
}

}  // namespace ddl_warden::pg
