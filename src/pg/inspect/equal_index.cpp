#include "pg/inspect/equal_index.hpp"

#include "pg/inspect/columns.hpp"
#include "pg/inspect/new_index.hpp"
#include "pg/inspect/planning.hpp"
#include "pg/inspect/proof.hpp"
#include "pg/inspect/relation.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/index.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "rewrite/rewriteManip.h"
}

namespace ddl_warden::pg
{

namespace
{

// ---- expressions and predicates

/* RelationGetIndexExpressions in relcache.c */
Node *
simplified_expressions(Node *expressions)
{
	Node *tree = eval_const_expressions(nullptr, expressions);

	fix_opfuncids(tree);
	return tree;
}

/* RelationGetIndexPredicate in relcache.c */
Node *
simplified_predicate(Node *predicate)
{
	Node *tree = eval_const_expressions(nullptr, predicate);

	tree = reinterpret_cast<Node *>(
		make_ands_implicit(canonicalize_qual(reinterpret_cast<Expr *>(tree), false)));
	fix_opfuncids(tree);
	return tree;
}

/* NULL: the index has none. */
Node *
stored_tree(HeapTuple row, AttrNumber attribute)
{
	bool is_null;
	const Datum stored = SysCacheGetAttr(INDEXRELID, row, attribute, &is_null);

	return is_null ? nullptr : static_cast<Node *>(stringToNode(TextDatumGetCString(stored)));
}

struct Trees
{
	Node *expressions;
	Node *predicate;
};

/* The row is not held while an ERROR may come: planning raises some. */
Trees
trees_of(Oid index)
{
	const HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Trees trees = {};

	if (!HeapTupleIsValid(row))
	{
		return trees;
	}
	trees = {stored_tree(row, Anum_pg_index_indexprs), stored_tree(row, Anum_pg_index_indpred)};
	ReleaseSysCache(row);
	if (trees.expressions != nullptr)
	{
		trees.expressions = simplified_expressions(trees.expressions);
	}
	if (trees.predicate != nullptr)
	{
		trees.predicate = simplified_predicate(trees.predicate);
	}
	return trees;
}

struct Reading
{
	Oid index;
	ModelIndex &model;
};

void
read_trees(void *argument)
{
	Reading *reading = static_cast<Reading *>(argument);
	const Trees trees = trees_of(reading->index);

	reading->model.expressions = trees.expressions;
	reading->model.predicate = trees.predicate;
}

struct Comparison
{
	Oid index;
	const ModelIndex &model;
	AttrMap *columns;
	bool same;
};

bool
is_same_tree(Node *present, Node *wanted, AttrMap *columns)
{
	bool whole_row = false;
	const Node *mapped = wanted == nullptr
							 ? nullptr
							 : map_variable_attnos(wanted, 1, 0, columns, InvalidOid, &whole_row);

	return !whole_row && equal(present, mapped);
}

void
compare_trees(void *argument)
{
	Comparison *comparison = static_cast<Comparison *>(argument);
	const Trees trees = trees_of(comparison->index);

	comparison->same =
		is_same_tree(trees.expressions, comparison->model.expressions, comparison->columns) &&
		is_same_tree(trees.predicate, comparison->model.predicate, comparison->columns);
}

// ---- an index that is to be made: ComputeIndexAttrs in indexcmds.c

struct Making
{
	const IndexStmt *statement;
	ColumnsOf columns;
	ModelIndex &model;
	std::span<int16> numbers;
	std::span<Oid> classes;
	std::span<Oid> collations;
	List *expressions;
};

Node *
collated(Making &making, const Node *raw, ParseExprKind kind)
{
	Node *tree = analysed(making.columns, raw, kind);

	assign_expr_collations(make_parsestate(nullptr), tree);
	return tree;
}

struct KeyType
{
	Oid type;
	Oid collation;
};

KeyType
make_column(Making &making, int attribute, const char *name)
{
	const Oid table = making.columns.table->oid;
	const Form_pg_attribute column = column_row(table, column_number(table, name));

	if (column == nullptr)
	{
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("column \"%s\" does not exist", name));
	}
	making.numbers[attribute] = column->attnum;
	return {column->atttypid, column->attcollation};
}

/* "(a)" is the column. */
KeyType
make_expression(Making &making, int attribute, const Node *raw)
{
	Node *tree = collated(making, raw, EXPR_KIND_INDEX_EXPRESSION);
	const KeyType type = {exprType(tree), exprCollation(tree)};

	while (IsA(tree, CollateExpr))
	{
		tree = reinterpret_cast<Node *>(castNode(CollateExpr, tree)->arg);
	}
	if (IsA(tree, Var) && castNode(Var, tree)->varattno != InvalidAttrNumber)
	{
		making.numbers[attribute] = castNode(Var, tree)->varattno;
	}
	else
	{
		making.expressions = lappend(making.expressions, tree);
	}
	return type;
}

void
make_key(Making &making, int key, IndexElem *element)
{
	const KeyType type = element->name != nullptr ? make_column(making, key, element->name)
												  : make_expression(making, key, element->expr);
	const Oid method = making.model.definition.access_method;

	making.classes[key] = ResolveOpClass(element->opclass, type.type, get_am_name(method), method);
	making.collations[key] =
		element->collation == NIL ? type.collation : get_collation_oid(element->collation, false);
}

void
make_trees(Making &making)
{
	const Node *condition = making.statement->whereClause;

	if (making.expressions != NIL)
	{
		making.model.expressions =
			simplified_expressions(reinterpret_cast<Node *>(making.expressions));
	}
	if (condition != nullptr)
	{
		making.model.predicate = simplified_predicate(
			coerce_to_boolean(make_parsestate(nullptr),
							  collated(making, condition, EXPR_KIND_INDEX_PREDICATE), "WHERE"));
	}
}

void
make(void *argument)
{
	Making *making = static_cast<Making *>(argument);
	const IndexStmt *statement = making->statement;
	const int keys = making->model.definition.keys;
	const ListCell *cell;

	making->model.definition.access_method = get_index_am_oid(access_method_of(statement), false);
	foreach (cell, statement->indexParams)
	{
		make_key(*making, foreach_current_index(cell), lfirst_node(IndexElem, cell));
	}
	foreach (cell, statement->indexIncludingParams)
	{
		make_column(*making, keys + foreach_current_index(cell),
					lfirst_node(IndexElem, cell)->name);
	}
	make_trees(*making);
}

// ---- comparison

bool
is_same_kind(const IndexDefinition &present, const IndexDefinition &wanted)
{
	return !present.exclusion && !wanted.exclusion && present.unique == wanted.unique &&
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
	const bool known = column > 0 && column <= columns.maplen;
	const AttrNumber mapped = known ? columns.attnums[column - 1] : column;

	return present.columns[attribute] == mapped &&
		   (attribute >= wanted.keys ||
			(present.collations[attribute] == wanted.collations[attribute] &&
			 get_opclass_family(present.classes[attribute]) ==
				 get_opclass_family(wanted.classes[attribute])));
}

}  // namespace

bool
read_model(Oid index, Oid table, ModelIndex &model)
{
	Reading reading = {index, model};

	model = {};
	model.table = table;
	return read_index(index, model.definition) &&
		   (model.definition.plain || attempt(read_trees, &reading));
}

bool
read_model(const IndexStmt *statement, Form_pg_class table, ModelIndex &model)
{
	const std::size_t keys = list_length(statement->indexParams);
	const std::size_t attributes = keys + list_length(statement->indexIncludingParams);
	Making making = {statement,
					 {table, false},
					 model,
					 allocate_array<int16>(attributes),
					 allocate_array<Oid>(keys),
					 allocate_array<Oid>(keys),
					 NIL};
	IndexDefinition &definition = model.definition;

	model = {};
	model.table = table->oid;
	definition.valid = true;
	definition.unique = statement->unique;
	definition.nulls_not_distinct = statement->nulls_not_distinct;
	definition.exclusion = excludes(statement);
	definition.attributes = static_cast<int>(attributes);
	definition.keys = static_cast<int>(keys);
	definition.columns = making.numbers.data();
	definition.classes = making.classes.data();
	definition.collations = making.collations.data();

	const bool known = attempt(make, &making);

	model.whole_row = making.columns.beyond;
	return known;
}

Answer
is_equal(Oid index, Oid table, const IndexDefinition &present, const ModelIndex &model)
{
	if (!is_same_kind(present, model.definition))
	{
		return Answer::No;
	}

	Comparison comparison = {index, model, columns_by_name(table, model.table), false};

	for (int attribute = 0; attribute < present.attributes; attribute++)
	{
		if (!is_same_column(present, model.definition, attribute, *comparison.columns))
		{
			return Answer::No;
		}
	}
	if (present.plain) /* so is one whose predicate is always true */
	{
		return model.expressions == nullptr && model.predicate == nullptr ? Answer::Yes
																		  : Answer::No;
	}
	if (!attempt(compare_trees, &comparison))
	{
		return Answer::Unknown;
	}
	return comparison.same ? Answer::Yes : Answer::No;
}

}  // namespace ddl_warden::pg
