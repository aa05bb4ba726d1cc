/* May the scan of SET NOT NULL be left out, because valid CHECK constraints prove it? */
#include "pg/inspect/alteration.hpp"
#include "pg/inspect/planning.hpp"
#include "pg/inspect/proof.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "optimizer/optimizer.h"
}

namespace ddl_warden::pg
{

namespace
{

bool
stays_not_null(Form_pg_attribute column, const List *commands)
{
	return is_verified_not_null(column) &&
		   !is_commanded(commands, AT_DropNotNull, NameStr(column->attname));
}

/* As NotNullImpliedByRelConstraints and ConstraintImpliedByRelConstraint in tablecmds.c. */
bool
is_proved(Form_pg_attribute column, List *checks, const List *commands)
{
	return stays_not_null(column, commands) ||
		   predicate_implied_by(list_make1(is_not_null_test(column)), checks, true);
}

bool
are_proved(Oid relation, const List *columns, const List *commands)
{
	List *checks = valid_checks(relation, commands);
	const ListCell *cell;

	foreach (cell, columns)
	{
		const Form_pg_attribute column =
			column_row(relation, column_number(relation, string_value(lfirst(cell))));

		if (column == nullptr || !is_proved(column, checks, commands))
		{
			return false;
		}
	}
	return true;
}

bool
are_not_null(Oid relation, const List *columns, const List *commands)
{
	const ListCell *cell;

	foreach (cell, columns)
	{
		const Form_pg_attribute column =
			column_row(relation, column_number(relation, string_value(lfirst(cell))));

		if (column == nullptr || !stays_not_null(column, commands))
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
	const List *commands;
	bool holds;
};

void
prove(void *argument)
{
	Proof *proof = static_cast<Proof *>(argument);

	proof->holds = are_proved(proof->relation, proof->columns, proof->commands);
}

Answer
must_scan(Oid relation, const List *columns, const List *commands)
{
	Proof proof = {relation, columns, commands, false};

	if (are_not_null(relation, columns, commands))
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
		altering.answer.subcommand != Subcommand::SetNotNull && altering.answer.exempt;

	const bool only_here = altering.answer.subcommand == Subcommand::AddNotNull &&
						   castNode(Constraint, altering.command->def)->is_no_inherit;

	for (std::size_t i = 0; i < scans.size(); i++)
	{
		const bool reached = !only_here || relations[i].oid == altering.table->oid;

		if (reached && has_storage(relations[i].kind) && !put_off)
		{
			scans[i] = must_scan(relations[i].oid, columns, altering.commands);
		}
	}
	altering.answer.scans = scans;
	altering.answer.scan_cause = Cause::NotNullUnproved;
	if (altering.answer.subcommand != Subcommand::SetNotNull)
	{
		altering.answer.not_null = are_not_null(altering.table->oid, columns, altering.commands);
	}
}

}  // namespace ddl_warden::pg
