/* May the scan of SET NOT NULL be left out, because valid CHECK constraints prove it? */
#include "pg/inspect/alteration.hpp"
#include "pg/inspect/planning.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
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

/* What the valid CHECK constraints of a relation promise. */
List *
valid_checks(Oid relation)
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

		if (constraint->contype == CONSTRAINT_CHECK && constraint->convalidated)
		{
			conditions = list_concat(conditions, conditions_of(row, RelationGetDescr(catalog)));
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return conditions;
}

NullTest *
is_not_null_test(Form_pg_attribute column)
{
	NullTest *test = makeNode(NullTest);

	test->arg = reinterpret_cast<Expr *>(
		makeVar(1, column->attnum, column->atttypid, column->atttypmod, column->attcollation, 0));
	test->nulltesttype = IS_NOT_NULL;
	test->argisrow = false;
	test->location = -1;
	return test;
}

/* As NotNullImpliedByRelConstraints and ConstraintImpliedByRelConstraint in tablecmds.c. */
bool
is_proved(Form_pg_attribute column, List *checks)
{
	return is_verified_not_null(column) ||
		   predicate_implied_by(list_make1(is_not_null_test(column)), checks, true);
}

bool
are_proved(Oid relation, const List *columns)
{
	List *checks = valid_checks(relation);
	const ListCell *cell;

	foreach (cell, columns)
	{
		const Form_pg_attribute column =
			column_row(relation, column_number(relation, string_value(lfirst(cell))));

		if (column == nullptr || !is_proved(column, checks))
		{
			return false;
		}
	}
	return true;
}

bool
are_not_null(Oid relation, const List *columns)
{
	const ListCell *cell;

	foreach (cell, columns)
	{
		const Form_pg_attribute column =
			column_row(relation, column_number(relation, string_value(lfirst(cell))));

		if (column == nullptr || !is_verified_not_null(column))
		{
			return false;
		}
	}
	return true;
}

struct Proof
{
	Oid relation;
	const List *columns;
	bool holds;
};

void
prove(void *argument)
{
	Proof *proof = static_cast<Proof *>(argument);

	proof->holds = are_proved(proof->relation, proof->columns);
}

Answer
must_scan(Oid relation, const List *columns)
{
	Proof proof = {relation, columns, false};

	if (are_not_null(relation, columns))
	{
		return Answer::No;
	}
	if (!attempt(prove, &proof))
	{
		return Answer::Unknown;
	}
	return proof.holds ? Answer::No : Answer::Yes;
}

}  // namespace

void
ask_not_null_proof(Altering &altering, const List *columns)
{
	const std::span<const Relation> relations = altering.inspection.relations;
	const std::span<Answer> scans = new_scans(altering.inspection);
	const bool put_off =
		altering.answer.subcommand == Subcommand::AddNotNull && altering.answer.exempt;

	for (std::size_t i = 0; i < scans.size(); i++)
	{
		if (has_storage(relations[i].kind) && !put_off)
		{
			scans[i] = must_scan(relations[i].oid, columns);
		}
	}
	altering.answer.scans = scans;
	altering.answer.scan_cause = Cause::NotNullUnproved;
	if (altering.answer.subcommand != Subcommand::SetNotNull)
	{
		altering.answer.not_null = are_not_null(altering.table->oid, columns);
	}
}

}  // namespace ddl_warden::pg
