#include "decide.hpp"

#include "advice.hpp"
#include "table.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>

namespace ddl_warden
{
namespace
{

// ---- what the rules look for

/* Which rows a rule counts; owner is the row of the table that an index or TOAST row belongs to. */
using Counts = bool (*)(const RelationImpact &row, const RelationImpact &owner);
using Concerns = bool (*)(const Facts &facts);

/* One hazard: the statements that have it, and the work that measures it. */
struct Finder
{
	Rule rule;
	Concerns concerns;
	Counts counts;
	std::array<bool, work_kinds> work; /* indexed by Work */
};

bool
is_plain_create_index(const Facts &facts)
{
	return facts.kind == Kind::CreateIndex && !facts.concurrently;
}

bool
is_plain_reindex(const Facts &facts)
{
	return facts.kind == Kind::Reindex && !facts.concurrently;
}

bool
can_rewrite(const Facts &facts)
{
	return facts.kind == Kind::AlterTable || facts.kind == Kind::Cluster ||
		   facts.kind == Kind::VacuumFull;
}

bool
is_alter(const Facts &facts)
{
	return facts.kind == Kind::AlterTable;
}

bool
every_row(const RelationImpact &, const RelationImpact &)
{
	return true;
}

/* Nothing reads an invalid index: to build it anew is how it is mended. */
bool
valid_index(const RelationImpact &row, const RelationImpact &)
{
	return row.valid;
}

/* The builds that belong to a rewrite are its own, and found as such. */
bool
table_stays(const RelationImpact &, const RelationImpact &owner)
{
	return !owner.does[static_cast<std::size_t>(Work::Rewrite)];
}

constexpr std::array<bool, work_kinds>
works(std::initializer_list<Work> some)
{
	std::array<bool, work_kinds> set = {};

	for (Work work : some)
	{
		set[static_cast<std::size_t>(work)] = true;
	}
	return set;
}

constexpr auto builds = works({Work::IndexBuild});
constexpr auto rewrites = works({Work::Rewrite, Work::Copy});

// clang-format off
constexpr Finder finders[] = {
	{Rule::IndexWithoutConcurrently,   is_plain_create_index, every_row,       builds},
	{Rule::ReindexWithoutConcurrently, is_plain_reindex,      valid_index,     builds},
	{Rule::TableRewrite,               can_rewrite,           every_row,       rewrites},
	{Rule::IndexBuildInAlter,          is_alter,              table_stays, builds},
};
// clang-format on

static_assert(is_complete(finders, &Finder::rule, rule_count));

// ---- findings

std::uint64_t
bytes_of(const Finder &finder, const RelationImpact &row)
{
	std::uint64_t bytes = 0;

	for (std::size_t work = 0; work < work_kinds; work++)
	{
		bytes += finder.work[work] ? row.bytes[work] : 0;
	}
	return bytes;
}

/* What is measured: the work of the whole statement, and where most of it is done. */
struct Measure
{
	std::uint64_t bytes;
	std::uint64_t most;
	std::string_view relation;
};

Measure
measure(const Finder &finder, const Impact &impact)
{
	Measure total = {};
	const RelationImpact *owner = nullptr;

	for (const RelationImpact &row : impact.relations)
	{
		if (owner == nullptr ||
			(row.kind != RelationKind::Index && row.kind != RelationKind::Toast))
		{
			owner = &row;
		}
		if (row.harmless || row.system || !finder.counts(row, *owner))
		{
			continue;
		}

		const std::uint64_t bytes = bytes_of(finder, row);

		total.bytes += bytes;
		if (bytes > total.most)
		{
			total.most = bytes;
			total.relation = row.root;
		}
	}
	return total;
}

void
find(Vector<Finding> &findings, const Finder &finder, const RuleInForce &rule, const Facts &facts,
	 const Impact &impact)
{
	if (rule.action == Action::Off || !finder.concerns(facts))
	{
		return;
	}

	const Measure found = measure(finder, impact);

	if (found.bytes > rule.tolerate_bytes.value_or(0))
	{
		findings.push_back({finder.rule, rule.action, found.relation, found.bytes, {}, {}, {}, {}});
	}
}

Vector<Finding>
find_all(const Facts &facts, const Impact &impact, const RuleSet &rules, const Arena &arena)
{
	Vector<Finding> findings{ArenaAllocator<Finding>(arena)};

	for (const Finder &finder : finders)
	{
		find(findings, finder, rules[static_cast<std::size_t>(finder.rule)], facts, impact);
	}
	return findings;
}

/* The most severe finding decides, the first of several; the others keep their order. */
void
put_deciding_first(Vector<Finding> &findings)
{
	const auto deciding =
		std::max_element(findings.begin(), findings.end(),
						 [](const Finding &a, const Finding &b) { return a.action < b.action; });

	if (deciding != findings.end())
	{
		std::rotate(findings.begin(), deciding, std::next(deciding));
	}
}

// ---- ruling

struct RulingRow
{
	Action action;
	Ruling ruling;
	Ruling overridden;
};

// clang-format off
constexpr RulingRow rulings[] = {
	{Action::Off,    Ruling::Allow,  Ruling::Allow},
	{Action::Record, Ruling::Record, Ruling::Record},
	{Action::Warn,   Ruling::Warn,   Ruling::Override},
	{Action::Deny,   Ruling::Deny,   Ruling::Override},
};
// clang-format on

static_assert(is_complete(rulings, &RulingRow::action, Action::Deny));

Ruling
rule_on(const Vector<Finding> &findings, const Session &session)
{
	const Action action = findings.empty() ? Action::Off : findings.front().action;
	const RulingRow &row = rulings[static_cast<std::size_t>(action)];

	return session.overridden ? row.overridden : row.ruling;
}

constexpr std::string_view ruling_texts[] = {"allow", "record", "warn", "deny", "override"};

}  // namespace

std::string_view
to_text(Ruling ruling)
{
	return ruling_texts[static_cast<std::size_t>(ruling)];
}

Verdict
decide(const Facts &facts, const Impact &impact, const RuleSet &rules, const Rates &rates,
	   const Session &session, const Arena &arena)
{
	if (!facts.judgeable)
	{
		return {Ruling::Allow, {}};
	}

	Vector<Finding> findings = find_all(facts, impact, rules, arena);

	put_deciding_first(findings);
	for (Finding &finding : findings)
	{
		advise(finding, facts, impact, rates, arena);
	}
	return {rule_on(findings, session), keep(findings)};
}

}  // namespace ddl_warden
