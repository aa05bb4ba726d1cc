#include "pg/rates.hpp"

#include "pg/extension.hpp"
#include "pg/memory.hpp"
#include "pg/own_table.hpp"

extern "C" {
#include "catalog/pg_type_d.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

/* The table, its index by work and time, and the columns that are read. */
struct Samples
{
	Relation table;
	Relation index;
	AttrNumber work;
	AttrNumber measured_at;
	AttrNumber bytes;
	AttrNumber run_ms;
};

/* The latest come first when it is read backwards. */
bool
is_by_time_too(const Samples &samples)
{
	const FormData_pg_index *form = samples.index->rd_index;

	return form->indnkeyatts == 2 && form->indkey.values[1] == samples.measured_at;
}

void
close_samples(const Samples &samples)
{
	if (samples.index != nullptr)
	{
		index_close(samples.index, AccessShareLock);
	}
	if (samples.table != nullptr)
	{
		relation_close(samples.table, AccessShareLock);
	}
}

/* False: they cannot be read at once, or are those of another version. To be closed all the same.
 */
bool
open_samples(Samples &samples, Oid owner)
{
	samples = {};
	samples.table = open_without_waiting(own_relation(owner, "measured_work"), AccessShareLock);
	if (samples.table == nullptr || !is_heap(samples.table))
	{
		return false;
	}
	samples.work = column_number(samples.table, "work", TEXTOID);
	samples.measured_at = column_number(samples.table, "measured_at", TIMESTAMPTZOID);
	samples.bytes = column_number(samples.table, "bytes", INT8OID);
	samples.run_ms = column_number(samples.table, "run_ms", FLOAT8OID);
	samples.index = open_index_on(samples.table, samples.work);
	return samples.index != nullptr && samples.measured_at && samples.bytes && samples.run_ms &&
		   is_by_time_too(samples);
}

/* Bytes per second; 0 for what is no measurement. */
double
speed_of(HeapTuple row, const Samples &samples)
{
	TupleDesc columns = RelationGetDescr(samples.table);
	bool no_bytes;
	bool no_time;
	const Datum bytes = heap_getattr(row, samples.bytes, columns, &no_bytes);
	const Datum run_ms = heap_getattr(row, samples.run_ms, columns, &no_time);

	if (no_bytes || no_time || DatumGetInt64(bytes) <= 0 || !(DatumGetFloat8(run_ms) > 0))
	{
		return 0;
	}
	return 1000 * static_cast<double>(DatumGetInt64(bytes)) / DatumGetFloat8(run_ms);
}

/*
 * The latest of one kind. SnapshotSelf sees what is committed, as it is now: rows are only ever
 * inserted, so that is as good as any snapshot, and it leaves no trace for SERIALIZABLE. (With an
 * MVCC snapshot, two such transactions that build an index each would read what the other writes,
 * and one of them would fail.)
 */
void
read_pace(MeasuredRates &measured, const Samples &samples, Pace pace)
{
	const std::size_t kind = static_cast<std::size_t>(pace);
	std::array<double, samples_used> speeds;
	std::size_t count = 0;
	ScanKeyData key;

	ScanKeyInit(&key, samples.work, BTEqualStrategyNumber, F_TEXTEQ,
				CStringGetTextDatum(c_string(to_text(pace))));

	SysScanDesc scan =
		systable_beginscan_ordered(samples.table, samples.index, SnapshotSelf, 1, &key);
	HeapTuple row;

	while (count < speeds.size() &&
		   (row = systable_getnext_ordered(scan, BackwardScanDirection)) != nullptr)
	{
		const double speed = speed_of(row, samples);
		bool no_time;
		const Datum time =
			heap_getattr(row, samples.measured_at, RelationGetDescr(samples.table), &no_time);

		if (speed > 0 && !no_time)
		{
			measured.last_measured[kind] =
				count == 0 ? DatumGetTimestampTz(time) : measured.last_measured[kind];
			speeds[count++] = speed;
		}
	}
	systable_endscan_ordered(scan);
	measured.rates[kind] = rate_from(pace, {speeds.data(), count});
}

}  // namespace

MeasuredRates
read_rates(Oid extension_owner)
{
	MeasuredRates measured = {default_rates(), {}};
	Samples samples;

	if (open_samples(samples, extension_owner))
	{
		for (std::size_t pace = 0; pace < pace_count; pace++)
		{
			read_pace(measured, samples, static_cast<Pace>(pace));
		}
	}
	close_samples(samples);
	return measured;
}

/* A speed of a byte or so makes more microseconds of a large table than there is room for. */
Interval *
interval_of(double ms)
{
	constexpr double most = 9e18;
	auto *interval = static_cast<Interval *>(palloc0(sizeof(Interval)));

	interval->time = static_cast<TimeOffset>(Min(1000 * ms, most));
	return interval;
}

}  // namespace ddl_warden::pg
