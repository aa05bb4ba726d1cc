/*
 * What PostgreSQL locks and does beyond what a statement names: one row for each way that a
 * statement, or a subcommand of ALTER TABLE, goes to another relation. A row is looked up by who
 * goes and by the link; which relations stand at the other end is found out by src/pg/inspect.
 */
#pragma once

#include "lock_table.hpp"
#include "statement_table.hpp"

#include <optional>
#include <string_view>

namespace ddl_warden
{

/* At the other end of a link. */
struct LinkedEffect
{
	LockMode mode;                            /* None: that of the whole statement */
	Companions companions = Companions::None; /* locked with the same mode */
	std::optional<Work> work = {};            /* where Further.works says so */
	Cause cause = Cause::None;
};

/* NULL: goes to no such relation. */
const LinkedEffect *effect_at(Subcommand subcommand, Link link);
const LinkedEffect *effect_at(Kind kind, Link link);

/* The same for what a deletion takes along or takes a part of, whatever statement deletes. */
const LinkedEffect *effect_of_deletion(Link link);

/* The same for what a statement found. */
const LinkedEffect *effect_at(const Facts &facts, const Further &further);

/* The sentence that says why, around Further.through. */
struct LinkWords
{
	Link link;
	std::string_view before;
	std::string_view after;
};

const LinkWords &words_of(Link link);

}  // namespace ddl_warden
