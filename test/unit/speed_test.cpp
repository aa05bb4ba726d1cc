#include "core/speed.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ddl_warden
{
namespace
{

constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;

TEST(Speed, is_assumed_before_anything_is_measured)
{
	for (std::size_t i = 0; i < pace_count; i++)
	{
		const Pace pace = static_cast<Pace>(i);

		EXPECT_EQ(default_rates()[i].samples, 0) << to_text(pace);
		EXPECT_GT(default_rates()[i].bytes_per_second, 0) << to_text(pace);
		EXPECT_EQ(rate_from(pace, {}).bytes_per_second, default_rates()[i].bytes_per_second);
		EXPECT_EQ(rate_from(pace, {}).samples, 0);
		EXPECT_EQ(pace_from(to_text(pace)), pace);
	}
	EXPECT_EQ(pace_from("reindex"), std::nullopt);
}

struct MedianCase
{
	std::vector<double> speeds;
	double rate;
	int samples;
};

TEST(Speed, is_the_median_of_the_latest)
{
	const MedianCase cases[] = {
		{{7}, 7, 1},
		{{10, 20}, 15, 2},
		{{10, 1, 20}, 10, 3},
		{{100, 100, 1, 100}, 100, 4}, /* one that had to wait */
		{{30, 10, 40, 20}, 25, 4},
		{{3, 3, 3, 3, 3, 3, 3, 3, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9},
		 3,
		 15}, /* older ones */
	};

	for (const MedianCase &each : cases)
	{
		const Rate rate = rate_from(Pace::Scan, each.speeds);

		EXPECT_EQ(rate.bytes_per_second, each.rate);
		EXPECT_EQ(rate.samples, each.samples);
	}
}

/* A statement that is forecast to rewrite for 3 s, to rebuild an index for 1 s, and to scan a
 * moment. */
Forecast
mixed()
{
	Forecast forecast = {};

	forecast.tells_speed = true;
	forecast.bytes[index_of(Pace::Rewrite)] = 96 * megabyte;
	forecast.ms[index_of(Pace::Rewrite)] = 3000;
	forecast.bytes[index_of(Pace::IndexRebuild)] = 33 * megabyte;
	forecast.ms[index_of(Pace::IndexRebuild)] = 1010;
	forecast.bytes[index_of(Pace::Scan)] = 96 * megabyte;
	forecast.ms[index_of(Pace::Scan)] = 10;
	return forecast;
}

TEST(Speed, is_told_by_the_share_of_each_kind_of_work)
{
	const std::optional<Sample> rewrite = sample_from(mixed(), Pace::Rewrite, 8040);
	const std::optional<Sample> rebuild = sample_from(mixed(), Pace::IndexRebuild, 8040);

	ASSERT_TRUE(rewrite.has_value());
	EXPECT_EQ(rewrite->bytes, 96 * megabyte);
	EXPECT_DOUBLE_EQ(rewrite->run_ms, 6000);
	EXPECT_DOUBLE_EQ(rewrite->forecast_ms, 3000);
	ASSERT_TRUE(rebuild.has_value());
	EXPECT_DOUBLE_EQ(rebuild->run_ms, 2020);
	EXPECT_TRUE(is_sampled(mixed(), 8040));
}

TEST(Speed, is_not_told_by_a_small_share)
{
	EXPECT_FALSE(sample_from(mixed(), Pace::Scan, 8040).has_value());
	EXPECT_FALSE(sample_from(mixed(), Pace::Copy, 8040).has_value());
}

TEST(Speed, is_not_told_by_what_is_short_small_or_other_than_work)
{
	Forecast forecast = mixed();

	EXPECT_FALSE(is_sampled(forecast, least_sampled_ms - 1));
	EXPECT_TRUE(is_sampled(forecast, least_sampled_ms));

	forecast.tells_speed = false;
	EXPECT_FALSE(is_sampled(forecast, 8040));

	forecast = {};
	forecast.tells_speed = true;
	forecast.bytes[index_of(Pace::Scan)] = least_sampled_bytes - 1;
	forecast.ms[index_of(Pace::Scan)] = 100;
	EXPECT_FALSE(is_sampled(forecast, 8040));
	forecast.bytes[index_of(Pace::Scan)]++;
	EXPECT_TRUE(is_sampled(forecast, 8040));
	EXPECT_FALSE(is_sampled(Forecast{}, 8040));
}

}  // namespace
}  // namespace ddl_warden
