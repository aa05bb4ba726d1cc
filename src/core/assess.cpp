#include "assess.hpp"

#include "text.hpp"

#include <initializer_list>
#include <optional>

namespace ddl_warden
{
namespace
{

// ---- ALTER TABLE

/* Where a subcommand goes from the relation that the statement names: always with the lock of the
 * whole statement, but for indexes. */
enum class Below : std::uint8_t
{
	Nothing,
	Partitions, /* but not inheritance children */
	Tree,
	SetNotNull, /* the tree, unless it is so at its top */
	Validate,   /* the tree, unless it is so already; of a foreign key, the partitions */
	Constraint, /* the partitions; 18: the tree */
	Index,      /* the partitions with Share, as CREATE INDEX has it; 18: the tree */
	PrimaryKey, /* as Index, where it does not set NOT NULL on its way down */
	Identity,   /* 17: the partitions */
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
	std::string_view label;
	LockMode level; /* expected of AlterTableGetLockLevel; for options the least */
	Below below;
	Question questions;
	std::optional<Work> work = {}; /* of its own accord, unless exempt */
	Cause cause = Cause::None;     /* of that work */
	Companions companions = Companions::None;
};

/* Short names, so that the table can stand in columns. */
using enum Subcommand;
using B = Below;
using Q = Question;
using C = Companions;
constexpr LockMode SUX = LockMode::ShareUpdateExclusive;
constexpr LockMode SRX = LockMode::ShareRowExclusive;
constexpr LockMode AX = LockMode::AccessExclusive;
constexpr std::optional<Work> nothing = std::nullopt;

/* Source: AlterTableGetLockLevel, ATPrepCmd and what they call, tablecmds.c. */
// clang-format off
constexpr SubcommandRow subcommands[] = {
	{AddColumn,                  "ADD COLUMN",                  AX,  B::Tree,
	 Q::PlannedDefault | Q::ColumnConstraints},
	{AddColumnIfNotExists,       "ADD COLUMN IF NOT EXISTS",    AX,  B::Nothing,   Q::Nothing},
	{SetDefault,                 "SET DEFAULT",                 AX,  B::Tree,      Q::Nothing},
	{DropNotNull,                "DROP NOT NULL",               AX,  B::Tree,      Q::Nothing},
	{SetNotNull,                 "SET NOT NULL",                AX,  B::SetNotNull,
	 Q::CurrentState | Q::NotNullProof},
	{SetExpression,              "SET EXPRESSION",              AX,  B::Tree,
	 Q::CurrentState | Q::AllIndexes, Work::Rewrite, Cause::StoredGenerated},
	{DropExpression,             "DROP EXPRESSION",             AX,  B::Tree,      Q::Nothing},
	{SetStatistics,              "SET STATISTICS",              SUX, B::Tree,      Q::Nothing},
	{SetColumnOptions,           "ALTER COLUMN SET (…)",        SUX, B::Nothing,   Q::Nothing},
	{SetStorage,                 "SET STORAGE",                 AX,  B::Tree,      Q::Nothing},
	{SetCompression,             "SET COMPRESSION",             AX,  B::Nothing,   Q::Nothing},
	{DropColumn,                 "DROP COLUMN",                 AX,  B::Tree,
	 Q::DroppedIndexes},
	{AddCheck,                   "ADD CHECK",                   AX,  B::Tree,
	 Q::CurrentState, Work::Scan, Cause::CheckConstraint},
	{AddNotNull,                 "ADD NOT NULL",                AX,  B::Tree,
	 Q::CurrentState | Q::NotNullProof},
	{AddUnique,                  "ADD UNIQUE",                  AX,  B::Index,
	 Q::ConstraintIndex, Work::IndexBuild, Cause::None},
	{AddPrimaryKey,              "ADD PRIMARY KEY",             AX,  B::PrimaryKey,
	 Q::ConstraintIndex | Q::NotNullProof, Work::IndexBuild, Cause::None},
	{AddExclusion,               "ADD EXCLUDE",                 AX,  B::Index,
	 Q::ConstraintIndex, Work::IndexBuild, Cause::None},
	{AddUniqueUsingIndex,        "ADD UNIQUE USING INDEX",      AX,  B::Nothing,   Q::NamedIndex},
	{AddPrimaryKeyUsingIndex,    "ADD PRIMARY KEY USING INDEX", AX,  B::Nothing,
	 Q::NamedIndex | Q::NotNullProof},
	{AddForeignKey,              "ADD FOREIGN KEY",             SRX, B::Constraint,
	 Q::CurrentState, Work::ForeignKeyCheck, Cause::ForeignKey},
	{AlterConstraint,            "ALTER CONSTRAINT",            AX,  B::Partitions,
	 Q::CurrentState},
	{ValidateConstraint,         "VALIDATE CONSTRAINT",         SUX, B::Validate,
	 Q::CurrentState, Work::Scan, Cause::CheckConstraint},
	{DropConstraint,             "DROP CONSTRAINT",             AX,  B::Tree,
	 Q::DroppedIndexes},
	{AlterColumnType,            "ALTER COLUMN TYPE",           AX,  B::Tree,
	 Q::TypeChange | Q::IndexReuse | Q::DependentChecks},
	{ColumnForeignOptions,       "ALTER COLUMN OPTIONS",        AX,  B::Nothing,   Q::Nothing},
	{ForeignOptions,             "OPTIONS",                     AX,  B::Nothing,   Q::Nothing},
	{ChangeOwner,                "OWNER TO",                    AX,  B::Nothing,
	 Q::CurrentState | Q::AllIndexes, nothing, Cause::None, C::All},
	{ClusterOn,                  "CLUSTER ON",                  SUX, B::Nothing,   Q::NamedIndex},
	{DropCluster,                "SET WITHOUT CLUSTER",         SUX, B::Nothing,   Q::Nothing},
	{SetLogged,                  "SET LOGGED",                  AX,  B::Nothing,
	 Q::CurrentState | Q::AllIndexes, Work::Rewrite, Cause::Persistence},
	{SetUnlogged,                "SET UNLOGGED",                AX,  B::Nothing,
	 Q::CurrentState | Q::AllIndexes, Work::Rewrite, Cause::Persistence},
	{SetAccessMethod,            "SET ACCESS METHOD",           AX,  B::Nothing,
	 Q::CurrentState | Q::AllIndexes, Work::Rewrite, Cause::AccessMethod},
	{SetTablespace,              "SET TABLESPACE",              AX,  B::Nothing,
	 Q::CurrentState | Q::AllIndexes, Work::Copy, Cause::Tablespace, C::ToastAndItsIndex},
	{SetOptions,                 "SET (…)",                     SUX, B::Nothing,
	 Q::AllIndexes, nothing, Cause::None, C::Toast},
	{Trigger,                    "ENABLE or DISABLE TRIGGER",   SRX, B::Partitions, Q::Nothing},
	{RewriteRule,                "ENABLE or DISABLE RULE",      AX,  B::Nothing,   Q::Nothing},
	{AddInherit,                 "INHERIT",                     AX,  B::Nothing,   Q::Nothing},
	{DropInherit,                "NO INHERIT",                  AX,  B::Nothing,   Q::Nothing},
	{AddOf,                      "OF",                          AX,  B::Nothing,   Q::Nothing},
	{DropOf,                     "NOT OF",                      AX,  B::Nothing,   Q::Nothing},
	{ReplicaIdentity,            "REPLICA IDENTITY",            AX,  B::Nothing,   Q::NamedIndex},
	{RowSecurity,                "ROW LEVEL SECURITY",          AX,  B::Nothing,   Q::Nothing},
	{AddIdentity,                "ADD GENERATED AS IDENTITY",   AX,  B::Identity,  Q::Nothing},
	{SetIdentity,                "SET GENERATED",               AX,  B::Identity,  Q::Nothing},
	{DropIdentity,               "DROP IDENTITY",               AX,  B::Identity,  Q::Nothing},
	{AttachPartition,            "ATTACH PARTITION",            SUX, B::Nothing,   Q::AllIndexes},
	{DetachPartition,            "DETACH PARTITION",            AX,  B::Nothing,   Q::AllIndexes},
	{DetachPartitionConcurrently,"DETACH CONCURRENTLY",         SUX, B::Nothing,   Q::AllIndexes},
	{DetachPartitionFinalize,    "DETACH FINALIZE",             SUX, B::Nothing,   Q::AllIndexes},
	{Unrecognised,               "an unknown subcommand",       AX,  B::Tree,      Q::AllIndexes},
};
// clang-format on

constexpr const SubcommandRow &
row_of(Subcommand subcommand)
{
	return subcommands[static_cast<std::size_t>(subcommand)];
}

// ---- the other statements

/* The strongest modes on a relation, its TOAST table with its index, and its indexes. */
struct Modes
{
	LockMode relation;
	LockMode toast;
	LockMode toast_index;
	LockMode indexes; /* every one; what the statement does to one of them is that index's fate */
};

struct StatementRow
{
	Kind kind;
	Modes plainly;
	Modes concurrently;
	Below below;
	std::optional<Work> work; /* on each relation with storage */
	std::optional<Work> concurrent_work;
	std::string_view reason;       /* of that work */
	std::string_view unnamed = {}; /* why it takes what it does not name; empty: it does not */
};

constexpr LockMode NO = LockMode::None;
constexpr LockMode RX = LockMode::RowExclusive;
constexpr LockMode S = LockMode::Share;
constexpr LockMode X = LockMode::Exclusive;

/* A rewrite takes the TOAST table and every index with it. */
// clang-format off
constexpr StatementRow statements[] = {
	{Kind::Other,                   {NO, NO, NO, NO},  {NO,  NO,  NO,  NO},  B::Nothing,
	 nothing, nothing, ""},
	{Kind::CreateIndex,             {S,  NO, NO, NO},  {SUX, NO,  NO,  NO},  B::Partitions,
	 Work::IndexBuild, Work::IndexBuild, ""},
	{Kind::DropIndex,               {AX, NO, NO, NO},  {SUX, NO,  NO,  NO},  B::Partitions,
	 nothing, nothing, "", "An index of it is dropped."},
	{Kind::Reindex,                 {S,  S,  AX, NO},  {SUX, SUX, SUX, NO},  B::Partitions,
	 nothing, nothing, "", "An index of it is rebuilt."},
	{Kind::AlterTable,              {NO, NO, NO, NO},  {NO,  NO,  NO,  NO},  B::Nothing,
	 nothing, nothing, ""},
	{Kind::Cluster,                 {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Partitions,
	 Work::Rewrite, nothing, "its rows are put in the order of an index"},
	{Kind::VacuumFull,              {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Tree,
	 Work::Rewrite, nothing, "its rows are put together without gaps"},
	{Kind::RefreshMaterializedView, {AX, AX, AX, AX},  {X,   NO,  NO,  RX},  B::Nothing,
	 Work::Rewrite, Work::Scan, "its query is run again"},
	{Kind::Truncate,                {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Tree,
	 nothing, nothing, "", "It refers to a table that is truncated."},
	{Kind::DropTable,               {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Tree,
	 nothing, nothing, ""},
};
// clang-format on

constexpr const StatementRow &
row_of(Kind kind)
{
	return statements[static_cast<std::size_t>(kind)];
}

constexpr bool
is_in_order()
{
	for (std::size_t i = 0; i < std::size(subcommands); i++)
	{
		if (subcommands[i].subcommand != static_cast<Subcommand>(i))
		{
			return false;
		}
	}
	for (std::size_t i = 0; i < std::size(statements); i++)
	{
		if (statements[i].kind != static_cast<Kind>(i))
		{
			return false;
		}
	}
	return true;
}

static_assert(std::size(subcommands) == static_cast<std::size_t>(Subcommand::Unrecognised) + 1);
static_assert(std::size(statements) == static_cast<std::size_t>(Kind::DropTable) + 1);
static_assert(is_in_order(), "a row is found by the number of its enumerator");

// ---- words

struct WorkWords
{
	Work work;
	std::string_view text;    /* as the interface has it */
	std::string_view subject; /* to which the relation's noun is added */
	std::string_view done;
};

// clang-format off
constexpr WorkWords work_words[] = {
	{Work::Rewrite,         "rewrite",           "The ",               "rewritten"},
	{Work::Copy,            "copy",              "The ",               "copied"},
	{Work::Scan,            "scan",              "The ",               "scanned"},
	{Work::IndexBuild,      "index_build",       "An index over the ", "built"},
	{Work::ForeignKeyCheck, "foreign_key_check", "The ",               "read"},
};
// clang-format on

struct CauseWords
{
	Cause cause;
	std::string_view reason;
};

// clang-format off
constexpr CauseWords cause_words[] = {
	{Cause::None,               ""},
	{Cause::VolatileDefault,    "its default is volatile and gives each row a value of its own"},
	{Cause::Identity,           "each row gets a number of its own"},
	{Cause::Serial,             "each row gets a number of its own"},
	{Cause::StoredGenerated,    "its generated value is stored in each row"},
	{Cause::ConstrainedDomain,  "the constraints of its domain are checked row by row"},
	{Cause::TypeConversion,     "its values are stored in another form"},
	{Cause::UsingExpression,    "the USING expression computes each value anew"},
	{Cause::DomainConversion,   "the constraints of its new domain are checked row by row"},
	{Cause::TimeZoneConversion, "the TimeZone of the session is not UTC and shifts each value"},
	{Cause::NotPlanned,         "its expression could not be planned"},
	{Cause::Persistence,        "it changes between logged and unlogged"},
	{Cause::AccessMethod,       "it changes its access method"},
	{Cause::Tablespace,         "it moves to another tablespace"},
	{Cause::NotNullUnproved,    "no valid CHECK constraint proves that it holds no null values"},
	{Cause::CheckConstraint,    "a CHECK constraint is verified"},
	{Cause::ForeignKey,         "a foreign key is verified"},
	{Cause::PartitionBound,     "a partition bound is verified"},
};
// clang-format on

constexpr bool
has_words_in_order()
{
	for (std::size_t i = 0; i < std::size(work_words); i++)
	{
		if (work_words[i].work != static_cast<Work>(i))
		{
			return false;
		}
	}
	for (std::size_t i = 0; i < std::size(cause_words); i++)
	{
		if (cause_words[i].cause != static_cast<Cause>(i))
		{
			return false;
		}
	}
	return true;
}

static_assert(std::size(work_words) == work_kinds);
static_assert(std::size(cause_words) == static_cast<std::size_t>(Cause::PartitionBound) + 1);
static_assert(has_words_in_order(), "words are found by the number of their enumerator");

std::string_view
reason_of(Cause cause)
{
	return cause_words[static_cast<std::size_t>(cause)].reason;
}

std::string_view
noun_of(RelationKind kind)
{
	switch (kind)
	{
		case RelationKind::Index:
			return "index";
		case RelationKind::MaterializedView:
			return "materialized view";
		default:
			return "table";
	}
}

std::string_view
join(std::initializer_list<std::string_view> parts, const Arena &arena)
{
	return concat(arena, parts);
}

// ---- what happens to one relation

/* Work and where it comes from: the first certain reason, else the first. */
struct Task
{
	std::uint64_t times; /* 0: none; more than once only for index builds */
	Answer certainty;
	std::string_view column;
	std::string_view reason;
};

struct Effect
{
	Modes modes;
	LockMode named_index; /* on an index that is only named */
	std::array<Task, work_kinds> tasks;
	bool rebuilds_toast_index;
};

Task &
task(Effect &effect, Work work)
{
	return effect.tasks[static_cast<std::size_t>(work)];
}

bool
does(const Effect &effect, Work work)
{
	return effect.tasks[static_cast<std::size_t>(work)].times > 0;
}

void
add(Effect &effect, Work work, const Task &more)
{
	Task &present = task(effect, work);
	const std::uint64_t times = work == Work::IndexBuild ? present.times + 1 : 1;

	if (present.times == 0 ||
		(present.certainty == Answer::Unknown && more.certainty == Answer::Yes))
	{
		present = more;
	}
	present.times = times;
}

void
strengthen(Modes &modes, const Modes &more)
{
	modes.relation = stronger(modes.relation, more.relation);
	modes.toast = stronger(modes.toast, more.toast);
	modes.toast_index = stronger(modes.toast_index, more.toast_index);
	modes.indexes = stronger(modes.indexes, more.indexes);
}

bool
has_storage(const Relation &relation)
{
	switch (relation.kind)
	{
		case RelationKind::Table:
		case RelationKind::MaterializedView:
		case RelationKind::Sequence:
		case RelationKind::Index:
		case RelationKind::Toast:
			return true;
		default:
			return false;
	}
}

/* Verification and copy happen within the rewrite; the TOAST table and every index go with it.
 * Source: ATRewriteTables, tablecmds.c; finish_heap_swap, cluster.c. */
void
settle_rewrite(Effect &effect)
{
	if (does(effect, Work::Rewrite))
	{
		task(effect, Work::Copy) = {};
		task(effect, Work::Scan) = {};
		strengthen(effect.modes, {NO, AX, AX, AX});
	}
}

/* A relation and the one at the top of its tree, which tells partitions from children. */
struct Place
{
	const Relation &relation;
	const Relation &root;
	std::size_t index; /* in Facts.relations */
};

bool
in_partitions(const Place &place)
{
	return place.root.kind == RelationKind::PartitionedTable;
}

// ---- effects of ALTER TABLE

/* The mode that one subcommand takes on a descendant, None where it does not come. */
LockMode
mode_below(const SubcommandRow &row, const Alteration &alteration, const Facts &facts,
		   bool partitions)
{
	const bool whole_tree = facts.partition_merge_stronger;
	const bool done = alteration.exempt;

	switch (row.below)
	{
		case Below::Nothing:
			return NO;
		case Below::Tree:
			return facts.level;
		case Below::Partitions:
			return partitions ? facts.level : NO;
		case Below::SetNotNull:
			return done && (partitions || whole_tree) ? NO : facts.level;
		case Below::Validate:
			return done || (alteration.scan_cause == Cause::ForeignKey && !partitions)
					   ? NO
					   : facts.level;
		case Below::Constraint:
			return partitions || whole_tree ? facts.level : NO;
		case Below::Index:
			return whole_tree ? facts.level : partitions ? S : NO;
		case Below::PrimaryKey:
			return partitions && alteration.not_null && !whole_tree ? S : facts.level;
		case Below::Identity:
			return partitions && facts.identity_descends ? facts.level : NO;
	}
	return facts.level;
}

/* ATTACH and DETACH name a partition beside its parent, and join or part their indexes. */
struct PartitionRow
{
	Subcommand subcommand;
	LockMode parent_indexes;
	LockMode partition;
	LockMode partition_indexes;
};

// clang-format off
constexpr PartitionRow partition_rows[] = {
	{AttachPartition,             SUX, AX, NO},
	{DetachPartition,             NO,  AX, AX},
	{DetachPartitionConcurrently, NO,  AX, AX},
	{DetachPartitionFinalize,     NO,  AX, AX},
};
// clang-format on

Modes
partition_modes(Subcommand subcommand, const Place &place)
{
	for (const PartitionRow &row : partition_rows)
	{
		if (row.subcommand == subcommand)
		{
			return place.index == 0 ? Modes{NO, NO, NO, row.parent_indexes}
									: Modes{row.partition, NO, NO, row.partition_indexes};
		}
	}
	return {};
}

LockMode
mode_on(const SubcommandRow &row, const Alteration &alteration, const Facts &facts,
		const Place &place)
{
	const Relation &relation = place.relation;

	if (relation.named)
	{
		return facts.level;
	}
	if (relation.descendant && !facts.only)
	{
		return mode_below(row, alteration, facts, in_partitions(place));
	}
	return NO;
}

void
add_companions(Effect &effect, Companions companions, LockMode mode)
{
	const auto from = [&](Companions least) { return companions >= least ? mode : NO; };

	strengthen(effect.modes, {NO, from(C::Toast), from(C::ToastAndItsIndex), from(C::All)});
}

/* Foreign keys are checked by a query of their own. */
Work
scan_for(Cause cause)
{
	return cause == Cause::ForeignKey ? Work::ForeignKeyCheck : Work::Scan;
}

/* Inheritance children get neither the indexes nor the foreign keys of their parent. */
bool
is_for_partitions_only(Work work)
{
	return work == Work::IndexBuild || work == Work::ForeignKeyCheck;
}

/* What the subcommand is known to do by its row. */
void
add_own_work(Effect &effect, const SubcommandRow &row, const Alteration &alteration,
			 const Place &place)
{
	const bool scans = row.work == Work::Scan || row.work == Work::ForeignKeyCheck;
	const Cause cause =
		scans && alteration.scan_cause != Cause::None ? alteration.scan_cause : row.cause;

	if (!row.work || alteration.exempt || (scans && !alteration.scans.empty()))
	{
		return;
	}
	if (is_for_partitions_only(*row.work) && !place.relation.named && !in_partitions(place))
	{
		return;
	}
	add(effect, scans ? scan_for(cause) : *row.work,
		{1, Answer::Yes, alteration.column, reason_of(cause)});
}

/* What inspection found out about it. */
void
add_found_work(Effect &effect, const SubcommandRow &row, const Alteration &alteration,
			   const Place &place)
{
	const auto found = [&](Answer answer, Cause cause) {
		return Task{1, answer, alteration.column, reason_of(cause)};
	};

	if (alteration.rewrites != Answer::No)
	{
		add(effect, Work::Rewrite, found(alteration.rewrites, alteration.cause));
	}
	if (place.index < alteration.scans.size() && alteration.scans[place.index] != Answer::No)
	{
		add(effect, scan_for(alteration.scan_cause),
			found(alteration.scans[place.index], alteration.scan_cause));
	}
	if (alteration.builds_index && row.work != Work::IndexBuild &&
		(place.relation.named || in_partitions(place)))
	{
		add(effect, Work::IndexBuild, found(Answer::Yes, Cause::None));
	}
}

Effect
effect_of_alter(const Facts &facts, const Place &place)
{
	Effect effect = {};

	effect.modes.relation = place.relation.named && place.index == 0 ? facts.level : NO;
	effect.named_index = SUX;
	for (const Alteration &alteration : facts.alterations)
	{
		const SubcommandRow &row = row_of(alteration.subcommand);
		const LockMode mode = mode_on(row, alteration, facts, place);

		if (mode == NO)
		{
			continue;
		}
		effect.modes.relation = stronger(effect.modes.relation, mode);
		if (place.relation.named)
		{
			strengthen(effect.modes, partition_modes(row.subcommand, place));
		}
		if (row.subcommand == ReplicaIdentity)
		{
			effect.named_index = S;
		}
		if (!alteration.exempt)
		{
			add_companions(effect, row.companions, mode);
		}
		if (has_storage(place.relation))
		{
			add_own_work(effect, row, alteration, place);
			add_found_work(effect, row, alteration, place);
		}
	}
	settle_rewrite(effect);
	return effect;
}

// ---- effects of the other statements

bool
is_reached(const StatementRow &row, const Facts &facts, const Place &place)
{
	const Relation &relation = place.relation;

	if (!relation.descendant)
	{
		return relation.named || !row.unnamed.empty();
	}
	return relation.named ||
		   (!facts.only &&
			(row.below == Below::Tree || (row.below == Below::Partitions && in_partitions(place))));
}

Effect
effect_of_statement(const Facts &facts, const Place &place)
{
	const StatementRow &row = row_of(facts.kind);
	const std::optional<Work> work = facts.concurrently ? row.concurrent_work : row.work;
	Effect effect = {};

	if (!is_reached(row, facts, place))
	{
		return effect;
	}
	effect.modes = facts.concurrently ? row.concurrently : row.plainly;
	if (!has_storage(place.relation) && facts.kind != Kind::DropTable)
	{
		effect.modes.indexes = NO; /* there is nothing in them to empty or to build */
	}
	effect.named_index = facts.kind == Kind::CreateIndex ? S : SUX; /* compared, or renamed */
	if (facts.kind == Kind::Reindex)
	{
		effect.rebuilds_toast_index = facts.object_kind != "INDEX";
		if (!effect.rebuilds_toast_index)
		{
			effect.modes.toast = effect.modes.toast_index = NO;
		}
	}
	if (work && has_storage(place.relation) && !facts.skip_data && !facts.already_exists &&
		!place.relation.index_is_there)
	{
		add(effect, *work, {1, Answer::Yes, {}, row.reason});
		settle_rewrite(effect);
	}
	return effect;
}

// ---- reasons

/* 'The table is rewritten for column "c", because its default is volatile …' */
std::string_view
sentence(Work work, std::string_view noun, const Task &task, const Arena &arena)
{
	const WorkWords &words = work_words[static_cast<std::size_t>(work)];
	const bool certain = task.certainty == Answer::Yes;
	const std::string_view quote = task.column.empty() ? "" : "\"";

	return join({words.subject, noun, certain ? " is " : " is taken to be ", words.done,
				 task.column.empty() ? "" : " for column ", quote, task.column, quote,
				 certain ? "" : ": it cannot be known", task.reason.empty() ? "" : ", because ",
				 task.reason, "."},
				arena);
}

std::string_view
why_locked(const Place &place, const Facts &facts, const Arena &arena)
{
	const Relation &relation = place.relation;

	if (!relation.descendant)
	{
		return row_of(facts.kind).unnamed;
	}
	for (const Relation &parent : facts.relations)
	{
		if (parent.oid == relation.parent)
		{
			return join({in_partitions(place) ? "Partition of \"" : "Inheritance child of \"",
						 parent.name, "\"."},
						arena);
		}
	}
	return join({in_partitions(place) ? "Partition of \"" : "Inheritance child of \"",
				 place.root.name, "\"."},
				arena);
}

std::string_view
why_index_locked(const Index &index, const Relation &relation, const Arena &arena)
{
	std::string_view ending = "\".";

	if (index.fate == Fate::Dropped)
	{
		ending = "\", dropped with what it is built on.";
	}
	else if (index.fate == Fate::Locked)
	{
		ending = "\", defined anew while its storage is kept.";
	}
	return join({"Index of \"", relation.name, ending}, arena);
}

// ---- rows

using Rows = Vector<RelationImpact>;

RelationImpact
row_beside(const Place &place)
{
	RelationImpact row = {};

	row.harmless = place.relation.temporary || place.relation.created_here;
	row.visible = place.relation.visible;
	row.system = place.relation.system;
	row.root = place.root.name;
	row.valid = true;
	return row;
}

void
set_work(RelationImpact &row, Work work, std::uint64_t bytes)
{
	row.does[static_cast<std::size_t>(work)] = true;
	row.bytes[static_cast<std::size_t>(work)] = bytes;
}

std::uint64_t
bytes_of(Work work, const Task &task, const Relation &relation)
{
	switch (work)
	{
		case Work::Rewrite:
		case Work::Copy:
			return relation.heap_bytes + relation.toast.bytes;
		case Work::IndexBuild:
			return relation.heap_bytes * task.times;
		default:
			return relation.heap_bytes;
	}
}

void
list_relation(Rows &rows, const Effect &effect, const Place &place, const Facts &facts,
			  const Arena &arena)
{
	const Relation &relation = place.relation;
	RelationImpact row = row_beside(place);
	Vector<std::string_view> because{ArenaAllocator<std::string_view>(arena)};

	if (!relation.named)
	{
		because.push_back(why_locked(place, facts, arena));
	}
	for (const WorkWords &words : work_words)
	{
		if (does(effect, words.work))
		{
			const Task &task = effect.tasks[static_cast<std::size_t>(words.work)];

			set_work(row, words.work, bytes_of(words.work, task, relation));
			because.push_back(sentence(words.work, noun_of(relation.kind), task, arena));
		}
	}
	row.oid = relation.oid;
	row.name = relation.name;
	row.kind = relation.kind;
	row.is_index = relation.kind == RelationKind::Index;
	row.mode = effect.modes.relation;
	row.because = keep(because);
	rows.push_back(row);
}

void
list_toast(Rows &rows, const Effect &effect, const Place &place, const Arena &arena)
{
	const Toast &toast = place.relation.toast;
	Vector<std::string_view> because{ArenaAllocator<std::string_view>(arena)};
	RelationImpact row = row_beside(place);

	if (toast.oid == 0 || effect.modes.toast == NO)
	{
		return;
	}
	row.kind = RelationKind::Toast;
	row.oid = toast.oid;
	row.name = toast.name;
	row.mode = effect.modes.toast;
	because.push_back(join({"TOAST table of \"", place.relation.name, "\"."}, arena));
	row.because = keep(because);
	rows.push_back(row);

	if (effect.modes.toast_index == NO)
	{
		return;
	}
	row.kind = RelationKind::Index;
	row.is_index = true;
	row.oid = toast.index;
	row.name = toast.index_name;
	row.mode = effect.modes.toast_index;
	because.clear();
	because.push_back(join({"Index of the TOAST table of \"", place.relation.name, "\"."}, arena));
	if (effect.rebuilds_toast_index)
	{
		set_work(row, Work::IndexBuild, toast.index_bytes);
		because.push_back("The index is built anew.");
	}
	row.because = keep(because);
	rows.push_back(row);
}

LockMode
mode_by_fate(const Index &index, const Effect &effect)
{
	switch (index.fate)
	{
		case Fate::Untouched:
			return index.named ? effect.named_index : NO;
		case Fate::Renamed:
			return effect.named_index;
		case Fate::RebuiltConcurrently:
			return SUX;
		case Fate::Locked:
		case Fate::Dropped:
		case Fate::Rebuilt:
			break;
	}
	return AX;
}

void
list_index(Rows &rows, const Index &index, const Effect &effect, const Place &place,
		   const Arena &arena)
{
	const bool rewrite = does(effect, Work::Rewrite) && index.fate != Fate::Dropped;
	const bool rebuilt =
		rewrite || index.fate == Fate::Rebuilt || index.fate == Fate::RebuiltConcurrently;
	Vector<std::string_view> because{ArenaAllocator<std::string_view>(arena)};
	RelationImpact row = row_beside(place);

	row.mode = stronger(effect.modes.indexes, mode_by_fate(index, effect));
	if (row.mode == NO)
	{
		return;
	}
	if (!index.named)
	{
		because.push_back(why_index_locked(index, place.relation, arena));
	}
	if (rebuilt && !index.partitioned)
	{
		set_work(row, Work::IndexBuild, index.bytes);
		because.push_back(rewrite ? "The index is built anew, because its table is rewritten."
								  : "The index is built anew.");
	}
	row.kind = RelationKind::Index;
	row.is_index = true;
	row.oid = index.oid;
	row.name = index.name;
	row.valid = index.valid;
	row.because = keep(because);
	rows.push_back(row);
}

void
list(Rows &rows, const Effect &effect, const Place &place, const Facts &facts, const Arena &arena)
{
	if (effect.modes.relation == NO)
	{
		return;
	}
	list_relation(rows, effect, place, facts, arena);
	list_toast(rows, effect, place, arena);
	for (const Index &index : place.relation.indexes)
	{
		list_index(rows, index, effect, place, arena);
	}
}

Rows
list_all(const Facts &facts, const Arena &arena)
{
	Rows rows{ArenaAllocator<RelationImpact>(arena)};
	const Relation *root = nullptr;

	for (std::size_t i = 0; i < facts.relations.size(); i++)
	{
		const Relation &relation = facts.relations[i];

		if (root == nullptr || relation.named || !relation.descendant)
		{
			root = &relation;
		}

		const Place place = {relation, *root, i};
		const Effect effect = facts.kind == Kind::AlterTable ? effect_of_alter(facts, place)
															 : effect_of_statement(facts, place);

		list(rows, effect, place, facts, arena);
	}
	return rows;
}

// ---- the statement as a whole

LockMode
strongest_of(const Rows &rows)
{
	LockMode strongest = NO;

	for (const RelationImpact &row : rows)
	{
		if (!row.harmless)
		{
			strongest = stronger(strongest, row.mode);
		}
	}
	return strongest;
}

/* A lock_timeout that strikes these leaves an invalid index or a half-detached partition. REFRESH
 * CONCURRENTLY is an ordinary transaction. */
bool
must_run_to_its_end(const Facts &facts)
{
	return (facts.concurrently && facts.kind != Kind::RefreshMaterializedView) ||
		   std::any_of(facts.alterations.begin(), facts.alterations.end(),
					   [](const Alteration &alteration) {
						   return alteration.subcommand == DetachPartitionConcurrently;
					   });
}

/* What reaches nothing that inspection could list (REINDEX DATABASE) is bound as if it blocked. */
bool
is_bound(const Facts &facts, LockMode strongest)
{
	const bool unknown = facts.kind == Kind::Other || facts.relations.empty();

	return !must_run_to_its_end(facts) && !facts.only_reads && (unknown || strongest >= S);
}

std::span<const std::string_view>
remarks_on(const Facts &facts, const Arena &arena)
{
	Vector<std::string_view> remarks{ArenaAllocator<std::string_view>(arena)};

	if (facts.kind == Kind::Other)
	{
		remarks.push_back("What this command locks is not known.");
	}
	if (!facts.missing.empty())
	{
		remarks.push_back(join({"Relation \"", facts.missing, "\" does not exist."}, arena));
	}
	return keep(remarks);
}

}  // namespace

std::string_view
to_text(Work work)
{
	return work_words[static_cast<std::size_t>(work)].text;
}

std::string_view
to_text(Subcommand subcommand)
{
	return row_of(subcommand).label;
}

LockMode
expected_level(Subcommand subcommand)
{
	return row_of(subcommand).level;
}

Inquiry
inquiry(Subcommand subcommand)
{
	const SubcommandRow &row = row_of(subcommand);

	return {row.questions, row.below != Below::Nothing};
}

Impact
assess(const Facts &facts, const Arena &arena)
{
	const Rows rows = list_all(facts, arena);
	const LockMode strongest = strongest_of(rows);

	return {keep(rows), strongest, facts.kind != Kind::Other, is_bound(facts, strongest),
			remarks_on(facts, arena)};
}

}  // namespace ddl_warden
