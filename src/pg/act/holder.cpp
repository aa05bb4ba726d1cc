/*
 * Who held the lock that a statement waited for in vain. Runs in a PG_CATCH, before the
 * transaction is rolled back: shared memory only, no catalog.
 */
#include "pg/act/act.hpp"

#include "pg/act/awaited.hpp"
#include "pg/compat.hpp"
#include "pg/memory.hpp"

extern "C" {
#include "mb/pg_wchar.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr int longest_query = 200;

/* The session that has held the lock longest. */
struct Holder
{
	int count;                     /* of all that held it; 0: nobody does any more */
	const PgBackendStatus *status; /* NULL: a prepared transaction */
};

const PgBackendStatus *
status_of(int pid)
{
	const int count = pgstat_fetch_stat_numbackends();

	for (int index = 1; index <= count; index++)
	{
		const PgBackendStatus *status = backend_status_at(index);

		if (status != nullptr && status->st_procpid == pid)
		{
			return status;
		}
	}
	return nullptr;
}

/* Takes one transaction that holds the lock into account. Our request has left the queue: those who
 * stood behind it hold the lock by now, too, but their transactions are younger than our wait. A
 * prepared transaction has the virtual transaction of a session that is long gone, or elsewhere. */
void
consider(Holder &holder, const VirtualTransactionId &transaction, TimestampTz waiting_since)
{
	const PGPROC *proc = proc_of(transaction);
	const bool prepared =
		proc == nullptr || local_transaction_of(proc) != transaction.localTransactionId;
	const bool parallel_worker =
		!prepared && proc->lockGroupLeader != nullptr && proc->lockGroupLeader != proc;
	const PgBackendStatus *status = prepared || parallel_worker ? nullptr : status_of(proc->pid);

	if (prepared)
	{
		holder.count++;
	}
	else if (status != nullptr && status->st_xact_start_timestamp <= waiting_since)
	{
		holder.count++;
		if (holder.status == nullptr ||
			status->st_xact_start_timestamp < holder.status->st_xact_start_timestamp)
		{
			holder.status = status;
		}
	}
}

Holder
find_holder(const Awaited &awaited, TimestampTz waiting_since)
{
	Holder holder = {0, nullptr};
	int count = 0;
	const VirtualTransactionId *conflicts =
		awaited.seen ? GetLockConflicts(&awaited.tag, awaited.mode, &count) : nullptr;

	for (int index = 0; index < count; index++)
	{
		consider(holder, conflicts[index], waiting_since);
	}
	return holder;
}

/* What is locked: relations by name where inspection has told it, for the catalog is out of
 * reach. */
const char *
target_text(const LOCKTAG &tag, const Impact &impact)
{
	if (tag.locktag_type != LOCKTAG_RELATION)
	{
		return "could not obtain a lock";
	}
	for (const RelationImpact &relation : impact.relations)
	{
		if (relation.oid == tag.locktag_field2)
		{
			return psprintf("could not lock \"%s\"", c_string(relation.name));
		}
	}
	return psprintf("could not lock relation %u", tag.locktag_field2);
}

/* In the words of pg_stat_activity.state. */
const char *
state_text(BackendState state)
{
	switch (state)
	{
		case STATE_RUNNING:
			return "active";
		case STATE_IDLE:
			return "idle";
		case STATE_IDLEINTRANSACTION:
			return "idle in transaction";
		case STATE_IDLEINTRANSACTION_ABORTED:
			return "idle in transaction (aborted)";
		case STATE_FASTPATH:
			return "fastpath function call";
		default:
			return "state unknown";
	}
}

/* "800 ms", "8 s", "41 min", "3 h", "2 d". */
const char *
duration_text(std::int64_t ms)
{
	struct Unit
	{
		std::int64_t ms;
		const char *name;
	};
	constexpr Unit units[] = {{86400000, "d"}, {3600000, "h"}, {60000, "min"}, {1000, "s"}};

	for (const Unit &unit : units)
	{
		/* 90 s is better than 1 min */
		if (ms >= 2 * unit.ms || (ms >= unit.ms && ms % unit.ms == 0))
		{
			return psprintf(INT64_FORMAT " %s", ms / unit.ms, unit.name);
		}
	}
	return psprintf(INT64_FORMAT " ms", ms);
}

/* "process 812 (metabase, idle in transaction for 41 min)", as far as the role may see. */
const char *
session_text(const PgBackendStatus &session, bool visible)
{
	const char *state = "";

	if (visible)
	{
		const std::int64_t age = TimestampDifferenceMilliseconds(session.st_state_start_timestamp,
																 GetCurrentTimestamp());

		state = psprintf("%s for %s", state_text(session.st_state), duration_text(age));
	}
	if (session.st_appname[0] == '\0' && !visible)
	{
		return psprintf("process %d", session.st_procpid);
	}
	return psprintf("process %d (%s%s%s)", session.st_procpid, session.st_appname,
					session.st_appname[0] != '\0' && visible ? ", " : "", state);
}

const char *
holder_text(const Holder &holder, bool visible)
{
	const char *first =
		holder.status == nullptr ? "a prepared transaction" : session_text(*holder.status, visible);

	return holder.count == 1 ? psprintf("%s holds it", first)
							 : psprintf("%s and %d more hold it", first, holder.count - 1);
}

/* The holder's query belongs into the detail: it may be long, and not everybody may see it. */
const char *
detail_text(const Awaited &awaited, const Holder &holder, bool visible)
{
	const char *mode = GetLockmodeName(awaited.tag.locktag_lockmethodid, awaited.mode);

	if (!visible || holder.status == nullptr)
	{
		return psprintf("%s was requested.", mode);
	}
	const char *query = pgstat_clip_activity(holder.status->st_activity_raw);
	const int length = pg_mbcliplen(query, strlen(query), longest_query);

	return psprintf("%s was requested.  Query of process %d: %.*s%s", mode,
					holder.status->st_procpid, length, query, query[length] == '\0' ? "" : "...");
}

/* The new texts of the error. */
void
name_holder(ErrorData &error, const Limits &limits, const Impact &impact)
{
	const Awaited awaited = last_awaited();
	const char *within = duration_text(limits.lock_timeout);

	pgstat_clear_backend_activity_snapshot();
	const Holder holder = find_holder(
		awaited, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), -limits.lock_timeout));

	if (holder.count == 0)
	{
		error.message = psprintf("could not obtain a lock within %s", within);
	}
	else
	{
		const bool visible = limits.sees_others ||
							 (holder.status != nullptr && holder.status->st_userid == GetUserId());

		error.message = psprintf("%s within %s: %s", target_text(awaited.tag, impact), within,
								 holder_text(holder, visible));
		error.detail = pstrdup(detail_text(awaited, holder, visible));
		error.hint = pstrdup("Run it again when the holder's transaction has ended.");
	}
	pgstat_clear_backend_activity_snapshot();
}

}  // namespace

bool
is_lock_timeout(MemoryContext memory)
{
	ErrorData *error;
	bool found;

	if (geterrcode() != ERRCODE_LOCK_NOT_AVAILABLE)
	{
		return false;
	}
	/* NOWAIT has the same SQLSTATE; only the timeout is raised here */
	MemoryContext previous = MemoryContextSwitchTo(memory);
	error = CopyErrorData();
	found = error->funcname != nullptr && strcmp(error->funcname, "ProcessInterrupts") == 0;
	FreeErrorData(error);
	MemoryContextSwitchTo(previous);
	return found;
}

void
raise_lock_timeout(const Limits &limits, const Impact &impact, MemoryContext memory)
{
	MemoryContextSwitchTo(memory);
	ErrorData *error = CopyErrorData();

	FlushErrorState();
	name_holder(*error, limits, impact);
	ReThrowError(error);
}

}  // namespace ddl_warden::pg
