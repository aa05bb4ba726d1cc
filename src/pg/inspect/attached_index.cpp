#include "pg/inspect/attached_index.hpp"

#include "pg/inspect/index_definition.hpp"
#include "pg/inspect/planning.hpp"
#include "pg/inspect/proof.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_inherits.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteManip.h"
}

namespace ddl_warden::pg
{

namespace
{

/* An index of the parent, looked for in a partition. */
struct Wanted
{
	Oid index;
	IndexDefinition definition;
	Oid table;
	Oid constraint; /* that it is there for; InvalidOid: for none */
};

struct Search
{
	Inspection &inspection;
	const Wanted &wanted;
	std::span<unsigned> builds; /* parallel to the relations */
	List *&taken;               /* indexes that belong to another one by now */
};

/* CompareIndexInfo compares expressions and predicates as the planner would have them. */
struct Trees
{
	Oid present;
	Oid wanted;
	AttrMap *columns;
	bool same;
};

Node *
expressions_of(HeapTuple row)
{
	bool is_null;
	const Datum stored = SysCacheGetAttr(INDEXRELID, row, Anum_pg_index_indexprs, &is_null);
	Node *tree = is_null ? nullptr : static_cast<Node *>(stringToNode(TextDatumGetCString(stored)));

	tree = eval_const_expressions(nullptr, tree);
	fix_opfuncids(tree);
	return tree;
}

Node *
predicate_of(HeapTuple row)
{
	bool is_null;
	const Datum stored = SysCacheGetAttr(INDEXRELID, row, Anum_pg_index_indpred, &is_null);
	Node *tree;

	if (is_null)
	{
		return nullptr;
	}
	tree = static_cast<Node *>(stringToNode(TextDatumGetCString(stored)));
	tree = eval_const_expressions(nullptr, tree);
	tree = reinterpret_cast<Node *>(
		make_ands_implicit(canonicalize_qual(reinterpret_cast<Expr *>(tree), false)));
	fix_opfuncids(tree);
	return tree;
}

bool
is_same_tree(Node *(*tree_of)(HeapTuple), const Trees &trees)
{
	const HeapTuple present = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(trees.present));
	const HeapTuple wanted = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(trees.wanted));
	bool same = false;
	bool whole_row;

	if (HeapTupleIsValid(present) && HeapTupleIsValid(wanted))
	{
		const Node *mapped =
			map_variable_attnos(tree_of(wanted), 1, 0, trees.columns, InvalidOid, &whole_row);

		same = !whole_row && equal(tree_of(present), mapped);
	}
	if (HeapTupleIsValid(present))
	{
		ReleaseSysCache(present);
	}
	if (HeapTupleIsValid(wanted))
	{
		ReleaseSysCache(wanted);
	}
	return same;
}

void
compare_trees(void *argument)
{
	Trees *trees = static_cast<Trees *>(argument);

	trees->same = is_same_tree(expressions_of, *trees) && is_same_tree(predicate_of, *trees);
}

bool
is_same_kind(const IndexDefinition &present, const IndexDefinition &wanted)
{
	return present.plain == wanted.plain && !present.exclusion && !wanted.exclusion &&
		   present.unique == wanted.unique &&
		   present.nulls_not_distinct == wanted.nulls_not_distinct &&
		   present.access_method == wanted.access_method &&
		   present.attributes == wanted.attributes && present.keys == wanted.keys;
}

/* Column 0 is an expression. */
bool
is_same_column(const IndexDefinition &present, const IndexDefinition &wanted, int attribute,
			   const AttrMap &columns)
{
	const AttrNumber column = wanted.columns[attribute];
	const AttrNumber mapped = column > 0 ? columns.attnums[column - 1] : column;

	return present.columns[attribute] == mapped &&
		   (attribute >= wanted.keys ||
			(present.collations[attribute] == wanted.collations[attribute] &&
			 get_opclass_family(present.classes[attribute]) ==
				 get_opclass_family(wanted.classes[attribute])));
}

/* CompareIndexInfo in index.c */
bool
is_equal(Oid index, const IndexDefinition &present, const Wanted &wanted, AttrMap *columns)
{
	Trees trees = {index, wanted.index, columns, false};

	if (!is_same_kind(present, wanted.definition))
	{
		return false;
	}
	for (int attribute = 0; attribute < present.attributes; attribute++)
	{
		if (!is_same_column(present, wanted.definition, attribute, *columns))
		{
			return false;
		}
	}
	return present.plain || (attempt(compare_trees, &trees) && trees.same);
}

/* The index of a constraint can only become part of another constraint's. */
bool
serves_constraint(const Search &search, Oid table, Oid index, bool attached)
{
	const Oid wanted = search.wanted.constraint;

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

/* The first index that is equal; InvalidOid if there is none. attached: of the partition that the
 * statement names, not of one below. */
Oid
equal_index(Search &search, std::size_t relation, bool attached)
{
	const Oid table = search.inspection.relations[relation].oid;
	AttrMap *columns = columns_by_name(table, search.wanted.table);

	for (const Index &index : search.inspection.indexes[relation])
	{
		IndexDefinition present = {};

		if (read_index(index.oid, present) && !is_taken(search, index.oid, present) &&
			(present.valid || !attached) && is_equal(index.oid, present, search.wanted, columns) &&
			serves_constraint(search, table, index.oid, attached))
		{
			return index.oid;
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
			set_fate(search.inspection, index, Fate::Renamed); /* its lock is kept */
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
		Wanted wanted = {index.oid, {}, parent, get_relation_idx_constraint_oid(parent, index.oid)};
		Search search = {inspection, wanted, builds, taken};

		if (read_index(index.oid, wanted.definition) && wanted.definition.partitioned &&
			get_rel_relkind(partition) != RELKIND_FOREIGN_TABLE)
		{
			look_in(search, partition, true);
		}
	}
	return builds;
}

}  // namespace ddl_warden::pg
