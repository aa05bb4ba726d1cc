/* Rows of the record that are old enough to go, and what lies beside them in other tables. */
#pragma once

#include "pg/postgres.hpp"

#include <cstdint>

namespace ddl_warden::pg
{

/* How far a pruning has come; kept by the caller from one batch to the next. */
struct Pruning
{
	TimestampTz before;   /* rows decided earlier go */
	TimestampTz reached;  /* in the table at work, earlier ones are gone: what is dead but not yet
						   * vacuumed is not passed again by every batch */
	const char *table;    /* the one at work, or that could not be had */
	int tables_done;      /* of those that are pruned */
	std::int64_t removed; /* decisions, by the batches so far */
};

enum class Pruned : std::uint8_t
{
	Done,   /* nothing is left to remove */
	More,   /* call it again, best in a transaction of its own */
	NotNow, /* table is locked; nobody is waited for */
};

/* What ddl_warden.retention lets go now: rows decided earlier. DT_NOBEGIN: nothing. */
TimestampTz retention_horizon();

Pruning pruning_of(TimestampTz before);

/*
 * Removes some thousands of rows at most, oldest first, for some hundredths of a second, in the
 * caller's transaction. It waits for no lock and keeps nobody waiting: a row that somebody else
 * has locked, or removes, is left to him. No triggers, privileges or row security; subscribers see
 * nothing of it. Leaves no memory behind.
 */
Pruned prune_batch(Oid extension_owner, Pruning &pruning);

/* The same without an end until all are gone that the transaction's snapshot sees. */
Pruned prune_all(Oid extension_owner, Pruning &pruning);

}  // namespace ddl_warden::pg
