#include "effect.hpp"

#include <algorithm>

namespace ddl_warden
{
namespace
{

using enum LockMode;

Task &
task(Effect &effect, Work work)
{
	return effect.tasks[static_cast<std::size_t>(work)];
}

void
add(Effect &effect, Work work, const Task &more)
{
	Task &present = task(effect, work);
	const std::uint64_t times = work == Work::IndexBuild ? present.times + more.times : 1;

	if (present.times == 0 ||
		(present.certainty == Answer::Unknown && more.certainty == Answer::Yes))
	{
		present = more;
	}
	present.times = times;
}

void
strengthen(Modes &modes, const Modes &more)
{
	modes.relation = stronger(modes.relation, more.relation);
	modes.toast = stronger(modes.toast, more.toast);
	modes.toast_index = stronger(modes.toast_index, more.toast_index);
	modes.indexes = stronger(modes.indexes, more.indexes);
}

bool
has_storage(const Relation &relation)
{
	switch (relation.kind)
	{
		case RelationKind::Table:
		case RelationKind::MaterializedView:
		case RelationKind::Sequence:
		case RelationKind::Index:
		case RelationKind::Toast:
			return true;
		default:
			return false;
	}
}

/* A sequence is one page. */
bool
holds_data(const Relation &relation)
{
	return has_storage(relation) && relation.kind != RelationKind::Sequence;
}

/* Verification and copy happen within the rewrite; the TOAST table and every index go with it.
 * Source: ATRewriteTables, tablecmds.c; finish_heap_swap, cluster.c. */
void
settle_rewrite(Effect &effect)
{
	if (does(effect, Work::Rewrite))
	{
		task(effect, Work::Copy) = {};
		task(effect, Work::Scan) = {};
		strengthen(effect.modes, {None, AccessExclusive, AccessExclusive, AccessExclusive});
	}
}

/* The server says no before it does anything, though it may lock first. */
void
refuse(Effect &effect, const Facts &facts)
{
	if (!facts.judgeable)
	{
		effect.tasks = {};
		effect.refused = true;
		effect.rebuilds_toast_index = false;
	}
}

// ---- ALTER TABLE

/* A deferrable constraint that is made comes with a trigger: index_constraint_create in index.c. */
LockMode
mode_of_index(const Alteration &alteration, bool made)
{
	return alteration.deferrable && made ? ShareRowExclusive : Share;
}

bool
is_worked(const Alteration &alteration, const Place &place)
{
	return place.relation.named || alteration.reach.empty() ||
		   alteration.reach[place.index] == Reach::Worked;
}

/* The mode that one subcommand takes on a descendant, None where it does not come. */
LockMode
mode_below(const SubcommandRow &row, const Alteration &alteration, const Facts &facts,
		   const Place &place)
{
	const bool partitions = in_partitions(place);
	const LockMode index = mode_of_index(alteration, is_worked(alteration, place));
	const bool whole_tree = facts.partition_merge_stronger;
	const bool done = alteration.exempt;

	switch (row.below)
	{
		case Below::Nothing:
			return None;
		case Below::Tree:
			return facts.level;
		case Below::Partitions:
			return partitions ? facts.level : None;
		case Below::SetNotNull:
			return done && (partitions || whole_tree) ? None : facts.level;
		case Below::DropNotNull:
			return done && whole_tree ? None : facts.level;
		case Below::Validate:
			return done || (alteration.scan_cause == Cause::ForeignKey && !partitions)
					   ? None
					   : facts.level;
		case Below::Constraint:
			return partitions || whole_tree ? facts.level : None;
		case Below::Children:
			return whole_tree ? facts.level : None;
		case Below::Index:
			return whole_tree ? facts.level : partitions ? index : None;
		case Below::PrimaryKey:
			return partitions && alteration.not_null && !whole_tree ? index : facts.level;
		case Below::Identity:
			return partitions && facts.identity_descends ? facts.level : None;
	}
	return facts.level;
}

/* The indexes of the parent are locked when others become parts of them: those of a foreign table
 * cannot. */
bool
joins_indexes(const Facts &facts)
{
	return std::none_of(facts.relations.begin(), facts.relations.end(),
						[](const Relation &relation) {
							return relation.named && relation.kind == RelationKind::ForeignTable;
						});
}

Modes
partition_modes(Subcommand subcommand, const Facts &facts, const Place &place)
{
	const PartitionRow *row = partition_row_of(subcommand);

	if (row == nullptr)
	{
		return {};
	}
	if (!place.relation.named)
	{
		return {row->below, None, None, None};
	}
	return place.index == 0
			   ? Modes{None, None, None, joins_indexes(facts) ? row->parent_indexes : None}
			   : Modes{row->partition, None, None, row->partition_indexes};
}

/* A subcommand that says ONLY comes down where inspection says so. */
bool
is_beyond(const Alteration &alteration, const Facts &facts, const Place &place)
{
	return alteration.reach.empty() ? facts.only : alteration.reach[place.index] == Reach::Beyond;
}

LockMode
mode_on(const SubcommandRow &row, const Alteration &alteration, const Facts &facts,
		const Place &place)
{
	const Relation &relation = place.relation;

	if (relation.named)
	{
		return facts.level;
	}
	if (partition_row_of(row.subcommand) != nullptr)
	{
		return partition_modes(row.subcommand, facts, place).relation;
	}
	if (!relation.descendant || is_beyond(alteration, facts, place))
	{
		return None;
	}
	return facts.only ? facts.level : mode_below(row, alteration, facts, place);
}

void
add_companions(Effect &effect, Companions companions, LockMode mode)
{
	const auto from = [&](Companions least) { return companions >= least ? mode : None; };

	strengthen(effect.modes, {None, from(Companions::Toast), from(Companions::ToastAndItsIndex),
							  from(Companions::All)});
}

/* Foreign keys are checked by a query of their own. */
Work
scan_for(Cause cause)
{
	return cause == Cause::ForeignKey ? Work::ForeignKeyCheck : Work::Scan;
}

/* Inheritance children get neither the indexes nor the foreign keys of their parent. */
bool
is_for_partitions_only(Work work)
{
	return work == Work::IndexBuild || work == Work::ForeignKeyCheck;
}

bool
is_child(const Place &place)
{
	return !place.relation.named && !in_partitions(place);
}

/* What the subcommand is known to do by its row. */
void
add_own_work(Effect &effect, const SubcommandRow &row, const Alteration &alteration,
			 const Place &place)
{
	const bool scans = row.work == Work::Scan || row.work == Work::ForeignKeyCheck;
	const Cause cause =
		scans && alteration.scan_cause != Cause::None ? alteration.scan_cause : row.cause;

	const bool found = (scans && !alteration.scans.empty()) ||
					   (row.work == Work::IndexBuild && !alteration.builds.empty());

	if (!row.work || alteration.exempt || found)
	{
		return;
	}
	if (is_for_partitions_only(*row.work) && is_child(place))
	{
		return;
	}
	add(effect, scans ? scan_for(cause) : *row.work, {1, Answer::Yes, alteration.column, cause});
}

/* What inspection found out about it. */
void
add_found_work(Effect &effect, const SubcommandRow &row, const Alteration &alteration,
			   const Place &place)
{
	const auto found = [&](Answer answer, Cause cause) {
		return Task{1, answer, alteration.column, cause};
	};

	if (alteration.rewrites != Answer::No)
	{
		add(effect, Work::Rewrite, found(alteration.rewrites, alteration.cause));
	}
	if (place.index < alteration.scans.size() && alteration.scans[place.index] != Answer::No &&
		(alteration.scan_cause != Cause::ForeignKey || !is_child(place)))
	{
		add(effect, scan_for(alteration.scan_cause),
			found(alteration.scans[place.index], alteration.scan_cause));
	}
	if (alteration.checks_key && !is_child(place))
	{
		add(effect, Work::ForeignKeyCheck, found(Answer::Yes, Cause::ForeignKey));
	}
	if (place.index < alteration.builds.size() && alteration.builds[place.index] > 0)
	{
		const bool attached = row.subcommand == Subcommand::AttachPartition;
		const bool certain = place.relation.index_is_there != Answer::Unknown;

		add(effect, Work::IndexBuild,
			{alteration.builds[place.index],
			 certain ? Answer::Yes : Answer::Unknown,
			 {},
			 attached && certain ? Cause::ParentIndex : Cause::None});
	}
	if (alteration.builds_index && row.work != Work::IndexBuild &&
		(place.relation.named || in_partitions(place)))
	{
		add(effect, Work::IndexBuild, found(Answer::Yes, Cause::None));
	}
}

bool
is_idle(const Facts &facts)
{
	return !facts.alterations.empty() &&
		   std::all_of(facts.alterations.begin(), facts.alterations.end(),
					   [](const Alteration &alteration) { return alteration.idle; });
}

Effect
effect_of_alter(const Facts &facts, const Place &place)
{
	Effect effect = {};

	effect.modes.relation = place.relation.named && place.index == 0 ? facts.level : None;
	for (const Alteration &alteration : facts.alterations)
	{
		const SubcommandRow &row = row_of(alteration.subcommand);
		const LockMode mode = mode_on(row, alteration, facts, place);

		if (mode == None)
		{
			continue;
		}
		effect.modes.relation = stronger(effect.modes.relation, mode);
		if (place.relation.named)
		{
			strengthen(effect.modes, partition_modes(row.subcommand, facts, place));
		}
		if (!alteration.exempt)
		{
			add_companions(effect, row.companions, mode);
		}
		if (holds_data(place.relation) && is_worked(alteration, place))
		{
			add_own_work(effect, row, alteration, place);
			add_found_work(effect, row, alteration, place);
		}
	}
	settle_rewrite(effect);
	effect.idle = place.relation.named && place.index == 0 && is_idle(facts);
	return effect;
}

// ---- the other statements

bool
is_reached(const StatementRow &row, const Facts &facts, const Place &place)
{
	const Relation &relation = place.relation;

	if (!relation.descendant)
	{
		return relation.named || !row.unnamed.empty();
	}
	return relation.named ||
		   (!facts.only &&
			(row.below == Below::Tree || (row.below == Below::Partitions && in_partitions(place))));
}

Effect
effect_of_statement(const Facts &facts, const Place &place)
{
	const StatementRow &row = row_of(facts.kind);
	const std::optional<Work> work = facts.concurrently ? row.concurrent_work : row.work;
	Effect effect = {};

	if (!is_reached(row, facts, place))
	{
		return effect;
	}
	effect.modes = facts.concurrently ? row.concurrently : row.plainly;
	effect.modes.relation = stronger(effect.modes.relation, facts.level);
	if (!has_storage(place.relation) && facts.kind != Kind::DropTable)
	{
		effect.modes.indexes = None; /* there is nothing in them to empty or to build */
	}
	effect.named_index = ShareUpdateExclusive;
	if (facts.kind == Kind::Reindex)
	{
		effect.rebuilds_toast_index = facts.object_kind != "INDEX";
		if (!effect.rebuilds_toast_index)
		{
			effect.modes.toast = effect.modes.toast_index = None;
		}
	}
	if (work && has_storage(place.relation) && !facts.skip_data && !facts.already_exists &&
		place.relation.index_is_there != Answer::Yes)
	{
		const bool certain = place.relation.index_is_there == Answer::No;

		add(effect, *work, {1, certain ? Answer::Yes : Answer::Unknown, {}, row.cause});
		settle_rewrite(effect);
	}
	return effect;
}

}  // namespace

bool
in_partitions(const Place &place)
{
	return place.root.kind == RelationKind::PartitionedTable;
}

bool
does(const Effect &effect, Work work)
{
	return effect.tasks[static_cast<std::size_t>(work)].times > 0;
}

Effect
effect_of(const Facts &facts, const Further &further)
{
	const LinkedEffect *linked = effect_at(facts, further);
	Effect effect = {};

	if (linked == nullptr)
	{
		return effect;
	}
	const LockMode mode = linked->mode == None ? facts.level : linked->mode;

	effect.modes.relation = mode;
	add_companions(effect, linked->companions, mode);
	if (facts.kind == Kind::Truncate && !has_storage(further.relation))
	{
		effect.modes.indexes = None; /* there is nothing in them to empty */
	}
	if (linked->work && further.works != Answer::No && has_storage(further.relation))
	{
		add(effect, *linked->work, {1, further.works, {}, linked->cause});
		settle_rewrite(effect);
	}
	refuse(effect, facts);
	return effect;
}

Effect
effect_of(const Facts &facts, const Place &place)
{
	Effect effect = facts.kind == Kind::AlterTable ? effect_of_alter(facts, place)
												   : effect_of_statement(facts, place);

	refuse(effect, facts);
	return effect;
}

}  // namespace ddl_warden
