#include "pg/inspect/proof.hpp"

#include "pg/inspect/alteration.hpp"
#include "pg/inspect/relation.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteManip.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

/* A CHECK constraint as a list of conditions, simplified as the server does before it compares. */
List *
conditions_of(HeapTuple row, TupleDesc layout)
{
	bool is_null;
	const Datum tree = heap_getattr(row, Anum_pg_constraint_conbin, layout, &is_null);
	Node *condition;

	if (is_null)
	{
		return NIL;
	}
	condition = static_cast<Node *>(stringToNode(TextDatumGetCString(tree)));
	condition = eval_const_expressions(nullptr, condition);
	return make_ands_implicit(canonicalize_qual(reinterpret_cast<Expr *>(condition), true));
}

/* None of a relation that has gone meanwhile. */
int
column_count(Oid relation)
{
	const Form_pg_class row = class_row(relation);

	return row == nullptr ? 0 : row->relnatts;
}

List *
not_null_tests(Oid relation)
{
	const int columns = column_count(relation);
	List *tests = NIL;

	for (int number = 1; number <= columns; number++)
	{
		const Form_pg_attribute column = column_row(relation, static_cast<AttrNumber>(number));

		if (column != nullptr && is_verified_not_null(column))
		{
			tests = lappend(tests, is_not_null_test(column));
		}
	}
	return tests;
}

}  // namespace

List *
valid_checks(Oid relation, const List *commands)
{
	List *conditions = NIL;
	ScanKeyData key;
	HeapTuple row;
	::Relation catalog = table_open(ConstraintRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relation));
	const SysScanDesc scan =
		systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const Form_pg_constraint constraint = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));

		if (constraint->contype == CONSTRAINT_CHECK && constraint->convalidated &&
			!is_commanded(commands, AT_DropConstraint, NameStr(constraint->conname)))
		{
			conditions = list_concat(conditions, conditions_of(row, RelationGetDescr(catalog)));
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return conditions;
}

Node *
is_not_null_test(Form_pg_attribute column)
{
	NullTest *test = makeNode(NullTest);

	test->arg = reinterpret_cast<Expr *>(
		makeVar(1, column->attnum, column->atttypid, column->atttypmod, column->attcollation, 0));
	test->nulltesttype = IS_NOT_NULL;
	test->argisrow = false;
	test->location = -1;
	return reinterpret_cast<Node *>(test);
}

bool
is_implied(Oid relation, List *condition)
{
	List *known = list_concat(not_null_tests(relation), valid_checks(relation, NIL));

	return predicate_implied_by(condition, known, true);
}

AttrMap *
columns_by_name(Oid to, Oid from)
{
	const int columns = column_count(from);
	AttrMap *map = make_attrmap(columns);

	for (int number = 1; number <= columns; number++)
	{
		const Form_pg_attribute column = column_row(from, static_cast<AttrNumber>(number));

		if (column != nullptr)
		{
			map->attnums[number - 1] = column_number(to, NameStr(column->attname));
		}
	}
	return map;
}

List *
in_columns_of(Oid to, List *condition, Oid from)
{
	bool whole_row;

	return reinterpret_cast<List *>(map_variable_attnos(reinterpret_cast<Node *>(condition), 1, 0,
														columns_by_name(to, from),
														get_rel_type_id(to), &whole_row));
}

}  // namespace ddl_warden::pg
