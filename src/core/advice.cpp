#include "advice.hpp"

#include "recipe.hpp"
#include "table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace ddl_warden
{

namespace
{

constexpr std::size_t longest_hint = 12;

/* What a statement does to the relation, in the words of its primary message. */
struct Hazard
{
	Rule rule;
	std::string_view would; /* before the relation */
	std::string_view meanwhile;
	std::string_view held_while; /* the detail; empty: the impact's own sentence about the work, */
	std::array<std::string_view, 2> said_by; /* which has one of these words */
	Work work;
	Work or_work;
};

/* What to do instead: the end of the primary message, and how the hint begins. Before statements a
 * sentence is an SQL comment: the whole hint can be pasted. */
struct Instead
{
	Approach approach;
	std::string_view tail;
	std::string_view sentence;
};

// clang-format off
constexpr std::array<Hazard, rule_count> hazards = {{
	{Rule::IndexWithoutConcurrently,   "block writes to",   "", "the index is built", {}, Work::IndexBuild, Work::IndexBuild},
	{Rule::ReindexWithoutConcurrently, "block reads and writes of", "", "each index is built anew", {}, Work::IndexBuild, Work::IndexBuild},
	{Rule::TableRewrite,               "rewrite",           " while nobody can read or write it", "", {" rewritten", " copied"}, Work::Rewrite, Work::Copy},
	{Rule::IndexBuildInAlter,          "build an index on", " while nobody can read or write it", "", {" built", " built"}, Work::IndexBuild, Work::IndexBuild},
}};

constexpr Instead ways[] = {
	{Approach::BuildConcurrently,   "use CREATE INDEX CONCURRENTLY", ""},
	{Approach::BuildPerPartition,   "use CREATE INDEX CONCURRENTLY on each partition", ""},
	{Approach::ReindexConcurrently, "use REINDEX CONCURRENTLY", ""},
	{Approach::FillInBatches,       "add the column first, then fill it in batches", ""},
	{Approach::SwapColumn,          "fill a new column in batches, then let it take the place of the old one", ""},
	{Approach::SwapByHand,          "fill a new column in batches, then let it take the place of the old one",
		"-- These keep a new column in step with the old one. Create for it what hangs on the old one (indexes CONCURRENTLY, constraints NOT VALID and then validated), then in one short transaction drop the trigger and the old column, and rename the new one:"},
	{Approach::IndexFirst,          "use CREATE UNIQUE INDEX CONCURRENTLY first", ""},
	{Approach::IndexPerPartition,   "use CREATE UNIQUE INDEX CONCURRENTLY on each partition first", ""},
	{Approach::IndexBeforeAttach,   "create its indexes concurrently before it is attached",
		"First give the partition an index equal to each one of its new parent, with CREATE INDEX CONCURRENTLY; where that is the index of a constraint, add the constraint USING INDEX.  What is equal is taken as it is."},
	{Approach::SplitStatement,      "give each part a statement of its own",
		"Give each column, constraint and subcommand a statement of its own: there is an online form for one at a time."},
	{Approach::TooLong,             "its text is too long to advise on an online form", ""},
	{Approach::None,                "there is no online form", ""},
};
// clang-format on

static_assert(is_complete(hazards, &Hazard::rule, rule_count));
static_assert(is_complete(ways, &Instead::approach, Approach::None));

/* Everything that the texts of one finding are made from. */
struct Case
{
	const Finding &finding;
	const Facts &facts;
	const Impact &impact;
	const Hazard &hazard;
	const Recipe &recipe;
	const Rates &rates;
	const Arena &arena;
};

std::string_view
number(const Arena &arena, std::uint64_t value)
{
	char digits[20];
	char *end = std::to_chars(digits, digits + sizeof digits, value).ptr;

	return concat(arena, {{digits, static_cast<std::size_t>(end - digits)}});
}

/* The sizes of the relation are not for this role. */
bool
is_withheld(const Finding &finding, const Impact &impact)
{
	return std::any_of(
		impact.relations.begin(), impact.relations.end(),
		[&](const RelationImpact &row) { return row.root == finding.relation && !row.visible; });
}

std::string_view
message(const Case &about)
{
	const Arena &arena = about.arena;
	const Instead &instead = ways[static_cast<std::size_t>(about.recipe.approach)];
	std::string_view size;

	if (!is_withheld(about.finding, about.impact))
	{
		size = concat(arena, {" (", keep(size_text(about.finding.bytes, arena)), ")"});
	}
	return concat(arena,
				  {about.facts.command, " would ", about.hazard.would, " \"",
				   about.finding.relation, "\"", size, about.hazard.meanwhile, ": ", instead.tail});
}

/* The rows of the finding's relation and its tree where the work is done. */
bool
is_worked_on(const Case &about, const RelationImpact &row)
{
	return row.root == about.finding.relation && row.kind != RelationKind::Toast &&
		   (row.kind == RelationKind::Index) == (about.facts.kind == Kind::Reindex) &&
		   (row.does[static_cast<std::size_t>(about.hazard.work)] ||
			row.does[static_cast<std::size_t>(about.hazard.or_work)]);
}

/* What the impact says of the work, among what else it says of the relation; empty: nothing. */
std::string_view
sentence_about_work(const Hazard &hazard, const RelationImpact *worked)
{
	auto about_work = [&](std::string_view sentence) {
		return std::any_of(
			hazard.said_by.begin(), hazard.said_by.end(),
			[&](std::string_view word) { return sentence.find(word) != std::string_view::npos; });
	};

	if (worked == nullptr)
	{
		return {};
	}

	auto found = std::find_if(worked->because.begin(), worked->because.end(), about_work);

	return found == worked->because.end() ? std::string_view() : *found;
}

/* "the table is rewritten, because …": the impact's own sentence, within ours. */
std::string_view
held_while(const Case &about, const RelationImpact *worked)
{
	std::string_view sentence = sentence_about_work(about.hazard, worked);

	if (!about.hazard.held_while.empty())
	{
		return about.hazard.held_while;
	}
	if (sentence.empty())
	{
		return "the work is done";
	}

	bool capital = sentence.front() >= 'A' && sentence.front() <= 'Z';
	char first = static_cast<char>(capital ? sentence.front() - 'A' + 'a' : sentence.front());

	sentence.remove_suffix(sentence.back() == '.' ? 1 : 0);
	return concat(about.arena, {{&first, 1}, sentence.substr(1)});
}

/* Of all that the statement does: its locks are held meanwhile, whatever the finding is about. */
std::string_view
time_taken(const Case &about, std::size_t places)
{
	const auto is_told = [](const RelationImpact &row) {
		return row.visible || std::find(row.does.begin(), row.does.end(), true) == row.does.end();
	};
	const std::span<const RelationImpact> rows = about.impact.relations;

	if (!std::all_of(rows.begin(), rows.end(), is_told))
	{
		return {};
	}

	const Forecast expected = forecast(about.facts, about.impact, about.rates);
	std::string_view text = forecast_text(expected, about.rates, about.finding.bytes, about.arena);

	return text.empty() ? text
						: concat(about.arena,
								 {places > 1 ? "  In all that" : "  That", " takes ", text, "."});
}

std::string_view
detail(const Case &about)
{
	const Arena &arena = about.arena;
	const RelationImpact *worked = nullptr;
	std::size_t count = 0;
	LockMode mode = LockMode::None;

	for (const RelationImpact &row : about.impact.relations)
	{
		if (is_worked_on(about, row))
		{
			worked = worked == nullptr ? &row : worked;
			count++;
		}
		mode = row.root == about.finding.relation ? stronger(mode, row.mode) : mode;
	}

	std::string_view lock = to_text(mode == LockMode::None ? about.impact.strongest : mode);
	std::string_view each =
		about.facts.kind == Kind::Reindex ? " indexes, one lock each." : " tables of one tree.";
	std::string_view tree =
		count > 1 ? concat(arena, {"  This concerns ", number(arena, count), each}) : "";

	return concat(arena,
				  {lock, " is held while ", held_while(about, worked), ".", tree,
				   time_taken(about, count), "  Rule \"", to_text(about.finding.rule), "\"."});
}

/* An override that ends with its transaction, where the statement may stand in one. */
std::string_view
overridden(const Case &about)
{
	bool in_block = about.facts.kind == Kind::AlterTable || about.facts.kind == Kind::CreateIndex;
	std::string_view statement = bare_statement(about.facts.text);

	if (statement.empty())
	{
		statement = about.facts.text;
	}
	return concat(about.arena, {in_block ? "BEGIN;\nSET LOCAL" : "SET",
								" ddl_warden.override = 'maintenance window';\n", statement, ";",
								in_block ? "\nCOMMIT;" : ""});
}

std::string_view
joined(const Case &about)
{
	String text{ArenaAllocator<char>(about.arena)};
	std::span<const std::string_view> statements = about.recipe.statements;
	std::size_t count = std::min(statements.size(), longest_hint);

	for (std::string_view statement : statements.first(count))
	{
		text.append(text.empty() ? "" : "\n").append(statement);
	}
	if (statements.size() > count)
	{
		text += concat(about.arena,
					   {"\n-- ", number(about.arena, statements.size() - count),
						" more: SELECT recipe FROM ddl_warden.lint(...) shows all of them"});
	}
	return keep(text);
}

std::string_view
hint(const Case &about)
{
	const Instead &instead = ways[static_cast<std::size_t>(about.recipe.approach)];

	if (about.recipe.approach == Approach::None)
	{
		return concat(
			about.arena,
			{"-- There is no online form.  In a maintenance window, with the privilege SET on "
			 "ddl_warden.override:\n",
			 overridden(about)});
	}
	if (about.recipe.statements.empty())
	{
		return instead.sentence;
	}

	std::string_view where = about.facts.in_transaction ? "-- outside a transaction block:\n" : "";

	return concat(about.arena,
				  {instead.sentence, instead.sentence.empty() ? "" : "\n", where, joined(about)});
}

/* The relation that the finding is about; else what the statement names. */
const Relation *
subject_of(const Finding &finding, const Facts &facts)
{
	auto by_name = [&](const Relation &relation) { return relation.name == finding.relation; };
	auto named = [](const Relation &relation) { return relation.named; };
	auto found = std::find_if(facts.relations.begin(), facts.relations.end(), by_name);

	if (found == facts.relations.end())
	{
		found = std::find_if(facts.relations.begin(), facts.relations.end(), named);
	}
	return found == facts.relations.end() ? nullptr : &*found;
}

struct Unit
{
	std::string_view name;
	std::uint64_t limit; /* from here on the next unit is taken */
	bool rounds;
	unsigned bits;
};

// clang-format off
constexpr Unit units[] = {
	{"bytes", 10 * 1024,     false, 0},
	{"kB",    20 * 1024 - 1, true,  10},
	{"MB",    20 * 1024 - 1, true,  20},
	{"GB",    20 * 1024 - 1, true,  30},
	{"TB",    20 * 1024 - 1, true,  40},
	{"PB",    20 * 1024 - 1, true,  50},
};
// clang-format on

}  // namespace

void
advise(Finding &finding, const Facts &facts, const Impact &impact, const Rates &rates,
	   const Arena &arena)
{
	Recipe recipe = recipe_for(facts, subject_of(finding, facts), arena);
	const Hazard &hazard = hazards[static_cast<std::size_t>(finding.rule)];
	Case about{finding, facts, impact, hazard, recipe, rates, arena};

	finding.message = message(about);
	finding.detail = detail(about);
	finding.hint = hint(about);
	finding.recipe = recipe.statements;
}

/* As pg_size_pretty (dbsize.c): one bit more than the unit is kept until it is rounded half up. */
String
size_text(std::uint64_t bytes, const Arena &arena)
{
	const Unit *unit = units;

	while (unit != std::end(units) - 1 && bytes >= unit->limit)
	{
		const Unit *larger = unit + 1;

		bytes >>= larger->bits - unit->bits - (larger->rounds ? 1 : 0) + (unit->rounds ? 1 : 0);
		unit = larger;
	}
	bytes = unit->rounds ? (bytes + 1) / 2 : bytes;

	std::string_view text = concat(arena, {number(arena, bytes), " ", unit->name});

	return String(text.data(), text.size(), ArenaAllocator<char>(arena));
}

}  // namespace ddl_warden
