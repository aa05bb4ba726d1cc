#include "core/forecast.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace ddl_warden
{
namespace
{

constexpr std::uint64_t gigabyte = std::uint64_t{1} << 30;
constexpr std::int64_t second = 1'000'000;

struct Case
{
	Work work;
	std::uint64_t bytes;
	std::int64_t microseconds;
};

TEST(Forecast, follows_the_stated_defaults)
{
	const Case cases[] = {
		{Work::Rewrite, gigabyte, 32 * second},
		{Work::IndexBuild, gigabyte, 32 * second},
		{Work::ForeignKeyCheck, gigabyte, 16 * second},
		{Work::Copy, gigabyte, 4 * second},
		{Work::Scan, gigabyte, second},
		{Work::Scan, gigabyte / 2, second / 2},
		{Work::Rewrite, 0, 0},
	};

	for (const Case &each : cases)
	{
		EXPECT_EQ(forecast(each.work, each.bytes), each.microseconds) << to_text(each.work);
	}
}

TEST(Forecast, holds_for_the_largest_sizes)
{
	const std::uint64_t petabyte = gigabyte << 20;

	EXPECT_EQ(forecast(Work::Scan, petabyte), second << 20);
	EXPECT_GT(forecast(Work::Rewrite, petabyte << 4), 0);
}

}  // namespace
}  // namespace ddl_warden
