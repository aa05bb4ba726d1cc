#include "core/report_lists.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

#include <string>

/* Each test names what it is about; the rest is empty. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace ddl_warden
{
namespace
{

constexpr std::string_view evil = "<img src=x onerror=\"alert(1)\">";
constexpr std::string_view tamed = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;";

/* A statement all of whose texts would like to be markup. */
ToldStatement
evil_statement()
{
	return {.id = evil,
			.at = evil,
			.role = evil,
			.session_role = "other<",
			.application = evil,
			.context = evil,
			.command = evil,
			.relation = evil,
			.text = evil,
			.text_length = evil.size(),
			.verdict = evil,
			.outcome = evil,
			.rule = evil,
			.message = evil,
			.sqlstate = evil,
			.reason = evil,
			.misprediction = evil};
}

template <typename Row, typename... More>
std::string
listed(void (*list)(Html &, const Listed<Row> &, More...), std::span<const Row> rows,
	   std::uint64_t total, More... more)
{
	TestArena arena;
	Html page(*arena);

	list(page, {rows, total}, more...);
	return std::string(page.text());
}

template <typename Row, typename... More>
std::string
one(void (*list)(Html &, const Listed<Row> &, More...), const Row &row, More... more)
{
	return listed(list, std::span<const Row>(&row, 1), 1, more...);
}

bool
has(const std::string &page, std::string_view part)
{
	return page.find(part) != std::string::npos;
}

void
expect_tamed(const std::string &page)
{
	EXPECT_FALSE(has(page, "<img")) << page;
	EXPECT_TRUE(has(page, tamed)) << page;
}

TEST(ReportLists, escape_everything)
{
	expect_tamed(one(list_refusals, evil_statement()));
	expect_tamed(one(list_overrides, evil_statement()));
	expect_tamed(one(list_mispredictions, evil_statement(), std::uint64_t{1}));
	expect_tamed(
		one(list_longest, {.told = evil_statement(), .lock_mode = evil, .waited_for = evil}));
	expect_tamed(one(list_rules, {.rule = evil, .summary = evil, .action = evil}));
	expect_tamed(one(list_roles, {.role = evil}));
	expect_tamed(one(list_relations, {.relation = evil}));
	expect_tamed(one(list_policy, {.at = evil, .role = evil, .what = evil, .reason = evil}));
	expect_tamed(
		one(list_failures, {.command = evil, .outcome = evil, .sqlstate = evil, .last = evil}));
}

TEST(ReportLists, say_that_there_is_nothing)
{
	EXPECT_TRUE(has(listed<RoleUse>(list_roles, {}, 0), "None in this period."));
	EXPECT_TRUE(has(listed<ToldStatement>(list_refusals, {}, 0), "None in this period."));
}

TEST(ReportLists, say_how_many_more_there_are)
{
	const RoleUse role = {.role = "a"};

	EXPECT_TRUE(has(listed<RoleUse>(list_roles, {&role, 1}, 1235), "and 1,234 more"));
	EXPECT_FALSE(has(listed<RoleUse>(list_roles, {&role, 1}, 1), "more"));
}

TEST(ReportLists, name_their_columns_and_rows)
{
	const std::string page = one(list_roles, {.role = "a", .judged = 3});

	EXPECT_TRUE(has(page, "<caption>Statements by role</caption>"));
	EXPECT_TRUE(has(page, "<th scope=\"col\" class=\"n\">Judged</th>"));
	EXPECT_TRUE(has(page, "<th scope=\"row\" class=\"h\" data-l=\"Role\"><bdi>a</bdi></th>"));
	EXPECT_TRUE(has(page, "<td class=\"n\" data-l=\"Judged\">3</td>"));
}

TEST(ReportLists, show_a_short_statement_as_it_is)
{
	EXPECT_TRUE(has(one(list_refusals, {.text = "DROP TABLE a", .text_length = 12}),
					"<code class=\"sql\">DROP TABLE a</code>"));
}

TEST(ReportLists, fold_a_statement_of_several_lines)
{
	const std::string page =
		one(list_refusals, {.text = "ALTER TABLE a\n\tADD b int", .text_length = 24});

	EXPECT_TRUE(has(page, "<summary><code>ALTER TABLE a ADD b int&#x2026;</code></summary>"
						  "<pre>ALTER TABLE a\n\tADD b int</pre></details>"));
}

TEST(ReportLists, cut_a_long_statement_and_say_where_the_rest_is)
{
	const std::string text(2001, 'x');
	const std::string page =
		one(list_refusals, {.id = "4711", .text = text, .text_length = 1'000'000});

	EXPECT_TRUE(has(page, "1,000,000 characters in all; the rest is in the record, under number "
						  "4711"));
	EXPECT_LT(page.size(), 3500U);
}

TEST(ReportLists, cut_what_is_no_name_any_more)
{
	const std::string name(5000, 'n');

	EXPECT_LT(one(list_roles, {.role = name}).size(), 1500U);
}

TEST(ReportLists, tell_who_logged_in_where_that_is_another)
{
	EXPECT_TRUE(has(one(list_refusals, {.role = "app", .session_role = "anna"}),
					"(logged in as <bdi>anna</bdi>)"));
	EXPECT_FALSE(has(one(list_refusals, {.role = "anna", .session_role = "anna"}), "logged in"));
}

TEST(ReportLists, tell_the_verdict_in_words)
{
	auto verdict = [](std::string_view verdict, std::string_view outcome) {
		return one(list_longest, {.told = {.verdict = verdict, .outcome = outcome}});
	};

	EXPECT_TRUE(has(verdict("deny", "refused"), ">refused<"));
	EXPECT_TRUE(has(verdict("deny", "committed"), ">would be refused<"));
	EXPECT_TRUE(has(verdict("override", "failed"), ">overridden<"));
	EXPECT_TRUE(has(verdict("override", "failed"), ">failed<"));
	EXPECT_TRUE(has(verdict("allow", "committed"), ">allowed<"));
}

TEST(ReportLists, name_the_errors_that_they_know)
{
	EXPECT_TRUE(has(one(list_failures, {.sqlstate = "42P07"}),
					"42P07 <span class=\"by\">duplicate_table</span>"));
	EXPECT_TRUE(has(one(list_failures, {.sqlstate = "XX000"}), "XX000 <span class=\"by\"></span>"));
}

TEST(ReportLists, draw_wait_run_and_hold_one_after_the_other)
{
	const std::string page = one(list_longest, {.blocking = true,
												.lock_mode = "ShareLock",
												.waited_for = "process 812",
												.wait_ms = 100,
												.run_ms = 300,
												.held_ms = 300});

	EXPECT_TRUE(has(page, "<rect class=\"wait\" x=\"0%\" y=\"1\" width=\"25%\""));
	EXPECT_TRUE(has(page, "<rect class=\"run\" x=\"25%\" y=\"1\" width=\"50%\""));
	EXPECT_TRUE(has(page, "<rect class=\"hold\" x=\"75%\" y=\"1\" width=\"25%\""));
	EXPECT_TRUE(has(page, "waited 100 ms, ran 200 ms, held its lock 300 ms"));
	EXPECT_TRUE(has(page, "ShareLock, blocks others"));
	EXPECT_TRUE(has(page, "waited for <bdi>process 812</bdi>"));
}

TEST(ReportLists, say_what_was_not_measured)
{
	EXPECT_TRUE(has(one(list_longest, {.run_ms = 300}), "<span class=\"times\">ran 300 ms</span>"));
	EXPECT_TRUE(has(one(list_longest, {}), "not measured"));
	EXPECT_TRUE(
		has(listed<ToldStatement>(list_mispredictions, {}, 0, std::uint64_t{0}), "Not measured"));
	EXPECT_TRUE(has(listed<ToldStatement>(list_mispredictions, {}, 0, std::uint64_t{5}), "None"));
}

}  // namespace
}  // namespace ddl_warden
