#include "pg/report/collect.hpp"

#include "pg/memory.hpp"
#include "pg/report/queries.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
}

#include <algorithm>

namespace ddl_warden::pg
{

namespace
{

/* A row of a result; each reading goes on to the next column. */
struct Row
{
	HeapTuple tuple;
	TupleDesc columns;
	int next;
};

NullableDatum
value(Row &row)
{
	NullableDatum result;

	result.value = SPI_getbinval(row.tuple, row.columns, ++row.next, &result.isnull);
	return result;
}

/* In UTF-8, or as it is where the database has no encoding. NULL is empty. */
std::string_view
string(Row &row)
{
	const NullableDatum datum = value(row);

	if (datum.isnull)
	{
		return {};
	}
	char *chars = TextDatumGetCString(datum.value);

	if (GetDatabaseEncoding() == PG_SQL_ASCII)
	{
		return view(chars);
	}
	return view(pg_server_to_any(chars, static_cast<int>(strlen(chars)), PG_UTF8));
}

std::optional<double>
measured(Row &row)
{
	const NullableDatum datum = value(row);

	return datum.isnull ? std::nullopt : std::optional<double>(DatumGetFloat8(datum.value));
}

double
real(Row &row)
{
	const NullableDatum datum = value(row);

	return datum.isnull ? 0 : DatumGetFloat8(datum.value);
}

/* Of sums, which are numbers with a point: no record has 2^53 bytes of one kind to tell. */
std::uint64_t
rounded(Row &row)
{
	const double sum = real(row);

	return sum > 0 ? static_cast<std::uint64_t>(sum) : 0;
}

std::uint64_t
whole(Row &row)
{
	const NullableDatum datum = value(row);

	return datum.isnull ? 0 : static_cast<std::uint64_t>(DatumGetInt64(datum.value));
}

bool
truth(Row &row)
{
	const NullableDatum datum = value(row);

	return !datum.isnull && DatumGetBool(datum.value);
}

Datum
text_datum(const char *chars)
{
	return CStringGetTextDatum(chars == nullptr ? "" : chars);
}

struct Result
{
	SPITupleTable *table;
	std::uint64_t count;
};

Row
row_of(const Result &result, std::uint64_t number)
{
	return {result.table->vals[number], result.table->tupdesc, 0};
}

/* Runs a query with the parameters that they all have. It sees what its caller sees. */
Result
run(const Period &period, const char *query)
{
	Oid types[] = {TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, FLOAT8OID,
				   TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID,        TEXTOID};
	Datum values[] = {TimestampTzGetDatum(period.since),  TimestampTzGetDatum(period.until),
					  TimestampTzGetDatum(period.origin), Float8GetDatum(period.division.slice),
					  TimestampTzGetDatum(period.begin),  TimestampTzGetDatum(period.end),
					  text_datum(period.division.step),   text_datum(period.division.format)};
	const int status =
		SPI_execute_with_args(query, lengthof(types), types, values, nullptr, true, 0);

	if (status != SPI_OK_SELECT)
	{
		elog(ERROR, "could not read the record: %s", SPI_result_code_string(status));
	}
	return {SPI_tuptable, SPI_processed};
}

template <typename Told>
std::span<const Told>
read_all(const Period &period, const char *query, Told (*read)(Row &))
{
	const Result result = run(period, query);
	const std::span<Told> told = allocate_array<Told>(result.count);

	for (std::uint64_t number = 0; number < result.count; number++)
	{
		Row row = row_of(result, number);

		told[number] = read(row);
	}
	return told;
}

/* Of a query whose first column says how many there are in all. */
template <typename Told>
Listed<Told>
read_list(const Period &period, const char *query, Told (*read)(Row &))
{
	const Result result = run(period, query);
	const std::span<Told> told = allocate_array<Told>(result.count);
	std::uint64_t total = 0;

	for (std::uint64_t number = 0; number < result.count; number++)
	{
		Row row = row_of(result, number);

		total = whole(row);
		told[number] = read(row);
	}
	return {told, total};
}

/* In each of these the columns are read in the order in which the fields stand. */

ReportHead
head_from(Row &row)
{
	return {string(row), string(row), string(row), string(row), string(row), string(row),
			string(row), string(row), string(row), string(row), string(row), real(row)};
}

ToldStatement
told_from(Row &row)
{
	return {string(row), string(row), string(row), string(row), string(row), string(row),
			string(row), string(row), string(row), whole(row),  string(row), string(row),
			string(row), string(row), string(row), string(row), string(row)};
}

TimedStatement
timed_from(Row &row)
{
	return {told_from(row), real(row),     truth(row),    string(row),
			string(row),    measured(row), measured(row), measured(row)};
}

RuleUse
rule_from(Row &row)
{
	return {string(row), string(row), string(row), whole(row),  whole(row),
			whole(row),  whole(row),  whole(row),  rounded(row)};
}

RoleUse
role_from(Row &row)
{
	return {string(row), whole(row), whole(row), whole(row), whole(row), whole(row), real(row)};
}

RelationUse
relation_from(Row &row)
{
	return {string(row), whole(row), whole(row), whole(row), rounded(row), real(row), real(row)};
}

PolicyChange
change_from(Row &row)
{
	return {string(row), string(row), string(row), string(row)};
}

Failure
failure_from(Row &row)
{
	return {string(row), string(row), string(row), string(row), whole(row)};
}

Tick
tick_from(Row &row)
{
	return {real(row), string(row)};
}

Gap
gap_from(Row &row)
{
	return {real(row), real(row), string(row)};
}

TimestampTz
first_from(Row &row)
{
	const NullableDatum first = value(row);

	return first.isnull ? GetCurrentTimestamp() - USECS_PER_DAY : DatumGetTimestampTz(first.value);
}

/* A slice of the timeline. What the record has of it beyond that goes into the totals. */
Slice
slice_from(Row &row, Totals &totals, std::uint64_t &differing)
{
	Slice slice = {static_cast<std::int64_t>(whole(row)), string(row), {}};

	for (double &lane : slice.values)
	{
		lane = real(row);
	}
	totals.longest_hold_ms = std::max(totals.longest_hold_ms, real(row));
	totals.longest_wait_ms = std::max(totals.longest_wait_ms, real(row));
	totals.waits_measured += whole(row);
	totals.holds_measured += whole(row);
	totals.refused_bytes += rounded(row);
	totals.compared += whole(row);
	differing += whole(row);
	return slice;
}

void
read_slices(const Period &period, Report &report)
{
	const Result result = run(period, queries::slices);
	const std::span<Slice> slices = allocate_array<Slice>(result.count);

	for (std::uint64_t number = 0; number < result.count; number++)
	{
		Row row = row_of(result, number);

		slices[number] = slice_from(row, report.totals, report.mispredictions.total);
	}
	report.timeline.slices = slices;
}

void
read_timeline(const Period &period, Report &report)
{
	const auto length = static_cast<double>(period.end - period.begin);

	report.timeline.origin = static_cast<double>(period.origin - period.begin) / length;
	report.timeline.slice_width = period.division.slice * USECS_PER_SEC / length;
	report.timeline.slice_length = view(period.division.slice_length);
	report.timeline.ticks = read_all(period, queries::ticks, tick_from);
	report.timeline.gaps = read_all(period, queries::gaps, gap_from);
	read_slices(period, report);
}

void
read_missing(const Period &period, Totals &totals)
{
	Row row = row_of(run(period, queries::missing), 0);

	totals.logged = rounded(row);
	totals.lost = rounded(row);
}

std::uint64_t
in_all(const Report &report, Lane lane)
{
	return static_cast<std::uint64_t>(total(report.timeline, lane));
}

}  // namespace

Report
collect(Period &period)
{
	Report report = {};

	divide(period, read_all(period, queries::first_decision, first_from).front());
	report.head = read_all(period, queries::head, head_from).front();
	read_timeline(period, report);
	read_missing(period, report.totals);
	report.policy = read_list(period, queries::policy, change_from);
	if (report.timeline.slices.empty())
	{
		return report;
	}
	report.longest = {read_all(period, queries::longest, timed_from), in_all(report, Lane::Judged)};
	report.refusals = {read_all(period, queries::refusals, told_from),
					   in_all(report, Lane::Refused)};
	report.overrides = {read_all(period, queries::overrides, told_from),
						in_all(report, Lane::Overridden)};
	if (report.mispredictions.total > 0) /* else all rows would be looked through for none */
	{
		report.mispredictions.rows = read_all(period, queries::mispredictions, told_from);
	}
	report.rules = read_list(period, queries::rules, rule_from);
	report.roles = read_list(period, queries::roles, role_from);
	report.relations = read_list(period, queries::relations, relation_from);
	report.failures = read_list(period, queries::failures, failure_from);
	return report;
}

}  // namespace ddl_warden::pg
