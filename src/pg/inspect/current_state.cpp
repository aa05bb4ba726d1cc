/* Is it so already? Then a subcommand takes its lock and does nothing. */
#include "pg/inspect/alteration.hpp"
#include "pg/inspect/options.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_am.h"
#include "catalog/pg_constraint.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

/* get_table_am_oid raises an error where there is one of another kind. */
Oid
table_access_method(const char *name)
{
	const HeapTuple row = SearchSysCache1(AMNAME, CStringGetDatum(name));
	Oid oid = InvalidOid;

	if (HeapTupleIsValid(row))
	{
		const Form_pg_am form = reinterpret_cast<Form_pg_am>(GETSTRUCT(row));

		oid = form->amtype == AMTYPE_TABLE ? form->oid : InvalidOid;
		ReleaseSysCache(row);
	}
	return oid;
}

bool
has_access_method(Form_pg_class table, const char *name)
{
	const char *wanted = name == nullptr ? default_table_access_method : name;

	return table_access_method(wanted) == table->relam;
}

bool
is_in_tablespace(Form_pg_class table, const char *name)
{
	const Oid wanted = get_tablespace_oid(name, true);
	const Oid present =
		OidIsValid(table->reltablespace) ? table->reltablespace : MyDatabaseTableSpace;

	return wanted == present;
}

bool
is_not_null(Oid table, const char *column)
{
	const Form_pg_attribute row = column_row(table, column_number(table, column));

	return row != nullptr && is_verified_not_null(row);
}

/* Verified or not. */
bool
is_marked_not_null(Oid table, const char *column)
{
	const Form_pg_attribute row = column_row(table, column_number(table, column));

	return row != nullptr && row->attnotnull;
}

bool
is_identity(Oid table, const char *column)
{
	const Form_pg_attribute row = column_row(table, column_number(table, column));

	return row == nullptr || row->attidentity != '\0';
}

/* What of a constraint decides whether VALIDATE has work. */
struct ConstraintState
{
	bool exists;
	bool valid;
	bool enforced;
	bool own; /* NO INHERIT */
	char type;
};

ConstraintState
constraint_state(Oid table, const char *name)
{
	const Oid oid = find_constraint(table, name);
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(oid));
	ConstraintState state = {};

	if (HeapTupleIsValid(row))
	{
		const Form_pg_constraint constraint = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));

		state = {true, constraint->convalidated, is_enforced(constraint), constraint->connoinherit,
				 constraint->contype};
		ReleaseSysCache(row);
	}
	return state;
}

/* The NOT VALID constraint of that name that the statement adds before it validates any. */
const Constraint *
added_unvalidated(const List *commands, const char *name)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_AddConstraint)
		{
			const Constraint *constraint = castNode(Constraint, command->def);

			if (constraint->skip_validation && constraint->conname != nullptr &&
				strcmp(constraint->conname, name) == 0)
			{
				return constraint;
			}
		}
	}
	return nullptr;
}

std::span<Answer>
scan_only_named(const Altering &altering)
{
	const std::span<const Relation> relations = altering.inspection.relations;
	const std::span<Answer> scans = new_scans(altering.inspection);

	for (std::size_t i = 0; i < scans.size(); i++)
	{
		const bool named = relations[i].oid == altering.table->oid;

		scans[i] = named && has_storage(relations[i].kind) ? Answer::Yes : Answer::No;
	}
	return scans;
}

void
ask_validation_of_added(Altering &altering, const Constraint *constraint)
{
	const bool foreign = constraint->contype == CONSTR_FOREIGN;

	altering.answer.constraint = quoted(constraint->conname);
	altering.answer.scan_cause = foreign ? Cause::ForeignKey : Cause::CheckConstraint;
	altering.answer.scans = foreign || constraint->is_no_inherit ? scan_only_named(altering)
																 : scan_all(altering.inspection);
}

/* 18 locks the children of what NO INHERIT keeps from them, and leaves it at that. */
void
ask_added(Altering &altering, const Constraint *constraint)
{
	altering.answer.exempt = skips_validation(constraint);
	altering.answer.constraint = quoted(constraint->conname);
	if (constraint->contype == CONSTR_CHECK && constraint->is_no_inherit && !altering.answer.exempt)
	{
		altering.answer.scan_cause = Cause::CheckConstraint;
		altering.answer.scans = scan_only_named(altering);
	}
}

/* Each relation of the tree has its own constraint of that name, valid or not. */
void
ask_validation_of_present(Altering &altering)
{
	const char *name = altering.command->name;
	const ConstraintState root = constraint_state(altering.table->oid, name);
	const std::span<const Relation> relations = altering.inspection.relations;
	const std::span<Answer> scans = new_scans(altering.inspection);

	refuse_unless(altering, !root.exists || root.enforced || list_length(altering.commands) > 1);
	altering.answer.constraint = quoted(name);
	altering.answer.exempt = !root.exists || root.valid;
	altering.answer.scan_cause =
		root.type == CONSTRAINT_FOREIGN ? Cause::ForeignKey : Cause::CheckConstraint;
	for (std::size_t i = 0; i < scans.size() && !altering.answer.exempt; i++)
	{
		const ConstraintState state = constraint_state(relations[i].oid, name);
		const bool verified = state.exists && !state.valid && has_storage(relations[i].kind);

		scans[i] = verified ? Answer::Yes : Answer::No;
	}
	altering.answer.scans = scans;
}

/* Where there is no work to be done: does the catalog change all the same? */
bool
changes_nothing(const Altering &altering)
{
	switch (altering.answer.subcommand)
	{
		case Subcommand::SetTablespace:
			return is_in_tablespace(altering.table, altering.command->name);
		case Subcommand::SetExpression:
		case Subcommand::AddCheck:
		case Subcommand::AddNotNull:
		case Subcommand::AddForeignKey:
			return false;
		default:
			return true;
	}
}

void
ask_validation(Altering &altering)
{
	const Constraint *added = added_unvalidated(altering.commands, altering.command->name);

	if (added != nullptr)
	{
		ask_validation_of_added(altering, added);
	}
	else
	{
		ask_validation_of_present(altering);
	}
}

/* What ALTER CONSTRAINT is to make of it. */
void
ask_change_of_constraint(Altering &altering)
{
	const char *name = change_of_constraint(altering.command).name;
	const ConstraintState state = constraint_state(altering.table->oid, name);
	const bool inherits = altering.answer.subcommand == Subcommand::InheritNotNull;
	const bool enforces = altering.answer.subcommand == Subcommand::EnforceForeignKey;

	altering.answer.constraint = quoted(name);
	altering.answer.exempt = !state.exists || (inherits ? !state.own : state.enforced == enforces);
	altering.answer.scan_cause = inherits ? Cause::NotNullUnproved : Cause::ForeignKey;
}

}  // namespace

Oid
find_constraint(Oid table, const char *name)
{
	return get_relation_constraint_oid(table, name, true);
}

bool
skips_validation(const Constraint *constraint)
{
	return constraint->skip_validation || is_not_enforced(constraint);
}

void
ask_current_state(Altering &altering)
{
	const AlterTableCmd *command = altering.command;
	const Form_pg_class table = altering.table;
	bool &exempt = altering.answer.exempt;

	switch (altering.answer.subcommand)
	{
		case Subcommand::SetNotNull:
			exempt = is_not_null(table->oid, command->name) &&
					 !is_commanded(altering.commands, AT_DropNotNull, command->name);
			break;
		case Subcommand::DropNotNull:
			exempt = !is_marked_not_null(table->oid, command->name);
			break;
		case Subcommand::DropIdentity:
			exempt = command->missing_ok && !is_identity(table->oid, command->name);
			break;
		case Subcommand::SetExpression:
			exempt =
				is_virtual_column(column_row(table->oid, column_number(table->oid, command->name)));
			break;
		case Subcommand::AddCheck:
		case Subcommand::AddNotNull:
		case Subcommand::AddForeignKey:
			ask_added(altering, castNode(Constraint, command->def));
			break;
		case Subcommand::EnforceForeignKey:
		case Subcommand::UnenforceForeignKey:
		case Subcommand::InheritNotNull:
			ask_change_of_constraint(altering);
			break;
		case Subcommand::ValidateConstraint:
			ask_validation(altering);
			break;
		case Subcommand::ChangeOwner:
			exempt = get_rolespec_oid(command->newowner, true) == table->relowner;
			break;
		case Subcommand::SetLogged:
			exempt = table->relpersistence == RELPERSISTENCE_PERMANENT;
			break;
		case Subcommand::SetUnlogged:
			exempt = table->relpersistence == RELPERSISTENCE_UNLOGGED;
			break;
		case Subcommand::SetAccessMethod:
			exempt = has_access_method(table, command->name);
			refuse_unless(altering, command->name == nullptr ||
										OidIsValid(table_access_method(command->name)));
			break;
		case Subcommand::SetTablespace:
			exempt = is_in_tablespace(table, command->name) ||
					 table->relkind == RELKIND_PARTITIONED_INDEX;
			refuse_unless(altering, is_tablespace_accepted(command->name));
			break;
		default:
			break;
	}
	altering.answer.idle = exempt && changes_nothing(altering);
}

}  // namespace ddl_warden::pg
