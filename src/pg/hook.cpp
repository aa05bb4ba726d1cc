/*
 * The utility hook. A statement is judged before it takes any lock, in a subtransaction of the
 * warden's own: what fails in there is the warden's fault, and lets the statement through.
 */
#include "pg/hook.hpp"

#include "pg/act/act.hpp"
#include "pg/boundary.hpp"
#include "pg/inspect/inspect.hpp"
#include "pg/inspect/mentioned.hpp"
#include "pg/metrics.hpp"
#include "pg/own_objects.hpp"
#include "pg/policy.hpp"
#include "pg/rates.hpp"
#include "pg/record/hand_over.hpp"
#include "pg/record/make_way.hpp"
#include "pg/record/record.hpp"
#include "pg/record/relations.hpp"
#include "pg/settings.hpp"
#include "pg/subtransaction.hpp"
#include "pg/underway.hpp"
#include "pg/verify.hpp"

extern "C" {
#include "access/parallel.h"
#include "access/xlog.h"
#include "catalog/pg_authid.h"
}

namespace ddl_warden::pg
{

namespace
{

ProcessUtility_hook_type previous_hook = nullptr;

/* The arguments of the hook. */
struct UtilityCall
{
	PlannedStmt *statement;
	const char *source;
	bool read_only_tree;
	ProcessUtilityContext context;
	ParamListInfo params;
	QueryEnvironment *environment;
	DestReceiver *receiver;
	QueryCompletion *completion;
};

/* One statement on its way: everything in its own memory context. */
struct Judgement
{
	MemoryContext memory;
	Statement statement;
	CommandTag command;
	Underway underway;
	std::string_view text; /* of the statement, secrets redacted */
	bool judged;           /* false: mode off or a pause lets it through unjudged */
	bool decided;
	Facts facts;
	Impact impact;
	Verdict verdict;
	Forecast forecast;
	std::string_view override_reason;
	std::int64_t number;
	bool sees_others; /* the role may see what other sessions do */
	Pending *pending; /* NULL: leaves no row */
};

/* The one place where the statement goes on to the hook before ours, or to the server. */
void
pass_on(const UtilityCall &call)
{
	const ProcessUtility_hook_type next =
		previous_hook != nullptr ? previous_hook : standard_ProcessUtility;

	next(call.statement, call.source, call.read_only_tree, call.context, call.params,
		 call.environment, call.receiver, call.completion);
}

/* A statement that wants a database for itself finds no recorder there. */
void
run(const UtilityCall &call)
{
	Node *tree = call.statement->utilityStmt;
	const Oid database = database_to_be_left(tree);
	const bool drops = IsA(tree, DropdbStmt);
	volatile bool gone = false;

	if (!OidIsValid(database))
	{
		pass_on(call);
		return;
	}
	PG_TRY();
	{
		keep_recorder_away(database);
		pass_on(call);
		gone = drops;
	}
	PG_FINALLY();
	{
		let_recorder_back(database, gone);
	}
	PG_END_TRY();
}

/* Not ours to judge: pieces of a statement already judged, extension scripts, a server that is no
 * ordinary primary, and databases without the extension. Cheap tests first. */
bool
stands_aside(const UtilityCall &call, Extension &extension)
{
	if (!is_candidate(call.statement->utilityStmt) || call.context == PROCESS_UTILITY_SUBCOMMAND ||
		!IsTransactionState() || creating_extension || IsBinaryUpgrade || IsParallelWorker() ||
		IsInParallelMode() || RecoveryInProgress() ||
		(mode() == Mode::Off && !mode_set_by_session()))
	{
		return true;
	}
	extension = installed_extension();
	return !OidIsValid(extension.oid);
}

/* Why the statement is not judged at all, or NULL. */
const char *
bypass(const Policy &policy)
{
	if (mode() == Mode::Off)
	{
		return "ddl_warden.mode is off in this session";
	}
	if (policy.paused)
	{
		return psprintf("paused: %s", c_string(policy.pause_reason));
	}
	return nullptr;
}

/* Takes the decision into the record of this transaction. */
void
remember(Judgement &judgement, const UtilityCall &call, const Extension &extension)
{
	const Remembered what = {
		.text = judgement.text,
		.facts = judgement.judged ? &judgement.facts : nullptr,
		.impact = judgement.judged ? &judgement.impact : nullptr,
		.verdict = judgement.judged ? &judgement.verdict : nullptr,
		.forecast = judgement.judged ? &judgement.forecast : nullptr,
		.mentioned =
			mentioned_relations(judgement.statement.tree, !judgement.impact.relations.empty()),
		.command = view(GetCommandTagName(judgement.command)),
		.override_reason = judgement.override_reason,
		.extension_owner = extension.owner,
		.query_id = static_cast<std::uint64_t>(call.statement->queryId),
	};

	judgement.decided = true;
	judgement.number = next_decision_id();
	tell_decision(judgement.underway, judgement.number, first_relation(what));
	judgement.pending = pg::remember(what, judgement.number);
}

/* inspect, assess, decide. */
void
judge(Judgement &judgement, const UtilityCall &call, const Extension &extension)
{
	judgement.text = redact(judgement.statement.text, secrets_of(judgement.statement.tree));
	tell_text(judgement.underway, judgement.text);

	const Policy policy = read_policy(extension.owner);
	const char *reason = bypass(policy);

	judgement.judged = reason == nullptr;
	if (judgement.judged)
	{
		reason = override_in_force();
		judgement.facts = inspect(judgement.statement);
		judgement.impact = assess(judgement.facts);

		const Rates rates = is_worth_reading_for(judgement.impact)
								? read_rates(extension.owner).rates
								: default_rates();

		judgement.forecast = forecast(judgement.facts, judgement.impact, rates);
		judgement.verdict = decide(judgement.facts, judgement.impact, policy.rules, rates,
								   Session{.overridden = reason != nullptr});
	}
	judgement.override_reason = view(reason);
	judgement.sees_others = has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS);
	remember(judgement, call, extension);
}

/* The warden failed, not the statement: say so, and let it through. */
void
report_fault(const ErrorData &error)
{
	count(Counter::Faults);
	ereport(WARNING, (errcode(error.sqlerrcode),
					  errmsg("ddl_warden could not judge this statement and lets it through"),
					  errdetail_internal("%s", error.message == nullptr ? "" : error.message)));
	ereport(LOG_SERVER_ONLY,
			(errcode(error.sqlerrcode),
			 errmsg("ddl_warden could not judge a statement and let it through: %s",
					error.message == nullptr ? "" : error.message),
			 errhidestmt(true), errhidecontext(true)));
}

/* The decision stands without its row: how much there is to record is in the statement's hands. Its
 * text stays out of this line, too: it may hold a secret. */
void
report_unrecorded(const ErrorData &error, const Judgement &judgement)
{
	count(Counter::Faults);
	ereport(LOG_SERVER_ONLY,
			(errcode(error.sqlerrcode),
			 errmsg("ddl_warden could not record decision " INT64_FORMAT " on %s: %s",
					judgement.number, GetCommandTagName(judgement.command),
					error.message == nullptr ? "" : error.message),
			 errhidestmt(true), errhidecontext(true)));
}

/* What judge is called with, inside the subtransaction. */
struct JudgeArguments
{
	Judgement &judgement;
	const UtilityCall &call;
	const Extension &extension;
};

void
judge_with(void *argument)
{
	const auto *arguments = static_cast<const JudgeArguments *>(argument);

	judge(arguments->judgement, arguments->call, arguments->extension);
}

/* Judges in a subtransaction, so that an error of ours leaves nothing behind. False when a
 * fault left no verdict. */
bool
judge_safely(Judgement &judgement, const UtilityCall &call, const Extension &extension)
{
	JudgeArguments arguments = {judgement, call, extension};
	const MemoryContext outer = MemoryContextSwitchTo(judgement.memory);
	Disturbance disturbance;
	const ErrorData *error;

	do
	{
		error = in_subtransaction(judge_with, &arguments, Ending::Kept);
	} while (error != nullptr && !judgement.decided && is_worth_retrying(disturbance));

	MemoryContextSwitchTo(outer);
	if (error != nullptr && judgement.decided)
	{
		report_unrecorded(*error, judgement);
	}
	else if (error != nullptr)
	{
		report_fault(*error);
	}
	return error == nullptr || judgement.decided;
}

/* An override that counts for one statement has now counted. */
void
account(const Judgement &judgement)
{
	count(judgement.judged ? Counter::Judged : Counter::Unjudged);
	if (judgement.judged)
	{
		spend_override();
	}
}

bool
is_enforced(const Judgement &judgement)
{
	return judgement.judged && mode() == Mode::Enforce;
}

/* Nothing has run, nothing is locked: the error is all there is. */
void
refuse_if_denied(const Judgement &judgement)
{
	if (is_enforced(judgement) && judgement.verdict.ruling == Ruling::Deny)
	{
		refuse(judgement.pending);
		raise_refusal(judgement.verdict, judgement.number);
	}
}

/* The statement's own error goes on its way, told apart: a lock timeout names the holder. */
[[noreturn]] void
fail_and_rethrow(const Judgement &judgement, const Limits &limits)
{
	const bool gave_up = limits.lock_timeout > 0 && is_lock_timeout(judgement.memory);

	fail(judgement.pending, geterrcode(), gave_up);
	if (gave_up)
	{
		raise_lock_timeout(limits, judgement.impact, judgement.memory);
	}
	PG_RE_THROW();
}

/* Where nothing can be recorded there is nothing to compare. */
bool
is_to_be_verified(const Judgement &judgement)
{
	return verify_setting && judgement.judged && judgement.pending != nullptr;
}

/* Runs the statement, and looks at what it has done when it has not failed. */
void
run_verified(Judgement &judgement, const UtilityCall &call)
{
	const MemoryContext outer = MemoryContextSwitchTo(judgement.memory);
	const Beforehand *before = look_beforehand();

	MemoryContextSwitchTo(outer);
	run(call);
	stop_clock(judgement.pending);
	if (before != nullptr)
	{
		const MemoryContext after = MemoryContextSwitchTo(judgement.memory);

		note(judgement.pending, compare(*before, judgement.facts, judgement.impact));
		MemoryContextSwitchTo(after);
	}
}

/* Runs the statement within its limits. The tree and the source text may be gone afterwards. */
void
run_within_limits(Judgement &judgement, const UtilityCall &call)
{
	const bool enforced = is_enforced(judgement);
	const bool limited = enforced && judgement.impact.bound_locks;
	const Limits limits = limited ? impose_limits(judgement.sees_others) : Limits{};

	PG_TRY();
	{
		if (enforced && judgement.verdict.ruling == Ruling::Warn)
		{
			raise_warnings(judgement.verdict, judgement.number);
		}
		begin(judgement.pending);
		tell_stage(judgement.underway, Stage::Running);
		is_to_be_verified(judgement) ? run_verified(judgement, call) : run(call);
	}
	PG_CATCH();
	{
		if (limited)
		{
			lift_limits(limits);
		}
		fail_and_rethrow(judgement, limits);
	}
	PG_END_TRY();
	if (limited)
	{
		lift_limits(limits);
	}
	ripen(judgement.pending);
}

/* Judges a statement and refuses it, or runs it. */
void
pass(Judgement &judgement, const UtilityCall &call, const Extension &extension)
{
	if (judge_safely(judgement, call, extension))
	{
		account(judgement);
		tell_stage(judgement.underway, Stage::AwaitingRecord);
		refuse_if_denied(judgement);
		run_within_limits(judgement, call);
	}
	else
	{
		tell_stage(judgement.underway, Stage::Running);
		run(call);
	}
}

/* While others can see it. */
void
pass_in_sight(Judgement &judgement, const UtilityCall &call, const Extension &extension)
{
	enter(judgement.underway, judgement.command);
	PG_TRY();
	{
		pass(judgement, call, extension);
	}
	PG_FINALLY();
	{
		leave(judgement.underway);
	}
	PG_END_TRY();
}

/* Judges one utility statement, then lets PostgreSQL run it. */
void
guard(const UtilityCall &call)
{
	Extension extension = {};

	if (stands_aside(call, extension))
	{
		run(call);
		return;
	}
	refuse_ddl_on_own_objects(call.statement->utilityStmt, extension);
	if (call.context == PROCESS_UTILITY_TOPLEVEL && !IsTransactionBlock())
	{
		await_uncrowded_queue();
	}

	const MemoryContext memory =
		AllocSetContextCreate(CurrentMemoryContext, "ddl_warden statement", ALLOCSET_DEFAULT_SIZES);
	auto *judgement = static_cast<Judgement *>(MemoryContextAllocZero(memory, sizeof(Judgement)));

	judgement->memory = memory;
	judgement->statement = statement_from(judged_tree(call.statement->utilityStmt), call.source,
										  call.statement->stmt_location, call.statement->stmt_len,
										  call.context != PROCESS_UTILITY_TOPLEVEL);
	judgement->command = CreateCommandTag(judgement->statement.tree);
	pass_in_sight(*judgement, call, extension);
	MemoryContextDelete(memory);
}

void
process_utility(PlannedStmt *statement, const char *source, bool read_only_tree,
				ProcessUtilityContext context, ParamListInfo params, QueryEnvironment *environment,
				DestReceiver *receiver, QueryCompletion *completion)
{
	guard({statement, source, read_only_tree, context, params, environment, receiver, completion});
}

}  // namespace

void
install_hook()
{
	previous_hook = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
}

}  // namespace ddl_warden::pg
