#include "pg/record/relation_rows.hpp"

#include "pg/extension.hpp"
#include "pg/memory.hpp"
#include "pg/own_table.hpp"

extern "C" {
#include "catalog/pg_type_d.h"
#include "utils/array.h"
}

namespace ddl_warden::pg
{

namespace
{

/* False: a column that this library does not fill must not be NULL. */
bool
find_columns(RelationTable &table)
{
	TupleDesc columns = RelationGetDescr(table.relation);

	table.name = column_number(table.relation, "relation", TEXTOID);
	table.decision = column_number(table.relation, "decision_id", INT8OID);
	table.decided_at = column_number(table.relation, "decided_at", TIMESTAMPTZOID);
	for (int i = 0; i < columns->natts; i++)
	{
		const Form_pg_attribute column = TupleDescAttr(columns, i);

		if (column->attnotnull && column->attnum != table.name &&
			column->attnum != table.decision && column->attnum != table.decided_at)
		{
			return false;
		}
	}
	return true;
}

const char *
open(RelationTable &table, Oid extension_owner)
{
	const Oid oid = own_relation(extension_owner, "decision_relation");

	if (!OidIsValid(oid))
	{
		return nullptr;
	}
	table.relation = open_without_waiting(oid, RowExclusiveLock);
	if (table.relation == nullptr)
	{
		return table_is_locked;
	}
	if (!is_heap(table.relation) || !find_columns(table) ||
		!open_indexes(table.relation, table.indexes))
	{
		return "the table of its relations is not as the extension made it";
	}
	return nullptr;
}

}  // namespace

const char *
open_relation_table(RelationTable &table, Oid extension_owner)
{
	if (!table.asked_for)
	{
		table.asked_for = true;
		table.obstacle = open(table, extension_owner);
	}
	return table.obstacle;
}

void
close_relation_table(RelationTable &table)
{
	close_indexes(table.indexes);
	if (table.relation != nullptr)
	{
		table_close(table.relation, NoLock);
	}
}

void
write_relation_rows(const RelationTable &table, const Pending &decision)
{
	Datum *names;
	int count;

	if (table.relation == nullptr || table.name == 0 || table.decision == 0 ||
		table.decided_at == 0)
	{
		return;
	}
	const std::span<Datum> values =
		allocate_array<Datum>(RelationGetNumberOfAttributes(table.relation));
	const std::span<bool> nulls = allocate_array<bool>(values.size());

	memset(nulls.data(), true, nulls.size());
	nulls[table.name - 1] = nulls[table.decision - 1] = nulls[table.decided_at - 1] = false;
	values[table.decision - 1] = Int64GetDatum(decision.id);
	values[table.decided_at - 1] = TimestampTzGetDatum(decision.decided_at);
	deconstruct_array(DatumGetArrayTypeP(decision.further), TEXTOID, -1, false, TYPALIGN_INT,
					  &names, nullptr, &count);
	for (int i = 0; i < count; i++)
	{
		values[table.name - 1] = names[i];
		insert_into(table.relation, table.indexes, values.data(), nulls.data());
	}
}

}  // namespace ddl_warden::pg
