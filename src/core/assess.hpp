/* Facts in, impact out. Pure. */
#pragma once

#include "containers.hpp"
#include "impact.hpp"

namespace ddl_warden
{

/* The questions that a row needs answered before it can tell what its statement does. */
enum class Question : std::uint32_t
{
	Nothing = 0,
	PlannedDefault = 1 << 0,    /* Alteration.rewrites of ADD COLUMN */
	TypeChange = 1 << 1,        /* Alteration.rewrites of ALTER COLUMN TYPE */
	IndexReuse = 1 << 2,        /* Index.fate of the indexes over the column */
	NotNullProof = 1 << 3,      /* Alteration.scans: not proved by a valid CHECK */
	DependentChecks = 1 << 4,   /* Alteration.scans: a CHECK over the column is verified again */
	ColumnConstraints = 1 << 5, /* ADD COLUMN … NOT NULL, CHECK, UNIQUE, PRIMARY KEY */
	CurrentState = 1 << 6,      /* Alteration.exempt: it is so already */
	ConstraintIndex = 1 << 7,   /* names and keys of ADD UNIQUE, PRIMARY KEY, EXCLUDE */
	NamedIndex = 1 << 8,        /* USING INDEX, CLUSTER ON: Index.fate */
	DroppedIndexes = 1 << 9,    /* DROP COLUMN, DROP CONSTRAINT: Index.fate */
	AllIndexes = 1 << 10, /* the indexes and the TOAST table of each relation are locked too */
};

constexpr Question
operator|(Question a, Question b)
{
	return static_cast<Question>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}

constexpr bool
asks(Question questions, Question one)
{
	return (static_cast<std::uint32_t>(questions) & static_cast<std::uint32_t>(one)) != 0;
}

/* What inspect must answer for a subcommand, and how far down the tree the subcommand goes. */
struct Inquiry
{
	Question questions;
	bool descends; /* to partitions and inheritance children, unless ONLY */
};

Inquiry inquiry(Subcommand subcommand);

/* "ADD COLUMN", for people. */
std::string_view to_text(Subcommand subcommand);

/* What AlterTableGetLockLevel is expected to say; for SET (…) the least that an option takes. */
LockMode expected_level(Subcommand subcommand);

/* Throws std::bad_alloc only. What it returns lives in the arena. */
Impact assess(const Facts &facts, const Arena &arena);

}  // namespace ddl_warden
