/* ALTER TABLE and its like for indexes, views, sequences and foreign tables. */
#include "pg/inspect/alteration.hpp"
#include "pg/inspect/attach_partition.hpp"
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/refusal.hpp"
#include "pg/inspect/subcommand.hpp"

#include "pg/compat.hpp"

#include "core/lock_table.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/tablecmds.h"
#include "utils/ruleutils.h"
}

namespace ddl_warden::pg
{

namespace
{

bool
is_no_inherit(const AlterTableCmd *command)
{
	return command->def != nullptr && IsA(command->def, Constraint) &&
		   castNode(Constraint, command->def)->is_no_inherit;
}

/* A constraint of its own, not of the tree: ATExecDropConstraint, ATExecValidateConstraint. */
bool
is_own_constraint(Form_pg_class table, const char *name)
{
	const Oid constraint = find_constraint(table->oid, name);
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool own;

	if (!HeapTupleIsValid(row))
	{
		return false;
	}
	own = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->connoinherit;
	ReleaseSysCache(row);
	return own && table->relkind != RELKIND_PARTITIONED_TABLE;
}

/* ADD COLUMN IF NOT EXISTS of a column that is there is a subcommand of its own. */
Subcommand
refined_subcommand(const AlterTableCmd *command, Oid table)
{
	const Subcommand subcommand = subcommand_of(command);

	if (subcommand == Subcommand::AddColumn && command->missing_ok &&
		column_number(table, castNode(ColumnDef, command->def)->colname) != InvalidAttrNumber)
	{
		return Subcommand::AddColumnIfNotExists;
	}
	return subcommand;
}

bool
descends(const AlterTableCmd *command, Subcommand subcommand, Form_pg_class table)
{
	switch (subcommand)
	{
		case Subcommand::AddCheck:
			return !is_no_inherit(command) || constraint_locks_tree_first;
		case Subcommand::DropConstraint:
		case Subcommand::ValidateConstraint:
			return !is_own_constraint(table, command->name);
		default:
			return descends(row_of(subcommand));
	}
}

bool
any_descends(const List *commands, Form_pg_class table)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (descends(command, refined_subcommand(command, table->oid), table))
		{
			return true;
		}
	}
	return false;
}

/* Do the indexes and TOAST tables matter, whatever the answers will be? */
bool
asks_for_companions(const List *commands, Form_pg_class table)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (needs_companions(row_of(refined_subcommand(command, table->oid))))
		{
			return true;
		}
	}
	return false;
}

/* A rewrite takes them with it. */
bool
rewrites(const Facts &facts)
{
	for (const Alteration &alteration : facts.alterations)
	{
		if (alteration.rewrites != Answer::No)
		{
			return true;
		}
	}
	return false;
}

/* Not that of an index, which has no bound. */
bool
attaches_table(const PartitionCmd *command, Form_pg_class parent)
{
	return command->bound != nullptr && parent->relkind == RELKIND_PARTITIONED_TABLE;
}

/* ATTACH and DETACH PARTITION name a second relation. */
void
reach_partition(Inspection &inspection, const PartitionCmd *command, Form_pg_class parent)
{
	const Oid partition = find_relation(inspection, command->name);

	if (!OidIsValid(partition))
	{
		return;
	}
	if (attaches_table(command, parent))
	{
		reach_attached(inspection, {parent, class_row(partition), command->bound});
	}
	reach(inspection, partition, parent->relkind == RELKIND_PARTITIONED_TABLE);
}

void
reach_partitions(Inspection &inspection, const List *commands, Form_pg_class table)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->def != nullptr && IsA(command->def, PartitionCmd))
		{
			reach_partition(inspection, castNode(PartitionCmd, command->def), table);
		}
	}
}

bool
any_cascades(const List *commands)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		if (lfirst_node(AlterTableCmd, cell)->behavior == DROP_CASCADE)
		{
			return true;
		}
	}
	return false;
}

/* ALTER TYPE ... CASCADE goes on to the tables made of the type: ATTypedTableRecursion. */
void
reach_typed_tables(Inspection &inspection, const List *commands, Form_pg_class type)
{
	const ListCell *cell;

	if (type->relkind != RELKIND_COMPOSITE_TYPE || !any_cascades(commands))
	{
		return;
	}
	foreach (cell, typed_tables(type->reltype))
	{
		reach(inspection, lfirst_oid(cell), true);
	}
}

void
ask_named_parent(Altering &altering)
{
	const Oid parent =
		find_relation(altering.inspection, castNode(RangeVar, altering.command->def));

	refuse_unless(altering, OidIsValid(parent) && !is_inherit_refused(altering, parent));
	reach_further(altering.inspection, parent,
				  {.relation = {},
				   .link = Link::InheritanceParent,
				   .alteration = altering.number,
				   .through = qualified_name(altering.table->oid),
				   .works = Answer::No,
				   .first = false});
}

/* That of a NOT NULL constraint. */
const List *
column_of_constraint(Oid table, const char *name)
{
	const HeapTuple row =
		SearchSysCache1(CONSTROID, ObjectIdGetDatum(find_constraint(table, name)));
	AttrNumber column;

	if (!HeapTupleIsValid(row))
	{
		return NIL;
	}
	column = column_of_not_null(row);
	ReleaseSysCache(row);
	return list_make1(makeString(get_attname(table, column, false)));
}

/* The columns that the subcommand makes NOT NULL. */
const List *
required_columns(const Altering &altering)
{
	if (altering.answer.subcommand == Subcommand::SetNotNull)
	{
		return list_make1(makeString(altering.command->name));
	}
	if (altering.answer.subcommand == Subcommand::InheritNotNull)
	{
		return column_of_constraint(altering.table->oid,
									change_of_constraint(altering.command).name);
	}
	return constraint_columns(altering);
}

void
answer(Altering &altering)
{
	const Question asked = row_of(altering.answer.subcommand).questions;

	altering.answer.column = quoted(altering.command->name);
	if (asks(asked, Question::CurrentState))
	{
		ask_current_state(altering);
	}
	if (asks(asked, Question::Descent))
	{
		ask_descent(altering);
	}
	if (asks(asked, Question::PlannedDefault | Question::ColumnConstraints))
	{
		ask_added_column(altering);
	}
	if (asks(asked, Question::TypeChange | Question::IndexReuse | Question::DependentChecks))
	{
		ask_type_change(altering);
	}
	if (asks(asked, Question::ConstraintIndex))
	{
		ask_constraint_index(altering);
	}
	if (asks(asked, Question::NamedIndex))
	{
		ask_named_index(altering);
	}
	if (asks(asked, Question::NotNullProof))
	{
		ask_not_null_proof(altering, required_columns(altering));
	}
	if (asks(asked, Question::ConstraintIndex))
	{
		ask_partition_indexes(altering);
	}
	if (asks(asked, Question::DroppedIndexes))
	{
		ask_dropped_indexes(altering);
	}
	if (asks(asked, Question::PartitionProof))
	{
		ask_attached(altering);
		ask_attached_keys(altering);
	}
}

/* What they ask for beside the relations that the statement names; all else is answered. */
void
ask_further(Altering &altering)
{
	const Question asked = row_of(altering.answer.subcommand).questions;

	if (asks(asked, Question::ForeignKeys))
	{
		ask_foreign_keys(altering);
	}
	if (asks(asked, Question::RetypedKeys))
	{
		ask_retyped_keys(altering);
	}
	if (asks(asked, Question::Sequences))
	{
		ask_sequences(altering);
	}
	if (asks(asked, Question::Deletion))
	{
		ask_deletion(altering);
	}
	if (asks(asked, Question::NamedParent))
	{
		ask_named_parent(altering);
	}
	if (asks(asked, Question::PartedKeys))
	{
		ask_detached_keys(altering);
	}
}

void
answer_all(Inspection &inspection, const List *commands, Form_pg_class table)
{
	const std::span<Alteration> alterations = allocate_array<Alteration>(list_length(commands));
	const ListCell *cell;

	inspection.facts.alterations = alterations;
	foreach (cell, commands)
	{
		const unsigned number = foreach_current_index(cell);
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);
		Altering altering = {inspection, command, commands, table, number, alterations[number]};

		altering.answer.subcommand = refined_subcommand(command, table->oid);
		altering.answer.idle = altering.answer.subcommand == Subcommand::AddColumnIfNotExists ||
							   altering.answer.subcommand == Subcommand::WithoutOids;
		answer(altering);
	}
	foreach (cell, commands)
	{
		const unsigned number = foreach_current_index(cell);
		Altering altering = {inspection, lfirst_node(AlterTableCmd, cell),
							 commands,   table,
							 number,     alterations[number]};

		refuse_unless(altering, !is_refused(altering) && !is_rewrite_refused(altering));
		ask_further(altering);
	}
}

/* The relation that the statement names, with what hangs from it as far as any subcommand comes. */
void
reach_table(Inspection &inspection, const List *commands, Form_pg_class table)
{
	const bool only = inspection.facts.only;
	Only further = Only::Itself;
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);
		const Only one = reach_of_only(command, refined_subcommand(command, table->oid), table);

		further = only && one > further ? one : further;
	}
	reach(inspection, table->oid,
		  further == Only::Tree || (!only && any_descends(commands, table)));
	if (further != Only::Children)
	{
		return;
	}
	foreach (cell, find_inheritance_children(table->oid, NoLock))
	{
		reach_unnamed(inspection, lfirst_oid(cell));
	}
}

}  // namespace

bool
is_commanded(const List *commands, AlterTableType type, const char *name)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == type && strcmp(command->name, name) == 0)
		{
			return true;
		}
	}
	return false;
}

bool
is_added(const List *commands, const char *column)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_AddColumn &&
			strcmp(castNode(ColumnDef, command->def)->colname, column) == 0)
		{
			return true;
		}
	}
	return false;
}

void
refuse_unless(Altering &altering, bool accepted)
{
	altering.inspection.facts.judgeable = altering.inspection.facts.judgeable && accepted;
}

std::span<Answer>
new_scans(const Inspection &inspection)
{
	return allocate_array<Answer>(inspection.relations.size());
}

std::span<Answer>
scan_all(const Inspection &inspection)
{
	const std::span<Answer> scans = new_scans(inspection);

	for (std::size_t i = 0; i < scans.size(); i++)
	{
		scans[i] = has_storage(inspection.relations[i].kind) ? Answer::Yes : Answer::No;
	}
	return scans;
}

std::string_view
expression_text(Node *expression)
{
	return view(deparse_expression(expression, NIL, false, false));
}

void
inspect_alter_table(Inspection &inspection, const AlterTableStmt *statement)
{
	Facts &facts = inspection.facts;

	facts.kind = Kind::AlterTable;
	/* the name of a composite type never says ONLY, nor the contrary */
	facts.only = !statement->relation->inh && statement->objtype != OBJECT_TYPE;
	facts.partition_merge_stronger = constraint_locks_tree_first;
	facts.identity_descends = identity_goes_down;

	const Oid oid = find_relation(inspection, statement->relation);
	const Form_pg_class table = OidIsValid(oid) ? class_row(oid) : nullptr;

	if (table == nullptr)
	{
		return;
	}
	facts.judgeable = may_alter(oid) && suits(statement->objtype, table->relkind);
	facts.level = static_cast<LockMode>(AlterTableGetLockLevel(statement->cmds));
	reach_table(inspection, statement->cmds, table);
	reach_partitions(inspection, statement->cmds, table);
	reach_typed_tables(inspection, statement->cmds, table);
	describe_relations(inspection);
	const bool at_once = asks_for_companions(statement->cmds, table);

	if (at_once)
	{
		describe_companions(inspection);
	}
	answer_all(inspection, statement->cmds, table);
	if (!at_once && rewrites(facts))
	{
		describe_companions(inspection);
	}
}

}  // namespace ddl_warden::pg
