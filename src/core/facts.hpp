/*
 * Facts: what inspection found about one statement. Plain values that cross the
 * wall from src/pg to src/core; text and arrays belong to the statement's memory.
 */
#pragma once

#include "lock.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace ddl_warden
{

using Oid = unsigned int;

/* An answer that the catalog or the planner gave; Unknown is judged as Yes and said so. */
enum class Answer : std::uint8_t
{
	No,
	Yes,
	Unknown,
};

/* The statements that have a row of their own in statement_table.cpp. */
enum class Kind : std::uint8_t
{
	Other, /* a statement of a newer server: nothing is known of it */
	CreateIndex,
	DropIndex,
	Reindex,
	AlterTable,
	Cluster,
	VacuumFull,
	RefreshMaterializedView,
	Truncate,
	DropTable,
	DropObject, /* any other DROP */
	DropOwned,
	ReassignOwned,
	CreateTable,   /* FOREIGN TABLE, too; CREATE SCHEMA with tables in it */
	CreateTableAs, /* SELECT INTO and CREATE MATERIALIZED VIEW, too */
	CreateView,    /* a new one */
	ReplaceView,   /* CREATE OR REPLACE VIEW of one that exists */
	CreateTrigger,
	CreateRule,
	CreateFunction, /* its body, where it is of SQL */
	Policy,         /* CREATE and ALTER POLICY */
	CreateStatistics,
	Rename,      /* of a relation, but for ALTER INDEX */
	RenameIndex, /* ALTER INDEX … RENAME */
	RenameColumn,
	RenameConstraint,
	RenameTrigger,
	RenamePart, /* of a rule or a policy */
	SetSchema,
	ChangeOwner, /* of what ALTER TABLE does not do it for */
	Comment,
	CommentOnPart, /* of a relation: a constraint, trigger, rule or policy */
	SecurityLabel,
	Grant, /* REVOKE, too */
	AlterDomain,
	AlterSequence,
	DependsOnExtension, /* an index or a materialized view */
	PartDependsOnExtension,
	Publication,       /* CREATE and ALTER PUBLICATION */
	ExtensionContents, /* ALTER EXTENSION … ADD and DROP */
	ExtensionScript,   /* CREATE EXTENSION, ALTER EXTENSION … UPDATE */
	NoRelation,        /* roles, databases, types, functions … */
	LockTable,
	CopyFrom,
	CopyTo,
	Vacuum, /* without FULL */
	Analyze,
	RunsCode, /* DO, CALL, EXECUTE */
};

inline constexpr Kind last_kind = Kind::RunsCode;

/* ALTER TABLE subcommands as the raw parse tree has them. Numbers of AlterTableType differ per
 * major, so these are mapped by name in compat.hpp. */
enum class Subcommand : std::uint8_t
{
	AddColumn,
	AddColumnIfNotExists, /* the column exists already: only the lock */
	SetDefault,
	DropNotNull,
	SetNotNull,
	SetExpression,
	DropExpression,
	SetStatistics,
	SetColumnOptions, /* SET and RESET (n_distinct = …) */
	SetStorage,
	SetCompression,
	DropColumn,
	AddCheck,
	AddNotNull, /* 18: ADD CONSTRAINT … NOT NULL */
	AddUnique,
	AddPrimaryKey,
	AddExclusion,
	AddUniqueUsingIndex,
	AddPrimaryKeyUsingIndex,
	AddForeignKey,
	AlterConstraint,
	EnforceForeignKey,   /* 18: ALTER CONSTRAINT … ENFORCED */
	UnenforceForeignKey, /* 18: ALTER CONSTRAINT … NOT ENFORCED */
	InheritNotNull,      /* 18: ALTER CONSTRAINT … INHERIT */
	ValidateConstraint,
	DropConstraint,
	AlterColumnType,
	ColumnForeignOptions,
	ForeignOptions,
	ChangeOwner,
	ClusterOn,
	DropCluster,
	SetLogged,
	SetUnlogged,
	SetAccessMethod,
	SetTablespace,
	SetOptions,  /* SET and RESET (fillfactor = …): the level depends on the option */
	Trigger,     /* ENABLE and DISABLE TRIGGER */
	RewriteRule, /* ENABLE and DISABLE RULE */
	AddInherit,
	DropInherit,
	AddOf,
	DropOf,
	ReplicaIdentity,
	RowSecurity,
	AddIdentity,
	SetIdentity,
	DropIdentity,
	AttachPartition,
	DetachPartition,
	DetachPartitionConcurrently,
	DetachPartitionFinalize,
	WithoutOids,  /* SET WITHOUT OIDS, which does nothing any more */
	Unrecognised, /* a subcommand of a newer server: only its lock level is known */
};

/* Why a table is rewritten, scanned, or is not: one clause each in reasons.cpp. */
enum class Cause : std::uint8_t
{
	None,
	VolatileDefault, /* ADD COLUMN: the planned default is volatile */
	Identity,        /* ADD COLUMN: each row gets its own number */
	Serial,
	StoredGenerated,    /* ADD COLUMN … GENERATED … STORED, SET EXPRESSION */
	ConstrainedDomain,  /* ADD COLUMN: the domain's constraints are checked row by row */
	TypeConversion,     /* ALTER COLUMN TYPE: the stored form changes */
	UsingExpression,    /* ALTER COLUMN TYPE … USING more than the column itself */
	DomainConversion,   /* ALTER COLUMN TYPE: the new domain has constraints */
	TimeZoneConversion, /* timestamp <-> timestamptz while TimeZone is not UTC */
	NotPlanned,         /* the expression could not be planned: cannot be known */
	Persistence,        /* SET LOGGED, SET UNLOGGED */
	AccessMethod,
	Tablespace, /* the copy of SET TABLESPACE */
	NotNullUnproved,
	CheckConstraint,
	ForeignKey,
	PartitionBound,
	IndexOrder,   /* CLUSTER */
	Gaps,         /* VACUUM FULL */
	Query,        /* REFRESH MATERIALIZED VIEW */
	ParentIndex,  /* ATTACH PARTITION: the partition has no equal of it */
	NewPartition, /* CREATE TABLE … PARTITION OF: the default partition must not hold its rows */
	DomainConstraint, /* ALTER DOMAIN: the columns of its type are verified */
};

enum class RelationKind : std::uint8_t
{
	Table,
	PartitionedTable,
	MaterializedView,
	View,
	Sequence,
	ForeignTable,
	Index, /* an index named by ALTER TABLE or ALTER INDEX … SET */
	CompositeType,
	Toast,
};

/* What happens to one index of a relation; the larger one wins when subcommands differ. */
enum class Fate : std::uint8_t
{
	Untouched,
	Renamed, /* only its lock is kept: ShareUpdateExclusive */
	Taken,   /* Share: becomes a part of an index of the parent, which is not built here then */
	Parted,  /* AccessExclusive: no part of an index of the former parent any more */
	Locked,  /* AccessExclusive without work: dropped, or dropped and its storage reused */
	Rebuilt, /* AccessExclusive, and built anew */
	RebuiltConcurrently,
	PassedOver, /* by REINDEX CONCURRENTLY, which locks it all the same */
	Dropped,    /* before anything else could be done to it */
};

struct Index
{
	Oid oid;
	std::string_view name; /* qualified and quoted */
	std::uint64_t bytes;   /* main fork */
	Fate fate;             /* what the statement itself does to it, a rewrite of the table aside */
	bool valid;
	bool partitioned; /* has no storage */
	bool named;       /* the statement names it */
};

/* A TOAST table with its index; oid 0 when the relation has none. */
struct Toast
{
	Oid oid;
	std::string_view name;
	Oid index;
	std::string_view index_name;
	std::uint64_t bytes; /* of the TOAST table, main fork */
	std::uint64_t index_bytes;
};

struct Relation
{
	Oid oid;
	std::size_t parent_at; /* of a descendant: the place of what it hangs from among the relations
							  of this statement */
	std::string_view
		name; /* qualified and quoted, as regclass prints it with an empty search_path */
	RelationKind kind;
	bool named;      /* by the statement; false: reached through a tree or a graph */
	bool descendant; /* a partition or an inheritance child of a named relation */
	bool temporary;
	bool created_here; /* in this transaction: nobody else can see it yet */
	bool system;       /* a catalog, or information_schema: no user table */
	bool visible;      /* the role has some privilege on it; false withholds sizes and reasons */
	std::uint64_t heap_bytes; /* main fork */
	Toast toast;
	std::span<const Index> indexes; /* every index of it, in OID order */
	std::string_view new_index_name; /* CREATE INDEX, ADD UNIQUE …: the name the server would choose
										here, quoted */
	Answer index_is_there;  /* CREATE INDEX: this partition has one, which is taken as it is */
	std::string_view table; /* of an index that is listed without its table: that one's name */
	std::string_view runs;  /* TRUNCATE: the functions of its triggers, as "public.f()" */
};

/* How a relation that the statement does not name comes into it. What is locked and done there
 * stands in link_table.cpp. */
enum class Link : std::uint8_t
{
	ReferencedTable,
	ReferencingTable,
	PartitionParent,
	DefaultPartition,
	InheritanceParent,
	OwnedSequence,
	UsedSequence,
	TypedTable,
	TypeUser,
	ParentIndex,
	IndexedTable,
	StatisticsTable,
	Dependent,
	SchemaMember,
	ExtensionMember,
	Owned,
	PublishedTable,
	WrittenTable, /* by a rule or a function that is being made */
	Partition,    /* from here to DependentPolicy: of what is deleted */
	InheritanceChild,
	DependentColumn,
	DependentDefault,
	DependentConstraint,
	DependentTrigger,
	DependentRule,
	DependentPolicy,
	NamedIndex,   /* that an ALTER TABLE names: it says itself why it is locked */
	CheckedTable, /* that ATTACH PARTITION locks anyway: its foreign keys are checked */
	TakenForeignKey,
	KeptOwner, /* REASSIGN OWNED: it belongs to the new owner already */
};

inline constexpr Link last_link = Link::KeptOwner;

/* A relation that the statement locks beside those it names and their descendants. */
struct Further
{
	Relation relation;
	Link link;
	unsigned alteration;      /* whose doing it is: its number in Facts.alterations; else 0 */
	std::string_view through; /* what leads there, as the sentence of its link has it */
	Answer works;             /* is the work of its row done? */
	bool first;               /* locked before what the statement names */
	bool deletion = false;    /* goes with what is deleted, or loses a part of it */
	unsigned more = 0;        /* other ways of this kind lead there, too, that are not listed */
};

/* When a function of an event trigger runs. */
enum class Event : std::uint8_t
{
	Command, /* ddl_command_start, ddl_command_end */
	Drop,    /* sql_drop */
	Rewrite, /* table_rewrite */
};

struct EventTrigger
{
	Event event;
	std::string_view function; /* "public.f()" */
};

/* How far a subcommand comes on its way down a tree, where that is not the same for all of it. */
enum class Reach : std::uint8_t
{
	Beyond, /* it does not come here */
	Locked, /* there is nothing to do: it is so already */
	Worked,
};

/* One subcommand of ALTER TABLE with the answers to the questions its row asks. */
struct Alteration
{
	Subcommand subcommand;
	bool idle;       /* exempt, and not even the catalog changes */
	bool exempt;     /* nothing to do: already so (SET LOGGED on a logged table), NOT VALID, NOT
						ENFORCED */
	Answer rewrites; /* for every relation with storage in the tree */
	Cause cause;     /* of the rewrite or of its absence's doubt */
	std::span<const Reach> reach;  /* parallel to Facts.relations; empty: all of the tree */
	std::span<const Answer> scans; /* parallel to Facts.relations; empty: nothing is scanned */
	Cause scan_cause;
	std::span<const unsigned> builds; /* parallel to Facts.relations: how many indexes ATTACH
										 PARTITION and ALTER COLUMN TYPE build beside those that
										 are there; empty: none */
	bool builds_index; /* ADD COLUMN … UNIQUE / PRIMARY KEY as well as ADD UNIQUE … */
	bool checks_key;   /* ADD COLUMN … REFERENCES: its foreign key is checked beside the scan */

	/* for advice: quoted, as they can stand in a statement; empty when not there */
	std::string_view column;
	std::string_view type;         /* of ADD COLUMN, ALTER COLUMN TYPE: with modifiers */
	std::string_view default_text; /* of ADD COLUMN; the present one for ALTER COLUMN TYPE */
	std::string_view using_text;   /* of ALTER COLUMN TYPE: as written */
	std::string_view sequence; /* ALTER COLUMN TYPE: the sequence that the column owns, qualified */
	bool column_is_used; /* ALTER COLUMN TYPE: indexes or constraints would go with the column */
	std::string_view identity;      /* ALTER COLUMN TYPE: "ALWAYS" or "BY DEFAULT" */
	std::string_view not_null_name; /* ALTER COLUMN TYPE; 18: of the column's NOT NULL constraint */
	std::string_view constraint;    /* its name, given or as the server would choose it; also of
									 * ADD COLUMN … UNIQUE, PRIMARY KEY */
	std::string_view keys;          /* of UNIQUE, PRIMARY KEY: "a, b" */
	std::string_view included;      /* INCLUDE columns */
	bool not_null; /* ADD COLUMN … NOT NULL; ALTER COLUMN TYPE: the column is NOT NULL;
					* ADD PRIMARY KEY: all its columns are NOT NULL already */
	bool deferrable;
	bool initially_deferred;
	bool nulls_not_distinct;
};

struct Facts
{
	Kind kind;
	std::string_view command; /* the command tag */
	std::string_view text;    /* the statement as written, cut to itself, without a semicolon */
	LockMode level;           /* ALTER TABLE: what AlterTableGetLockLevel says; LOCK: as written */
	bool concurrently;
	bool only;           /* ONLY: no descendants */
	bool skip_data;      /* REFRESH … WITH NO DATA */
	bool judgeable;      /* false: the role may not run it; it passes and the server says why */
	bool temporary_only; /* every relation it names or makes is temporary: never recorded */
	bool in_transaction; /* a block is open, or it is not the client's own statement */
	bool already_exists; /* CREATE INDEX IF NOT EXISTS of one that does: only the lock */
	bool partition_merge_stronger; /* 18: ADD CONSTRAINT takes its lock on the whole tree first */
	bool identity_descends;        /* 17: ADD, SET and DROP IDENTITY go down to partitions */
	std::string_view missing;      /* the first relation it names that does not exist */
	std::string_view object;       /* REINDEX SCHEMA, DATABASE: what it names, quoted */
	std::string_view object_kind;  /* REINDEX: INDEX, TABLE, SCHEMA, DATABASE, SYSTEM */
	int relation_at; /* CREATE INDEX: offset of the table's name in text, -1 unknown */
	std::span<const Relation> relations; /* in lock order: parents before children */
	std::span<const Alteration> alterations;
	std::span<const Further> further;             /* in lock order */
	std::span<const EventTrigger> event_triggers; /* that are on for this command */
};

static_assert(std::is_trivially_destructible_v<Facts>);

}  // namespace ddl_warden
