#include "pg/record/prune.hpp"

#include "pg/extension.hpp"
#include "pg/own_table.hpp"
#include "pg/settings.hpp"

extern "C" {
#include "access/tableam.h"
#include "catalog/pg_type_d.h"
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
	std::int64_t kept_longer; /* us */
};

/* An announcement is of use while its statement runs: a month is longer than any does. */
constexpr std::int64_t month = 30 * USECS_PER_DAY;

/* Numbers of decisions are times, too (microseconds since 2000): they say what is older. The
 * decisions go first, so that no decision lacks what belongs to it. */
constexpr PrunedTable pruned_tables[] = {
	{"decision_log", "decided_at", TIMESTAMPTZOID, F_TIMESTAMPTZ_GE, F_TIMESTAMPTZ_LT, 0},
	{"decision_relation", "decision_id", INT8OID, F_INT8GE, F_INT8LT, 0},
	{"measured_work", "decision_id", INT8OID, F_INT8GE, F_INT8LT, 0},
	{"begun", "id", INT8OID, F_INT8GE, F_INT8LT, month},
};

struct Limits
{
	std::int64_t rows; /* still to be removed by this batch */
	TimestampTz until;
};

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
remove_row(::Relation table, HeapTuple row)
{
	TM_FailureData failure;

	return heap_delete(table, &row->t_self, GetCurrentCommandId(true), InvalidSnapshot, false,
					   &failure, false) == TM_Ok;
}

SysScanDesc
scan_from(const ByAge &opened, const PrunedTable &which, TimestampTz from, TimestampTz before)
{
	ScanKeyData keys[2];

	ScanKeyInit(&keys[0], opened.column, BTGreaterEqualStrategyNumber, which.at_least,
				TimestampTzGetDatum(from));
	ScanKeyInit(&keys[1], opened.column, BTLessStrategyNumber, which.below,
				TimestampTzGetDatum(before));
	return systable_beginscan_ordered(opened.table, opened.index, GetActiveSnapshot(), 2, keys);
}

/* True when none is left. Time is looked at after a row is gone, so that every batch gets on. */
bool
remove_oldest(const ByAge &opened, const PrunedTable &which, Pruning &pruning, Limits &limits,
			  std::int64_t &removed)
{
	const MemoryContext outer = CurrentMemoryContext;
	const MemoryContext memory =
		AllocSetContextCreate(outer, "ddl_warden pruned row", ALLOCSET_SMALL_SIZES);
	SysScanDesc scan =
		scan_from(opened, which, pruning.reached, pruning.before - which.kept_longer);
	HeapTuple row = nullptr;

	while (limits.rows > 0 && (row = systable_getnext_ordered(scan, ForwardScanDirection)))
	{
		bool is_null;

		CHECK_FOR_INTERRUPTS();
		pruning.reached = DatumGetTimestampTz(
			heap_getattr(row, opened.column, RelationGetDescr(opened.table), &is_null));
		MemoryContextSwitchTo(memory);
		if (remove_row(opened.table, row))
		{
			removed++;
			limits.rows = GetCurrentTimestamp() < limits.until ? limits.rows - 1 : 0;
		}
		MemoryContextSwitchTo(outer);
		MemoryContextReset(memory);
	}
	systable_endscan_ordered(scan);
	MemoryContextDelete(memory);
	return row == nullptr;
}

Pruned
prune_table(const PrunedTable &which, Oid extension_owner, Pruning &pruning, Limits &limits)
{
	ByAge opened;
	std::int64_t removed = 0;
	bool emptied = true;
	const bool had = open_by_age(which, extension_owner, opened);

	pruning.table = which.name;
	if (had && opened.index != nullptr)
	{
		emptied = remove_oldest(opened, which, pruning, limits, removed);
	}
	close_by_age(opened);
	pruning.removed += pruning.tables_done == 0 ? removed : 0;
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
