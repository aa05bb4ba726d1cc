/*
 * What PostgreSQL locks and does: one row per subcommand of ALTER TABLE. What depends on the
 * statement at hand stands in effect.cpp.
 */
#pragma once

#include "impact.hpp"

#include <optional>
#include <string_view>

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
	PartitionProof = 1 << 10,   /* Alteration.scans and builds of ATTACH PARTITION */
	ForeignKeys = 1 << 11,      /* Facts.further: the tables at their other ends */
	Sequences = 1 << 12,        /* Facts.further: of a column, or of all columns */
	NamedParent = 1 << 13,      /* Facts.further: INHERIT */
	Descent = 1 << 14,          /* Alteration.reach */
	RetypedKeys = 1 << 16,      /* Facts.further: ALTER COLUMN TYPE */
	Deletion = 1 << 17,         /* Facts.further: what DROP takes along */
	PartedKeys = 1 << 15,       /* Facts.further and Index.fate: DETACH PARTITION */
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

/* Where a subcommand goes from the relation that the statement names: always with the lock of the
 * whole statement, but for indexes. */
enum class Below : std::uint8_t
{
	Nothing,
	Partitions, /* but not inheritance children */
	Tree,
	SetNotNull,  /* the tree, unless it is so at its top */
	DropNotNull, /* the tree; 18: unless it is so at its top */
	Validate,    /* the tree, unless it is so already; of a foreign key, the partitions */
	Constraint,  /* the partitions; 18: the tree */
	Children,    /* 18: the inheritance children */
	Index,       /* the partitions with Share, as CREATE INDEX has it; 18: the tree */
	PrimaryKey,  /* as Index, where it does not set NOT NULL on its way down */
	Identity,    /* 17: the partitions */
};

/* What of each relation is locked with it, unless there is nothing to do. */
enum class Companions : std::uint8_t
{
	None,
	Toast,
	ToastAndItsIndex,
	All, /* and every index */
};

struct SubcommandRow
{
	Subcommand subcommand;
	LockMode level; /* expected of AlterTableGetLockLevel; for options the least */
	Below below;
	Question questions;
	std::optional<Work> work = {}; /* of its own accord, unless exempt */
	Cause cause = Cause::None;     /* of that work */
	Companions companions = Companions::None;
};

const SubcommandRow &row_of(Subcommand subcommand);

/* To partitions and inheritance children, unless ONLY. */
constexpr bool
descends(const SubcommandRow &row)
{
	return row.below != Below::Nothing;
}

/* Can its indexes and its TOAST table matter, whatever the answers are? (An answer that it rewrites
 * makes them matter, too.) */
bool needs_companions(const SubcommandRow &row);

/* The strongest modes on a relation, its TOAST table with its index, and its indexes. */
struct Modes
{
	LockMode relation;
	LockMode toast;
	LockMode toast_index;
	LockMode indexes; /* every one; what the statement does to one of them is that index's fate */
};

/* ATTACH and DETACH name a partition beside its parent, and join or part their indexes. */
struct PartitionRow
{
	Subcommand subcommand;
	LockMode parent_indexes;
	LockMode partition;
	LockMode partition_indexes;
	LockMode below; /* what hangs from the partition, and the default partition */
};

/* NULL: the subcommand is neither ATTACH nor DETACH. */
const PartitionRow *partition_row_of(Subcommand subcommand);

}  // namespace ddl_warden
