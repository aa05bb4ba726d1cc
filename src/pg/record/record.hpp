/*
 * The record. A decision is remembered before its statement runs, ripens when the hook call of its
 * own statement has returned, and is written by PRE_COMMIT or PRE_PREPARE in the transaction that
 * the statement commits in. What does not commit is handed over: here, one line in the server log.
 */
#pragma once

#include "pg/statement.hpp"

#include "core/decide.hpp"
#include "core/decision.hpp"
#include "core/verification.hpp"

#include <span>

namespace ddl_warden::pg
{

/* Opaque; lives in TopMemoryContext until the transaction that decides about it ends. */
struct Pending;

struct Remembered
{
	std::string_view text;    /* of the statement, secrets redacted */
	const Facts *facts;       /* NULL when the statement was not judged (mode off, pause) */
	const Impact *impact;     /* likewise */
	const Verdict *verdict;   /* likewise */
	const Forecast *forecast; /* likewise */
	std::span<const std::string_view> mentioned; /* relations that the statement names */
	std::string_view command;                    /* command tag */
	std::string_view override_reason;            /* empty: none */
	Oid extension_owner;                         /* whose the table of the record is */
	std::uint64_t query_id;
};

void register_record_callbacks();

/* A fresh id: microseconds since 2000, made unique in the server. */
std::int64_t next_decision_id();

/* Takes the decision into the pending list of this transaction. Copies everything it needs. NULL
 * when it leaves no row: ddl_warden.record does not ask for one, or all is temporary. Counts the
 * verdict; Deny is counted by refuse(). What is given back may be handed, NULL or not, to
 * begin, and to one of ripen, fail and refuse, and is not to be touched afterwards. */
Pending *remember(const Remembered &what, std::int64_t id);

/* The statement is about to run: announced first, durably, if it commits in between. Waits for the
 * recorder, a second at most. */
void begin(const Pending *decision);

/* The statement has run: what comes now is no time of its own. ripen and fail do it, too. */
void stop_clock(Pending *decision);

/* What differed from the prediction; nothing, if all was right. */
void note(Pending *decision, const Misprediction &misprediction);

/* The statement's hook call has returned: its row may be written at the next commit. */
void ripen(Pending *decision);

/* The statement ended in an error: outcome failed, with the error's SQLSTATE. Called from a
 * PG_CATCH, so it only touches memory. gave_up: the wait for a lock was given up. */
void fail(Pending *decision, int sqlstate, bool gave_up);

/* A refusal, before its ERROR is raised: counted, and handed over. */
void refuse(Pending *decision);

/* A row of its own for what is no statement: ddl_warden.pause() and the like. Written with this
 * transaction. */
void remember_deed(std::string_view command, std::string_view statement, std::string_view reason);

}  // namespace ddl_warden::pg
