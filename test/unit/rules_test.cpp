#include "core/rules.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;

struct Case
{
	Rule rule;
	const char *name;
	Action action;
	std::uint64_t tolerate_bytes;
};

// clang-format off
const Case cases[] = {
	{Rule::IndexWithoutConcurrently,   "index_without_concurrently",   Action::Deny, 0},
	{Rule::ReindexWithoutConcurrently, "reindex_without_concurrently", Action::Deny, 8 * megabyte},
	{Rule::TableRewrite,               "table_rewrite",                Action::Deny, 32 * megabyte},
	{Rule::IndexBuildInAlter,          "index_build_in_alter",         Action::Deny, 32 * megabyte},
};
// clang-format on

TEST(Rules, have_the_defaults_of_the_documentation)
{
	const RuleSet rules = default_rules();

	ASSERT_EQ(std::size(cases), rule_count);
	for (const Case &each : cases)
	{
		const RuleInForce &rule = rules[static_cast<std::size_t>(each.rule)];

		EXPECT_EQ(rule.action, each.action) << each.name;
		EXPECT_EQ(rule.tolerate_bytes, each.tolerate_bytes) << each.name;
		EXPECT_FALSE(rule.tolerate_count.has_value()) << each.name;
	}
}

TEST(Rules, are_found_by_their_names)
{
	for (const Case &each : cases)
	{
		EXPECT_EQ(to_text(each.rule), each.name);
		EXPECT_EQ(rule_from(each.name), each.rule);
	}
	EXPECT_EQ(rule_from("no_such_rule"), std::nullopt);
	EXPECT_EQ(rule_from(""), std::nullopt);
}

TEST(Rules, say_in_one_sentence_what_they_find)
{
	for (const RuleDefinition &definition : rule_definitions)
	{
		EXPECT_TRUE(definition.summary.ends_with('.')) << definition.name;
		EXPECT_EQ(definition.summary.find(". "), std::string_view::npos) << definition.name;
	}
}

TEST(Rules, read_and_write_actions)
{
	for (Action action : {Action::Off, Action::Record, Action::Warn, Action::Deny})
	{
		EXPECT_EQ(action_from(to_text(action)), action);
	}
	EXPECT_EQ(to_text(Action::Deny), "deny");
	EXPECT_EQ(action_from("Deny"), std::nullopt);
	EXPECT_EQ(action_from("online"), std::nullopt);
}

}  // namespace
}  // namespace ddl_warden
