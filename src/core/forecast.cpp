#include "forecast.hpp"

#include "table.hpp"

#include <array>

namespace ddl_warden
{
namespace
{

constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;

struct Rate
{
	Work work;
	std::uint64_t bytes_per_second;
};

/* Modest hardware, PostgreSQL 15, tables with a few indexes: the lower end of what was measured. */
// clang-format off
constexpr std::array<Rate, work_kinds> rates = {{
	{Work::Rewrite,           32 * megabyte},
	{Work::Copy,             256 * megabyte},
	{Work::Scan,            1024 * megabyte},
	{Work::IndexBuild,        32 * megabyte},
	{Work::ForeignKeyCheck,   64 * megabyte},
}};
// clang-format on

static_assert(is_complete(rates, &Rate::work, work_kinds));

}  // namespace

std::int64_t
forecast(Work work, std::uint64_t bytes)
{
	constexpr std::uint64_t microseconds = 1'000'000;
	const std::uint64_t rate = rates[static_cast<std::size_t>(work)].bytes_per_second;

	/* Whole seconds first: bytes * 1,000,000 overflows beyond 18 TB. */
	return static_cast<std::int64_t>(bytes / rate * microseconds +
									 bytes % rate * microseconds / rate);
}

}  // namespace ddl_warden
