/*
 * Speed: how fast this server does each kind of work, as finished statements show it, with stated
 * defaults before there are any; and what is expected of a statement by that. Numbers only.
 */
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace ddl_warden
{

/* What has a speed of its own: a kind of work. An index that is built anew is measured by its own
 * size, a new one by that of its table, so these are two. */
enum class Pace : std::uint8_t
{
	Rewrite,
	Copy,
	Scan,
	IndexBuild,
	IndexRebuild,
	ForeignKeyCheck,
};

inline constexpr std::size_t pace_count = 6;

constexpr std::size_t
index_of(Pace pace)
{
	return static_cast<std::size_t>(pace);
}

/* As ddl_warden.rates has it: "index_rebuild". */
std::string_view to_text(Pace pace);
std::string_view in_words(Pace pace); /* "index rebuild" */
std::optional<Pace> pace_from(std::string_view text);

struct Rate
{
	double bytes_per_second;
	int samples; /* statements it was measured from; 0: it is assumed */
};

using Rates = std::array<Rate, pace_count>; /* indexed by Pace */

Rates default_rates();

/* How many statements a rate is made from, the latest ones; older ones count for nothing. */
inline constexpr std::size_t samples_used = 15;

/* The rate that the latest statements show, newest first, in bytes per second. None: the default.
 */
Rate rate_from(Pace pace, std::span<const double> speeds);

/* Work of less bytes, or done in less time, is all overhead and tells no speed. */
inline constexpr std::uint64_t least_sampled_bytes = std::uint64_t{4} << 20;
inline constexpr double least_sampled_ms = 20;

struct Forecast
{
	std::array<std::uint64_t, pace_count> bytes; /* indexed by Pace */
	std::array<double, pace_count> ms;           /* indexed by Pace */
	bool tells_speed; /* the time that it takes will go into this work, as far as can be known */
};

static_assert(std::is_trivially_destructible_v<Forecast>);

double total_ms(const Forecast &forecast);

/* What one statement says of one pace: its share of the time that the statement took. */
struct Sample
{
	std::uint64_t bytes;
	double run_ms;
	double forecast_ms;
};

/* None when the statement tells nothing of that pace: there is too little of the work, or so much
 * other work that the share would be a guess. */
std::optional<Sample> sample_from(const Forecast &forecast, Pace pace, double run_ms);

/* Does it say something of any? */
bool is_sampled(const Forecast &forecast, double run_ms);

}  // namespace ddl_warden
