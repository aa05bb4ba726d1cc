/* The queue as it lies in shared memory; between queue.cpp, the launcher and the recorder. */
#pragma once

#include "pg/record/queue.hpp"

extern "C" {
#include "storage/lwlock.h"
#include "utils/dsa.h"
}

namespace ddl_warden::pg
{

inline constexpr int nobody = -1;      /* instead of the number of a process */
inline constexpr int given_up = -2;    /* the same: who waited has told that it is not recorded */
inline constexpr int queue_limit = 64; /* databases with entries at the same time */

/* One entry; the decision as bytes follows it. */
struct Entry
{
	dsa_pointer before; /* in the list of its database */
	dsa_pointer after;
	Size size;  /* with the decision */
	int waiter; /* number of the process that waits for it */
	EntryKind kind;
	bool taken; /* a recorder has it in hand, and it is in no list */
};

enum class RecorderState : std::uint8_t
{
	None,
	Starting,
	Running,
};

/* The entries of one database, and its recorder. */
struct DatabaseQueue
{
	Oid database; /* InvalidOid: this one is free */
	dsa_pointer first;
	dsa_pointer last;
	int length;

	RecorderState recorder;
	bool recorder_worked;               /* the one started last got something done */
	int recorder_number;                /* of the process, while it runs */
	pid_t recorder_pid;                 /* also after it has left */
	int kept_away_by;                   /* sessions that want no recorder in the database */
	TimestampTz without_recorder_since; /* one is wanted, none can be started; 0: it can */
	TimestampTz obstructed_since;       /* the table is locked; 0: it is not */
	bool is_gone;                       /* the database was dropped */

	TimestampTz prune_due;
	bool wants_pruning;
};

/* What a process waits for. */
struct Waiter
{
	dsa_pointer entry; /* invalid: for nothing */
	Fate fate;
	char reason[128];
};

struct QueueState
{
	int launcher_number; /* of the process; nobody */
	TimestampTz without_launcher_since;
	bool stopped;  /* the launcher was: with the server, as a rule */
	Size used;     /* bytes of all entries */
	double tokens; /* rows that failures of ordinary roles may still have */
	TimestampTz tokens_at;
	DatabaseQueue queues[queue_limit];
	Waiter waiters[FLEXIBLE_ARRAY_MEMBER]; /* by number of the process; behind them the area */
};

/* NULL unless the library was preloaded. */
QueueState *queue_state();

/* Over everything in the queue. */
LWLock *queue_lock();

/* ---- under the lock */

/* The list of the database, or NULL. */
DatabaseQueue *find_queue(Oid database);

/* The same; a free one becomes it. NULL: all are in use. */
DatabaseQueue *queue_of(Oid database);

Entry *entry_at(dsa_pointer pointer);
char *decision_in(Entry *entry);
void link_last(DatabaseQueue &queue, dsa_pointer pointer);
void link_first(DatabaseQueue &queue, dsa_pointer pointer);
void unlink(DatabaseQueue &queue, dsa_pointer pointer);

/* Is there somebody who waits for it? */
bool is_awaited(dsa_pointer pointer);

/* Will somebody else say in the log that it was not recorded, or has he? */
bool is_told_by_others(dsa_pointer pointer);

void free_entry(dsa_pointer pointer);

/* Frees it, and leaves word for whoever waits for it. Returns whom to wake, or nobody. */
int settle_entry(dsa_pointer pointer, Fate fate, const char *reason);

/* ---- with or without it */

/* Sets the latch of a process; nobody's, too. */
void wake(int number);

}  // namespace ddl_warden::pg
