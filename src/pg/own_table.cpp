#include "pg/own_table.hpp"

#include "pg/extension.hpp"
#include "pg/memory.hpp"

extern "C" {
#include "access/tableam.h"
#include "catalog/index.h"
#include "catalog/pg_am_d.h"
#include "nodes/execnodes.h"
}

namespace ddl_warden::pg
{

namespace
{

/* index_insert() is called by hand, so the index must be one that every row enters as it is. */
bool
is_plain(Relation index)
{
	const FormData_pg_index *form = index->rd_index;

	return index->rd_rel->relam == BTREE_AM_OID && !form->indisexclusion && form->indimmediate &&
		   heap_attisnull(index->rd_indextuple, Anum_pg_index_indexprs, nullptr) &&
		   heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr);
}

/* Every row of the table, by ascending values of the column. */
bool
gives_in_order(Relation index, AttrNumber column)
{
	return column != InvalidAttrNumber && is_plain(index) && index->rd_index->indisvalid &&
		   index->rd_index->indkey.values[0] == column &&
		   (index->rd_indoption[0] & INDOPTION_DESC) == 0;
}

void
enter_index(Relation index, Relation table, HeapTuple tuple, const Datum *values, const bool *nulls)
{
	IndexInfo *info = BuildIndexInfo(index);
	Datum keys[INDEX_MAX_KEYS];
	bool key_nulls[INDEX_MAX_KEYS];

	for (int i = 0; i < info->ii_NumIndexAttrs; i++)
	{
		keys[i] = values[info->ii_IndexAttrNumbers[i] - 1];
		key_nulls[i] = nulls[info->ii_IndexAttrNumbers[i] - 1];
	}
	index_insert(index, keys, key_nulls, &tuple->t_self, table,
				 index->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO, false, info);
}

struct Row
{
	Datum *values; /* by attribute */
	bool *nulls;
};

Row
empty_row(Relation table)
{
	const int columns = RelationGetDescr(table)->natts;
	const Row row = {static_cast<Datum *>(palloc0(sizeof(Datum) * columns)),
					 static_cast<bool *>(palloc(sizeof(bool) * columns))};

	memset(row.nulls, true, sizeof(bool) * columns);
	return row;
}

/* The first field that the table has no column for, or NULL. */
const Field *
fill(const Row &row, Relation table, std::span<const Field> fields)
{
	for (const Field &field : fields)
	{
		const AttrNumber number = column_number(table, field.column, field.type);

		if (number == InvalidAttrNumber)
		{
			return &field;
		}
		row.values[number - 1] = field.value.value;
		row.nulls[number - 1] = field.value.isnull;
	}
	return nullptr;
}

bool
lacks_a_value(const Row &row, Relation table)
{
	TupleDesc columns = RelationGetDescr(table);

	for (int i = 0; i < columns->natts; i++)
	{
		if (row.nulls[i] && TupleDescAttr(columns, i)->attnotnull)
		{
			return true;
		}
	}
	return false;
}

}  // namespace

Relation
open_without_waiting(Oid oid, LOCKMODE mode)
{
	if (!OidIsValid(oid) || !ConditionalLockRelationOid(oid, mode))
	{
		return nullptr;
	}
	Relation relation = try_relation_open(oid, NoLock);

	if (relation == nullptr)
	{
		UnlockRelationOid(oid, mode);
	}
	return relation;
}

bool
is_heap(Relation relation)
{
	return relation->rd_rel->relkind == RELKIND_RELATION &&
		   relation->rd_rel->relam == HEAP_TABLE_AM_OID;
}

bool
lock_toast(Relation relation)
{
	const Oid toast = relation->rd_rel->reltoastrelid;

	return !OidIsValid(toast) || ConditionalLockRelationOid(toast, RowExclusiveLock);
}

bool
open_indexes(Relation table, std::span<Relation> &indexes)
{
	const List *oids = RelationGetIndexList(table);
	const std::span<Relation> all = allocate_array<Relation>(list_length(oids));
	std::size_t opened = 0;
	bool served = true;
	const ListCell *cell;

	foreach (cell, oids)
	{
		Relation index = open_without_waiting(lfirst_oid(cell), RowExclusiveLock);

		if (index == nullptr)
		{
			served = false;
			break;
		}
		all[opened++] = index;
		served = served && is_plain(index);
	}
	indexes = all.first(opened);
	return served;
}

void
close_indexes(std::span<Relation> indexes)
{
	for (Relation index : indexes)
	{
		index_close(index, NoLock);
	}
}

Relation
open_index_on(Relation table, AttrNumber column)
{
	const List *oids = RelationGetIndexList(table);
	const ListCell *cell;

	foreach (cell, oids)
	{
		Relation index = open_without_waiting(lfirst_oid(cell), AccessShareLock);

		if (index != nullptr && gives_in_order(index, column))
		{
			return index;
		}
		if (index != nullptr)
		{
			index_close(index, NoLock);
		}
	}
	return nullptr;
}

void
insert_into(Relation table, std::span<Relation> indexes, Datum *values, bool *nulls)
{
	HeapTuple tuple = heap_form_tuple(RelationGetDescr(table), values, nulls);

	heap_insert(table, tuple, GetCurrentCommandId(true), TABLE_INSERT_NO_LOGICAL, nullptr);
	for (Relation index : indexes)
	{
		if (index->rd_index->indisready)
		{
			enter_index(index, table, tuple, values, nulls);
		}
	}
}

Relation
open_to_write(const char *name)
{
	Oid relation = own_relation(installed_extension().owner, name);
	Relation table = OidIsValid(relation) ? table_open(relation, ShareRowExclusiveLock) : nullptr;

	if (table == nullptr || !is_heap(table))
	{
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("table \"ddl_warden.%s\" does not exist", name),
						errhint("Run ALTER EXTENSION ddl_warden UPDATE.")));
	}
	return table;
}

AttrNumber
column_number(Relation table, const char *name, Oid type)
{
	TupleDesc columns = RelationGetDescr(table);

	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (!column->attisdropped && column->atttypid == type &&
			strcmp(NameStr(column->attname), name) == 0)
		{
			return column->attnum;
		}
	}
	return InvalidAttrNumber;
}

void
insert_row(Relation table, std::span<const Field> fields)
{
	const Row row = empty_row(table);
	const Field *stranger = fill(row, table, fields);
	std::span<Relation> indexes;

	if (stranger != nullptr)
	{
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
						errmsg("column \"%s\" of table \"ddl_warden.%s\" does not exist",
							   stranger->column, RelationGetRelationName(table)),
						errhint("Run ALTER EXTENSION ddl_warden UPDATE.")));
	}
	if (!open_indexes(table, indexes))
	{
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("table \"ddl_warden.%s\" has an index that is locked or not plain",
							   RelationGetRelationName(table))));
	}
	insert_into(table, indexes, row.values, row.nulls);
	close_indexes(indexes);
}

void
insert_row_if_fits(Relation table, std::span<const Field> fields)
{
	const Row row = empty_row(table);
	std::span<Relation> indexes;

	if (fill(row, table, fields) != nullptr || lacks_a_value(row, table))
	{
		return;
	}
	if (open_indexes(table, indexes))
	{
		insert_into(table, indexes, row.values, row.nulls);
	}
	close_indexes(indexes);
}

}  // namespace ddl_warden::pg
