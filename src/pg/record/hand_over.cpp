#include "pg/record/hand_over.hpp"

#include "pg/compat.hpp"
#include "pg/extension.hpp"
#include "pg/metrics.hpp"
#include "pg/record/log_line.hpp"

extern "C" {
#include "storage/latch.h"
#include "utils/wait_event.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr int patience = 1000;         /* ms, for a recorder to take it in hand */
constexpr int patience_in_hand = 4000; /* ms, for it to write what it has in hand */
constexpr int retry = 10;              /* ms, where nobody will wake us */

/* Until the latch is set, or the time is over. False: it is over. */
bool
wait(TimestampTz deadline, long at_most)
{
	const long left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), deadline);

	if (left <= 0)
	{
		return false;
	}
	WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, Min(left, at_most),
			  PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	return true;
}

/* The recorder would wait for this very transaction, which waits for the recorder. */
bool
locks_table_itself(const Pending &decision)
{
	constexpr LOCKMODE conflicting[] = {ShareLock, ShareRowExclusiveLock, ExclusiveLock,
										AccessExclusiveLock};
	LOCKTAG tag;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, own_relation(decision.extension_owner, "decision_log"));
	for (LOCKMODE mode : conflicting)
	{
		if (holds_lock(tag, mode))
		{
			return true;
		}
	}
	return false;
}

/* A batch that is being written is waited for as a commit is, however slow the disk: otherwise a
 * decision would have both a row and a line in its place. */
const char *
await_fate(TimestampTz deadline)
{
	const TimestampTz end = TimestampTzPlusMilliseconds(deadline, patience_in_hand);
	const char *reason = nullptr;
	Fate fate;

	while ((fate = fate_of_entry(reason)) == Fate::Open)
	{
		if (wait(deadline, patience))
		{
			continue;
		}
		if (withdraw_entry())
		{
			return "the recorder did not write it within a second";
		}
		if (!wait(end, retry))
		{
			give_entry_up();
			return "the recorder did not finish writing it";
		}
	}
	return fate == Fate::Recorded ? nullptr : reason;
}

/* Whoever does not wait for the end of his refusal is not spared its line. An announcement is no
 * longer needed: its statement does not start. */
void
log_interrupted(const Pending &decision, EntryKind kind, bool in_queue)
{
	if (kind != EntryKind::Decision)
	{
		return;
	}
	if (!in_queue)
	{
		count(Counter::LoggedInsteadOfRow);
	}
	log_decision(decision, in_queue ? nullptr : "interrupted while the queue was full");
}

/* Returns NULL when the row is durable, or why there is none. */
const char *
record_durably(Pending &decision, EntryKind kind)
{
	const TimestampTz deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), patience);
	const char *reason = nullptr;
	volatile bool in_queue = false;

	if (locks_table_itself(decision))
	{
		return "this transaction has locked its table";
	}
	PG_TRY();
	{
		Obstacle obstacle;

		do
		{
			obstacle = enqueue(decision, kind, true);
		} while (obstacle.passes && wait(deadline, retry));
		in_queue = obstacle.reason == nullptr;
		reason = in_queue ? await_fate(deadline) : obstacle.reason;
	}
	PG_CATCH();
	{
		if (in_queue)
		{
			leave_entry();
		}
		log_interrupted(decision, kind, in_queue);
		PG_RE_THROW();
	}
	PG_END_TRY();
	return reason;
}

}  // namespace

void
record_refusal(Pending &decision)
{
	const char *reason = record_durably(decision, EntryKind::Decision);

	if (reason != nullptr)
	{
		count(Counter::LoggedInsteadOfRow);
	}
	log_decision(decision, reason);
}

void
announce(Pending &decision)
{
	const char *reason = record_durably(decision, EntryKind::Begun);

	if (reason != nullptr)
	{
		log_begun(decision, reason);
	}
}

const char *
hand_over(Pending &decision)
{
	return enqueue(decision, EntryKind::Decision, false).reason;
}

void
log_unrecorded(const Pending &decision, const char *reason)
{
	count(decision.outcome == Outcome::Committed ? Counter::RowsLost : Counter::LoggedInsteadOfRow);
	log_decision(decision, reason);
}

void
log_lost(const Pending &decision, EntryKind kind, const char *reason)
{
	if (kind == EntryKind::Begun)
	{
		log_begun(decision, reason);
	}
	else
	{
		log_unrecorded(decision, reason);
	}
}

void
hand_over_rest(std::int64_t unlisted, std::int64_t rows)
{
	log_more_decisions(unlisted, rows);
}

void
await_uncrowded_queue()
{
	const TimestampTz deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), patience);

	while (has_crowded_queue() && wait(deadline, retry))
	{
	}
}

}  // namespace ddl_warden::pg
