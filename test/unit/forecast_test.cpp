#include "core/forecast.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

#include <array>

/* A case names only the fields it is about. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace ddl_warden
{
namespace
{

constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;
constexpr std::uint64_t gigabyte = std::uint64_t{1} << 30;

RelationImpact
row(Work work, std::uint64_t bytes, RelationKind kind = RelationKind::Table)
{
	RelationImpact row = {.kind = kind, .visible = true};

	row.does[static_cast<std::size_t>(work)] = true;
	row.bytes[static_cast<std::size_t>(work)] = bytes;
	return row;
}

Rates
measured(Pace pace, double bytes_per_second, int samples)
{
	Rates rates = default_rates();

	rates[index_of(pace)] = {bytes_per_second, samples};
	return rates;
}

// ---- numbers

struct DefaultCase
{
	Work work;
	RelationKind kind;
	std::uint64_t bytes;
	double ms;
};

TEST(Forecast, follows_the_stated_defaults)
{
	const DefaultCase cases[] = {
		{Work::Rewrite, RelationKind::Table, gigabyte, 32'000},
		{Work::IndexBuild, RelationKind::Table, gigabyte, 32'000},
		{Work::IndexBuild, RelationKind::Index, gigabyte, 32'000},
		{Work::ForeignKeyCheck, RelationKind::Table, gigabyte, 16'000},
		{Work::Copy, RelationKind::Table, gigabyte, 4'000},
		{Work::Scan, RelationKind::Table, gigabyte, 1'000},
		{Work::Scan, RelationKind::Table, gigabyte << 20, 1e3 * (1 << 20)},
		{Work::Rewrite, RelationKind::Table, 0, 0},
	};

	for (const DefaultCase &each : cases)
	{
		EXPECT_DOUBLE_EQ(total_ms(forecast(row(each.work, each.bytes, each.kind), default_rates())),
						 each.ms)
			<< to_text(each.work);
	}
}

TEST(Forecast, tells_an_index_built_anew_from_a_new_one)
{
	const Rates rates = measured(Pace::IndexRebuild, 64.0 * megabyte, 3);

	EXPECT_DOUBLE_EQ(total_ms(forecast(row(Work::IndexBuild, gigabyte), rates)), 32'000);
	EXPECT_DOUBLE_EQ(
		total_ms(forecast(row(Work::IndexBuild, gigabyte, RelationKind::Index), rates)), 16'000);
}

/* One statement, and whether its time tells the speed of its work. */
struct Statement
{
	std::array<RelationImpact, 2> rows = {
		row(Work::Rewrite, gigabyte),
		row(Work::IndexBuild, 64 * megabyte, RelationKind::Index),
	};
	Facts facts = {};
	Impact impact = {};

	Forecast
	forecast()
	{
		facts.kind = facts.kind == Kind::Other ? Kind::AlterTable : facts.kind;
		impact.relations = rows;
		return ddl_warden::forecast(facts, impact, default_rates());
	}
};

TEST(Forecast, of_a_statement_is_the_sum_of_its_work)
{
	Statement statement;
	const Forecast forecast = statement.forecast();

	EXPECT_DOUBLE_EQ(total_ms(forecast), 34'000);
	EXPECT_EQ(forecast.bytes[index_of(Pace::Rewrite)], gigabyte);
	EXPECT_EQ(forecast.bytes[index_of(Pace::IndexRebuild)], 64 * megabyte);
	EXPECT_TRUE(forecast.tells_speed);
}

TEST(Forecast, is_not_judged_by_what_waits_runs_a_query_or_may_not_be_done)
{
	Statement concurrent;
	Statement refresh;
	Statement doubtful;

	concurrent.facts.concurrently = true;
	refresh.facts.kind = Kind::RefreshMaterializedView;
	doubtful.rows[0].doubtful = true;
	EXPECT_FALSE(concurrent.forecast().tells_speed);
	EXPECT_FALSE(refresh.forecast().tells_speed);
	EXPECT_FALSE(doubtful.forecast().tells_speed);
}

TEST(Forecast, asks_for_rates_only_where_they_matter)
{
	std::array<RelationImpact, 2> rows = {row(Work::Scan, least_sampled_bytes - 1), {}};
	Impact impact = {};

	impact.relations = rows;
	EXPECT_FALSE(is_worth_reading_for(impact));
	rows[1] = row(Work::IndexBuild, 1);
	EXPECT_TRUE(is_worth_reading_for(impact));
}

// ---- texts

TEST(Forecast, is_told_as_people_say_it)
{
	struct
	{
		double seconds;
		const char *text;
	} const cases[] = {
		{0, "under a second"},    {0.999, "under a second"}, {1, "about 1 s"},
		{1.6, "about 2 s"},       {9.4, "about 9 s"},        {9.9, "about 10 s"},
		{12, "about 10 s"},       {18, "about 20 s"},        {89, "about 90 s"},
		{90, "about 2 min"},      {240, "about 4 min"},      {599, "about 10 min"},
		{1000, "about 15 min"},   {5399, "about 90 min"},    {5401, "about 2 h"},
		{7200, "about 2 h"},      {86400, "about 24 h"},     {172799, "about 48 h"},
		{172801, "about 2 days"}, {864000, "about 10 days"},
	};

	for (const auto &each : cases)
	{
		TestArena arena;

		EXPECT_EQ(duration_text(1000 * each.seconds, *arena), each.text) << each.seconds;
	}
}

TEST(Forecast, names_a_rate_in_two_or_three_digits)
{
	struct
	{
		double rate;
		const char *text;
	} const cases[] = {
		{500, "0.5 kB/s"},
		{9.0 * 1024, "9 kB/s"},
		{32.0 * megabyte, "32 MB/s"},
		{9.44 * megabyte, "9.4 MB/s"},
		{210.4 * megabyte, "210 MB/s"},
		{1.0 * gigabyte, "1 GB/s"},
		{2.55 * 1024 * gigabyte, "2.5 TB/s"},
	};

	for (const auto &each : cases)
	{
		TestArena arena;

		EXPECT_EQ(rate_text(each.rate, *arena), each.text);
	}
}

TEST(Forecast, says_what_it_is_made_of)
{
	TestArena arena;
	const Rates rates = measured(Pace::Rewrite, 210.0 * megabyte, 12);
	const Forecast rewrite = forecast(row(Work::Rewrite, 48 * gigabyte), rates);
	const Forecast scan = forecast(row(Work::Scan, 48 * gigabyte), rates);

	EXPECT_EQ(forecast_text(rewrite, rates, 48 * gigabyte, *arena),
			  "about 4 min at 210 MB/s measured here");
	EXPECT_EQ(forecast_text(scan, rates, 48 * gigabyte, *arena), "about 50 s at 1 GB/s assumed");
	EXPECT_EQ(forecast_sentence(rewrite, rates, *arena),
			  "Forecast: rewrite at 210 MB/s measured here in 12 statements.");
	EXPECT_EQ(forecast_sentence(forecast(row(Work::Rewrite, 48 * gigabyte),
										 measured(Pace::Rewrite, 210.0 * megabyte, 1)),
								measured(Pace::Rewrite, 210.0 * megabyte, 1), *arena),
			  "Forecast: rewrite at 210 MB/s measured here in 1 statement.");
}

/* Half a minute for the table at a measured rate, some for its index at an assumed one. */
TEST(Forecast, of_several_kinds_of_work_is_what_the_size_makes_of_the_time)
{
	TestArena arena;
	const Rates rates = measured(Pace::Rewrite, 32.0 * megabyte, 2);
	Statement statement;

	statement.forecast();

	const Forecast all = forecast(statement.facts, statement.impact, rates);

	EXPECT_EQ(forecast_text(all, rates, gigabyte, *arena), "about 35 s at 30 MB/s measured here");
	EXPECT_EQ(forecast_sentence(all, rates, *arena),
			  "Forecast: rewrite at 32 MB/s measured here in 2 statements, index rebuild at 32 MB/s"
			  " assumed.");
}

TEST(Forecast, is_not_told_below_a_second)
{
	TestArena arena;
	const Forecast moment = forecast(row(Work::Rewrite, 31 * megabyte), default_rates());

	EXPECT_EQ(forecast_text(moment, default_rates(), 31 * megabyte, *arena), "");
	EXPECT_EQ(forecast_sentence(moment, default_rates(), *arena), "");
}

}  // namespace
}  // namespace ddl_warden
