#include "pg/inspect/partition_index.hpp"

#include "pg/inspect/index_definition.hpp"
#include "pg/inspect/planning.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "commands/defrem.h"
}

namespace ddl_warden::pg
{

namespace
{

/* The new index is asked for in these terms; which names they are is looked up per partition. */
struct Comparison
{
	const IndexStmt *statement;
	Oid partition;
	const IndexDefinition *present;
	bool matches;
};

bool
is_simple(const IndexStmt *statement)
{
	const ListCell *cell;

	if (statement->whereClause != nullptr || statement->excludeOpNames != NIL ||
		statement->isconstraint)
	{
		return false;
	}
	foreach (cell, statement->indexParams)
	{
		if (lfirst_node(IndexElem, cell)->name == nullptr)
		{
			return false;
		}
	}
	return true;
}

/* As ComputeIndexAttrs in indexcmds.c would resolve the key, and CompareIndexInfo in index.c would
 * compare it. */
bool
is_same_key(const Comparison &comparison, int key, IndexElem *element)
{
	const IndexDefinition &present = *comparison.present;
	const Form_pg_attribute column =
		column_row(comparison.partition, column_number(comparison.partition, element->name));

	if (column == nullptr || present.columns[key] != column->attnum)
	{
		return false;
	}

	const Oid collation = element->collation == NIL ? column->attcollation
													: get_collation_oid(element->collation, false);
	const Oid operator_class =
		ResolveOpClass(element->opclass, column->atttypid, comparison.statement->accessMethod,
					   present.access_method);

	return present.collations[key] == collation &&
		   get_opclass_family(present.classes[key]) == get_opclass_family(operator_class);
}

bool
includes_same(const Comparison &comparison, int attribute, const IndexElem *element)
{
	return comparison.present->columns[attribute] ==
		   column_number(comparison.partition, element->name);
}

bool
is_same_kind(const IndexDefinition &present, const IndexStmt *statement)
{
	const int keys = list_length(statement->indexParams);

	return present.plain && !present.exclusion && present.unique == statement->unique &&
		   present.nulls_not_distinct == statement->nulls_not_distinct && present.keys == keys &&
		   present.attributes == keys + list_length(statement->indexIncludingParams) &&
		   present.access_method == get_index_am_oid(statement->accessMethod, false);
}

void
compare(void *argument)
{
	Comparison *comparison = static_cast<Comparison *>(argument);
	const IndexStmt *statement = comparison->statement;
	const int keys = list_length(statement->indexParams);
	const ListCell *cell;

	comparison->matches = is_same_kind(*comparison->present, statement);
	foreach (cell, statement->indexParams)
	{
		comparison->matches =
			comparison->matches &&
			is_same_key(*comparison, foreach_current_index(cell), lfirst_node(IndexElem, cell));
	}
	foreach (cell, statement->indexIncludingParams)
	{
		comparison->matches =
			comparison->matches && includes_same(*comparison, keys + foreach_current_index(cell),
												 lfirst_node(IndexElem, cell));
	}
}

/* DefineIndex compares one after the other until one is the same. */
bool
has_index(Inspection &inspection, std::size_t relation, const IndexStmt *statement)
{
	for (const Index &index : inspection.indexes[relation])
	{
		IndexDefinition present = {};
		Comparison comparison = {statement, inspection.relations[relation].oid, &present, false};

		if (!read_index(index.oid, present) || present.partition)
		{
			continue;
		}
		if (is_simple(statement) && attempt(compare, &comparison) && comparison.matches)
		{
			set_fate(inspection, index.oid, Fate::Renamed); /* its lock is kept */
			return true;
		}
	}
	return false;
}

}  // namespace

void
find_partition_indexes(Inspection &inspection, const IndexStmt *statement)
{
	for (std::size_t i = 0; i < inspection.relations.size(); i++)
	{
		Relation &relation = inspection.relations[i];

		if (relation.descendant)
		{
			/* below a partition that has the index nobody looks any further */
			relation.index_is_there = inspection.relations[relation.parent_at].index_is_there ||
									  has_index(inspection, i, statement);
		}
		if (relation.index_is_there)
		{
			relation.new_index_name = {};
		}
	}
}

}  // namespace ddl_warden::pg
