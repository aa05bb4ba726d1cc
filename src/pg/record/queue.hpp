/*
 * The queue from the sessions to the recorders, in shared memory: decisions whose row cannot come
 * with a commit of their own. Sessions only put entries in and set a latch, which is lawful at any
 * time, in the ABORT callback as well.
 */
#pragma once

#include "pg/record/pending.hpp"

namespace ddl_warden::pg
{

enum class EntryKind : std::uint8_t
{
	Decision, /* a row of decision_log */
	Begun,    /* a row of begun: the statement is about to start */
};

/* What a session learns about the entry that it waits for. */
enum class Fate : std::uint8_t
{
	Open,
	Recorded, /* durable */
	NotRecorded,
};

/* ---- set up: called while the server starts */

Size queue_size(); /* of its shared memory */
void request_queue_lock();
void start_queue(void *memory, bool found);

/* Maps the queue into this process, once. May ERROR: not for callbacks. */
void attach_queue();

/* ---- for sessions */

/* Why an entry would not get in, or NULL. full: what passes by itself. */
struct Obstacle
{
	const char *reason;
	bool passes;
};

/* Puts the decision in, cut to what an entry may have. awaited: this process will ask for its fate.
 * Raises no ERROR, waits for nobody. */
Obstacle enqueue(Pending &decision, EntryKind kind, bool awaited);

/* Why a failure must not have a row, in the table itself either, or NULL: enqueue asks by itself.
 */
const char *obstacle_for_failure(const Pending &decision);

/* Of the entry that this process waits for. reason: why it was not recorded; in this process's own
 * memory until the next call of enqueue. */
Fate fate_of_entry(const char *&reason);

/* Nobody waits for it any more: it goes away. False: a recorder has it in hand, or has just told
 * what became of it. */
bool withdraw_entry();

/* Nobody waits for it any more: it will be recorded. */
void leave_entry();

/* Nobody waits for it any more, and the log tells that it is not recorded: a recorder that has it
 * in hand may record it yet. */
void give_entry_up();

/* After a commit: if the last time was long ago, the recorder prunes what is older than
 * ddl_warden.retention. */
void ask_for_pruning();

/* True when the queue is more than half full and entries of this process may have filled it. */
bool has_crowded_queue();

/* ---- for functions that tell the state */

struct QueueStatus
{
	bool launcher_runs;
	bool recorder_runs; /* of this database */
	bool unavailable;   /* no recorder has been to be had for a while */
	int entries;        /* of all databases */
	Size bytes;
	Size capacity;
};

QueueStatus queue_status();

}  // namespace ddl_warden::pg
