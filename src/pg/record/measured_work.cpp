#include "pg/record/measured_work.hpp"

#include "pg/extension.hpp"
#include "pg/own_table.hpp"

extern "C" {
#include "catalog/pg_type_d.h"
}

namespace ddl_warden::pg
{

namespace
{

void
write_sample(Relation table, const Pending &decision, Pace pace, const Sample &sample)
{
	const std::string_view work = to_text(pace);
	const auto ran = static_cast<TimestampTz>(decision.run_ms * 1000);
	const Field fields[] = {
		{"decision_id", INT8OID, {Int64GetDatum(decision.id), false}},
		{"measured_at", TIMESTAMPTZOID, {TimestampTzGetDatum(decision.decided_at + ran), false}},
		{"work",
		 TEXTOID,
		 {PointerGetDatum(cstring_to_text_with_len(work.data(), static_cast<int>(work.size()))),
		  false}},
		{"bytes", INT8OID, {Int64GetDatum(static_cast<std::int64_t>(sample.bytes)), false}},
		{"run_ms", FLOAT8OID, {Float8GetDatum(sample.run_ms), false}},
		{"forecast_ms", FLOAT8OID, {Float8GetDatum(sample.forecast_ms), false}},
	};

	insert_row_if_fits(table, fields);
}

void
write_samples(const Pending &decision)
{
	Relation table = open_without_waiting(own_relation(decision.extension_owner, "measured_work"),
										  RowExclusiveLock);

	if (table == nullptr)
	{
		return;
	}
	for (std::size_t i = 0; i < pace_count && is_heap(table); i++)
	{
		const Pace pace = static_cast<Pace>(i);
		const std::optional<Sample> sample = sample_from(decision.forecast, pace, decision.run_ms);

		if (sample.has_value())
		{
			write_sample(table, decision, pace, *sample);
		}
	}
	table_close(table, NoLock);
}

}  // namespace

void
write_measured_work(const Pending &decision)
{
	if (decision.ran && decision.outcome == Outcome::Committed &&
		is_sampled(decision.forecast, decision.run_ms))
	{
		write_samples(decision);
	}
}

}  // namespace ddl_warden::pg
