/*
 * The report: what the record says of a period, as one HTML page that needs nothing else.
 *
 * Every list is a beginning, with the number of what there is in all: the page stays small, however
 * much was recorded. Texts come as the record has them, in UTF-8; points of time come twice, as a
 * text in the time zone of the reader, and as a share of the period.
 */
#pragma once

#include "containers.hpp"
#include "timeline.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ddl_warden
{

template <typename Row>
struct Listed
{
	std::span<const Row> rows;
	std::uint64_t total; /* how many there are */
};

struct ReportHead
{
	std::string_view database;
	std::string_view server; /* cluster_name; empty: it has none */
	std::string_view server_version;
	std::string_view library_version;
	std::string_view extension_version;
	std::string_view mode; /* empty: the library is not preloaded */
	std::string_view since;
	std::string_view until;
	std::string_view time_zone;
	std::string_view made_at;
	std::string_view made_by;
	double length_ms;
};

/* Over the whole period. */
struct Totals
{
	double longest_hold_ms;
	double longest_wait_ms;
	std::uint64_t waits_measured; /* statements that tell how long they waited */
	std::uint64_t holds_measured;
	std::uint64_t refused_bytes; /* of the work that was refused */
	std::uint64_t compared;      /* statements compared with what was predicted */
	std::uint64_t logged;        /* decisions in the server log alone, since the server started */
	std::uint64_t lost;          /* of these, rows that could not be written */
};

/* What is told of a statement wherever one is listed. */
struct ToldStatement
{
	std::string_view id;
	std::string_view at;
	std::string_view role;
	std::string_view session_role;
	std::string_view application;
	std::string_view context;
	std::string_view command;
	std::string_view relation;
	std::string_view text;     /* at most 4,000 characters of it */
	std::uint64_t text_length; /* in characters, of all of it */
	std::string_view verdict;
	std::string_view outcome;
	std::string_view rule;
	std::string_view message; /* what the rule said */
	std::string_view sqlstate;
	std::string_view reason;        /* of the override */
	std::string_view misprediction; /* as JSON */
};

struct TimedStatement
{
	ToldStatement told;
	double position; /* in the period: 0 to 1 */
	bool blocking;   /* its strongest lock blocks writes or reads */
	std::string_view lock_mode;
	std::string_view waited_for; /* who held its locks; empty: not told */
	std::optional<double> wait_ms;
	std::optional<double> run_ms;
	std::optional<double> held_ms;
};

struct RuleUse
{
	std::string_view rule;
	std::string_view summary;
	std::string_view action; /* now */
	std::uint64_t refused;
	std::uint64_t would_refuse;
	std::uint64_t warned;
	std::uint64_t recorded;
	std::uint64_t overridden;
	std::uint64_t bytes; /* of the work that was refused, or would have been */
};

struct RoleUse
{
	std::string_view role;
	std::uint64_t judged;
	std::uint64_t refused;
	std::uint64_t warned;
	std::uint64_t overridden;
	std::uint64_t failed;
	double blocking_ms;
};

struct RelationUse
{
	std::string_view relation;
	std::uint64_t judged;
	std::uint64_t refused;
	std::uint64_t overridden;
	std::uint64_t bytes; /* of the work that was refused or overridden */
	double blocking_ms;
	double longest_ms;
};

struct Failure
{
	std::string_view command;
	std::string_view outcome;
	std::string_view sqlstate;
	std::string_view last;
	std::uint64_t count;
};

struct PolicyChange
{
	std::string_view at;
	std::string_view role;
	std::string_view what;
	std::string_view reason;
};

struct Report
{
	ReportHead head;
	Totals totals;
	Timeline timeline;
	Listed<TimedStatement> longest;
	Listed<RuleUse> rules;
	Listed<RoleUse> roles;
	Listed<RelationUse> relations;
	Listed<ToldStatement> refusals;
	Listed<ToldStatement> overrides;
	Listed<PolicyChange> policy;
	Listed<Failure> failures;
	Listed<ToldStatement> mispredictions;
};

static_assert(std::is_trivially_destructible_v<Report>);

/* Throws std::bad_alloc only. What it returns lives in the arena. */
std::string_view report_page(const Report &report, const Arena &arena);

}  // namespace ddl_warden
