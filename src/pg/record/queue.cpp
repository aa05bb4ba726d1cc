#include "pg/record/queue_state.hpp"

#include "pg/compat.hpp"
#include "pg/record/entry.hpp"
#include "pg/settings.hpp"

extern "C" {
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/shmem.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr const char *tranche = "ddl_warden";
constexpr int patience = 1000; /* ms: how long one who waits is told to hope for a recorder */
constexpr double failures_per_second = 500; /* of roles that are no superusers */
constexpr double failures_at_once = 20000;
constexpr Size bytes_per_token = 8192;
constexpr const char *too_many_fail = "too many statements fail";
constexpr int look_for_pruning = 60 * 1000; /* ms: no session asks more often */
constexpr int start_up = 5000; /* ms: by then the launcher must be there, or there again */

QueueState *state = nullptr;
dsa_area *area = nullptr;
bool may_have_entries = false; /* this process put some in that nobody waits for */

Size
area_size()
{
	return Max(static_cast<Size>(record_buffer_setting) * 1024, dsa_minimum_size());
}

Size
area_offset()
{
	return MAXALIGN(offsetof(QueueState, waiters) + sizeof(Waiter) * MaxBackends);
}

void *
area_place()
{
	return reinterpret_cast<char *>(state) + area_offset();
}

/* Who waits has a part of the area that others cannot fill: a flood of failures is no reason to
 * lose a refusal. */
Size
room_for(bool awaited)
{
	return awaited ? area_size() / 10 * 9 : area_size() / 10 * 7;
}

/* The largest entry: many have to fit. */
Size
entry_limit()
{
	return area_size() / 16;
}

int
length_of_all()
{
	int length = 0;

	for (const DatabaseQueue &queue : state->queues)
	{
		length += queue.length;
	}
	return length;
}

bool
is_idle(const DatabaseQueue &queue)
{
	return queue.length == 0 && queue.recorder == RecorderState::None && queue.kept_away_by == 0;
}

bool
has_lasted(TimestampTz since, int milliseconds)
{
	return since != 0 && TimestampDifferenceExceeds(since, GetCurrentTimestamp(), milliseconds);
}

constexpr const char *no_worker = "no background worker can be had (see max_worker_processes)";

/* Why nobody will ever write what is put in now. */
const char *
final_obstacle()
{
	if (state->stopped)
	{
		return "the launcher of recorders has been stopped";
	}
	return state->launcher_number == nobody && has_lasted(state->without_launcher_since, start_up)
			   ? no_worker
			   : nullptr;
}

/* Why nobody will write it soon. What nobody waits for may stay until that has passed. */
const char *
lasting_obstacle(const DatabaseQueue &queue)
{
	if (queue.kept_away_by > 0)
	{
		return "the database is being dropped, renamed, moved or copied";
	}
	if (has_lasted(queue.without_recorder_since, patience))
	{
		return no_worker;
	}
	return has_lasted(queue.obstructed_since, patience) ? "its table is locked" : nullptr;
}

Obstacle
obstacle_for(const DatabaseQueue *queue, Size size, bool awaited)
{
	if (queue == nullptr)
	{
		return {"too many databases have decisions to record", true};
	}
	const char *lasting = final_obstacle();

	if (lasting == nullptr && awaited)
	{
		lasting = lasting_obstacle(*queue);
	}

	if (lasting != nullptr)
	{
		return {lasting, false};
	}
	if (state->used + size > room_for(awaited))
	{
		return {"the queue to the recorder is full", true};
	}
	return {nullptr, false};
}

/* Anybody can run statements that fail, as fast and as long as he likes; he must not fill the table
 * with them. A token is one row that is not long; they come back with time. */
bool
takes_tokens(const Pending &decision)
{
	if (decision.outcome != Outcome::Failed || decision.by_superuser)
	{
		return true;
	}
	const auto price = static_cast<double>(1 + flat_size(decision) / bytes_per_token);
	const TimestampTz now = GetCurrentTimestamp();
	const double seconds = static_cast<double>(now - state->tokens_at) / USECS_PER_SEC;

	state->tokens = Min(state->tokens + seconds * failures_per_second, failures_at_once);
	state->tokens_at = now;
	if (state->tokens < price)
	{
		return false;
	}
	state->tokens -= price;
	return true;
}

dsa_pointer
make_entry(const Pending &decision, EntryKind kind, bool awaited)
{
	const Size size = MAXALIGN(sizeof(Entry)) + flat_size(decision);
	const dsa_pointer pointer = dsa_allocate_extended(area, size, DSA_ALLOC_NO_OOM);

	if (DsaPointerIsValid(pointer))
	{
		Entry *entry = entry_at(pointer);

		*entry = {.before = InvalidDsaPointer,
				  .after = InvalidDsaPointer,
				  .size = size,
				  .waiter = awaited ? my_process_number() : nobody,
				  .kind = kind,
				  .taken = false};
		flatten(decision, decision_in(entry));
	}
	return pointer;
}

/* The list's recorder or, where there is none, the launcher. */
int
server_of(const DatabaseQueue &queue)
{
	return queue.recorder == RecorderState::Running ? queue.recorder_number
													: state->launcher_number;
}

Waiter &
own_waiter()
{
	return state->waiters[my_process_number()];
}

/* Under the lock. What is settled has no entry any more. */
void
stop_waiting(int waiter)
{
	const dsa_pointer pointer = own_waiter().entry;

	if (DsaPointerIsValid(pointer))
	{
		entry_at(pointer)->waiter = waiter;
		own_waiter().entry = InvalidDsaPointer;
	}
}

/* Under the lock. */
Obstacle
put_in(dsa_pointer pointer, const Pending &decision, bool awaited)
{
	DatabaseQueue *queue = queue_of(MyDatabaseId);
	const Entry *entry = entry_at(pointer);
	Obstacle obstacle = obstacle_for(queue, entry->size, awaited);

	if (obstacle.reason == nullptr && !takes_tokens(decision))
	{
		obstacle = {too_many_fail, false};
	}
	if (obstacle.reason == nullptr)
	{
		link_last(*queue, pointer);
		state->used += entry->size;
		wake(server_of(*queue));
		if (awaited)
		{
			own_waiter() = {.entry = pointer, .fate = Fate::Open, .reason = {}};
		}
	}
	return obstacle;
}

/* A process that is told to leave while it waits unwinds nothing. */
void
leave_at_exit(int, Datum)
{
	leave_entry();
}

}  // namespace

/* ---- set up */

Size
queue_size()
{
	return area_offset() + area_size();
}

void
request_queue_lock()
{
	RequestNamedLWLockTranche(tranche, 1);
}

void
start_queue(void *memory, bool found)
{
	state = static_cast<QueueState *>(memory);
	if (found)
	{
		return;
	}
	memset(state, 0, area_offset());
	state->launcher_number = nobody;
	state->without_launcher_since = GetCurrentTimestamp();
	state->tokens = failures_at_once;
	state->tokens_at = GetCurrentTimestamp();

	/* Of fixed size: it must not go for dynamic shared memory when it is full. */
	dsa_area *fresh =
		dsa_create_in_place(area_place(), area_size(), queue_lock()->tranche, nullptr);

	dsa_pin(fresh);
	dsa_set_size_limit(fresh, area_size());
	dsa_detach(fresh);
}

void
attach_queue()
{
	if (area != nullptr || state == nullptr)
	{
		return;
	}
	const MemoryContext before = MemoryContextSwitchTo(TopMemoryContext);

	area = dsa_attach_in_place(area_place(), nullptr);
	dsa_pin_mapping(area);
	on_shmem_exit(dsa_on_shmem_exit_release_in_place, PointerGetDatum(area_place()));
	before_shmem_exit(leave_at_exit, 0);
	MemoryContextSwitchTo(before);
}

QueueState *
queue_state()
{
	return state;
}

LWLock *
queue_lock()
{
	return &GetNamedLWLockTranche(tranche)->lock;
}

/* ---- lists */

Entry *
entry_at(dsa_pointer pointer)
{
	return static_cast<Entry *>(dsa_get_address(area, pointer));
}

char *
decision_in(Entry *entry)
{
	return reinterpret_cast<char *>(entry) + MAXALIGN(sizeof(Entry));
}

void
link_last(DatabaseQueue &queue, dsa_pointer pointer)
{
	Entry *entry = entry_at(pointer);

	entry->taken = false;
	entry->after = InvalidDsaPointer;
	entry->before = queue.last;
	(DsaPointerIsValid(queue.last) ? entry_at(queue.last)->after : queue.first) = pointer;
	queue.last = pointer;
	queue.length++;
}

void
link_first(DatabaseQueue &queue, dsa_pointer pointer)
{
	Entry *entry = entry_at(pointer);

	entry->taken = false;
	entry->before = InvalidDsaPointer;
	entry->after = queue.first;
	(DsaPointerIsValid(queue.first) ? entry_at(queue.first)->before : queue.last) = pointer;
	queue.first = pointer;
	queue.length++;
}

void
unlink(DatabaseQueue &queue, dsa_pointer pointer)
{
	const Entry *entry = entry_at(pointer);

	(DsaPointerIsValid(entry->before) ? entry_at(entry->before)->after : queue.first) =
		entry->after;
	(DsaPointerIsValid(entry->after) ? entry_at(entry->after)->before : queue.last) = entry->before;
	queue.length--;
}

DatabaseQueue *
find_queue(Oid database)
{
	for (DatabaseQueue &queue : state->queues)
	{
		if (queue.database == database)
		{
			return &queue;
		}
	}
	return nullptr;
}

DatabaseQueue *
queue_of(Oid database)
{
	DatabaseQueue *queue = find_queue(database);

	if (queue == nullptr)
	{
		queue = find_queue(InvalidOid);
	}
	for (int i = 0; queue == nullptr && i < queue_limit; i++)
	{
		queue = is_idle(state->queues[i]) ? &state->queues[i] : nullptr;
	}
	if (queue != nullptr && queue->database != database)
	{
		*queue = {};
		queue->database = database;
	}
	return queue;
}

void
free_entry(dsa_pointer pointer)
{
	state->used -= entry_at(pointer)->size;
	dsa_free(area, pointer);
}

bool
is_awaited(dsa_pointer pointer)
{
	const int number = entry_at(pointer)->waiter;

	/* The process may have gone, and its number be another's. */
	return number >= 0 && state->waiters[number].entry == pointer;
}

bool
is_told_by_others(dsa_pointer pointer)
{
	return is_awaited(pointer) || entry_at(pointer)->waiter == given_up;
}

int
settle_entry(dsa_pointer pointer, Fate fate, const char *reason)
{
	int number = nobody;

	if (is_awaited(pointer))
	{
		number = entry_at(pointer)->waiter;
		Waiter &waiter = state->waiters[number];

		waiter.entry = InvalidDsaPointer;
		waiter.fate = fate;
		strlcpy(waiter.reason, reason == nullptr ? "" : reason, sizeof(waiter.reason));
	}
	free_entry(pointer);
	return number;
}

void
wake(int number)
{
	if (number != nobody)
	{
		SetLatch(&GetPGProcByNumber(number)->procLatch);
	}
}

/* ---- for sessions */

Obstacle
enqueue(Pending &decision, EntryKind kind, bool awaited)
{
	if (area == nullptr)
	{
		return {"this process has no recorder", false};
	}
	shrink(decision, entry_limit());

	const dsa_pointer pointer = make_entry(decision, kind, awaited);

	if (!DsaPointerIsValid(pointer))
	{
		return {"the queue to the recorder is full", true};
	}
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	const Obstacle obstacle = put_in(pointer, decision, awaited);

	LWLockRelease(queue_lock());
	if (obstacle.reason != nullptr)
	{
		dsa_free(area, pointer);
	}
	may_have_entries = may_have_entries || !awaited;
	return obstacle;
}

const char *
obstacle_for_failure(const Pending &decision)
{
	if (state == nullptr || decision.outcome != Outcome::Failed)
	{
		return nullptr;
	}
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	const bool may = takes_tokens(decision);

	LWLockRelease(queue_lock());
	return may ? nullptr : too_many_fail;
}

Fate
fate_of_entry(const char *&reason)
{
	LWLockAcquire(queue_lock(), LW_SHARED);
	const Waiter &waiter = own_waiter();
	const Fate fate = waiter.fate;

	LWLockRelease(queue_lock());
	reason = waiter.reason;
	return fate;
}

void
leave_entry()
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	stop_waiting(nobody);
	LWLockRelease(queue_lock());
}

void
give_entry_up()
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	stop_waiting(given_up);
	LWLockRelease(queue_lock());
}

bool
withdraw_entry()
{
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	const dsa_pointer pointer = own_waiter().entry;
	const bool withdrawn = DsaPointerIsValid(pointer) && !entry_at(pointer)->taken;

	if (withdrawn)
	{
		stop_waiting(nobody);
		unlink(*queue_of(MyDatabaseId), pointer);
		free_entry(pointer);
	}
	LWLockRelease(queue_lock());
	return withdrawn;
}

void
ask_for_pruning()
{
	static TimestampTz looked_at = 0;
	const TimestampTz now = GetCurrentTimestamp();

	if (area == nullptr || retention_setting == 0 ||
		!TimestampDifferenceExceeds(looked_at, now, look_for_pruning))
	{
		return;
	}
	looked_at = now;
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	DatabaseQueue *queue = queue_of(MyDatabaseId);

	if (queue != nullptr && queue->prune_due <= now)
	{
		queue->wants_pruning = true;
		wake(server_of(*queue));
	}
	LWLockRelease(queue_lock());
}

bool
has_crowded_queue()
{
	/* Read without the lock: an old value does no harm. */
	const bool crowded = may_have_entries && state->used > area_size() / 2;

	may_have_entries = crowded;
	return crowded;
}

QueueStatus
queue_status()
{
	QueueStatus status = {};

	LWLockAcquire(queue_lock(), LW_SHARED);
	status.launcher_runs = state->launcher_number != nobody;
	status.entries = length_of_all();
	status.bytes = state->used;
	status.unavailable = final_obstacle() != nullptr;
	if (const DatabaseQueue *queue = find_queue(MyDatabaseId); queue != nullptr)
	{
		status.recorder_runs = queue->recorder == RecorderState::Running;
		status.unavailable =
			status.unavailable || has_lasted(queue->without_recorder_since, patience);
	}
	LWLockRelease(queue_lock());
	status.capacity = area_size();
	return status;
}

}  // namespace ddl_warden::pg
