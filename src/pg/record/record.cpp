#include "pg/record/record.hpp"

#include "pg/boundary.hpp"
#include "pg/extension.hpp"
#include "pg/metrics.hpp"
#include "pg/record/commit_wait.hpp"
#include "pg/record/hand_over.hpp"
#include "pg/record/json.hpp"
#include "pg/record/measured_work.hpp"
#include "pg/record/queue.hpp"
#include "pg/record/relations.hpp"
#include "pg/record/row.hpp"
#include "pg/settings.hpp"

#include "core/internal_commits.hpp"

extern "C" {
#include "catalog/pg_type_d.h"
#include "commands/dbcommands.h"
#include "mb/pg_wchar.h"
#include "storage/ipc.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr int early_limit = 1000;        /* pending decisions: more are written before the commit */
constexpr int lines_for_rollback = 20;   /* of one transaction */
constexpr int statement_limit = 1 << 20; /* bytes of its text kept */
constexpr std::size_t relation_limit = 10000; /* relations of a statement that commits in between */

/* Across transactions: a statement that commits internally is still running when they end. */
MemoryContext pending_context = nullptr;
Pending *first_pending = nullptr; /* in the order in which they were remembered */
Pending *last_pending = nullptr;
int pending_count = 0;
std::int64_t rows_written_early = 0; /* by this transaction, their decisions forgotten */
std::int64_t unlisted = 0;           /* of this transaction: neither row nor line of their own */

/* ---- taking a decision in */

struct CountedAs
{
	Counter counter;
	Effect effect;
};

constexpr CountedAs counted_as[] = {
	/* as Ruling; Allow has no finding */
	{Counter::Allowed, Effect::Recorded},      {Counter::Recorded, Effect::Recorded},
	{Counter::Warned, Effect::Warned},         {Counter::Denied, Effect::Refused},
	{Counter::Overridden, Effect::Overridden},
};

void
count_verdict(const Verdict *verdict)
{
	if (verdict == nullptr)
	{
		return;
	}
	const auto [counter, effect] = counted_as[static_cast<int>(verdict->ruling)];
	const bool spared = effect == Effect::Refused && mode() != Mode::Enforce;

	count(counter);
	if (!verdict->findings.empty())
	{
		count(verdict->findings.front().rule, spared ? Effect::WouldRefuse : effect);
	}
}

bool
blocks_others(const Impact *impact)
{
	return impact != nullptr && blocked_by(impact->strongest) >= Blocks::Writes;
}

/* Does ddl_warden.record ask for a row? */
bool
is_wanted(const Remembered &what)
{
	const Ruling ruling = what.verdict == nullptr ? Ruling::Override : what.verdict->ruling;

	if (what.facts != nullptr && what.facts->temporary_only)
	{
		return false;
	}
	switch (static_cast<RecordScope>(record_setting))
	{
		case RecordScope::Everything:
			return true;
		case RecordScope::Blocking:
			return ruling != Ruling::Allow || blocks_others(what.impact);
		case RecordScope::Refused:
			return ruling == Ruling::Deny || ruling == Ruling::Override;
	}
	return true;
}

const char *
copy(const Pending &decision, const char *text)
{
	return text == nullptr ? nullptr : MemoryContextStrdup(decision.context, text);
}

const char *
copy(const Pending &decision, std::string_view text)
{
	const MemoryContext before = MemoryContextSwitchTo(decision.context);
	const char *copied = c_string(text);

	MemoryContextSwitchTo(before);
	return copied;
}

Datum
copy_varlena(const Pending &decision, Datum value)
{
	const MemoryContext before = MemoryContextSwitchTo(decision.context);
	const Datum copied = datumCopy(value, false, -1);

	MemoryContextSwitchTo(before);
	return copied;
}

/* As inet_client_addr() says: none over a unix socket and in background processes. */
Datum
copy_client_address(const Pending &decision)
{
	LOCAL_FCINFO(call, 0);

	InitFunctionCallInfoData(*call, nullptr, 0, InvalidOid, nullptr, nullptr);
	const Datum address = inet_client_addr(call);

	return call->isnull ? 0 : copy_varlena(decision, address);
}

const char *
copy_statement(const Pending &decision, std::string_view text)
{
	if (text.size() <= statement_limit)
	{
		return copy(decision, text);
	}
	const int length = pg_mbcliplen(text.data(), static_cast<int>(text.size()), statement_limit);

	return copy(decision, psprintf("%.*s...", length, text.data()));
}

/* Its context hangs below the current one until it is complete: an ERROR leaves nothing behind. */
Pending *
begin_decision(std::int64_t id)
{
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "ddl_warden decision", ALLOCSET_SMALL_SIZES);
	auto *decision = static_cast<Pending *>(MemoryContextAllocZero(context, sizeof(Pending)));

	attach_queue();
	decision->context = context;
	decision->subtransaction = GetCurrentSubTransactionId();
	decision->id = id;
	decision->decided_at = GetCurrentTimestamp();
	decision->database = copy(*decision, get_database_name(MyDatabaseId));
	decision->backend_pid = MyProcPid;
	decision->backend_started = MyStartTimestamp;
	decision->client_addr = copy_client_address(*decision);
	decision->role_name = copy(*decision, GetUserNameFromId(GetUserId(), true));
	decision->by_superuser = superuser();
	decision->session_role = copy(*decision, GetUserNameFromId(GetSessionUserId(), true));
	decision->application_name = copy(*decision, application_name);
	decision->note = copy(*decision, context_setting);
	decision->outcome = Outcome::Committed;
	INSTR_TIME_SET_CURRENT(decision->started);
	return decision;
}

void
take_in(Pending *decision)
{
	MemoryContextSetParent(decision->context, pending_context);
	decision->before = last_pending;
	(last_pending == nullptr ? first_pending : last_pending->after) = decision;
	last_pending = decision;
	pending_count++;
}

void
fill_verdict(Pending *decision, const Verdict &verdict)
{
	if (!verdict.findings.empty())
	{
		const Finding &deciding = verdict.findings.front();

		decision->rule = copy(*decision, to_text(deciding.rule));
		decision->message = copy(*decision, deciding.message);
		decision->bytes = deciding.bytes;
	}
	decision->findings = copy_varlena(*decision, findings_json(verdict));
}

void
fill_impact(Pending *decision, const Impact &impact)
{
	if (impact.strongest != LockMode::None)
	{
		decision->lock_mode = copy(*decision, to_text(impact.strongest));
	}
	decision->impact = copy_varlena(*decision, impact_json(impact, decision->forecast));
}

void
fill_relations(Pending *decision, const RelationNames &names)
{
	decision->relation = names.first.empty() ? nullptr : copy(*decision, names.first);
	decision->further = names.further == 0 ? 0 : copy_varlena(*decision, names.further);
}

/* By OID: what the statement has left behind is found by it, whatever was renamed since. */
Datum
relations_of(const Impact &impact)
{
	const std::size_t listed =
		impact.relations.size() < relation_limit ? impact.relations.size() : relation_limit;
	const std::span<Datum> oids = allocate_array<Datum>(listed);

	for (std::size_t i = 0; i < listed; i++)
	{
		oids[i] = ObjectIdGetDatum(impact.relations[i].oid);
	}
	return PointerGetDatum(construct_array(oids.data(), static_cast<int>(listed), OIDOID,
										   sizeof(Oid), true, TYPALIGN_INT));
}

void
fill_decision(Pending *decision, const Remembered &what)
{
	decision->extension_owner = what.extension_owner;
	decision->query_id = what.query_id;
	decision->command = copy(*decision, what.command);
	decision->statement = copy_statement(*decision, what.text);
	decision->verdict =
		copy(*decision, to_text(what.verdict == nullptr ? Ruling::Override : what.verdict->ruling));
	decision->override_reason = copy(*decision, what.override_reason);
	if (what.verdict != nullptr)
	{
		fill_verdict(decision, *what.verdict);
	}
	if (what.impact != nullptr)
	{
		decision->forecast = *what.forecast;
		fill_impact(decision, *what.impact);
	}
	if (what.facts != nullptr && commits_internally(*what.facts))
	{
		decision->relations = copy_varlena(*decision, relations_of(*what.impact));
	}
	fill_relations(decision, relation_names(what));
}

/* ---- letting it go */

void
take_out(Pending *decision)
{
	(decision->before == nullptr ? first_pending : decision->before->after) = decision->after;
	(decision->after == nullptr ? last_pending : decision->after->before) = decision->before;
	pending_count--;
}

void
forget(Pending *decision)
{
	take_out(decision);
	MemoryContextDelete(decision->context);
}

void
set_sqlstate(Pending *decision, int sqlstate)
{
	strlcpy(decision->sqlstate, unpack_sql_state(sqlstate), sizeof(decision->sqlstate));
}

/* ---- writing */

bool
is_due(const Pending &decision)
{
	return decision.ripe && decision.place == Place::Memory;
}

const Pending *
first_due()
{
	const Pending *decision = first_pending;

	while (decision != nullptr && !is_due(*decision))
	{
		decision = decision->after;
	}
	return decision;
}

void
write_due(RecordTable &table, const char *obstacle)
{
	for (Pending *decision = first_pending; decision != nullptr; decision = decision->after)
	{
		if (is_due(*decision))
		{
			/* The transaction that the row comes with: for CREATE INDEX CONCURRENTLY, its last. */
			decision->transaction_id = U64FromFullTransactionId(GetTopFullTransactionId());
			decision->lost_because =
				obstacle == nullptr ? obstacle_for_failure(*decision) : obstacle;
			if (decision->lost_because == nullptr)
			{
				decision->lost_because = write_row(table, *decision);
			}
			decision->place = decision->lost_because == nullptr ? Place::Table : Place::Nowhere;
			if (decision->place == Place::Table)
			{
				write_measured_work(*decision);
			}
		}
	}
}

/*
 * Writes the ripe decisions. early: before the commit, where a table that cannot be had now may be
 * had then.
 *
 * The snapshot is the catalog's: the transaction's own, taken here for the first time, would make a
 * SERIALIZABLE READ ONLY DEFERRABLE transaction wait for all others.
 */
void
write_ripe(bool early)
{
	const Pending *due = first_due();

	if (due == nullptr)
	{
		return;
	}
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "ddl_warden rows", ALLOCSET_DEFAULT_SIZES);
	const MemoryContext before = MemoryContextSwitchTo(scratch);
	RecordTable table;

	PushActiveSnapshot(GetCatalogSnapshot(RelationRelationId));
	const char *obstacle = open_record_table(table, due->extension_owner, decision_table);

	if (obstacle == nullptr || !early)
	{
		write_due(table, obstacle);
	}
	close_record_table(table);
	PopActiveSnapshot();
	MemoryContextSwitchTo(before);
	MemoryContextDelete(scratch);
}

/* A dump restored in one transaction must not spend seconds at its commit, holding all its locks.
 */
void
write_early()
{
	Pending *next;

	write_ripe(true);
	for (Pending *decision = first_pending; decision != nullptr; decision = next)
	{
		next = decision->after;

		if (decision->place == Place::Table)
		{
			rows_written_early++;
			forget(decision);
		}
	}
}

/* ---- the end of a transaction */

/* Its row could not come with the commit. Where the table is only locked, it may come later. */
void
hand_over_committed(Pending &decision)
{
	if (decision.lost_because != table_is_locked || hand_over(decision) != nullptr)
	{
		log_unrecorded(decision, decision.lost_because);
	}
}

/* What has no line of its own, of a transaction that has ended. */
void
tell_rest()
{
	if (unlisted > 0 || rows_written_early > 0)
	{
		hand_over_rest(unlisted, rows_written_early);
	}
	unlisted = 0;
	rows_written_early = 0;
}

/* Unripe decisions stay: theirs is an inner transaction of a statement that goes on. */
void
settle_commit()
{
	Pending *next;

	if (first_pending != nullptr)
	{
		ask_for_pruning();
	}

	for (; rows_written_early > 0; rows_written_early--)
	{
		count(Counter::RowsWritten);
	}
	tell_rest();
	for (Pending *decision = first_pending; decision != nullptr; decision = next)
	{
		next = decision->after;

		if (decision->place == Place::Memory)
		{
			continue;
		}
		if (decision->place == Place::Table)
		{
			count(Counter::RowsWritten);
		}
		else
		{
			hand_over_committed(*decision);
		}
		forget(decision);
	}
}

/* What was running in a session that is told to leave, and has committed in between, cannot be
 * rolled back: it failed. */
void
roll_back(Pending *decision)
{
	const bool broken_off = !decision->ripe && decision->relations != 0;

	if (decision->outcome != Outcome::Committed)
	{
		return;
	}
	if (broken_off)
	{
		stop_clock(decision);
		set_sqlstate(decision, ERRCODE_ADMIN_SHUTDOWN);
	}
	decision->outcome = broken_off ? Outcome::Failed : Outcome::RolledBack;
	count(broken_off ? Counter::Failed : Counter::RolledBack);
}

/* A backend that is told to leave unwinds nothing: what was running then is not ripe. Otherwise
 * what is not ripe never ran: a cancel came first, while its refusal was logged. */
void
settle_abort()
{
	Pending *next;
	int lines = 0;

	for (Pending *decision = first_pending; decision != nullptr; decision = next)
	{
		next = decision->after;

		if (!decision->ripe && !proc_exit_inprogress)
		{
			forget(decision);
			continue;
		}
		roll_back(decision);
		decision->place = Place::Memory;
		decision->lost_because = nullptr;
		decision->transaction_id = U64FromFullTransactionId(GetTopFullTransactionIdIfAny());

		const char *obstacle = hand_over(*decision);

		if (obstacle != nullptr &&
			(decision->outcome != Outcome::RolledBack || lines++ < lines_for_rollback))
		{
			log_unrecorded(*decision, obstacle);
		}
		else if (obstacle != nullptr)
		{
			count(Counter::LoggedInsteadOfRow);
			unlisted++;
		}
		forget(decision);
	}
	tell_rest();
}

void
at_transaction_event(XactEvent event, void *)
{
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
		case XACT_EVENT_PRE_PREPARE:
			spare_wait_for_standby();
			write_ripe(false);
			break;
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_PREPARE:
			restore_wait_for_standby();
			settle_commit();
			break;
		case XACT_EVENT_ABORT:
			restore_wait_for_standby();
			settle_abort();
			break;
		case XACT_EVENT_PARALLEL_PRE_COMMIT:
		case XACT_EVENT_PARALLEL_COMMIT:
		case XACT_EVENT_PARALLEL_ABORT:
			break; /* parallel workers run no utility statement */
	}
}

/* Its outcome is final. A function may catch errors without end: what it did must not pile up. */
void
let_go_early(Pending *decision)
{
	decision->transaction_id = U64FromFullTransactionId(GetTopFullTransactionIdIfAny());
	if (hand_over(*decision) != nullptr)
	{
		count(Counter::LoggedInsteadOfRow);
		unlisted++;
	}
	forget(decision);
}

/* Its subtransaction is gone. What is not ripe never ran: running, it would have failed first. */
void
undo(Pending *decision)
{
	if (!decision->ripe && !proc_exit_inprogress)
	{
		forget(decision);
		return;
	}
	roll_back(decision);
	if (pending_count > early_limit)
	{
		let_go_early(decision);
	}
}

/* Numbers of subtransactions ascend, and so does the list as far as it matters: what was decided in
 * the one that ends, or in one inside it, stands at the end of the list with no smaller number. */
void
at_subtransaction_event(SubXactEvent event, SubTransactionId own, SubTransactionId, void *)
{
	Pending *before;

	if (event != SUBXACT_EVENT_ABORT_SUB)
	{
		return;
	}
	for (Pending *decision = last_pending; decision != nullptr && decision->subtransaction >= own;
		 decision = before)
	{
		before = decision->before;
		undo(decision);
	}
}

}  // namespace

void
register_record_callbacks()
{
	pending_context = AllocSetContextCreate(TopMemoryContext, "ddl_warden pending decisions",
											ALLOCSET_SMALL_SIZES);
	RegisterXactCallback(at_transaction_event, nullptr);
	RegisterSubXactCallback(at_subtransaction_event, nullptr);
}

Pending *
remember(const Remembered &what, std::int64_t id)
{
	count_verdict(what.verdict);
	if (!is_wanted(what))
	{
		return nullptr;
	}
	Pending *decision = begin_decision(id);
	MemoryContext scratch =
		AllocSetContextCreate(decision->context, "ddl_warden scratch", ALLOCSET_SMALL_SIZES);
	const MemoryContext before = MemoryContextSwitchTo(scratch);

	fill_decision(decision, what);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(scratch);
	take_in(decision);
	return decision;
}

void
begin(const Pending *decision)
{
	if (decision != nullptr && decision->relations != 0)
	{
		Pending announcement = *decision;

		announcement.findings = 0;
		announcement.impact = 0;
		announcement.further = 0;
		announce(announcement);
	}
}

void
stop_clock(Pending *decision)
{
	instr_time ran;

	if (decision->ran)
	{
		return;
	}
	INSTR_TIME_SET_CURRENT(ran);
	INSTR_TIME_SUBTRACT(ran, decision->started);
	decision->run_ms = INSTR_TIME_GET_MILLISEC(ran);
	decision->ran = true;
}

void
note(Pending *decision, const Misprediction &misprediction)
{
	count(Counter::Verified);
	if (!misprediction.locks.empty() || !misprediction.files.empty())
	{
		count(Counter::Mispredicted);
		decision->misprediction = copy_varlena(*decision, misprediction_json(misprediction));
	}
}

void
ripen(Pending *decision)
{
	if (decision == nullptr)
	{
		return;
	}
	stop_clock(decision);
	decision->ripe = true;
	if (pending_count > early_limit && GetCurrentTransactionNestLevel() == 1)
	{
		write_early();
	}
}

void
fail(Pending *decision, int sqlstate, bool gave_up)
{
	count(gave_up ? Counter::GaveUpWaiting : Counter::Failed);
	if (decision == nullptr)
	{
		return;
	}
	stop_clock(decision);
	set_sqlstate(decision, sqlstate);
	decision->outcome = gave_up ? Outcome::GaveUpWaiting : Outcome::Failed;
	decision->ripe = true;
}

void
refuse(Pending *decision)
{
	count(Counter::Refused);
	if (decision == nullptr)
	{
		return;
	}
	set_sqlstate(decision, MAKE_SQLSTATE('W', 'D', '0', '0', '1'));
	decision->outcome = Outcome::Refused;
	decision->transaction_id = U64FromFullTransactionId(GetTopFullTransactionIdIfAny());
	take_out(decision);
	MemoryContextSetParent(decision->context, CurrentMemoryContext);
	record_refusal(*decision);
	MemoryContextDelete(decision->context);
}

void
remember_deed(std::string_view command, std::string_view statement, std::string_view reason)
{
	Pending *decision = begin_decision(next_decision_id());

	decision->extension_owner = installed_extension().owner;
	decision->command = copy(*decision, command);
	decision->statement = copy_statement(*decision, redact(statement, Secrets::None));
	decision->verdict = copy(*decision, to_text(Ruling::Override));
	decision->override_reason = copy(*decision, reason);
	decision->ripe = true;
	take_in(decision);
}

}  // namespace ddl_warden::pg
