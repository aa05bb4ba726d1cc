#include "pg/record/prune.hpp"

#include "pg/compat.hpp"
#include "pg/extension.hpp"
#include "pg/own_table.hpp"
#include "pg/settings.hpp"

extern "C" {
#include "access/tableam.h"
#include "catalog/pg_type_d.h"
#include "executor/tuptable.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

/* The recorder leaves between two batches when it is asked to: each must be short. */
constexpr std::int64_t rows_of_batch = 2000;
constexpr std::int64_t time_of_batch = 50 * 1000; /* us */

constexpr std::int64_t unlimited = PG_INT64_MAX;

struct PrunedTable
{
	const char *name;
	const char *column; /* in its order rows go: an index leads with it */
	Oid type;
	RegProcedure at_least;
	RegProcedure below;
	bool counted; /* its rows are decisions */
};

/* Numbers of decisions are times, too (microseconds since 2000): they say what is older. First go
 * the announcements: one without its decision means that the statement did not come to its end.
 * Then the decisions, so that none lacks what belongs to it. */
constexpr PrunedTable pruned_tables[] = {
	{"begun", "id", INT8OID, F_INT8GE, F_INT8LT, false},
	{"decision_log", "decided_at", TIMESTAMPTZOID, F_TIMESTAMPTZ_GE, F_TIMESTAMPTZ_LT, true},
	{"decision_relation", "decision_id", INT8OID, F_INT8GE, F_INT8LT, false},
	{"measured_work", "decision_id", INT8OID, F_INT8GE, F_INT8LT, false},
};

struct Limits
{
	std::int64_t rows; /* still to be removed by this batch */
	TimestampTz until;
};

bool
is_spent(const Limits &limits, bool got_on)
{
	return limits.rows == 0 || (got_on && GetCurrentTimestamp() >= limits.until);
}

/* A table with the index that gives its rows by age. */
struct ByAge
{
	::Relation table;
	::Relation index;
	AttrNumber column;
};

/* False when it is locked. Without a table or an index when the objects are of another version:
 * then there is nothing to prune. */
bool
open_by_age(const PrunedTable &which, Oid extension_owner, ByAge &found)
{
	const Oid oid = own_relation(extension_owner, which.name);

	found = {};
	if (!OidIsValid(oid))
	{
		return true;
	}
	found.table = open_without_waiting(oid, RowExclusiveLock);
	if (found.table == nullptr || !lock_toast(found.table))
	{
		return false;
	}
	if (is_heap(found.table))
	{
		found.column = column_number(found.table, which.column, which.type);
		found.index = open_index_on(found.table, found.column);
	}
	return true;
}

void
close_by_age(ByAge &opened)
{
	if (opened.index != nullptr)
	{
		index_close(opened.index, NoLock);
	}
	if (opened.table != nullptr)
	{
		table_close(opened.table, NoLock);
	}
}

/* Not simple_heap_delete(), which raises an ERROR where somebody else was faster. */
bool
remove_row(::Relation table, ItemPointer row, MemoryContext memory)
{
	const MemoryContext outer = MemoryContextSwitchTo(memory);
	TM_FailureData failure;
	const TM_Result result =
		heap_delete(table, row, GetCurrentCommandId(true), InvalidSnapshot, false, &failure, false);

	MemoryContextSwitchTo(outer);
	MemoryContextReset(memory);
	return result == TM_Ok;
}

IndexScanDesc
scan_from(const ByAge &opened, const PrunedTable &which, TimestampTz from, TimestampTz before)
{
	IndexScanDesc scan = begin_index_scan(opened.table, opened.index, GetActiveSnapshot(), 2);
	ScanKeyData keys[2];

	ScanKeyInit(&keys[0], 1, BTGreaterEqualStrategyNumber, which.at_least,
				TimestampTzGetDatum(from));
	ScanKeyInit(&keys[1], 1, BTLessStrategyNumber, which.below, TimestampTzGetDatum(before));
	scan->xs_want_itup = true;
	index_rescan(scan, keys, lengthof(keys), nullptr, 0);
	return scan;
}

TimestampTz
age_of_entry(IndexScanDesc scan)
{
	bool is_null;

	return DatumGetTimestampTz(index_getattr(scan->xs_itup, 1, scan->xs_itupdesc, &is_null));
}

/*
 * Entry after entry of the index, not row after row: where many rows have gone that vacuum has not
 * taken away yet, those that are left are far apart, and the batch must end all the same. It
 * does not before it has got on. True when none is left.
 */
bool
remove_oldest(const ByAge &opened, const PrunedTable &which, Pruning &pruning, Limits &limits)
{
	const MemoryContext memory =
		AllocSetContextCreate(CurrentMemoryContext, "ddl_warden pruned row", ALLOCSET_SMALL_SIZES);
	const TimestampTz from = pruning.reached;
	const std::int64_t rows = limits.rows;
	IndexScanDesc scan = scan_from(opened, which, from, pruning.before);
	TupleTableSlot *row = table_slot_create(opened.table, nullptr);
	bool emptied = false;

	while (!is_spent(limits, pruning.reached > from || limits.rows < rows))
	{
		CHECK_FOR_INTERRUPTS();
		if (index_getnext_tid(scan, ForwardScanDirection) == nullptr)
		{
			emptied = true;
			break;
		}
		pruning.reached = age_of_entry(scan);
		if (index_fetch_heap(scan, row) && remove_row(opened.table, &row->tts_tid, memory))
		{
			limits.rows--;
		}
	}
	ExecDropSingleTupleTableSlot(row);
	index_endscan(scan);
	MemoryContextDelete(memory);
	return emptied;
}

Pruned
prune_table(const PrunedTable &which, Oid extension_owner, Pruning &pruning, Limits &limits)
{
	ByAge opened;
	const std::int64_t rows = limits.rows;
	bool emptied = true;
	const bool had = open_by_age(which, extension_owner, opened);

	pruning.table = which.name;
	if (had && opened.index != nullptr)
	{
		emptied = remove_oldest(opened, which, pruning, limits);
	}
	close_by_age(opened);
	pruning.removed += which.counted ? rows - limits.rows : 0;
	return !had ? Pruned::NotNow : emptied ? Pruned::Done : Pruned::More;
}

/* Table after table, as far as the limits go. */
Pruned
prune_tables(Oid extension_owner, Pruning &pruning, Limits limits)
{
	while (pruning.tables_done < static_cast<int>(lengthof(pruned_tables)))
	{
		const Pruned result =
			prune_table(pruned_tables[pruning.tables_done], extension_owner, pruning, limits);

		if (result != Pruned::Done)
		{
			return result;
		}
		pruning.tables_done++;
		pruning.reached = DT_NOBEGIN;
	}
	return Pruned::Done;
}

Pruned
prune(Oid extension_owner, Pruning &pruning, Limits limits)
{
	if (TIMESTAMP_NOT_FINITE(pruning.before))
	{
		return Pruned::Done;
	}
	const MemoryContext outer = CurrentMemoryContext;
	const MemoryContext memory =
		AllocSetContextCreate(outer, "ddl_warden pruning", ALLOCSET_DEFAULT_SIZES);

	MemoryContextSwitchTo(memory);
	PushActiveSnapshot(GetTransactionSnapshot());
	const Pruned result = prune_tables(extension_owner, pruning, limits);

	PopActiveSnapshot();
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(memory);
	return result;
}

}  // namespace

TimestampTz
retention_horizon()
{
	return retention_setting == 0 ? DT_NOBEGIN
								  : GetCurrentTimestamp() - retention_setting * USECS_PER_SEC;
}

Pruning
pruning_of(TimestampTz before)
{
	return {before, DT_NOBEGIN, nullptr, 0, 0};
}

Pruned
prune_batch(Oid extension_owner, Pruning &pruning)
{
	return prune(extension_owner, pruning, {rows_of_batch, GetCurrentTimestamp() + time_of_batch});
}

Pruned
prune_all(Oid extension_owner, Pruning &pruning)
{
	return prune(extension_owner, pruning, {unlimited, DT_NOEND});
}

}  // namespace ddl_warden::pg
