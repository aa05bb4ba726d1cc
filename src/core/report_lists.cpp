#include "report_lists.hpp"

#include "text.hpp"

#include <algorithm>

namespace ddl_warden
{

namespace
{

/* A statement is shown up to this many bytes; on the line that is always seen, up to fewer. */
constexpr std::size_t longest_text = 2000;
constexpr std::size_t longest_line = 110;
constexpr std::size_t longest_name = 200;

struct Column
{
	Markup name;
	Markup style; /* "n": numbers, under one another; "h": heads its row; "w": on one line */
};

/* A table whose cells carry the names of their columns: on a narrow screen each row becomes a card.
 */
class Table
{
public:
	Table(Html &on, Markup caption, std::span<const Column> has) : page(on), columns(has)
	{
		page.add("<table><caption>{}</caption><thead><tr>", caption);
		for (const Column &column : columns)
		{
			page.add("<th scope=\"col\" class=\"{}\">{}</th>", column.style, column.name);
		}
		page.add("</tr></thead><tbody>\n");
	}

	void
	row()
	{
		end_row();
		page.add("<tr>");
	}

	template <typename... Values>
	void
	cell(std::type_identity_t<Template<Values...>> markup, const Values &...values)
	{
		const Column &column = columns[next++];
		const bool heads = column.style.text == "h";

		page.add("<{} class=\"{}\" data-l=\"{}\">",
				 heads ? Markup("th scope=\"row\"") : Markup("td"), column.style, column.name);
		page.add<Values...>(markup, values...);
		page.add("</{}>", heads ? Markup("th") : Markup("td"));
	}

	void
	count(std::uint64_t value)
	{
		value == 0 ? cell("<span class=\"zero\">0</span>") : cell("{}", Count{value});
	}

	void
	bytes(std::uint64_t value)
	{
		value == 0 ? cell("<span class=\"zero\">0</span>") : cell("{}", Bytes{value});
	}

	void
	duration(double milliseconds)
	{
		milliseconds > 0 ? cell("{}", Duration{milliseconds})
						 : cell("<span class=\"zero\">0</span>");
	}

	void
	end()
	{
		end_row();
		page.add("</tbody></table>\n");
	}

private:
	void
	end_row()
	{
		if (next > 0)
		{
			page.add("</tr>\n");
		}
		next = 0;
	}

	Html &page;
	std::span<const Column> columns;
	std::size_t next = 0;
};

/* The section of a list; false: there is nothing to list, and that has been said. */
template <typename Row>
bool
begin(Html &page, Markup id, Markup title, Markup note, const Listed<Row> &list)
{
	page.add("<section id=\"{}\"><h2>{}</h2>\n", id, title);
	if (list.rows.empty())
	{
		page.add("<p class=\"none\">None in this period.</p></section>\n");
		return false;
	}
	page.add("<p class=\"note\">{}</p>\n", note);
	return true;
}

template <typename Row>
void
end(Html &page, const Listed<Row> &list)
{
	if (list.total > list.rows.size())
	{
		page.add("<p class=\"more\">and {} more</p>", Count{list.total - list.rows.size()});
	}
	page.add("</section>\n");
}

/* A name or another short text: cut when it is none. */
Html
name(const Html &page, std::string_view text)
{
	Html shown(page.arena);
	const std::string_view start = clipped(text, longest_name);

	shown.add("<bdi>{}</bdi>{}", start,
			  start.size() < text.size() ? Markup("&#x2026;") : Markup(""));
	return shown;
}

/* What is seen of a statement before it is opened: its beginning, on one line. */
std::string_view
first_line(const Arena &arena, std::string_view text)
{
	String line{ArenaAllocator<char>(arena)};

	for (char c : clipped(text, 4 * longest_line))
	{
		const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';

		if (!space)
		{
			line.push_back(c);
		}
		else if (!line.empty() && line.back() != ' ')
		{
			line.push_back(' ');
		}
	}
	return clipped(keep(line), longest_line);
}

void
add_text(Html &page, const ToldStatement &told)
{
	const std::string_view line = first_line(page.arena, told.text);
	const std::string_view shown = clipped(told.text, longest_text);

	if (line == told.text)
	{
		page.add("<code class=\"sql\">{}</code>", line);
		return;
	}
	page.add("<details><summary><code>{}&#x2026;</code></summary><pre>{}", line, shown);
	if (told.text_length > longest_text || shown.size() < told.text.size())
	{
		page.add("&#x2026;</pre><p class=\"more\">{} characters in all; the rest is in the record, "
				 "under number {}</p></details>",
				 Count{told.text_length}, told.id);
		return;
	}
	page.add("</pre></details>");
}

/* What it was, on what, what was said of it, and the statement itself. */
Html
what(const Html &page, const ToldStatement &told)
{
	Html shown(page.arena);

	shown.add("<span class=\"what\"><b>{}</b> {}</span>", name(page, told.command),
			  name(page, told.relation));
	if (!told.message.empty())
	{
		shown.add("<span class=\"said\">{}</span>", name(page, told.message));
	}
	if (!told.text.empty())
	{
		add_text(shown, told);
	}
	return shown;
}

Html
who(const Html &page, const ToldStatement &told)
{
	Html shown(page.arena);

	shown.add("{}", name(page, told.role));
	if (!told.session_role.empty() && told.session_role != told.role)
	{
		shown.add(" <span class=\"by\">(logged in as {})</span>", name(page, told.session_role));
	}
	if (!told.application.empty())
	{
		shown.add(" <span class=\"by\">{}</span>", name(page, told.application));
	}
	if (!told.context.empty())
	{
		shown.add(" <span class=\"by\">{}</span>", name(page, told.context));
	}
	return shown;
}

/* Said of a statement in a word, which its colour repeats. */
struct Badge
{
	std::string_view verdict;
	std::string_view outcome; /* empty: any */
	Markup word;
	Markup style;
};

/* The first that fits. */
// clang-format off
constexpr Badge badges[] = {
	{"deny",     "refused", "refused",          "refused"},
	{"deny",     "",        "would be refused", "refused"},
	{"override", "",        "overridden",       "overridden"},
	{"warn",     "",        "warned",           "warned"},
	{"online",   "",        "made safe",        "judged"},
	{"",         "",        "allowed",          "judged"},
};
// clang-format on

struct KnownError
{
	std::string_view sqlstate;
	Markup name;
};

/* What DDL fails with, as the appendix "PostgreSQL Error Codes" of the manual names it. */
constexpr KnownError known_errors[] = {
	{"0A000", "feature_not_supported"},
	{"22P02", "invalid_text_representation"},
	{"23502", "not_null_violation"},
	{"23503", "foreign_key_violation"},
	{"23505", "unique_violation"},
	{"23514", "check_violation"},
	{"2BP01", "dependent_objects_still_exist"},
	{"40P01", "deadlock_detected"},
	{"42501", "insufficient_privilege"},
	{"42601", "syntax_error"},
	{"42701", "duplicate_column"},
	{"42703", "undefined_column"},
	{"42704", "undefined_object"},
	{"42710", "duplicate_object"},
	{"42804", "datatype_mismatch"},
	{"42809", "wrong_object_type"},
	{"42883", "undefined_function"},
	{"42P01", "undefined_table"},
	{"42P06", "duplicate_schema"},
	{"42P07", "duplicate_table"},
	{"42P16", "invalid_table_definition"},
	{"53100", "disk_full"},
	{"55006", "object_in_use"},
	{"55P03", "lock_not_available"},
	{"57014", "query_canceled"},
	{"57P01", "admin_shutdown"},
	{"P0001", "raise_exception"},
};

Markup
error_name(std::string_view sqlstate)
{
	for (const KnownError &error : known_errors)
	{
		if (error.sqlstate == sqlstate)
		{
			return error.name;
		}
	}
	return "";
}

Html
badge(const Html &page, const ToldStatement &told)
{
	Html shown(page.arena);
	const Badge *found = badges;

	while ((!found->verdict.empty() && found->verdict != told.verdict) ||
		   (!found->outcome.empty() && found->outcome != told.outcome))
	{
		found++;
	}
	shown.add("<span class=\"badge {}\">{}</span>", found->style, found->word);
	if (told.outcome != "committed" && told.outcome != "refused")
	{
		shown.add(" <span class=\"badge failed\">{}</span>", told.outcome);
	}
	if (!told.sqlstate.empty() && told.outcome != "refused")
	{
		shown.add(" <span class=\"by\">{} {}</span>", told.sqlstate, error_name(told.sqlstate));
	}
	return shown;
}

/* A statement's time, from the verdict on: it waits for its locks, runs, and holds them until its
 * transaction ends. What was not measured is nothing here, and said to be so in words. */
struct Stretch
{
	double wait;
	double run;
	double held_on;
};

Stretch
stretch_of(const TimedStatement &statement)
{
	const double wait = statement.wait_ms.value_or(0);
	const double run = std::max(statement.run_ms.value_or(wait) - wait, 0.0);

	return {wait, run, std::max(statement.held_ms.value_or(run) - run, 0.0)};
}

double
length(const Stretch &stretch)
{
	return stretch.wait + stretch.run + stretch.held_on;
}

void
add_segment(Html &bar, Markup style, double from, double width, double scale)
{
	if (width > 0)
	{
		bar.add("<rect class=\"{}\" x=\"{}%\" y=\"1\" width=\"{}%\" height=\"10\"/>", style,
				Measure{100 * from / scale}, Measure{std::max(100 * width / scale, 0.4)});
	}
}

void
add_part(Html &bar, bool &first, Markup word, double milliseconds)
{
	bar.add("{}{} {}", first ? Markup("") : Markup(", "), word, Duration{milliseconds});
	first = false;
}

/* The same in words. */
void
add_words(Html &bar, const TimedStatement &statement, const Stretch &stretch)
{
	bool first = true;

	bar.add("<span class=\"times\">");
	if (statement.wait_ms.has_value())
	{
		add_part(bar, first, "waited", stretch.wait);
	}
	if (statement.run_ms.has_value())
	{
		add_part(bar, first, "ran", stretch.run);
	}
	if (statement.held_ms.has_value())
	{
		add_part(bar, first, "held its lock", *statement.held_ms);
	}
	if (first)
	{
		bar.add("not measured");
	}
	bar.add("</span>");
	if (!statement.lock_mode.empty())
	{
		bar.add("<span class=\"by\">{}, blocks {}</span>", statement.lock_mode,
				statement.blocking ? Markup("others") : Markup("nobody"));
	}
	if (!statement.waited_for.empty())
	{
		bar.add("<span class=\"by\">waited for {}</span>", name(bar, statement.waited_for));
	}
}

Html
time_bar(const Html &page, const TimedStatement &statement, double scale)
{
	Html bar(page.arena);
	const Stretch stretch = stretch_of(statement);

	bar.add("<svg class=\"time{}\" height=\"12\" aria-hidden=\"true\">",
			statement.blocking ? Markup(" blocking") : Markup(""));
	add_segment(bar, "wait", 0, stretch.wait, scale);
	add_segment(bar, "run", stretch.wait, stretch.run, scale);
	add_segment(bar, "hold", stretch.wait + stretch.run, stretch.held_on, scale);
	bar.add("</svg>");
	add_words(bar, statement, stretch);
	return bar;
}

}  // namespace

void
list_longest(Html &page, const Listed<TimedStatement> &statements)
{
	static constexpr Column columns[] = {
		{"#", "n"}, {"When and who", "h"}, {"Statement", ""}, {"Time", "t"}, {"Verdict", ""}};
	double scale = 1e-3;
	std::uint64_t number = 0;

	if (!begin(
			page, "longest", "Longest statements",
			"Those that kept a blocking lock, or waited for one, the longest; then those that ran "
			"longest. <span class=\"key\"><svg class=\"time blocking\" width=\"22\" height=\"12\">"
			"<rect class=\"wait\" y=\"1\" width=\"22\" height=\"10\"/></svg> waited for its "
			"locks</span> <span class=\"key\"><svg class=\"time blocking\" width=\"22\" "
			"height=\"12\"><rect class=\"run\" y=\"1\" width=\"22\" height=\"10\"/></svg> "
			"ran</span> <span class=\"key\"><svg class=\"time blocking\" width=\"22\" "
			"height=\"12\"><rect class=\"hold\" y=\"1\" width=\"22\" height=\"10\"/></svg> held "
			"its lock to the end of its transaction</span>",
			statements))
	{
		return;
	}
	for (const TimedStatement &statement : statements.rows)
	{
		scale = std::max(scale, length(stretch_of(statement)));
	}
	Table table(page, "Longest statements", columns);
	for (const TimedStatement &statement : statements.rows)
	{
		number++;
		table.row();
		table.cell("<span id=\"s{}\">{}</span>", Count{number}, Count{number});
		table.cell("<time>{}</time><span class=\"by\">{}</span>", statement.told.at,
				   who(page, statement.told));
		table.cell("{}", what(page, statement.told));
		table.cell("{}", time_bar(page, statement, scale));
		table.cell("{}", badge(page, statement.told));
	}
	table.end();
	end(page, statements);
}

void
list_rules(Html &page, const Listed<RuleUse> &rules)
{
	static constexpr Column columns[] = {
		{"Rule", "h"},   {"Action now", ""}, {"Refused", "n"},    {"Would be refused", "n"},
		{"Warned", "n"}, {"Recorded", "n"},  {"Overridden", "n"}, {"Work refused", "n"}};

	if (!begin(page, "rules", "By rule",
			   "What each rule found. Would be refused: let through in mode observe. Work refused: "
			   "rewrites, scans and index builds that the first two columns are about.",
			   rules))
	{
		return;
	}
	Table table(page, "Findings by rule", columns);
	for (const RuleUse &rule : rules.rows)
	{
		table.row();
		table.cell("<code>{}</code><span class=\"by\">{}</span>", name(page, rule.rule),
				   rule.summary);
		table.cell("{}", rule.action);
		table.count(rule.refused);
		table.count(rule.would_refuse);
		table.count(rule.warned);
		table.count(rule.recorded);
		table.count(rule.overridden);
		table.bytes(rule.bytes);
	}
	table.end();
	end(page, rules);
}

void
list_roles(Html &page, const Listed<RoleUse> &roles)
{
	static constexpr Column columns[] = {{"Role", "h"},    {"Judged", "n"},     {"Refused", "n"},
										 {"Warned", "n"},  {"Overridden", "n"}, {"Failed", "n"},
										 {"Blocking", "n"}};

	if (!begin(page, "roles", "By role",
			   "Whose privileges the statements ran with. Blocking: how long their blocking locks "
			   "were held.",
			   roles))
	{
		return;
	}
	Table table(page, "Statements by role", columns);
	for (const RoleUse &role : roles.rows)
	{
		table.row();
		table.cell("{}", name(page, role.role));
		table.count(role.judged);
		table.count(role.refused);
		table.count(role.warned);
		table.count(role.overridden);
		table.count(role.failed);
		table.duration(role.blocking_ms);
	}
	table.end();
	end(page, roles);
}

void
list_refusals(Html &page, const Listed<ToldStatement> &statements)
{
	static constexpr Column columns[] = {
		{"When", "h"}, {"Who", "p"}, {"Statement", ""}, {"Rule", "w"}};

	if (!begin(page, "refusals", "Latest refusals",
			   "Refused before any lock was taken, newest first.", statements))
	{
		return;
	}
	Table table(page, "Latest refusals", columns);
	for (const ToldStatement &told : statements.rows)
	{
		table.row();
		table.cell("<time>{}</time><span class=\"by\">{}</span>", told.at, told.id);
		table.cell("{}", who(page, told));
		table.cell("{}", what(page, told));
		table.cell("<code>{}</code>", name(page, told.rule));
	}
	table.end();
	end(page, statements);
}

void
list_overrides(Html &page, const Listed<ToldStatement> &statements)
{
	static constexpr Column columns[] = {
		{"When", "h"}, {"Who", "p"}, {"Reason", ""}, {"Statement", ""}, {"Outcome", "w"}};

	if (!begin(
			page, "overrides", "Overrides",
			"What was let through against a rule, or unjudged, and the reason given; newest first.",
			statements))
	{
		return;
	}
	Table table(page, "Overrides", columns);
	for (const ToldStatement &told : statements.rows)
	{
		table.row();
		table.cell("<time>{}</time><span class=\"by\">{}</span>", told.at, told.id);
		table.cell("{}", who(page, told));
		table.cell("<q>{}</q>", name(page, told.reason));
		table.cell("{}", what(page, told));
		table.cell("{}", told.outcome);
	}
	table.end();
	end(page, statements);
}

void
list_policy(Html &page, const Listed<PolicyChange> &changes)
{
	static constexpr Column columns[] = {{"When", "h"}, {"Who", "p"}, {"What", ""}, {"Reason", ""}};

	if (!begin(page, "policy", "Pauses and changes of rules", "Newest first.", changes))
	{
		return;
	}
	Table table(page, "Pauses and changes of rules", columns);
	for (const PolicyChange &change : changes.rows)
	{
		table.row();
		table.cell("<time>{}</time>", change.at);
		table.cell("{}", name(page, change.role));
		table.cell("{}", name(page, change.what));
		table.cell("{}", name(page, change.reason));
	}
	table.end();
	end(page, changes);
}

void
list_relations(Html &page, const Listed<RelationUse> &relations)
{
	static constexpr Column columns[] = {
		{"Relation", "h"},   {"Statements", "n"}, {"Refused", "n"},     {"Overridden", "n"},
		{"Risky work", "n"}, {"Blocking", "n"},   {"Longest lock", "n"}};

	if (!begin(
			page, "relations", "Riskiest tables",
			"Ordered by the time that they were blocked, and what the refused and overridden work "
			"would take at 100 MB a second. Risky work: the size of that work.",
			relations))
	{
		return;
	}
	Table table(page, "Riskiest tables", columns);
	for (const RelationUse &relation : relations.rows)
	{
		table.row();
		table.cell("{}", name(page, relation.relation));
		table.count(relation.judged);
		table.count(relation.refused);
		table.count(relation.overridden);
		table.bytes(relation.bytes);
		table.duration(relation.blocking_ms);
		table.duration(relation.longest_ms);
	}
	table.end();
	end(page, relations);
}

void
list_failures(Html &page, const Listed<Failure> &failures)
{
	static constexpr Column columns[] = {
		{"Command", "h"}, {"Outcome", "w"}, {"Error", ""}, {"How often", "n"}, {"Last", "n"}};

	if (!begin(page, "failures", "What failed",
			   "Let through, and then ended by an error or rolled back.", failures))
	{
		return;
	}
	Table table(page, "What failed", columns);
	for (const Failure &failure : failures.rows)
	{
		table.row();
		table.cell("{}", name(page, failure.command));
		table.cell("{}", failure.outcome);
		table.cell("{} <span class=\"by\">{}</span>", failure.sqlstate,
				   error_name(failure.sqlstate));
		table.count(failure.count);
		table.cell("<time>{}</time>", failure.last);
	}
	table.end();
	end(page, failures);
}

void
list_mispredictions(Html &page, const Listed<ToldStatement> &statements, std::uint64_t compared)
{
	static constexpr Column columns[] = {{"When", "h"}, {"Statement", ""}, {"Difference", ""}};

	if (compared == 0)
	{
		page.add("<section id=\"mispredictions\"><h2>Mispredictions</h2>\n<p class=\"none\">Not "
				 "measured: no statement was compared with what was predicted.</p></section>\n");
		return;
	}
	if (!begin(page, "mispredictions", "Mispredictions",
			   "Where the locks and rewrites that happened differ from what was predicted.",
			   statements))
	{
		return;
	}
	Table table(page, "Mispredictions", columns);
	for (const ToldStatement &told : statements.rows)
	{
		table.row();
		table.cell("<time>{}</time><span class=\"by\">{}</span>", told.at, told.id);
		table.cell("{}", what(page, told));
		table.cell("<code class=\"sql\">{}</code>", clipped(told.misprediction, longest_text));
	}
	table.end();
	end(page, statements);
}

}  // namespace ddl_warden
