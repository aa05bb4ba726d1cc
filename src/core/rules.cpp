#include "rules.hpp"

#include "table.hpp"

namespace ddl_warden
{
namespace
{

constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;

constexpr std::array<std::string_view, 4> actions = {"off", "record", "warn", "deny"};

static_assert(actions.size() == static_cast<std::size_t>(Action::Deny) + 1);

// clang-format off
constexpr std::array<RuleDefinition, rule_count> definitions = {{
	{Rule::IndexWithoutConcurrently, "index_without_concurrently",
	 {Action::Deny, 0, std::nullopt},
	 "CREATE INDEX blocks writes of a non-empty existing table while it builds."},
	{Rule::ReindexWithoutConcurrently, "reindex_without_concurrently",
	 {Action::Deny, 8 * megabyte, std::nullopt},
	 "REINDEX of a valid index on a user table blocks its reads and writes while it builds."},
	{Rule::TableRewrite, "table_rewrite",
	 {Action::Deny, 32 * megabyte, std::nullopt},
	 "A statement rewrites or copies a table while it blocks reads and writes."},
	{Rule::IndexBuildInAlter, "index_build_in_alter",
	 {Action::Deny, 32 * megabyte, std::nullopt},
	 "ALTER TABLE builds or rebuilds an index while it blocks reads and writes."},
}};
// clang-format on

static_assert(is_complete(definitions, &RuleDefinition::rule, rule_count));

}  // namespace

const std::array<RuleDefinition, rule_count> rule_definitions = definitions;

RuleSet
default_rules()
{
	RuleSet rules;

	for (std::size_t i = 0; i < rule_count; i++)
	{
		rules[i] = definitions[i].defaults;
	}
	return rules;
}

std::string_view
to_text(Rule rule)
{
	return definitions[static_cast<std::size_t>(rule)].name;
}

std::string_view
to_text(Action action)
{
	return actions[static_cast<std::size_t>(action)];
}

std::optional<Rule>
rule_from(std::string_view name)
{
	for (const RuleDefinition &definition : definitions)
	{
		if (definition.name == name)
		{
			return definition.rule;
		}
	}
	return std::nullopt;
}

std::optional<Action>
action_from(std::string_view text)
{
	for (std::size_t i = 0; i < actions.size(); i++)
	{
		if (actions[i] == text)
		{
			return static_cast<Action>(i);
		}
	}
	return std::nullopt;
}

}  // namespace ddl_warden
