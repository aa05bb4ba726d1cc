#include "assess.hpp"

#include "effect.hpp"
#include "reasons.hpp"
#include "text.hpp"

#include <algorithm>
#include <numeric>

namespace ddl_warden
{
namespace
{

// ---- rows

using Rows = Vector<RelationImpact>;

RelationImpact
row_beside(const Place &place)
{
	RelationImpact row = {};

	row.harmless = place.relation.temporary || place.relation.created_here;
	row.visible = place.relation.visible;
	row.system = place.relation.system;
	row.root = place.root.name;
	row.valid = true;
	return row;
}

void
set_work(RelationImpact &row, Work work, std::uint64_t bytes)
{
	row.does[static_cast<std::size_t>(work)] = true;
	row.bytes[static_cast<std::size_t>(work)] = bytes;
}

std::uint64_t
bytes_of(Work work, const Task &task, const Relation &relation)
{
	switch (work)
	{
		case Work::Rewrite:
		case Work::Copy:
			return relation.heap_bytes + relation.toast.bytes;
		case Work::IndexBuild:
			return relation.heap_bytes * task.times;
		default:
			return relation.heap_bytes;
	}
}

/* why: it is locked though the statement does not name it, or what more there is to say. */
void
list_relation(Rows &rows, const Effect &effect, const Place &place, std::string_view why,
			  const Arena &arena)
{
	const Relation &relation = place.relation;
	RelationImpact row = row_beside(place);
	Vector<std::string_view> because{ArenaAllocator<std::string_view>(arena)};

	if (!why.empty())
	{
		because.push_back(why);
	}
	if (!relation.runs.empty() && !effect.refused)
	{
		because.push_back(what_runs(relation, arena));
	}
	if (effect.idle)
	{
		because.push_back("There is nothing to do: the lock is taken to find that out.");
	}
	for (std::size_t i = 0; i < work_kinds; i++)
	{
		const Work work = static_cast<Work>(i);

		if (does(effect, work))
		{
			set_work(row, work, bytes_of(work, effect.tasks[i], relation));
			row.doubtful = row.doubtful || effect.tasks[i].certainty != Answer::Yes;
			because.push_back(why_done(work, effect.tasks[i], relation.kind, arena));
		}
	}
	row.oid = relation.oid;
	row.name = relation.name;
	row.table = relation.table;
	row.kind = relation.kind;
	row.mode = effect.modes.relation;
	row.because = keep(because);
	rows.push_back(row);
}

void
list_toast(Rows &rows, const Effect &effect, const Place &place, const Arena &arena)
{
	const Toast &toast = place.relation.toast;
	Vector<std::string_view> because{ArenaAllocator<std::string_view>(arena)};
	RelationImpact row = row_beside(place);

	if (toast.oid == 0 || effect.modes.toast == LockMode::None)
	{
		return;
	}
	row.kind = RelationKind::Toast;
	row.oid = toast.oid;
	row.name = toast.name;
	row.table = place.relation.name;
	row.mode = effect.modes.toast;
	because.push_back(concat(arena, {"TOAST table of \"", place.relation.name, "\"."}));
	row.because = keep(because);
	rows.push_back(row);

	if (effect.modes.toast_index == LockMode::None)
	{
		return;
	}
	row.kind = RelationKind::Index;
	row.oid = toast.index;
	row.name = toast.index_name;
	row.mode = effect.modes.toast_index;
	because.clear();
	because.push_back(
		concat(arena, {"Index of the TOAST table of \"", place.relation.name, "\"."}));
	if (effect.rebuilds_toast_index)
	{
		set_work(row, Work::IndexBuild, toast.index_bytes);
		because.push_back("The index is built anew.");
	}
	row.because = keep(because);
	rows.push_back(row);
}

LockMode
mode_by_fate(const Index &index, const Effect &effect)
{
	switch (index.fate)
	{
		case Fate::Untouched:
			return index.named ? effect.named_index : LockMode::None;
		case Fate::Taken:
			return LockMode::Share;
		case Fate::Renamed:
		case Fate::PassedOver:
			return effect.named_index;
		case Fate::RebuiltConcurrently:
			return LockMode::ShareUpdateExclusive;
		case Fate::Parted:
		case Fate::Locked:
		case Fate::Dropped:
		case Fate::Rebuilt:
			break;
	}
	return LockMode::AccessExclusive;
}

void
list_index(Rows &rows, const Index &index, const Effect &effect, const Place &place,
		   const Arena &arena)
{
	const bool rewrite = does(effect, Work::Rewrite) && index.fate != Fate::Dropped;
	const bool rebuilt = !effect.refused && (rewrite || index.fate == Fate::Rebuilt ||
											 index.fate == Fate::RebuiltConcurrently);
	Vector<std::string_view> because{ArenaAllocator<std::string_view>(arena)};
	RelationImpact row = row_beside(place);

	row.mode = stronger(effect.modes.indexes, mode_by_fate(index, effect));
	if (row.mode == LockMode::None)
	{
		return;
	}
	if (!index.named)
	{
		because.push_back(why_index_locked(index, place.relation, arena));
	}
	if (rebuilt && !index.partitioned)
	{
		set_work(row, Work::IndexBuild, index.bytes);
		because.push_back(rewrite ? "The index is built anew, because its table is rewritten."
								  : "The index is built anew.");
	}
	row.kind = RelationKind::Index;
	row.oid = index.oid;
	row.name = index.name;
	row.table = place.relation.name;
	row.valid = index.valid;
	row.because = keep(because);
	rows.push_back(row);
}

void
list(Rows &rows, const Effect &effect, const Place &place, std::string_view why, const Arena &arena)
{
	if (effect.modes.relation == LockMode::None)
	{
		return;
	}
	list_relation(rows, effect, place, why, arena);
	list_toast(rows, effect, place, arena);
	for (const Index &index : place.relation.indexes)
	{
		list_index(rows, index, effect, place, arena);
	}
}

constexpr std::string_view refused = "This role may not run it, or PostgreSQL refuses it.";

std::string_view
remark_on_named(const Facts &facts)
{
	return facts.judgeable ? row_of(facts.kind).remark : refused;
}

void
list_own(Rows &rows, const Facts &facts, const Arena &arena)
{
	const Relation *root = nullptr;

	for (std::size_t i = 0; i < facts.relations.size(); i++)
	{
		const Relation &relation = facts.relations[i];

		if (root == nullptr || relation.named || !relation.descendant)
		{
			root = &relation;
		}

		const Place place = {relation, *root, i};
		const std::string_view why =
			relation.named ? remark_on_named(facts) : why_locked(place, facts, arena);

		list(rows, effect_of(facts, place), place, why, arena);
	}
}

void
list_further(Rows &rows, const Facts &facts, bool first, const Arena &arena)
{
	for (const Further &further : facts.further)
	{
		if (further.first == first)
		{
			const Place place = {further.relation, further.relation, 0};

			list(rows, effect_of(facts, further), place, why_locked(further, arena), arena);
		}
	}
}

// ---- one row for each relation, however many ways lead to it

void
join(RelationImpact &row, const RelationImpact &more, const Arena &arena)
{
	Vector<std::string_view> because{ArenaAllocator<std::string_view>(arena)};

	because.assign(row.because.begin(), row.because.end());
	for (const std::string_view reason : more.because)
	{
		if (std::find(because.begin(), because.end(), reason) == because.end())
		{
			because.push_back(reason);
		}
	}
	row.because = keep(because);
	row.mode = stronger(row.mode, more.mode);
	row.doubtful = row.doubtful || more.doubtful;
	for (std::size_t i = 0; i < work_kinds; i++)
	{
		row.does[i] = row.does[i] || more.does[i];
		row.bytes[i] = std::max(row.bytes[i], more.bytes[i]);
	}
}

/* Rows of the same relation become one, where its first one stands. */
Rows
joined(const Rows &rows, const Arena &arena)
{
	Vector<std::size_t> order{ArenaAllocator<std::size_t>(arena)};
	Vector<std::size_t> first{ArenaAllocator<std::size_t>(arena)};
	Rows single{ArenaAllocator<RelationImpact>(arena)};

	single.reserve(rows.size());
	order.resize(rows.size());
	std::iota(order.begin(), order.end(), 0);
	std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
		return rows[a].oid != rows[b].oid ? rows[a].oid < rows[b].oid : a < b;
	});
	first.resize(rows.size());
	for (std::size_t i = 0; i < order.size(); i++)
	{
		const bool same = i > 0 && rows[order[i]].oid == rows[order[i - 1]].oid;

		first[order[i]] = same ? first[order[i - 1]] : order[i];
	}
	for (std::size_t i = 0; i < rows.size(); i++)
	{
		if (first[i] == i)
		{
			first[i] = single.size(); /* from here on: where it stands now */
			single.push_back(rows[i]);
		}
		else
		{
			first[i] = first[first[i]];
			join(single[first[i]], rows[i], arena);
		}
	}
	return single;
}

std::size_t
most_rows(const Relation &relation)
{
	return 1 + (relation.toast.oid == 0 ? 0 : 2) + relation.indexes.size();
}

std::size_t
most_rows(const Facts &facts)
{
	std::size_t most = 0;

	for (const Relation &relation : facts.relations)
	{
		most += most_rows(relation);
	}
	for (const Further &further : facts.further)
	{
		most += most_rows(further.relation);
	}
	return most;
}

Rows
list_all(const Facts &facts, const Arena &arena)
{
	Rows rows{ArenaAllocator<RelationImpact>(arena)};

	rows.reserve(most_rows(facts));
	list_further(rows, facts, true, arena);
	list_own(rows, facts, arena);
	list_further(rows, facts, false, arena);
	if (!facts.further.empty())
	{
		return joined(rows, arena);
	}
	return rows;
}

// ---- event triggers

/* DROP DEFAULT and DETACH take constraints, triggers or defaults along. */
bool
may_drop(const Facts &facts)
{
	switch (facts.kind)
	{
		case Kind::DropIndex:
		case Kind::DropTable:
		case Kind::DropObject:
		case Kind::DropOwned:
		case Kind::AlterDomain:
			return true;
		default:
			break;
	}
	return std::any_of(
		facts.alterations.begin(), facts.alterations.end(), [](const Alteration &alteration) {
			const Subcommand what = alteration.subcommand;

			return what == Subcommand::DropColumn || what == Subcommand::DropConstraint ||
				   what == Subcommand::SetDefault || what == Subcommand::DetachPartition;
		});
}

bool
rewrites(const Rows &rows)
{
	return std::any_of(rows.begin(), rows.end(), [](const RelationImpact &row) {
		return row.does[static_cast<std::size_t>(Work::Rewrite)];
	});
}

bool
fires(const EventTrigger &trigger, const Facts &facts, const Rows &rows)
{
	switch (trigger.event)
	{
		case Event::Drop:
			return may_drop(facts);
		case Event::Rewrite:
			return facts.kind == Kind::AlterTable && rewrites(rows);
		case Event::Command:
			break;
	}
	return true;
}

/* What runs beside the statement, whatever relations that leads to. */
Vector<std::string_view>
calls_of(const Facts &facts, const Rows &rows, const Arena &arena)
{
	Vector<std::string_view> calls{ArenaAllocator<std::string_view>(arena)};

	for (const EventTrigger &trigger : facts.event_triggers)
	{
		const std::string_view call = what_runs(trigger, arena);

		if (facts.judgeable && fires(trigger, facts, rows) &&
			std::find(calls.begin(), calls.end(), call) == calls.end())
		{
			calls.push_back(call);
		}
	}
	return calls;
}

/* The first row has it, as the statement's. */
void
tell_calls(Rows &rows, const Vector<std::string_view> &calls, const Arena &arena)
{
	Vector<std::string_view> because{ArenaAllocator<std::string_view>(arena)};

	if (!rows.empty() && !calls.empty())
	{
		because.assign(rows.front().because.begin(), rows.front().because.end());
		because.insert(because.end(), calls.begin(), calls.end());
		rows.front().because = keep(because);
	}
}

// ---- the statement as a whole

LockMode
strongest_of(const Rows &rows)
{
	LockMode strongest = LockMode::None;

	for (const RelationImpact &row : rows)
	{
		if (!row.harmless)
		{
			strongest = stronger(strongest, row.mode);
		}
	}
	return strongest;
}

/* A lock_timeout that strikes these leaves an invalid index or a half-detached partition. REFRESH
 * CONCURRENTLY is an ordinary transaction. */
bool
must_run_to_its_end(const Facts &facts)
{
	return (facts.concurrently && facts.kind != Kind::RefreshMaterializedView) ||
		   std::any_of(facts.alterations.begin(), facts.alterations.end(),
					   [](const Alteration &alteration) {
						   return alteration.subcommand == Subcommand::DetachPartitionConcurrently;
					   });
}

/* A statement that locks what it names, and names nothing that inspection could find (REINDEX
 * DATABASE), is bound as if it blocked; so is one that the server may refuse for another reason
 * than inspection saw. */
bool
is_certain(const Facts &facts)
{
	const StatementRow &row = row_of(facts.kind);
	const bool names_relations =
		facts.kind == Kind::AlterTable || row.plainly.relation != LockMode::None;

	return !row.unbounded && facts.missing.empty() &&
		   (facts.judgeable || !facts.relations.empty()) &&
		   (!names_relations || !facts.relations.empty());
}

bool
is_bound(const Facts &facts, LockMode strongest)
{
	return !must_run_to_its_end(facts) && (!is_certain(facts) || strongest >= LockMode::Share);
}

/* What there is to say of a statement of which no relation is listed. */
std::string_view
remark_on(const Facts &facts)
{
	const std::string_view own = row_of(facts.kind).remark;

	if (!own.empty())
	{
		return own;
	}
	return facts.judgeable ? "It locks no existing relation." : refused;
}

std::span<const std::string_view>
remarks_on(const Facts &facts, const Rows &rows, const Vector<std::string_view> &calls,
		   const Arena &arena)
{
	Vector<std::string_view> remarks{ArenaAllocator<std::string_view>(arena)};

	if (!facts.missing.empty())
	{
		remarks.push_back(concat(arena, {"Relation \"", facts.missing, "\" does not exist."}));
	}
	else if (rows.empty() || row_of(facts.kind).unbounded)
	{
		remarks.push_back(remark_on(facts));
	}
	if (rows.empty())
	{
		remarks.insert(remarks.end(), calls.begin(), calls.end());
	}
	return keep(remarks);
}

}  // namespace

Impact
assess(const Facts &facts, const Arena &arena)
{
	Rows rows = list_all(facts, arena);
	const Vector<std::string_view> calls = calls_of(facts, rows, arena);
	const LockMode strongest = strongest_of(rows);

	tell_calls(rows, calls, arena);

	return {keep(rows), strongest, !row_of(facts.kind).unbounded, is_bound(facts, strongest),
			remarks_on(facts, rows, calls, arena)};
}

}  // namespace ddl_warden
