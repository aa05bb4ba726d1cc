/* What CLUSTER ON and REPLICA IDENTITY USING INDEX refuse. */
#include "pg/inspect/refusal.hpp"

#include "pg/inspect/index_definition.hpp"

extern "C" {
#include "access/amapi.h"
#include "catalog/index.h"
}

namespace ddl_warden::pg
{

namespace
{

/* An index of the table that the statement does not drop before; InvalidOid: none. */
Oid
find_own_index(const Altering &altering, const char *name)
{
	const Oid index = get_relname_relid(name, altering.table->relnamespace);

	if (!OidIsValid(index) || IndexGetRelation(index, true) != altering.table->oid)
	{
		return InvalidOid;
	}
	for (const Relation &relation : altering.inspection.relations)
	{
		for (const Index &one : relation.indexes)
		{
			if (one.oid == index && one.fate == Fate::Dropped)
			{
				return InvalidOid;
			}
		}
	}
	return index;
}

bool
has_predicate(Oid index)
{
	const HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	const bool partial =
		HeapTupleIsValid(row) && !heap_attisnull(row, Anum_pg_index_indpred, nullptr);

	if (HeapTupleIsValid(row))
	{
		ReleaseSysCache(row);
	}
	return partial;
}

/* The statement may make it NOT NULL first, or let it be NULL. */
bool
is_not_null(const Altering &altering, AttrNumber column)
{
	const Form_pg_attribute row = column_row(altering.table->oid, column);

	return row != nullptr && (row->attnotnull || is_commanded(altering.commands, AT_SetNotNull,
															  NameStr(row->attname)));
}

bool
adds_primary_key(const List *commands)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_AddConstraint &&
			castNode(Constraint, command->def)->contype == CONSTR_PRIMARY)
		{
			return true;
		}
	}
	return false;
}

}  // namespace

bool
can_be_clustered_on(Oid index)
{
	IndexDefinition definition = {};

	return OidIsValid(index) && read_index(index, definition) && definition.valid &&
		   !has_predicate(index) &&
		   GetIndexAmRoutineByAmId(definition.access_method, true)->amclusterable;
}

bool
is_cluster_refused(const Altering &altering)
{
	return altering.table->relkind == RELKIND_PARTITIONED_TABLE ||
		   !can_be_clustered_on(find_own_index(altering, altering.command->name));
}

/* ATExecReplicaIdentity */
bool
is_identity_refused(const Altering &altering, const char *name)
{
	const Oid index = find_own_index(altering, name);
	IndexDefinition definition = {};

	if (!OidIsValid(index) || !read_index(index, definition) || !definition.unique ||
		!definition.immediate || !definition.plain || !definition.valid)
	{
		return true;
	}
	for (int key = 0; key < definition.keys; key++)
	{
		if (!is_not_null(altering, definition.columns[key]) && !adds_primary_key(altering.commands))
		{
			return true;
		}
	}
	return false;
}

}  // namespace ddl_warden::pg
