/* Impact and rules in, verdict out. Pure. */
#pragma once

#include "containers.hpp"
#include "forecast.hpp"
#include "impact.hpp"
#include "rules.hpp"

#include <span>
#include <string_view>

namespace ddl_warden
{

/* What is done with one statement. */
enum class Ruling : std::uint8_t
{
	Allow,
	Record,
	Warn,
	Deny,
	Override,
};

std::string_view to_text(Ruling ruling);

/* One hazard that one rule found in one statement. Texts follow the server's style guide. */
struct Finding
{
	Rule rule;
	Action action;
	std::string_view relation; /* qualified and quoted */
	std::uint64_t bytes;       /* of the work over the whole tree */
	std::string_view message;  /* primary: one line, no number of the row yet */
	std::string_view detail;
	std::string_view hint;
	std::span<const std::string_view>
		recipe; /* the safe statements, in order; empty: there are none */
};

struct Verdict
{
	Ruling ruling;
	std::span<const Finding> findings; /* the deciding one first, then as rule_definitions */
};

/* What of the session bears on the verdict. */
struct Session
{
	bool overridden;
};

static_assert(std::is_trivially_destructible_v<Verdict>);

/* rates: for the texts, which say how long the work takes. Throws std::bad_alloc only. What it
 * returns lives in the arena. */
Verdict decide(const Facts &facts, const Impact &impact, const RuleSet &rules, const Rates &rates,
			   const Session &session, const Arena &arena);

}  // namespace ddl_warden
