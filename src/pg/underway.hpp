/*
 * What the sessions are doing now: one place in shared memory for each, for ddl_warden.activity. A
 * statement is in sight from before it is judged until it has ended, whatever ends it.
 */
#pragma once

#include "pg/postgres.hpp"

#include <cstdint>
#include <string_view>

namespace ddl_warden::pg
{

enum class Stage : std::uint8_t
{
	Judging,
	AwaitingRecord, /* its row must be durable before it goes on */
	Running,
};

/* What others get to see of a statement. */
struct Sight
{
	int pid; /* 0: nothing */
	TimestampTz backend_started;
	Oid database;
	Oid role;
	std::int64_t number; /* of the decision; 0: not decided yet */
	TimestampTz started;
	Stage stage;
	CommandTag command;
	char relation[2 * NAMEDATALEN + 6]; /* qualified and quoted; longer ones are cut */
	char text[1024];                    /* the beginning, secrets redacted */
};

/* A statement in sight; the caller's, unchanged until leave(). */
struct Underway
{
	Underway *outer; /* the statement that it is part of: a function's, an event trigger's */
	Sight sight;
};

/* Its shared memory, as shared_memory.cpp asks for it. */
Size underway_size();
void start_underway(void *memory, bool found);

/* Puts the statement into sight, in place of the one that it is part of. To be left on every way
 * out: use PG_FINALLY. A session that ends is out of sight by itself. */
void enter(Underway &statement, CommandTag command);
void leave(const Underway &statement);

/* Each tells others something more of the statement in sight. text: secrets redacted. */
void tell_text(Underway &statement, std::string_view text);
void tell_decision(Underway &statement, std::int64_t number, std::string_view relation);
void tell_stage(Underway &statement, Stage stage);

}  // namespace ddl_warden::pg
