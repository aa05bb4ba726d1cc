#include "core/timeline.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

/* Each test names what it is about; the rest is empty. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace ddl_warden
{
namespace
{

Slice
slice(std::int64_t number, Lane lane, double value)
{
	Slice result = {number, "then", {}};

	result.values[static_cast<std::size_t>(lane)] = value;
	return result;
}

std::string
drawn(const Timeline &timeline, std::span<const double> marks = {})
{
	TestArena arena;
	Html page(*arena);

	draw(page, timeline, marks);
	return std::string(page.text());
}

std::size_t
count_of(const std::string &text, std::string_view part)
{
	std::size_t count = 0;

	for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1))
	{
		count++;
	}
	return count;
}

TEST(Timeline, sums_a_lane)
{
	const Slice slices[] = {slice(0, Lane::Refused, 2), slice(3, Lane::Refused, 5)};

	EXPECT_EQ(total({.slices = slices}, Lane::Refused), 7);
	EXPECT_EQ(total({.slices = slices}, Lane::Warned), 0);
}

TEST(Timeline, draws_a_lane_for_what_happened_and_for_what_matters)
{
	const Slice slices[] = {slice(0, Lane::Warned, 1)};
	const std::string page = drawn({.slice_width = 0.1, .slices = slices});

	EXPECT_NE(page.find(">Warned<"), page.npos);
	EXPECT_NE(page.find(">Refused<"), page.npos); /* that there were none is news */
	EXPECT_EQ(page.find(">Overridden<"), page.npos);
	EXPECT_EQ(page.find(">Paused<"), page.npos);
}

TEST(Timeline, places_and_scales_bars)
{
	const Slice slices[] = {slice(0, Lane::Judged, 10), slice(5, Lane::Judged, 5)};
	const std::string page = drawn({.slice_width = 0.1, .slices = slices});

	EXPECT_NE(page.find("<rect x=\"0%\" y=\"4\" width=\"10%\" height=\"30\"><title>then: 10<"),
			  page.npos);
	EXPECT_NE(page.find("<rect x=\"50%\" y=\"19\" width=\"10%\" height=\"15\"><title>then: 5<"),
			  page.npos);
}

TEST(Timeline, keeps_bars_within_the_period)
{
	const Slice slices[] = {slice(0, Lane::Judged, 1), slice(9, Lane::Judged, 1)};
	const std::string page = drawn({.origin = -0.05, .slice_width = 0.12, .slices = slices});

	EXPECT_NE(page.find("<rect x=\"0%\" y=\"4\" width=\"7%\""), page.npos);
	EXPECT_EQ(count_of(page, "<rect x=\"100%\""), 1U); /* what lies outside does not stick out */
}

TEST(Timeline, tells_times_and_counts_apart)
{
	const Slice slices[] = {slice(0, Lane::Blocking, 90'000)};
	const std::string page =
		drawn({.slice_width = 1, .slice_length = "1 <hour>", .slices = slices});

	EXPECT_NE(page.find("<desc>In all 1 min 30 s, at most 1 min 30 s in 1 &lt;hour&gt;</desc>"),
			  page.npos);
}

TEST(Timeline, draws_pauses_with_their_reason_escaped)
{
	const Gap gaps[] = {{-0.5, 0.25, "<why>"}};

	EXPECT_NE(drawn({.gaps = gaps})
				  .find("<rect x=\"0%\" y=\"11\" width=\"25%\" height=\"10\"><title>&lt;why&gt;<"),
			  std::string::npos);
}

TEST(Timeline, lays_marks_above_one_another_where_they_would_touch)
{
	const double marks[] = {0.5, 0.51, 0.52, 0.9};
	const std::string page = drawn({}, marks);

	EXPECT_NE(page.find("height=\"51\""), page.npos); /* three rows */
	EXPECT_NE(page.find("<a href=\"#s1\"><text x=\"50%\" y=\"47\">1</text></a>"), page.npos);
	EXPECT_NE(page.find("<a href=\"#s3\"><text x=\"52%\" y=\"13\">3</text></a>"), page.npos);
	EXPECT_NE(page.find("<a href=\"#s4\"><text x=\"90%\" y=\"47\">4</text></a>"), page.npos);
}

TEST(Timeline, marks_no_more_than_can_be_read)
{
	const std::vector<double> marks(25, 0.5);

	EXPECT_EQ(count_of(drawn({}, marks), "<a href"), 12U);
}

}  // namespace
}  // namespace ddl_warden
