/* The timeline of a report: one lane for each kind of event, all over the same period. */
#pragma once

#include "html.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace ddl_warden
{

/* In the order in which they are drawn. Each is a lane of its own, so that none needs a colour to
 * be told from another. */
enum class Lane : std::uint8_t
{
	Judged,
	Refused,
	WouldRefuse,
	Overridden,
	Warned,
	Failed,
	RolledBack,
	Blocking, /* milliseconds */
	Waiting,  /* milliseconds */
};

inline constexpr std::size_t lane_count = 9;

/* What happened in one slice of the period. */
struct Slice
{
	std::int64_t number; /* from the origin */
	std::string_view at; /* when it begins */
	std::array<double, lane_count> values;
};

/* A label of the axis. */
struct Tick
{
	double position;
	std::string_view label;
};

/* A span of time without judging. */
struct Gap
{
	double from;
	double to;
	std::string_view title;
};

/* Positions are shares of the period: 0 is its beginning, 1 its end. */
struct Timeline
{
	double origin;                 /* where slice 0 begins: at the period's beginning or before */
	double slice_width;            /* share of the period */
	std::string_view slice_length; /* "1 hour" */
	std::span<const Slice> slices; /* those in which something happened */
	std::span<const Tick> ticks;
	std::span<const Gap> gaps;
};

double total(const Timeline &timeline, Lane lane);

/* Marks are the positions of the statements that the page lists, the first one first. */
void draw(Html &page, const Timeline &timeline, std::span<const double> marks);

}  // namespace ddl_warden
