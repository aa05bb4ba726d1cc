/* How far do subcommands of ALTER TABLE come down a tree that they do not go through as a whole? */
#include "pg/inspect/alteration.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "utils/fmgroids.h"
}

#include <algorithm>

namespace ddl_warden::pg
{

namespace
{

// ---- level by level: a relation where there is nothing to do is the last one on its way

/* earlier: how often the statement came there by other parents. */
using Arrival = Reach (*)(const Altering &altering, const Relation &relation, int earlier);

struct Descent
{
	const Altering &altering;
	Arrival arrive;
	std::span<Reach> reach;
	std::span<int> arrivals;
};

void arrive_below(Descent &descent, std::size_t place);

void
arrive_at(Descent &descent, std::size_t place)
{
	const Inspection &inspection = descent.altering.inspection;
	const Relation &relation = inspection.relations[place];
	const Reach came = inspection.facts.only
						   ? Reach::Locked
						   : descent.arrive(descent.altering, relation, descent.arrivals[place]);

	descent.arrivals[place]++;
	descent.reach[place] = std::max(descent.reach[place], came);
	if (came == Reach::Worked)
	{
		arrive_below(descent, place);
	}
}

/* One child after the other, each with all below it: a child of several parents is come to by each
 * that is worked on. */
void
arrive_below(Descent &descent, std::size_t place)
{
	const Inspection &inspection = descent.altering.inspection;
	const ListCell *cell;

	check_stack_depth();
	foreach (cell, find_inheritance_children(inspection.relations[place].oid, NoLock))
	{
		const std::size_t child = place_of(inspection, lfirst_oid(cell));

		if (child != no_place)
		{
			arrive_at(descent, child);
		}
	}
}

/* least: of all that is below. */
void
descend(Altering &altering, Arrival arrive, Reach least = Reach::Beyond)
{
	const Inspection &inspection = altering.inspection;
	const std::span<Reach> reach = begin_descent(inspection);
	Descent descent = {altering, arrive, reach, allocate_array<int>(reach.size())};

	for (Reach &one : reach)
	{
		one = std::max(one, least);
	}
	for (std::size_t i = 0; reach.size() > 1 && i < reach.size(); i++)
	{
		if (inspection.relations[i].named)
		{
			arrive_below(descent, i);
		}
	}
	altering.answer.reach = reach;
}

/* Everything below, with nothing to do there; or nothing at all. */
void
come_to_all(Altering &altering, Reach how)
{
	const std::span<Reach> reach = begin_descent(altering.inspection);

	for (std::size_t i = 1; i < reach.size(); i++)
	{
		reach[i] = how;
	}
	altering.answer.reach = reach;
}

/* A child that has the column already only merges the definitions: ATExecAddColumn. */
Reach
add_column(const Altering &altering, const Relation &relation, int earlier)
{
	const char *name = castNode(ColumnDef, altering.command->def)->colname;
	const bool lacks = earlier == 0 && column_number(relation.oid, name) == InvalidAttrNumber;

	return lacks ? Reach::Worked : Reach::Locked;
}

/* A child keeps a column that it has of its own, or from another parent: ATExecDropColumn. */
Reach
drop_column(const Altering &altering, const Relation &relation, int earlier)
{
	const Form_pg_attribute column =
		column_row(relation.oid, column_number(relation.oid, altering.command->name));

	const bool goes =
		column != nullptr && column->attinhcount - earlier <= 1 && !column->attislocal;

	return goes ? Reach::Worked : Reach::Locked;
}

/* What of a constraint tells how it is dropped and added. */
struct ConstraintState
{
	bool exists;
	bool stays_here; /* NO INHERIT */
	bool is_check;
	bool is_local;
	int parents;
};

ConstraintState
constraint_state(Oid table, const char *name)
{
	const HeapTuple row =
		SearchSysCache1(CONSTROID, ObjectIdGetDatum(find_constraint(table, name)));
	ConstraintState state = {};

	if (HeapTupleIsValid(row))
	{
		const Form_pg_constraint form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));

		state = {true, form->connoinherit, is_inherited_kind(form->contype), form->conislocal,
				 form->coninhcount};
		ReleaseSysCache(row);
	}
	return state;
}

/* A child that has the same constraint already only merges them: ATAddCheckConstraint. */
Reach
add_check(const Altering &altering, const Relation &relation, int earlier)
{
	const char *name = castNode(Constraint, altering.command->def)->conname;
	const bool has =
		earlier > 0 || (name != nullptr && constraint_state(relation.oid, name).exists);

	return has ? Reach::Locked : Reach::Worked;
}

/* An inherited one becomes the table's own without a look at the rows; any other is refused. 18:
 * the whole tree is locked first. */
void
add_check_to_table(Altering &altering)
{
	const bool tree = constraint_locks_tree_first && !altering.inspection.facts.only;
	const Reach least = tree ? Reach::Locked : Reach::Beyond;
	const char *name = castNode(Constraint, altering.command->def)->conname;

	if (name != nullptr && constraint_state(altering.table->oid, name).exists &&
		!is_commanded(altering.commands, AT_DropConstraint, name))
	{
		altering.answer.exempt = true;
		return come_to_all(altering, least);
	}
	descend(altering, add_check, least);
}

Reach
drop_check(const Altering &altering, const Relation &relation, int earlier)
{
	const ConstraintState state = constraint_state(relation.oid, altering.command->name);
	const bool stays = state.is_local || state.parents - earlier > 1;

	return stays ? Reach::Locked : Reach::Worked;
}

/* ATExecDropConstraint, and ATCheckPartitionsNotInUse before it. */
void
drop_constraint(Altering &altering)
{
	const ConstraintState state = constraint_state(altering.table->oid, altering.command->name);

	altering.answer.exempt = altering.answer.idle = !state.exists && altering.command->missing_ok;
	if (altering.table->relkind == RELKIND_PARTITIONED_TABLE)
	{
		come_to_all(altering, Reach::Locked);
	}
	else if (!state.exists || state.stays_here || !state.is_check)
	{
		come_to_all(altering, Reach::Beyond);
	}
	else
	{
		descend(altering, drop_check);
	}
}

// ---- ENABLE and DISABLE TRIGGER

bool
is_meant(const AlterTableCmd *command, Form_pg_trigger trigger)
{
	switch (command->subtype)
	{
		case AT_EnableTrigAll:
		case AT_DisableTrigAll:
			return true;
		case AT_EnableTrigUser:
		case AT_DisableTrigUser:
			return !trigger->tgisinternal;
		default:
			return strcmp(NameStr(trigger->tgname), command->name) == 0;
	}
}

/* Partitions are gone to for their clones of a FOR EACH ROW trigger: EnableDisableTriggerNew2 in
 * trigger.c. */
bool
is_cloned(Oid table, const AlterTableCmd *command)
{
	bool found = false;
	ScanKeyData key;
	HeapTuple row;
	const ::Relation catalog = table_open(TriggerRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	const SysScanDesc scan =
		systable_beginscan(catalog, TriggerRelidNameIndexId, true, nullptr, 1, &key);

	while (!found && HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const Form_pg_trigger trigger = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(row));

		found = TRIGGER_FOR_ROW(trigger->tgtype) && is_meant(command, trigger);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}

/* ONLY of a partitioned table looks whether it is so in every partition: ATPrepSetNotNull. */
void
set_not_null(Altering &altering)
{
	if (altering.inspection.facts.only && altering.table->relkind == RELKIND_PARTITIONED_TABLE)
	{
		come_to_all(altering, altering.answer.exempt ? Reach::Beyond : Reach::Locked);
	}
}

}  // namespace

std::span<Reach>
begin_descent(const Inspection &inspection)
{
	const std::span<Reach> reach = allocate_array<Reach>(inspection.relations.size());

	for (std::size_t i = 0; i < reach.size(); i++)
	{
		reach[i] = inspection.relations[i].named ? Reach::Worked : Reach::Beyond;
	}
	return reach;
}

Reach
reach_below(const Inspection &inspection, std::span<const Reach> reach, std::size_t place)
{
	const Relation &relation = inspection.relations[place];

	const bool worked =
		relation.named || (relation.descendant && reach[relation.parent_at] == Reach::Worked);

	return worked ? Reach::Worked : Reach::Beyond;
}

Only
reach_of_only(const AlterTableCmd *command, Subcommand subcommand, Form_pg_class table)
{
	const bool partitioned = table->relkind == RELKIND_PARTITIONED_TABLE;

	switch (subcommand)
	{
		case Subcommand::DropColumn:
			return column_number(table->oid, command->name) == InvalidAttrNumber ? Only::Itself
																				 : Only::Children;
		case Subcommand::DropConstraint:
			return partitioned ? Only::Tree : Only::Children;
		case Subcommand::SetNotNull:
			return partitioned ? Only::Tree : Only::Itself;
		case Subcommand::AddPrimaryKey:
			return constraint_locks_tree_first || partitioned ? Only::Tree : Only::Itself;
		default:
			return Only::Itself;
	}
}

void
ask_descent(Altering &altering)
{
	const bool alone = altering.inspection.relations.size() < 2;

	switch (altering.answer.subcommand)
	{
		case Subcommand::AddColumn:
			return alone ? void() : descend(altering, add_column);
		case Subcommand::DropColumn:
			altering.answer.exempt = altering.answer.idle =
				altering.command->missing_ok &&
				column_number(altering.table->oid, altering.command->name) == InvalidAttrNumber;
			return altering.answer.idle ? come_to_all(altering, Reach::Beyond)
										: descend(altering, drop_column);
		case Subcommand::AddCheck:
			return add_check_to_table(altering);
		case Subcommand::DropConstraint:
			return drop_constraint(altering);
		case Subcommand::SetNotNull:
			return alone ? void() : set_not_null(altering);
		case Subcommand::AddUnique:
		case Subcommand::AddExclusion:
			return come_to_all(altering, Reach::Beyond);
		case Subcommand::AddPrimaryKey:
			return come_to_all(altering, altering.answer.not_null ? Reach::Beyond : Reach::Locked);
		default:
			if (!alone && !is_cloned(altering.table->oid, altering.command))
			{
				come_to_all(altering, Reach::Beyond);
			}
	}
}

}  // namespace ddl_warden::pg
