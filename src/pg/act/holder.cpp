/*
 * Who held the lock that a statement waited for in vain. Runs in a PG_CATCH, before the
 * transaction is rolled back: shared memory only, no catalog.
 */
#include "pg/act/act.hpp"

#include "pg/act/awaited.hpp"
#include "pg/compat.hpp"
#include "pg/memory.hpp"

extern "C" {
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr int longest_query = 200;

struct Holder
{
	int pid; /* 0: a prepared transaction */
	int others;
	const PgBackendStatus *status; /* NULL: gone meanwhile, or nothing to see */
};

/* The session that a conflicting transaction belongs to; 0 when it is a prepared one, whose
 * virtual transaction may carry the number of a session long gone. */
int
pid_of(const VirtualTransactionId &transaction)
{
	const PGPROC *proc = proc_of(transaction);

	if (proc == nullptr || local_transaction_of(proc) != transaction.localTransactionId)
	{
		return 0;
	}
	return proc->pid;
}

/* Who holds a lock that conflicts with the one awaited; false when nobody does any more. */
bool
find_holder(const Awaited &awaited, Holder &holder)
{
	int count = 0;
	const VirtualTransactionId *conflicts =
		awaited.seen ? GetLockConflicts(&awaited.tag, awaited.mode, &count) : nullptr;

	if (count == 0)
	{
		return false;
	}
	holder = {pid_of(conflicts[0]), count - 1, nullptr};
	return true;
}

/* What is locked: relations by name where the impact has it, for the catalog is out of reach. */
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

/* "process 812 (metabase, idle in transaction for 41 min) holds it", as far as the role may see. */
const char *
holder_text(const Holder &holder, bool visible)
{
	StringInfoData text;
	const PgBackendStatus *status = holder.status;

	if (holder.pid == 0)
	{
		return "a prepared transaction holds it";
	}
	initStringInfo(&text);
	appendStringInfo(&text, "process %d", holder.pid);
	if (status != nullptr)
	{
		const char *comma = status->st_appname[0] != '\0' && visible ? ", " : "";

		appendStringInfo(&text, " (%s%s", status->st_appname, comma);
		if (visible)
		{
			const std::int64_t age = TimestampDifferenceMilliseconds(
				status->st_state_start_timestamp, GetCurrentTimestamp());

			appendStringInfo(&text, "%s for %s", state_text(status->st_state), duration_text(age));
		}
		appendStringInfoChar(&text, ')');
	}
	if (holder.others > 0)
	{
		appendStringInfo(&text, " and %d more hold it", holder.others);
	}
	else
	{
		appendStringInfoString(&text, " holds it");
	}
	return text.data;
}

/* The holder's query belongs into the detail: it may be long, and not everybody may see it. */
const char *
detail_text(const Awaited &awaited, const Holder &holder, bool visible)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%s was requested.",
					 GetLockmodeName(awaited.tag.locktag_lockmethodid, awaited.mode));
	if (visible && holder.status != nullptr)
	{
		const char *query = pgstat_clip_activity(holder.status->st_activity_raw);
		const int length = pg_mbcliplen(query, strlen(query), longest_query);

		appendStringInfo(&text, "  Query of process %d: %.*s%s", holder.pid, length, query,
						 query[length] == '\0' ? "" : "...");
	}
	return text.data;
}

/* The new texts of the error. */
void
name_holder(ErrorData &error, const Limits &limits, const Impact &impact)
{
	const Awaited awaited = last_awaited();
	const char *within = duration_text(limits.lock_timeout);
	Holder holder;

	if (!find_holder(awaited, holder))
	{
		error.message = psprintf("could not obtain a lock within %s", within);
		return;
	}
	pgstat_clear_backend_activity_snapshot();
	holder.status = holder.pid == 0 ? nullptr : status_of(holder.pid);

	const bool visible =
		limits.sees_others || (holder.status != nullptr && holder.status->st_userid == GetUserId());

	error.message = psprintf("%s within %s: %s", target_text(awaited.tag, impact), within,
							 holder_text(holder, visible));
	error.detail = pstrdup(detail_text(awaited, holder, visible));
	error.hint = pstrdup("Run it again when the holder's transaction has ended.");
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
