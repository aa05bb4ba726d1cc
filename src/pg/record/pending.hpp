/* One decision that waits for the end of its transaction; between the files of this folder. */
#pragma once

#include "pg/postgres.hpp"

#include "core/decision.hpp"
#include "core/speed.hpp"

extern "C" {
#include "portability/instr_time.h"
}

#include <cstdint>

namespace ddl_warden::pg
{

/* Where the row of a ripe decision is. */
enum class Place : std::uint8_t
{
	Memory,  /* not written yet */
	Table,   /* written by this transaction */
	Nowhere, /* could not be written: handed over when the transaction has committed */
};

/* Of what keeps a row from being written, the one that passes. */
inline constexpr const char *table_is_locked = "its table is locked";

/* Every value is a copy in the decision's own memory context. NULL text and 0 Datum: SQL NULL. */
struct Pending
{
	Pending *before; /* in the list of record.cpp */
	Pending *after;
	MemoryContext context;
	SubTransactionId subtransaction;
	bool ripe;
	Place place;
	const char *lost_because; /* Place::Nowhere */
	instr_time started;

	Oid extension_owner; /* whose the table of the record is */

	std::int64_t id;
	TimestampTz decided_at;
	const char *database;
	int backend_pid;
	TimestampTz backend_started;
	Datum client_addr;            /* inet; 0: a unix socket, or a background process */
	std::uint64_t transaction_id; /* of the one that it ended with; 0: that had none */
	const char *role_name;
	bool by_superuser; /* that role */
	const char *session_role;
	const char *application_name;
	const char *note; /* ddl_warden.context */
	std::uint64_t query_id;
	const char *command;
	const char *statement; /* redacted */
	const char *verdict;
	const char *rule;
	const char *relation;  /* the deciding finding's, or the first one locked or named */
	Datum further;         /* text[]: the other relations that it reaches or names; 0: none */
	const char *message;   /* the deciding finding's */
	std::uint64_t bytes;   /* the deciding finding's */
	const char *lock_mode; /* the strongest */
	const char *override_reason;
	Datum findings;      /* jsonb */
	Datum impact;        /* jsonb */
	Datum misprediction; /* jsonb; 0: nothing differed, or was not compared */
	Datum relations;     /* oid[], of a statement that commits in between; 0: it does not */
	Forecast forecast;   /* of the work; none where there is none, or it was not judged */
	bool ran;            /* run_ms is known */
	double run_ms;
	Outcome outcome;
	char sqlstate[6]; /* empty: none */
};

}  // namespace ddl_warden::pg
