/* The rules: one named hazard each, with an action and a limit. */
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ddl_warden
{

enum class Rule : std::uint8_t
{
	IndexWithoutConcurrently,
	ReindexWithoutConcurrently,
	TableRewrite,
	IndexBuildInAlter,
};

inline constexpr std::size_t rule_count = 4;

/* What is done with a finding, in ascending order of severity. */
enum class Action : std::uint8_t
{
	Off,
	Record, /* a row, no message */
	Warn,
	Deny,
};

/* One rule as it is in force. NULL limits: the rule is not about bytes, or not about counts. */
struct RuleInForce
{
	Action action;
	std::optional<std::uint64_t> tolerate_bytes;
	std::optional<std::uint64_t> tolerate_count;
};

using RuleSet = std::array<RuleInForce, rule_count>;

struct RuleDefinition
{
	Rule rule;
	std::string_view name;
	RuleInForce defaults;
	std::string_view summary;
};

/* In the order of the documentation; the first of the most severe findings decides. */
extern const std::array<RuleDefinition, rule_count> rule_definitions;

/* The compiled-in profile "recommended". */
RuleSet default_rules();

std::string_view to_text(Rule rule);
std::string_view to_text(Action action);
std::optional<Rule> rule_from(std::string_view name);
std::optional<Action> action_from(std::string_view text);

}  // namespace ddl_warden
