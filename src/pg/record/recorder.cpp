/*
 * The recorder of a database: a process that takes the database's entries out of the queue, writes
 * their rows, a whole batch with one commit, and leaves after a second without work. It waits for
 * no lock and no standby, and it leaves at once when somebody wants the database for himself.
 */
#include "pg/compat.hpp"
#include "pg/extension.hpp"
#include "pg/metrics.hpp"
#include "pg/record/entry.hpp"
#include "pg/record/hand_over.hpp"
#include "pg/record/prune.hpp"
#include "pg/record/queue_state.hpp"
#include "pg/record/row.hpp"
#include "pg/subtransaction.hpp"

#include <span>

extern "C" {
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/wait_event.h"

PGDLLEXPORT void ddl_warden_recorder_main(Datum);
}

namespace ddl_warden::pg
{

namespace
{

constexpr int idle_limit = 1000;            /* ms without work */
constexpr int obstacle_pause = 20;          /* ms until a locked table is tried again */
constexpr int prune_every = 60 * 60 * 1000; /* ms */
constexpr int prune_again = 60 * 1000;      /* ms, where the table was locked */
constexpr int batch_limit = 512;            /* entries */
constexpr Size batch_bytes = 4 << 20;       /* more are left for the next batch */

/* What is in hand. */
struct Batch
{
	int count;
	dsa_pointer entries[batch_limit];
	Pending *decisions[batch_limit];
	Fate fates[batch_limit];
	const char *reasons[batch_limit];
};

DatabaseQueue *queue = nullptr;
Batch batch;
Pruning pruning; /* before is 0 when none is under way */

/* ---- what others may not decide for it: a database that is read-only by default, a timeout, a
 * standby that does not answer */

struct OwnSetting
{
	const char *name;
	const char *value;
};

constexpr OwnSetting own_settings[] = {
	{"synchronous_commit", "local"},
	{"default_transaction_read_only", "off"},
	{"default_transaction_isolation", "read committed"},
	{"default_transaction_deferrable", "off"},
	{"statement_timeout", "0"},
	{"lock_timeout", "0"},
	{"transaction_timeout", "0"}, /* from 17 on */
	{"idle_in_transaction_session_timeout", "0"},
	{"search_path", "pg_catalog"},
};

void
make_settings()
{
	for (const OwnSetting &setting : own_settings)
	{
		if (GetConfigOption(setting.name, true, false) != nullptr)
		{
			SetConfigOption(setting.name, setting.value, PGC_SUSET, PGC_S_OVERRIDE);
		}
	}
}

/* ---- the queue */

void
sign_on()
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	queue->recorder = RecorderState::Running;
	queue->recorder_number = my_process_number();
	queue->recorder_pid = MyProcPid;
	queue->without_recorder_since = 0;
	queue->obstructed_since = 0;
	LWLockRelease(queue_lock());
}

/* What the log tells already is not to get a row as well. */
void
put_back()
{
	for (int i = batch.count; i-- > 0;)
	{
		if (entry_at(batch.entries[i])->waiter == given_up)
		{
			free_entry(batch.entries[i]);
		}
		else
		{
			link_first(*queue, batch.entries[i]);
		}
	}
	batch.count = 0;
}

/* However it ends: what it has in hand goes back, and the launcher is told. */
void
sign_off(int, Datum)
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	put_back();
	queue->recorder = RecorderState::None;
	queue->recorder_pid = MyProcPid;
	queue->obstructed_since = 0;
	wake(queue_state()->launcher_number);
	LWLockRelease(queue_lock());
}

/* What is taken stays where it is in the area, and nobody but the recorder frees it. */
void
take_batch(MemoryContext memory)
{
	Size bytes = 0;

	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	while (batch.count < batch_limit && bytes < batch_bytes && DsaPointerIsValid(queue->first))
	{
		const dsa_pointer pointer = queue->first;
		Entry *entry = entry_at(pointer);

		unlink(*queue, pointer);
		entry->taken = true;
		bytes += entry->size;
		batch.entries[batch.count++] = pointer;
	}
	LWLockRelease(queue_lock());

	const MemoryContext before = MemoryContextSwitchTo(memory);

	for (int i = 0; i < batch.count; i++)
	{
		batch.decisions[i] = unflatten(decision_in(entry_at(batch.entries[i])));
		batch.fates[i] = Fate::Open;
		batch.reasons[i] = nullptr;
	}
	MemoryContextSwitchTo(before);
}

bool
is_announcement(int i)
{
	return entry_at(batch.entries[i])->kind == EntryKind::Begun;
}

/* Whoever waits says in the log what became of it. */
void
log_lost_of_batch()
{
	bool told[batch_limit];

	LWLockAcquire(queue_lock(), LW_SHARED);
	for (int i = 0; i < batch.count; i++)
	{
		told[i] = is_told_by_others(batch.entries[i]);
	}
	LWLockRelease(queue_lock());
	for (int i = 0; i < batch.count; i++)
	{
		if (batch.fates[i] == Fate::NotRecorded && !told[i])
		{
			log_lost(*batch.decisions[i], entry_at(batch.entries[i])->kind, batch.reasons[i]);
		}
	}
}

/* Who waits is woken when the lock is free: he will want it. */
void
settle_batch()
{
	const int settled = batch.count;
	int waiters[batch_limit];

	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	for (int i = 0; i < settled; i++)
	{
		waiters[i] = settle_entry(batch.entries[i], batch.fates[i], batch.reasons[i]);
	}
	batch.count = 0;
	LWLockRelease(queue_lock());
	for (int i = 0; i < settled; i++)
	{
		wake(waiters[i]);
	}
}

/* ---- rows */

/* The table of one kind of entries, opened where the batch has such. */
struct Target
{
	const char *name;
	bool opened;
	const char *obstacle;
	RecordTable table;
};

struct Range
{
	Target *targets;
	int first;
	int last;
};

Target &
target_of(Target *targets, int i)
{
	return targets[static_cast<int>(entry_at(batch.entries[i])->kind)];
}

/* Everything is opened before the first row: what a subtransaction opens goes away with it. */
void
open_target(Target &target, const Pending &decision, Oid owner)
{
	if (!target.opened)
	{
		target.obstacle = open_record_table(target.table, owner, target.name);
		target.opened = true;
	}
	if (target.obstacle == nullptr && decision.further != 0)
	{
		target.obstacle = open_relation_table(target.table.further, owner);
	}
}

/* False: a table is locked. */
bool
open_targets(Target *targets)
{
	const Extension extension = installed_extension();

	for (int i = 0; i < batch.count; i++)
	{
		Target &target = target_of(targets, i);

		if (!OidIsValid(extension.oid))
		{
			target.obstacle = "the extension was dropped";
			continue;
		}
		open_target(target, *batch.decisions[i], extension.owner);
		if (target.obstacle == table_is_locked)
		{
			return false;
		}
	}
	return true;
}

void
close_targets(std::span<Target> targets)
{
	for (Target &target : targets)
	{
		if (target.opened)
		{
			close_record_table(target.table);
		}
	}
}

void
write_range(void *argument)
{
	const auto *range = static_cast<const Range *>(argument);

	for (int i = range->first; i <= range->last; i++)
	{
		Target &target = target_of(range->targets, i);
		const char *obstacle = target.obstacle != nullptr
								   ? target.obstacle
								   : write_row(target.table, *batch.decisions[i]);

		batch.fates[i] = obstacle == nullptr ? Fate::Recorded : Fate::NotRecorded;
		batch.reasons[i] = obstacle;
		CHECK_FOR_INTERRUPTS();
	}
}

/* One bad entry must not take the others of its batch along: each for itself, then. One that has
 * its row already was written by a recorder that ended before it could say so. */
void
write_one(Target *targets, int i)
{
	Range range = {targets, i, i};
	const ErrorData *error = in_subtransaction(write_range, &range, Ending::Kept);

	if (error == nullptr)
	{
		return;
	}
	batch.fates[i] =
		error->sqlerrcode == ERRCODE_UNIQUE_VIOLATION ? Fate::Recorded : Fate::NotRecorded;
	batch.reasons[i] = error->message;
}

void
write_all(Target *targets)
{
	Range range = {targets, 0, batch.count - 1};

	if (in_subtransaction(write_range, &range, Ending::Kept) == nullptr)
	{
		return;
	}
	for (int i = 0; i < batch.count; i++)
	{
		write_one(targets, i);
	}
}

/* With one commit. False: a table is locked; what is in hand goes back. */
bool
write_batch(MemoryContext memory)
{
	/* by EntryKind */
	Target targets[] = {{decision_table, false, nullptr, {}}, {begun_table, false, nullptr, {}}};

	StartTransactionCommand();
	MemoryContextSwitchTo(memory);
	PushActiveSnapshot(GetTransactionSnapshot());

	const bool open = open_targets(targets);

	if (open)
	{
		write_all(targets);
	}
	close_targets(targets);
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(memory);
	return open;
}

void
count_batch()
{
	for (int i = 0; i < batch.count; i++)
	{
		if (batch.fates[i] == Fate::Recorded && !is_announcement(i))
		{
			count(Counter::RowsByRecorder);
		}
	}
}

/* What it had in hand is settled, or goes back. */
void
note_obstacle(bool obstructed)
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	queue->recorder_worked = true;
	if (obstructed)
	{
		put_back();
	}
	if (!obstructed || queue->obstructed_since == 0)
	{
		queue->obstructed_since = obstructed ? GetCurrentTimestamp() : 0;
	}
	LWLockRelease(queue_lock());
}

/* False: there was nothing to do. */
bool
serve()
{
	static MemoryContext memory = nullptr;

	if (memory == nullptr)
	{
		memory =
			AllocSetContextCreate(TopMemoryContext, "ddl_warden batch", ALLOCSET_DEFAULT_SIZES);
	}
	MemoryContextReset(memory);
	take_batch(memory);
	if (batch.count == 0)
	{
		note_obstacle(false); /* who met it has gone: the next one tries anew */
		return false;
	}
	const bool written = write_batch(memory);

	if (written)
	{
		count_batch();
		log_lost_of_batch();
		settle_batch();
	}
	note_obstacle(!written);
	return written;
}

void
sleep_for(long milliseconds)
{
	WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
			  PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
}

/* ---- pruning: between batches of rows, a batch of its own each time */

void
set_prune_due(int pause)
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	queue->wants_pruning = false;
	queue->prune_due = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), pause);
	LWLockRelease(queue_lock());
}

/* What is removed once more after a crash need not be durable before. */
Pruned
prune_in_transaction()
{
	const int durability = synchronous_commit;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());

	const Extension extension = installed_extension();
	const Pruned pruned =
		OidIsValid(extension.oid) ? prune_batch(extension.owner, pruning) : Pruned::Done;

	PopActiveSnapshot();
	synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
	CommitTransactionCommand();
	synchronous_commit = durability;
	return pruned;
}

/* One batch, and a rest as long as it took: sessions have the disk, too. False: there is nothing to
 * prune. If it ends in an error, or is sent away, it is asked for again only after a while. */
bool
prune()
{
	const TimestampTz since = GetCurrentTimestamp();

	if (pruning.before == 0 && !queue->wants_pruning)
	{
		return false;
	}
	if (pruning.before == 0)
	{
		pruning = pruning_of(retention_horizon());
		set_prune_due(prune_again);
	}
	const Pruned pruned = prune_in_transaction();

	if (pruned == Pruned::More)
	{
		sleep_for(TimestampDifferenceMilliseconds(since, GetCurrentTimestamp()));
		return true;
	}
	set_prune_due(pruned == Pruned::Done ? prune_every : prune_again);
	pruning.before = 0;
	return false;
}

bool
is_obstructed()
{
	LWLockAcquire(queue_lock(), LW_SHARED);
	const bool obstructed = queue->length > 0 || queue->obstructed_since != 0;

	LWLockRelease(queue_lock());
	return obstructed;
}

bool
is_kept_away()
{
	LWLockAcquire(queue_lock(), LW_SHARED);
	const bool away = queue->kept_away_by > 0;

	LWLockRelease(queue_lock());
	return away;
}

/* Until nothing has come for a while, or it is told to go. */
void
work()
{
	TimestampTz busy_at = GetCurrentTimestamp();

	while (!is_kept_away())
	{
		CHECK_FOR_INTERRUPTS();
		if (serve() || (!ShutdownRequestPending && prune()))
		{
			busy_at = GetCurrentTimestamp();
			pgstat_report_stat(false); /* autovacuum would hear of it only when we leave */
			continue;
		}
		const bool obstructed = is_obstructed();

		if (ShutdownRequestPending ||
			(!obstructed && TimestampDifferenceExceeds(busy_at, GetCurrentTimestamp(), idle_limit)))
		{
			break;
		}
		sleep_for(obstructed ? obstacle_pause : idle_limit);
	}
}

}  // namespace

}  // namespace ddl_warden::pg

using namespace ddl_warden::pg;

/* Ends in good order when it is told to: whatever comes in the meantime is finished first. Until it
 * is connected it ends at once: a transaction that renames the database keeps it waiting. */
void
ddl_warden_recorder_main(Datum argument)
{
	queue = &queue_state()->queues[DatumGetInt32(argument)];
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	attach_queue();
	before_shmem_exit(sign_off, 0);
	BackgroundWorkerInitializeConnectionByOid(queue->database, InvalidOid,
											  BGWORKER_BYPASS_ALLOWCONN);
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	make_settings();
	sign_on();
	work();
	note_obstacle(false);
}
