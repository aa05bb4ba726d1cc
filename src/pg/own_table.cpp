#include "pg/own_table.hpp"

#include "pg/extension.hpp"

extern "C" {
#include "catalog/index.h"
#include "catalog/pg_am_d.h"
#include "executor/executor.h"
#include "nodes/execnodes.h"
}

namespace ddl_warden::pg
{

namespace
{

bool
is_heap(Relation table)
{
	return table->rd_rel->relkind == RELKIND_RELATION && table->rd_rel->relam == HEAP_TABLE_AM_OID;
}

/* What index_insert can serve without an executor. */
bool
is_plain(const IndexInfo *info, Relation index)
{
	return info->ii_Expressions == NIL && info->ii_Predicate == NIL &&
		   info->ii_ExclusionOps == nullptr && index->rd_index->indimmediate;
}

void
insert_index_entry(Relation table, Relation index, IndexInfo *info, TupleTableSlot *slot)
{
	Datum values[INDEX_MAX_KEYS];
	bool nulls[INDEX_MAX_KEYS];

	if (!is_plain(info, index))
	{
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("index \"%s\" on a table of ddl_warden is not supported",
							   RelationGetRelationName(index)),
						errhint("Drop the index.")));
	}
	FormIndexDatum(info, slot, nullptr, values, nulls);
	index_insert(index, values, nulls, &slot->tts_tid, table,
				 index->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO, false, info);
}

void
insert_index_entries(Relation table, HeapTuple tuple)
{
	CatalogIndexState indexes = CatalogOpenIndexes(table);
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsHeapTuple);

	ExecStoreHeapTuple(tuple, slot, false);
	for (int i = 0; i < indexes->ri_NumIndices; i++)
	{
		IndexInfo *info = indexes->ri_IndexRelationInfo[i];

		if (info->ii_ReadyForInserts)
		{
			insert_index_entry(table, indexes->ri_IndexRelationDescs[i], info, slot);
		}
	}
	ExecDropSingleTupleTableSlot(slot);
	CatalogCloseIndexes(indexes);
}

}  // namespace

Relation
open_without_waiting(Oid relation)
{
	Relation table;

	if (!OidIsValid(relation) || !ConditionalLockRelationOid(relation, AccessShareLock))
	{
		return nullptr;
	}
	table = try_relation_open(relation, NoLock);
	if (table == nullptr)
	{
		UnlockRelationOid(relation, AccessShareLock);
		return nullptr;
	}
	if (!is_heap(table))
	{
		relation_close(table, AccessShareLock);
		return nullptr;
	}
	return table;
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
	TupleDesc columns = RelationGetDescr(table);
	Datum *values = static_cast<Datum *>(palloc0(sizeof(Datum) * columns->natts));
	bool *nulls = static_cast<bool *>(palloc(sizeof(bool) * columns->natts));
	HeapTuple tuple;

	memset(nulls, true, sizeof(bool) * columns->natts);
	for (const Field &field : fields)
	{
		AttrNumber number = column_number(table, field.column, field.type);

		if (number == InvalidAttrNumber)
		{
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
							errmsg("column \"%s\" of table \"ddl_warden.%s\" does not exist",
								   field.column, RelationGetRelationName(table)),
							errhint("Run ALTER EXTENSION ddl_warden UPDATE.")));
		}
		values[number - 1] = field.value.value;
		nulls[number - 1] = field.value.isnull;
	}
	tuple = heap_form_tuple(columns, values, nulls);
	heap_insert(table, tuple, GetCurrentCommandId(true), HEAP_INSERT_NO_LOGICAL, nullptr);
	insert_index_entries(table, tuple);
}

}  // namespace ddl_warden::pg
