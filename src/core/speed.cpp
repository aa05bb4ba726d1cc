#include "speed.hpp"

#include "table.hpp"

#include <algorithm>
#include <numeric>

namespace ddl_warden
{
namespace
{

constexpr double megabyte = 1 << 20;

struct PaceRow
{
	Pace pace;
	std::string_view text;
	std::string_view words;
	double bytes_per_second;
};

/* Modest hardware, PostgreSQL 15: the lower end of what was measured. */
// clang-format off
constexpr PaceRow paces[] = {
	{Pace::Rewrite,         "rewrite",           "rewrite",             32 * megabyte},
	{Pace::Copy,            "copy",              "copy",               256 * megabyte},
	{Pace::Scan,            "scan",              "scan",              1024 * megabyte},
	{Pace::IndexBuild,      "index_build",       "index build",         32 * megabyte},
	{Pace::IndexRebuild,    "index_rebuild",     "index rebuild",       32 * megabyte},
	{Pace::ForeignKeyCheck, "foreign_key_check", "foreign key check",   64 * megabyte},
};
// clang-format on

static_assert(is_complete(paces, &PaceRow::pace, pace_count));

}  // namespace

std::string_view
to_text(Pace pace)
{
	return paces[index_of(pace)].text;
}

std::string_view
in_words(Pace pace)
{
	return paces[index_of(pace)].words;
}

std::optional<Pace>
pace_from(std::string_view text)
{
	for (const PaceRow &row : paces)
	{
		if (row.text == text)
		{
			return row.pace;
		}
	}
	return std::nullopt;
}

Rates
default_rates()
{
	Rates rates;

	for (const PaceRow &row : paces)
	{
		rates[index_of(row.pace)] = {row.bytes_per_second, 0};
	}
	return rates;
}

/* The median: a statement that had to wait, or ran while the machine was busy, moves it little. */
Rate
rate_from(Pace pace, std::span<const double> speeds)
{
	std::array<double, samples_used> latest = {};
	const std::size_t count = std::min(speeds.size(), latest.size());
	const auto middle = latest.begin() + static_cast<std::ptrdiff_t>(count / 2);

	if (count == 0)
	{
		return {paces[index_of(pace)].bytes_per_second, 0};
	}
	std::copy_n(speeds.begin(), count, latest.begin());
	std::sort(latest.begin(), latest.begin() + static_cast<std::ptrdiff_t>(count));
	return {count % 2 == 1 ? *middle : std::midpoint(*middle, *(middle - 1)),
			static_cast<int>(count)};
}

double
total_ms(const Forecast &forecast)
{
	return std::accumulate(forecast.ms.begin(), forecast.ms.end(), 0.0);
}

std::optional<Sample>
sample_from(const Forecast &forecast, Pace pace, double run_ms)
{
	const std::uint64_t bytes = forecast.bytes[index_of(pace)];
	const double expected = forecast.ms[index_of(pace)];
	const double all = total_ms(forecast);

	/* Of less than a quarter of the time, a rate would tell of the other work. */
	if (!forecast.tells_speed || run_ms < least_sampled_ms || bytes < least_sampled_bytes ||
		expected * 4 < all)
	{
		return std::nullopt;
	}
	return Sample{bytes, run_ms * (expected / all), expected};
}

bool
is_sampled(const Forecast &forecast, double run_ms)
{
	for (const PaceRow &row : paces)
	{
		if (sample_from(forecast, row.pace, run_ms).has_value())
		{
			return true;
		}
	}
	return false;
}

}  // namespace ddl_warden
