#include "pg/inspect/partition_index.hpp"

#include "pg/inspect/equal_index.hpp"
#include "pg/inspect/new_index.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
}

namespace ddl_warden::pg
{

namespace
{

struct Taking
{
	Inspection &inspection;
	ModelIndex model;
	bool known;      /* the model is what will be made */
	bool constraint; /* the index of a constraint only takes such a one */
};

Taking
begin_taking(Inspection &inspection, const IndexStmt *statement, Form_pg_class table)
{
	Taking taking = {inspection, {}, false, statement->isconstraint};

	taking.known = read_model(statement, table, taking.model);
	return taking;
}

/* DefineIndex compares one after the other until one is the same. What another subcommand has taken
 * or drops is none of them. */
Answer
take_index(const Taking &taking, std::size_t place)
{
	const Oid table = taking.inspection.relations[place].oid;
	Answer found = Answer::No;

	for (const Index &index : taking.inspection.indexes[place])
	{
		IndexDefinition present = {};

		if (index.fate != Fate::Untouched || !read_index(index.oid, present) || present.partition ||
			(taking.constraint && !OidIsValid(get_relation_idx_constraint_oid(table, index.oid))))
		{
			continue;
		}

		const Answer equal =
			taking.known ? is_equal(index.oid, table, present, taking.model) : Answer::Unknown;

		if (equal == Answer::Yes)
		{
			set_fate(taking.inspection, index.oid, Fate::Taken);
			return Answer::Yes;
		}
		found = equal == Answer::Unknown ? equal : found;
	}
	return found;
}

/* A unique index cannot be made on foreign tables, and one over whole rows on nothing else. */
bool
can_be_made(const Taking &taking)
{
	for (const Relation &relation : taking.inspection.relations)
	{
		const bool foreign = relation.kind == RelationKind::ForeignTable;

		if (relation.descendant &&
			(foreign ? taking.model.definition.unique : taking.model.whole_row))
		{
			return false;
		}
	}
	return true;
}

}  // namespace

void
find_partition_indexes(Inspection &inspection, const IndexStmt *statement, Form_pg_class table)
{
	const Taking taking = begin_taking(inspection, statement, table);

	inspection.facts.judgeable = inspection.facts.judgeable && can_be_made(taking);
	for (std::size_t i = 0; i < inspection.relations.size(); i++)
	{
		Relation &relation = inspection.relations[i];

		if (relation.descendant)
		{
			/* below a partition that has the index nobody looks any further */
			relation.index_is_there =
				inspection.relations[relation.parent_at].index_is_there == Answer::Yes
					? Answer::Yes
					: take_index(taking, i);
		}
		if (relation.index_is_there == Answer::Yes)
		{
			relation.new_index_name = {};
		}
	}
}

void
take_partition_indexes(Altering &altering, const IndexStmt *index)
{
	Inspection &inspection = altering.inspection;
	const std::span<const Relation> relations = inspection.relations;
	const std::span<unsigned> builds = allocate_array<unsigned>(relations.size());
	const std::span<Reach> reach = begin_descent(inspection);
	const Taking taking = begin_taking(inspection, index, altering.table);
	/* of a partition alone: no subcommand can drop it before */
	const bool has_other_key = index->primary && !has_primary_key(altering.table->oid);
	/* on its way down, or the tree is locked first: no partition is left out */
	const bool goes_everywhere =
		constraint_locks_tree_first || (index->primary && !altering.answer.not_null);

	refuse_unless(altering, can_be_made(taking));
	for (std::size_t i = 1; i < relations.size(); i++)
	{
		reach[i] = reach_below(inspection, reach, i);
		if (reach[i] == Reach::Worked && take_index(taking, i) == Answer::Yes)
		{
			reach[i] = Reach::Locked;
		}
		builds[i] = reach[i] == Reach::Worked && has_storage(relations[i].kind) ? 1 : 0;
		refuse_unless(altering, !has_other_key || reach[i] != Reach::Worked ||
									!has_primary_key(relations[i].oid));
	}
	altering.answer.builds = builds;
	altering.answer.reach = goes_everywhere ? std::span<const Reach>() : reach;
}

}  // namespace ddl_warden::pg
