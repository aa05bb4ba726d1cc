#include "timeline.hpp"

#include "table.hpp"

#include <algorithm>
#include <cmath>

namespace ddl_warden
{

namespace
{

enum class Unit : std::uint8_t
{
	Statements,
	Milliseconds,
};

struct LaneRow
{
	Lane lane;
	Unit unit;
	bool always; /* drawn even when nothing happened: that, too, is told */
	Markup name;
	Markup style; /* class: colour */
};

// clang-format off
constexpr LaneRow lane_rows[] = {
	{Lane::Judged,      Unit::Statements,   true,  "Judged",               "judged"},
	{Lane::Refused,     Unit::Statements,   true,  "Refused",              "refused"},
	{Lane::WouldRefuse, Unit::Statements,   false, "Would be refused",     "refused"},
	{Lane::Overridden,  Unit::Statements,   false, "Overridden",           "overridden"},
	{Lane::Warned,      Unit::Statements,   false, "Warned",               "warned"},
	{Lane::Failed,      Unit::Statements,   false, "Failed",               "failed"},
	{Lane::RolledBack,  Unit::Statements,   false, "Rolled back",          "failed"},
	{Lane::Blocking,    Unit::Milliseconds, true,  "Blocking locks held",  "blocking"},
	{Lane::Waiting,     Unit::Milliseconds, false, "Waiting for locks",    "waiting"},
};
// clang-format on
static_assert(is_complete(lane_rows, &LaneRow::lane, lane_count));

/* Heights in pixels; widths are shares, so that the page can be as wide as it likes. */
constexpr double bar_height = 30;
constexpr double lane_height = 34;
constexpr double gap_height = 26;
constexpr double mark_height = 17;

constexpr std::size_t most_marks = 12;
constexpr double mark_width = 0.035;

double
value_in(const Slice &slice, Lane lane)
{
	return slice.values[static_cast<std::size_t>(lane)];
}

void
add_amount(Html &page, const LaneRow &row, double value)
{
	if (row.unit == Unit::Milliseconds)
	{
		page.add("{}", Duration{value});
	}
	else
	{
		page.add("{}", Count{static_cast<std::uint64_t>(value)});
	}
}

void
draw_ticks(Html &page, const Timeline &timeline)
{
	for (const Tick &tick : timeline.ticks)
	{
		page.add("<line class=\"grid\" x1=\"{}%\" x2=\"{}%\" y1=\"0\" y2=\"100%\"/>",
				 Measure{100 * tick.position}, Measure{100 * tick.position});
	}
}

/* What of a span lies in the period. */
struct Extent
{
	double from;
	double width;
};

Extent
within_period(double from, double to)
{
	const double start = std::clamp(from, 0.0, 1.0);

	return {start, std::max(std::clamp(to, 0.0, 1.0) - start, 0.0)};
}

void
draw_bar(Html &page, const Timeline &timeline, const Slice &slice, const LaneRow &row,
		 double largest)
{
	const double value = value_in(slice, row.lane);
	const double start = timeline.origin + static_cast<double>(slice.number) * timeline.slice_width;
	const Extent extent = within_period(start, start + timeline.slice_width);
	const double height = std::max(bar_height * value / largest, 2.0);

	page.add("<rect x=\"{}%\" y=\"{}\" width=\"{}%\" height=\"{}\"><title>{}: ",
			 Measure{100 * extent.from}, Measure{lane_height - height},
			 Measure{100 * std::max(extent.width, 0.002)}, Measure{height}, slice.at);
	add_amount(page, row, value);
	page.add("</title></rect>");
}

void
draw_lane(Html &page, const Timeline &timeline, const LaneRow &row)
{
	double largest = 0;
	const double sum = total(timeline, row.lane);

	for (const Slice &slice : timeline.slices)
	{
		largest = std::max(largest, value_in(slice, row.lane));
	}
	page.add("<div class=\"lane {}\"><span class=\"name\">{}</span>"
			 "<svg role=\"img\" height=\"{}\"><title>{}</title><desc>In all ",
			 row.style, row.name, Measure{lane_height}, row.name);
	add_amount(page, row, sum);
	page.add(", at most ");
	add_amount(page, row, largest);
	page.add(" in {}</desc>", timeline.slice_length);
	draw_ticks(page, timeline);
	for (const Slice &slice : timeline.slices)
	{
		if (value_in(slice, row.lane) > 0)
		{
			draw_bar(page, timeline, slice, row, largest);
		}
	}
	page.add("</svg><span class=\"sum\">");
	add_amount(page, row, sum);
	page.add("</span></div>\n");
}

void
draw_gaps(Html &page, const Timeline &timeline)
{
	page.add("<div class=\"lane paused\"><span class=\"name\">Paused</span>"
			 "<svg role=\"img\" height=\"{}\"><title>Paused: nothing was judged</title>",
			 Measure{gap_height});
	draw_ticks(page, timeline);
	for (const Gap &gap : timeline.gaps)
	{
		const Extent extent = within_period(gap.from, gap.to);

		page.add("<rect x=\"{}%\" y=\"11\" width=\"{}%\" height=\"10\"><title>{}</title></rect>",
				 Measure{100 * extent.from}, Measure{100 * std::max(extent.width, 0.003)},
				 gap.title);
	}
	page.add("</svg><span class=\"sum\">{}</span></div>\n", Count{timeline.gaps.size()});
}

/* Marks that would lie on one another go into rows, one above the other. */
struct MarkRows
{
	std::array<std::size_t, most_marks> row;
	std::size_t count;
};

MarkRows
arrange(std::span<const double> marks)
{
	MarkRows rows = {{}, 1};

	for (std::size_t mark = 0; mark < marks.size(); mark++)
	{
		std::size_t row = 0;

		for (std::size_t other = 0; other < mark; other++)
		{
			if (rows.row[other] == row && std::abs(marks[other] - marks[mark]) < mark_width)
			{
				row++;
				other = static_cast<std::size_t>(-1); /* once more, in the next row */
			}
		}
		rows.row[mark] = row;
		rows.count = std::max(rows.count, row + 1);
	}
	return rows;
}

void
draw_marks(Html &page, const Timeline &timeline, std::span<const double> marks)
{
	const MarkRows rows = arrange(marks);
	const double height = mark_height * static_cast<double>(rows.count);

	page.add("<div class=\"lane marks\"><span class=\"name\">Longest</span>"
			 "<svg role=\"group\" height=\"{}\"><title>The longest statements, by their number in "
			 "the list below</title>",
			 Measure{height});
	draw_ticks(page, timeline);
	for (std::size_t mark = 0; mark < marks.size(); mark++)
	{
		const double position = std::clamp(marks[mark], 0.012, 0.988);
		const double line = height - mark_height * static_cast<double>(rows.row[mark]) - 4;

		page.add("<a href=\"#s{}\"><text x=\"{}%\" y=\"{}\">{}</text></a>", Count{mark + 1},
				 Measure{100 * position}, Measure{line}, Count{mark + 1});
	}
	page.add("</svg><span class=\"sum\"></span></div>\n");
}

void
draw_axis(Html &page, const Timeline &timeline)
{
	page.add("<div class=\"lane axis\" aria-hidden=\"true\"><span class=\"name\"></span>"
			 "<svg height=\"22\">");
	for (std::size_t i = 0; i < timeline.ticks.size(); i++)
	{
		const Tick &tick = timeline.ticks[i];

		page.add("<line class=\"grid\" x1=\"{}%\" x2=\"{}%\" y1=\"0\" y2=\"4\"/>",
				 Measure{100 * tick.position}, Measure{100 * tick.position});
		page.add("<text class=\"{}\" x=\"{}%\" y=\"17\">{}</text>",
				 tick.position > 0.94   ? Markup("last")
				 : tick.position < 0.04 ? Markup("first")
				 : i % 2 == 1           ? Markup("odd")
										: Markup("even"),
				 Measure{100 * tick.position}, tick.label);
	}
	page.add("</svg><span class=\"sum\"></span></div>\n");
}

}  // namespace

double
total(const Timeline &timeline, Lane lane)
{
	double sum = 0;

	for (const Slice &slice : timeline.slices)
	{
		sum += value_in(slice, lane);
	}
	return sum;
}

void
draw(Html &page, const Timeline &timeline, std::span<const double> marks)
{
	page.add("<div class=\"lanes\">\n");
	for (const LaneRow &row : lane_rows)
	{
		if (row.always || total(timeline, row.lane) > 0)
		{
			draw_lane(page, timeline, row);
		}
	}
	if (!timeline.gaps.empty())
	{
		draw_gaps(page, timeline);
	}
	if (!marks.empty())
	{
		draw_marks(page, timeline, marks.first(std::min(marks.size(), most_marks)));
	}
	draw_axis(page, timeline);
	page.add("</div>\n");
}

}  // namespace ddl_warden
