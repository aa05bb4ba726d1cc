#include "forecast.hpp"

#include "table.hpp"
#include "text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <numeric>

namespace ddl_warden
{
namespace
{

Pace
pace_of(Work work, RelationKind kind)
{
	switch (work)
	{
		case Work::Rewrite:
			return Pace::Rewrite;
		case Work::Copy:
			return Pace::Copy;
		case Work::Scan:
			return Pace::Scan;
		case Work::IndexBuild:
			return kind == RelationKind::Index ? Pace::IndexRebuild : Pace::IndexBuild;
		case Work::ForeignKeyCheck:
			break;
	}
	return Pace::ForeignKeyCheck;
}

void
add(Forecast &forecast, const RelationImpact &relation, const Rates &rates)
{
	for (std::size_t work = 0; work < work_kinds; work++)
	{
		const std::size_t pace = index_of(pace_of(static_cast<Work>(work), relation.kind));
		const auto bytes = static_cast<double>(relation.bytes[work]);

		forecast.bytes[pace] += relation.bytes[work];
		forecast.ms[pace] += 1000 * bytes / rates[pace].bytes_per_second;
	}
}

/* A CONCURRENTLY form waits for other transactions, a materialized view for its query, and what
 * cannot be known beforehand may not be done at all. */
bool
tells_speed(const Facts &facts, const Impact &impact)
{
	return !facts.concurrently && facts.kind != Kind::RefreshMaterializedView &&
		   std::none_of(impact.relations.begin(), impact.relations.end(),
						[](const RelationImpact &relation) { return relation.doubtful; });
}

// ---- texts

struct Step
{
	double below; /* seconds */
	double step;  /* rounded to a multiple of it, in seconds */
	double unit;
	std::string_view name;
};

constexpr double megabyte = 1 << 20;
constexpr double minute = 60;
constexpr double hour = 60 * minute;
constexpr double day = 24 * hour;

/* As people say it: rounding is off by a quarter at most, and soon by less. */
// clang-format off
constexpr Step steps[] = {
	{10,          1,          1,      " s"},
	{90,          5,          1,      " s"},
	{10 * minute, minute,     minute, " min"},
	{90 * minute, 5 * minute, minute, " min"},
	{2 * day,     hour,       hour,   " h"},
	{HUGE_VAL,    day,        day,    " days"},
};
// clang-format on

struct Unit
{
	double size;
	std::string_view name;
};

constexpr Unit units[] = {{megabyte * megabyte, " TB/s"},
						  {1024 * megabyte, " GB/s"},
						  {megabyte, " MB/s"},
						  {1024, " kB/s"}};

/* Up to one decimal, and no zero for it. */
std::string_view
number(const Arena &arena, double value, int decimals)
{
	char digits[40];
	char *end =
		std::to_chars(digits, std::end(digits), value, std::chars_format::fixed, decimals).ptr;
	std::string_view text(digits, static_cast<std::size_t>(end - digits));

	if (text.ends_with(".0"))
	{
		text.remove_suffix(2);
	}
	return concat(arena, {text});
}

bool
is_worth_telling(const Forecast &forecast)
{
	return total_ms(forecast) >= least_told_ms;
}

/* Measured or assumed is what most of the time is. */
bool
is_mostly_measured(const Forecast &forecast, const Rates &rates)
{
	double measured = 0;

	for (std::size_t pace = 0; pace < pace_count; pace++)
	{
		measured += rates[pace].samples > 0 ? forecast.ms[pace] : 0;
	}
	return measured * 2 >= total_ms(forecast);
}

std::string_view
source_text(const Rate &rate, const Arena &arena)
{
	if (rate.samples == 0)
	{
		return "assumed";
	}
	return concat(arena, {"measured here in ", number(arena, rate.samples, 0),
						  rate.samples == 1 ? " statement" : " statements"});
}

}  // namespace

Forecast
forecast(const RelationImpact &relation, const Rates &rates)
{
	Forecast forecast = {};

	add(forecast, relation, rates);
	return forecast;
}

Forecast
forecast(const Facts &facts, const Impact &impact, const Rates &rates)
{
	Forecast forecast = {};

	for (const RelationImpact &relation : impact.relations)
	{
		add(forecast, relation, rates);
	}
	forecast.tells_speed = tells_speed(facts, impact);
	return forecast;
}

bool
is_worth_reading_for(const Impact &impact)
{
	const auto bytes = [](std::uint64_t sum, const RelationImpact &relation) {
		return std::accumulate(relation.bytes.begin(), relation.bytes.end(), sum);
	};

	return std::accumulate(impact.relations.begin(), impact.relations.end(), std::uint64_t{0},
						   bytes) >= least_sampled_bytes;
}

std::string_view
duration_text(double ms, const Arena &arena)
{
	const double seconds = ms / 1000;
	const Step *step = steps;

	if (ms < least_told_ms)
	{
		return "under a second";
	}
	while (seconds >= step->below)
	{
		step++;
	}

	const double rounded = std::round(seconds / step->step) * step->step;

	return concat(arena, {"about ", number(arena, rounded / step->unit, 0), step->name});
}

std::string_view
rate_text(double bytes_per_second, const Arena &arena)
{
	const Unit *unit = std::find_if(std::begin(units), std::end(units) - 1, [&](const Unit &each) {
		return bytes_per_second >= each.size;
	});
	const double value = bytes_per_second / unit->size;

	return concat(arena, {number(arena, value, value < 10 ? 1 : 0), unit->name});
}

std::string_view
forecast_text(const Forecast &forecast, const Rates &rates, std::uint64_t bytes, const Arena &arena)
{
	if (!is_worth_telling(forecast))
	{
		return {};
	}

	const double ms = total_ms(forecast);

	return concat(arena, {duration_text(ms, arena), " at ",
						  rate_text(1000 * static_cast<double>(bytes) / ms, arena),
						  is_mostly_measured(forecast, rates) ? " measured here" : " assumed"});
}

std::string_view
forecast_sentence(const Forecast &forecast, const Rates &rates, const Arena &arena)
{
	String sentence{ArenaAllocator<char>(arena)};

	if (!is_worth_telling(forecast))
	{
		return {};
	}
	for (std::size_t pace = 0; pace < pace_count; pace++)
	{
		const Rate &rate = rates[pace];

		if (forecast.bytes[pace] > 0)
		{
			sentence.append(sentence.empty() ? "Forecast: " : ", ");
			sentence += concat(arena, {in_words(static_cast<Pace>(pace)), " at ",
									   rate_text(rate.bytes_per_second, arena), " ",
									   source_text(rate, arena)});
		}
	}
	sentence += ".";
	return keep(sentence);
}

}  // namespace ddl_warden
