#include "core/report.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

#include <string>

/* Each test names what it is about; the rest is empty. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace ddl_warden
{
namespace
{

class ReportPage : public testing::Test
{
protected:
	ReportPage()
	{
		report.head = {.database = "shop",
					   .server = "one",
					   .server_version = "15.1",
					   .library_version = "0.1.0",
					   .extension_version = "0.1.0",
					   .mode = "enforce",
					   .since = "2026-01-01 00:00",
					   .until = "2026-01-02 00:00",
					   .time_zone = "UTC",
					   .made_at = "2026-01-02 00:01",
					   .made_by = "dba",
					   .length_ms = 86'400'000};
		report.timeline.slice_width = 1;
		report.timeline.slices = {&slice, 1};
		set(Lane::Judged, 10);
	}

	void
	set(Lane lane, double value)
	{
		slice.values[static_cast<std::size_t>(lane)] = value;
	}

	std::string
	page()
	{
		return std::string(report_page(report, *arena));
	}

	bool
	says(std::string_view text)
	{
		return page().find(text) != std::string::npos;
	}

	TestArena arena;
	Slice slice = {0, "then", {}};
	Report report = {};
};

TEST_F(ReportPage, asks_for_nothing_and_runs_nothing)
{
	EXPECT_TRUE(says("content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
					 "form-action 'none'\""));
	EXPECT_FALSE(says("<script"));
	EXPECT_FALSE(says("src="));
	EXPECT_FALSE(says("http:"));
	EXPECT_FALSE(says("https:"));
}

TEST_F(ReportPage, says_where_and_when)
{
	EXPECT_TRUE(says("<title>Schema changes in shop</title>"));
	EXPECT_TRUE(says("<time>2026-01-01 00:00</time> to <time>2026-01-02 00:00</time> "
					 "<span class=\"by\">1 d, UTC</span>"));
	EXPECT_TRUE(says("Database <bdi>shop</bdi> on <bdi>one</bdi>, PostgreSQL 15.1, ddl_warden "
					 "0.1.0, mode enforce."));
}

TEST_F(ReportPage, escapes_the_names_in_its_head)
{
	report.head.database = "</title><script>";
	EXPECT_TRUE(says("<title>Schema changes in &lt;/title&gt;&lt;script&gt;</title>"));
	EXPECT_FALSE(says("<script"));
}

TEST_F(ReportPage, tells_versions_that_differ)
{
	report.head.extension_version = "0.0.9";
	EXPECT_TRUE(says("ddl_warden 0.1.0 with SQL objects of 0.0.9"));
}

TEST_F(ReportPage, tells_what_matters_in_sentences)
{
	set(Lane::Refused, 3);
	set(Lane::Overridden, 1);
	set(Lane::Blocking, 2000);
	report.totals.refused_bytes = std::uint64_t{48} << 30;
	report.totals.longest_hold_ms = 1500;
	EXPECT_TRUE(says("<b>10</b> statements were judged. <b>3</b> were refused before they took a "
					 "lock, on <b>48 GB</b> of data. <b>1</b> went through by an override or "
					 "unjudged. Locks that block others were held for <b>2.0 s</b> in all, <b>1.5 "
					 "s</b> at most at a time.</p>"));
}

TEST_F(ReportPage, says_that_nothing_was_refused)
{
	EXPECT_TRUE(says("None was refused."));
}

TEST_F(ReportPage, says_what_was_not_measured)
{
	EXPECT_TRUE(says("<dt>longest wait</dt><dd class=\"unknown\">not measured</dd>"));
	EXPECT_TRUE(says("is not measured yet"));
	report.totals.waits_measured = 1;
	report.totals.longest_wait_ms = 40;
	report.totals.holds_measured = 1;
	EXPECT_TRUE(says("<dt>longest wait</dt><dd>40 ms</dd>"));
	EXPECT_FALSE(says("is not measured yet"));
}

TEST_F(ReportPage, says_what_the_record_lacks)
{
	EXPECT_FALSE(says("Not in the record"));
	report.totals.logged = 7;
	report.totals.lost = 2;
	EXPECT_TRUE(says("7 decisions were told in the server log and not in the record; 2 of them"));
}

TEST_F(ReportPage, has_a_word_for_an_empty_period)
{
	report.timeline.slices = {};
	EXPECT_TRUE(says("No schema change was recorded in this period."));
	EXPECT_FALSE(says("Timeline"));
	EXPECT_TRUE(says("</html>"));
}

}  // namespace
}  // namespace ddl_warden
