/*
 * The launcher: a process without a database that starts a recorder where one is wanted. Sessions
 * cannot do that themselves: they ask in the ABORT callback, too, where nothing may fail.
 */
#include "pg/record/launcher.hpp"

#include "pg/compat.hpp"
#include "pg/record/entry.hpp"
#include "pg/record/hand_over.hpp"
#include "pg/record/queue_state.hpp"

extern "C" {
#include <limits.h>

#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/wait_event.h"

PGDLLEXPORT void ddl_warden_launcher_main(Datum);
}

namespace ddl_warden::pg
{

namespace
{

constexpr int failures_limit = 3; /* recorders in a row that got nothing done */
constexpr int retry_soon = 50;    /* ms */
constexpr int retry_later = 1000; /* ms */
constexpr long forever = LONG_MAX;
constexpr int farewell = 1000; /* ms for the recorders to finish */

/* What the launcher knows of the recorder of one list. */
struct Started
{
	BackgroundWorkerHandle *handle; /* NULL: none is there */
	int failures;
};

Started started[queue_limit];

/* Where none could be started it is tried until one can be, although nothing waits for it: as long
 * as it is known that none is to be had, sessions put nothing in. */
bool
wants_recorder(const DatabaseQueue &queue)
{
	return OidIsValid(queue.database) && queue.recorder == RecorderState::None &&
		   queue.kept_away_by == 0 && !queue.is_gone &&
		   (queue.length > 0 || queue.wants_pruning || queue.without_recorder_since != 0);
}

bool
register_recorder(int number)
{
	BackgroundWorker worker = {};

	strlcpy(worker.bgw_name, "ddl_warden recorder", sizeof(worker.bgw_name));
	strlcpy(worker.bgw_type, "ddl_warden recorder", sizeof(worker.bgw_type));
	strlcpy(worker.bgw_library_name, "ddl_warden", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "ddl_warden_recorder_main", sizeof(worker.bgw_function_name));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_main_arg = Int32GetDatum(number);
	worker.bgw_notify_pid = MyProcPid;
	return RegisterDynamicBackgroundWorker(&worker, &started[number].handle);
}

/* One that left in an orderly way has said so itself. */
void
note_end(int number)
{
	DatabaseQueue &queue = queue_state()->queues[number];

	pfree(started[number].handle);
	started[number].handle = nullptr;
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	queue.recorder = RecorderState::None;
	started[number].failures = queue.recorder_worked ? 0 : started[number].failures + 1;
	LWLockRelease(queue_lock());
}

bool
has_ended(int number)
{
	pid_t pid;

	return GetBackgroundWorkerPid(started[number].handle, &pid) == BGWH_STOPPED;
}

/* False: there is no free place for a worker. */
bool
start_recorder(int number)
{
	DatabaseQueue &queue = queue_state()->queues[number];
	bool wanted;

	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	wanted = wants_recorder(queue);
	if (wanted)
	{
		queue.recorder = RecorderState::Starting;
		queue.recorder_worked = false;
	}
	LWLockRelease(queue_lock());
	if (!wanted)
	{
		return true;
	}
	const bool registered = register_recorder(number);

	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	if (registered)
	{
		queue.without_recorder_since = 0;
	}
	else
	{
		queue.recorder = RecorderState::None;
		if (queue.without_recorder_since == 0)
		{
			queue.without_recorder_since = GetCurrentTimestamp();
		}
	}
	LWLockRelease(queue_lock());
	return registered;
}

/* Takes the first entry out of the list; invalid: there is none. */
dsa_pointer
take_first(DatabaseQueue &queue)
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	const dsa_pointer pointer = queue.first;

	if (DsaPointerIsValid(pointer))
	{
		unlink(queue, pointer);
		entry_at(pointer)->taken = true;
	}
	LWLockRelease(queue_lock());
	return pointer;
}

/* Whoever waits for it says in the log what became of it. */
void
settle_lost(dsa_pointer pointer, const char *reason)
{
	Entry *entry = entry_at(pointer);

	LWLockAcquire(queue_lock(), LW_SHARED);
	const bool told = is_told_by_others(pointer);

	LWLockRelease(queue_lock());
	if (!told)
	{
		log_lost(*unflatten(decision_in(entry)), entry->kind, reason);
	}
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	wake(settle_entry(pointer, Fate::NotRecorded, reason));
	LWLockRelease(queue_lock());
}

/* Nobody will write these any more: whoever waits is told, the rest is told in the server log. */
void
give_up(DatabaseQueue &queue, const char *reason)
{
	MemoryContext memory =
		AllocSetContextCreate(CurrentMemoryContext, "ddl_warden lost", ALLOCSET_DEFAULT_SIZES);
	const MemoryContext before = MemoryContextSwitchTo(memory);
	dsa_pointer pointer;

	while (DsaPointerIsValid(pointer = take_first(queue)))
	{
		settle_lost(pointer, reason);
		MemoryContextReset(memory);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
}

void
forget_dropped(DatabaseQueue &queue)
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	if (queue.is_gone && queue.length == 0 && queue.kept_away_by == 0)
	{
		queue = {};
	}
	LWLockRelease(queue_lock());
}

/* For a second somebody may be waiting for it. */
long
pause_before_retry(const DatabaseQueue &queue)
{
	return TimestampDifferenceExceeds(queue.without_recorder_since, GetCurrentTimestamp(),
									  retry_later)
			   ? retry_later
			   : retry_soon;
}

/* Starts and buries recorders. Returns how long to sleep, in ms. */
long
serve()
{
	long sleep = forever;

	for (int number = 0; number < queue_limit; number++)
	{
		DatabaseQueue &queue = queue_state()->queues[number];

		if (started[number].handle != nullptr && has_ended(number))
		{
			note_end(number);
		}
		if (started[number].handle != nullptr)
		{
			continue;
		}
		if (queue.is_gone || started[number].failures >= failures_limit)
		{
			give_up(queue, queue.is_gone ? "its database was dropped"
										 : "the recorder fails whenever it is started");
			started[number].failures = 0;
			forget_dropped(queue);
		}
		else if (!start_recorder(number))
		{
			sleep = Min(sleep, pause_before_retry(queue));
		}
	}
	return sleep;
}

void
sleep_for(long milliseconds)
{
	WaitLatch(MyLatch,
			  WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | (milliseconds == forever ? 0 : WL_TIMEOUT),
			  milliseconds, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

/* The recorders of a launcher before this one: one that was only starting may never come. */
void
sign_on()
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	queue_state()->launcher_number = my_process_number();
	queue_state()->stopped = false;
	for (DatabaseQueue &queue : queue_state()->queues)
	{
		if (queue.recorder == RecorderState::Starting)
		{
			queue.recorder = RecorderState::None;
		}
	}
	LWLockRelease(queue_lock());
}

void
sign_off(int, Datum)
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	queue_state()->launcher_number = nobody;
	queue_state()->without_launcher_since = GetCurrentTimestamp();
	LWLockRelease(queue_lock());
}

bool
all_done()
{
	bool done = true;

	LWLockAcquire(queue_lock(), LW_SHARED);
	for (const DatabaseQueue &queue : queue_state()->queues)
	{
		done = done && queue.length == 0 && queue.recorder == RecorderState::None;
	}
	LWLockRelease(queue_lock());
	return done;
}

/* The server stops, as far as a launcher can tell. Sessions that are ended now hand in what they
 * rolled back; recorders finish what is there; what is left after that is told in the log. */
void
wind_up()
{
	const TimestampTz since = GetCurrentTimestamp();

	do
	{
		sleep_for(10);
	} while (!all_done() && !TimestampDifferenceExceeds(since, GetCurrentTimestamp(), farewell));

	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	queue_state()->stopped = true;
	LWLockRelease(queue_lock());
	for (DatabaseQueue &queue : queue_state()->queues)
	{
		give_up(queue, "the launcher of recorders has been stopped");
	}
}

}  // namespace

void
register_launcher()
{
	BackgroundWorker worker = {};

	strlcpy(worker.bgw_name, "ddl_warden launcher", sizeof(worker.bgw_name));
	strlcpy(worker.bgw_type, "ddl_warden launcher", sizeof(worker.bgw_type));
	strlcpy(worker.bgw_library_name, "ddl_warden", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "ddl_warden_launcher_main", sizeof(worker.bgw_function_name));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = 1;
	RegisterBackgroundWorker(&worker);
}

}  // namespace ddl_warden::pg

using namespace ddl_warden::pg;

/* Leaves with status 1: then the postmaster starts it again, unless the server stops. */
void
ddl_warden_launcher_main(Datum)
{
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	pqsignal(SIGINT, SIG_IGN); /* it runs no statement that could be cancelled */
	BackgroundWorkerUnblockSignals();
	MemoryContextSwitchTo(TopMemoryContext);
	BackgroundWorkerInitializeConnectionByOid(InvalidOid, InvalidOid, 0); /* seen, in no database */
	attach_queue();
	sign_on();
	before_shmem_exit(sign_off, 0);
	while (!ShutdownRequestPending)
	{
		sleep_for(serve());
	}
	wind_up();
	proc_exit(1);
}
