#include "pg/inspect/attached_index.hpp"

#include "pg/inspect/equal_index.hpp"
#include "pg/inspect/foreign_key.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/index.h"
#include "catalog/partition.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
}

namespace ddl_warden::pg
{

namespace
{

/* An index of the parent, looked for in a partition. */
struct Search
{
	Inspection &inspection;
	ModelIndex wanted;
	bool known;                 /* is what is wanted? else nothing is an equal of it */
	Oid constraint;             /* that it is there for; InvalidOid: for none */
	std::span<unsigned> builds; /* parallel to the relations */
	List *&taken;               /* indexes that belong to another one by now */
};

/* The index of a constraint can only become part of another constraint's. */
bool
serves_constraint(const Search &search, Oid table, Oid index, bool attached)
{
	const Oid wanted = search.constraint;

	if (!OidIsValid(wanted))
	{
		return true;
	}

	const Oid present = get_relation_idx_constraint_oid(table, index);

	return OidIsValid(present) && (!attached || may_join_constraints(wanted, present));
}

bool
is_taken(const Search &search, Oid index, const IndexDefinition &definition)
{
	return definition.partition || list_member_oid(search.taken, index);
}

/* An index whose expressions, or those of the parent's, cannot be looked at may be equal. */
Answer
compare(const Search &search, Oid table, Oid index, const IndexDefinition &present)
{
	if (!search.known)
	{
		return Answer::Unknown;
	}
	return is_equal(index, table, present, search.wanted);
}

/* The first index that is equal; InvalidOid if there is none. attached: of the partition that the
 * statement names, not of one below. */
Oid
equal_index(Search &search, std::size_t relation, bool attached)
{
	const Oid table = search.inspection.relations[relation].oid;

	for (const Index &index : search.inspection.indexes[relation])
	{
		IndexDefinition present = {};

		if (!read_index(index.oid, present) || is_taken(search, index.oid, present) ||
			(attached && !present.valid) || !serves_constraint(search, table, index.oid, attached))
		{
			continue;
		}

		const Answer equal = compare(search, table, index.oid, present);

		if (equal == Answer::Yes)
		{
			return index.oid;
		}
		if (equal == Answer::Unknown)
		{
			search.inspection.relations[relation].index_is_there = equal;
		}
	}
	return InvalidOid;
}

void
look_in(Search &search, Oid relation, bool attached)
{
	const std::size_t place = place_of(search.inspection, relation);
	const ListCell *cell;

	check_stack_depth();
	if (place == no_place)
	{
		return;
	}

	const Oid index = equal_index(search, place, attached);

	if (OidIsValid(index))
	{
		search.taken = lappend_oid(search.taken, index);
		if (!attached)
		{
			set_fate(search.inspection, index, Fate::Taken);
		}
		return;
	}
	search.builds[place] += has_storage(search.inspection.relations[place].kind) ? 1 : 0;
	if (search.inspection.relations[place].kind == RelationKind::PartitionedTable)
	{
		foreach (cell, find_inheritance_children(relation, NoLock))
		{
			look_in(search, lfirst_oid(cell), false);
		}
	}
}

}  // namespace

std::span<const unsigned>
indexes_to_build(Inspection &inspection, Oid parent, Oid partition)
{
	const std::span<unsigned> builds = allocate_array<unsigned>(inspection.relations.size());
	const std::size_t place = place_of(inspection, parent);
	List *taken = NIL;

	if (place == no_place)
	{
		return builds; /* dropped meanwhile */
	}
	for (const Index &index : inspection.indexes[place])
	{
		Search search = {inspection, {},
						 false,      get_relation_idx_constraint_oid(parent, index.oid),
						 builds,     taken};

		if (index.partitioned && get_rel_relkind(partition) != RELKIND_FOREIGN_TABLE)
		{
			search.known = read_model(index.oid, parent, search.wanted);
			look_in(search, partition, true);
		}
	}
	return builds;
}

namespace
{

/* Has every partition of its table a valid part of it? added: a valid one beside those it has. */
bool
is_complete(Oid index, Oid added)
{
	const List *partitions = find_inheritance_children(IndexGetRelation(index, true), NoLock);
	const List *parts = list_append_unique_oid(find_inheritance_children(index, NoLock), added);
	const ListCell *cell;
	int valid = 0;

	foreach (cell, parts)
	{
		IndexDefinition part = {};

		valid += lfirst_oid(cell) == added || (read_index(lfirst_oid(cell), part) && part.valid);
	}
	return valid == list_length(partitions);
}

bool
is_valid(Oid index)
{
	IndexDefinition definition = {};

	return read_index(index, definition) && definition.valid;
}

}  // namespace

void
reach_completed(Altering &altering)
{
	const PartitionCmd *command = castNode(PartitionCmd, altering.command->def);
	const Oid index = altering.table->oid;
	const List *indexes = get_partition_ancestors(index);
	Oid added = find_relation(altering.inspection, command->name);
	Oid completed = index;
	Oid table = IndexGetRelation(index, true);
	const List *tables = get_partition_ancestors(table);
	const ListCell *cell;
	const ListCell *other;

	if (!OidIsValid(added) || is_valid(index) || !is_valid(added))
	{
		return;
	}
	forboth (cell, indexes, other, tables)
	{
		if (!is_complete(completed, added))
		{
			return;
		}
		reach_end(altering, lfirst_oid(cell), Link::PartitionParent, completed, Answer::No);
		reach_end(altering, lfirst_oid(other), Link::PartitionParent, table, Answer::No);
		added = completed;
		completed = lfirst_oid(cell);
		table = lfirst_oid(other);
	}
}

}  // namespace ddl_warden::pg
