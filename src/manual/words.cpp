#include "words.hpp"

#include "core/table.hpp"

#include <iterator>

namespace ddl_warden
{
namespace
{

using enum Subcommand;

// clang-format off
constexpr SubcommandWords subcommand_words[] = {
	{AddColumn, "ADD COLUMN",
	 "A constant or stable default (`now()`) is stored in the catalog. Volatility is judged after planning: a function that is inlined to a constant is one."},
	{AddColumnIfNotExists, "ADD COLUMN IF NOT EXISTS, where it exists", "Nothing is done under the lock."},
	{SetDefault, "ALTER COLUMN … SET DEFAULT, DROP DEFAULT", "For rows to come only."},
	{DropNotNull, "ALTER COLUMN … DROP NOT NULL", ""},
	{SetNotNull, "ALTER COLUMN … SET NOT NULL",
	 "A valid `CHECK (c IS NOT NULL)` proves it; one that is NOT VALID does not. One unproved column makes one scan for all."},
	{SetExpression, "ALTER COLUMN … SET EXPRESSION", "From 17 on. A virtual column (18) is not stored: no work."},
	{DropExpression, "ALTER COLUMN … DROP EXPRESSION", "Stored values stay."},
	{SetStatistics, "ALTER COLUMN … SET STATISTICS", ""},
	{SetColumnOptions, "ALTER COLUMN … SET (n_distinct = …), RESET", ""},
	{SetStorage, "ALTER COLUMN … SET STORAGE", "Values that are there stay as they are."},
	{SetCompression, "ALTER COLUMN … SET COMPRESSION", "Values that are there stay as they are."},
	{DropColumn, "DROP COLUMN", "Its space is not given back."},
	{AddCheck, "ADD CHECK", "NOT VALID and NOT ENFORCED (18): no scan."},
	{AddNotNull, "ADD CONSTRAINT … NOT NULL", "From 18 on. NOT VALID: no scan."},
	{AddUnique, "ADD UNIQUE", ""},
	{AddPrimaryKey, "ADD PRIMARY KEY", "A column that is not NOT NULL becomes so."},
	{AddExclusion, "ADD EXCLUDE", ""},
	{AddUniqueUsingIndex, "ADD UNIQUE USING INDEX", "The index is renamed."},
	{AddPrimaryKeyUsingIndex, "ADD PRIMARY KEY USING INDEX", "The index is renamed. A column that is not NOT NULL becomes so."},
	{AddForeignKey, "ADD FOREIGN KEY", "NOT VALID and NOT ENFORCED (18): no check. Both tables refuse writes meanwhile."},
	{AlterConstraint, "ALTER CONSTRAINT", ""},
	{EnforceForeignKey, "ALTER CONSTRAINT … ENFORCED", "From 18 on."},
	{UnenforceForeignKey, "ALTER CONSTRAINT … NOT ENFORCED", "From 18 on."},
	{InheritNotNull, "ALTER CONSTRAINT … INHERIT", "From 18 on: of a NOT NULL constraint."},
	{ValidateConstraint, "VALIDATE CONSTRAINT", "Writes go on: the only way to verify rows under a lock that blocks nobody's DML."},
	{DropConstraint, "DROP CONSTRAINT", ""},
	{AlterColumnType, "ALTER COLUMN … TYPE",
	 "No rewrite: varchar to a longer one or to text, numeric to more digits of the same scale, varbit and time types to more precision, to a domain without constraints. An index over an expression, or with a predicate, is built anew all the same; so is each one when only the collation changes."},
	{ColumnForeignOptions, "ALTER COLUMN … OPTIONS (foreign table)", ""},
	{ForeignOptions, "OPTIONS (foreign table)", ""},
	{ChangeOwner, "OWNER TO", "Partitions keep their owner."},
	{ClusterOn, "CLUSTER ON", "Marks the index; nothing is ordered."},
	{DropCluster, "SET WITHOUT CLUSTER", ""},
	{SetLogged, "SET LOGGED", ""},
	{SetUnlogged, "SET UNLOGGED", ""},
	{SetAccessMethod, "SET ACCESS METHOD", "17 and later: of a partitioned table, for partitions to come only."},
	{SetTablespace, "SET TABLESPACE", "Indexes stay where they are, and are not locked."},
	{SetOptions, "SET (fillfactor = …), RESET",
	 "Stronger for some: security_barrier, security_invoker, check_option, user_catalog_table; of indexes fastupdate, gin_pending_list_limit, buffering, pages_per_range, autosummarize take ACCESS EXCLUSIVE."},
	{Trigger, "ENABLE TRIGGER, DISABLE TRIGGER", ""},
	{RewriteRule, "ENABLE RULE, DISABLE RULE", ""},
	{AddInherit, "INHERIT", "No row is looked at."},
	{DropInherit, "NO INHERIT", ""},
	{AddOf, "OF", ""},
	{DropOf, "NOT OF", ""},
	{ReplicaIdentity, "REPLICA IDENTITY", "USING INDEX: SHARE on the index."},
	{RowSecurity, "ENABLE, DISABLE, FORCE, NO FORCE ROW LEVEL SECURITY", ""},
	{AddIdentity, "ALTER COLUMN … ADD GENERATED AS IDENTITY", ""},
	{SetIdentity, "ALTER COLUMN … SET GENERATED, SET INCREMENT, RESTART", ""},
	{DropIdentity, "ALTER COLUMN … DROP IDENTITY", ""},
	{AttachPartition, "ATTACH PARTITION",
	 "A CHECK with NOT NULL that implies the bound spares the scan; of a hash partition nothing does. Queries of the parent go on. "
	 "What is above is locked by ALTER INDEX only, where the index is complete now and a part of another one: that one, and its table."},
	{DetachPartition, "DETACH PARTITION",
	 "Of the tables it refers to, those that refer to it, too, are scanned; so is the partition itself where its parent refers to itself."},
	{DetachPartitionConcurrently, "DETACH PARTITION … CONCURRENTLY",
	 "In two transactions: waits for whoever uses the parent, without a lock in anybody's way, then locks the partition. Not where there is a default partition."},
	{DetachPartitionFinalize, "DETACH PARTITION … FINALIZE", ""},
	{WithoutOids, "SET WITHOUT OIDS", "Nothing is done under the lock."},
};

constexpr StatementWords statement_words[] = {
	{Kind::Other, "", ""},
	{Kind::CreateIndex, "CREATE INDEX",
	 "IF NOT EXISTS takes the lock where it exists, too. CONCURRENTLY reads the table twice, and waits for whoever writes it and for every older snapshot in the database."},
	{Kind::DropIndex, "DROP INDEX", "That is the lock on the table of the index: its reads wait. The index has ACCESS EXCLUSIVE, CONCURRENTLY at the end only."},
	{Kind::Reindex, "REINDEX",
	 "**Index build** of each index, under ACCESS EXCLUSIVE on it: queries of the table wait, as each is planned with all of its indexes. CONCURRENTLY: SHARE UPDATE EXCLUSIVE; waits for readers, too."},
	{Kind::AlterTable, "", ""},
	{Kind::Cluster, "CLUSTER", "Without a table: one after the other, each in a transaction of its own."},
	{Kind::VacuumFull, "VACUUM FULL", "Each table in a transaction of its own."},
	{Kind::RefreshMaterializedView, "REFRESH MATERIALIZED VIEW", "CONCURRENTLY needs a unique index; readers go on."},
	{Kind::Truncate, "TRUNCATE", "The old files are dropped: nothing is read."},
	{Kind::DropTable, "DROP TABLE", ""},
	{Kind::DropObject, "DROP of anything else", "CASCADE goes to whatever depends on it."},
	{Kind::DropOwned, "DROP OWNED", ""},
	{Kind::ReassignOwned, "REASSIGN OWNED", ""},
	{Kind::CreateTable, "CREATE TABLE, CREATE FOREIGN TABLE",
	 "The new table is nobody's business yet. ATTACH PARTITION instead of PARTITION OF lets queries of the parent go on. IF NOT EXISTS of one that exists locks nothing."},
	{Kind::CreateTableAs, "CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW", ""},
	{Kind::CreateView, "CREATE VIEW", ""},
	{Kind::ReplaceView, "CREATE OR REPLACE VIEW, where it exists", ""},
	{Kind::CreateTrigger, "CREATE TRIGGER", ""},
	{Kind::CreateRule, "CREATE RULE", ""},
	{Kind::CreateFunction, "CREATE FUNCTION, PROCEDURE",
	 "Of functions of SQL, while check_function_bodies is on or the body is BEGIN ATOMIC."},
	{Kind::Policy, "CREATE POLICY, ALTER POLICY", ""},
	{Kind::CreateStatistics, "CREATE STATISTICS", ""},
	{Kind::Rename, "RENAME TO", "Of an index by ALTER TABLE, too."},
	{Kind::RenameIndex, "ALTER INDEX … RENAME", "The table is not locked: queries go on."},
	{Kind::RenameColumn, "RENAME COLUMN, RENAME ATTRIBUTE", ""},
	{Kind::RenameConstraint, "RENAME CONSTRAINT", ""},
	{Kind::RenameTrigger, "ALTER TRIGGER … RENAME", ""},
	{Kind::RenamePart, "ALTER RULE … RENAME, ALTER POLICY … RENAME", ""},
	{Kind::SetSchema, "SET SCHEMA", "ALTER SCHEMA … RENAME locks no relation."},
	{Kind::ChangeOwner, "ALTER … OWNER TO, of what is no table", ""},
	{Kind::Comment, "COMMENT ON a relation or a column of it", ""},
	{Kind::CommentOnPart, "COMMENT ON CONSTRAINT, TRIGGER, RULE, POLICY", ""},
	{Kind::SecurityLabel, "SECURITY LABEL", ""},
	{Kind::Grant, "GRANT, REVOKE", "Up to 17 no lock."},
	{Kind::AlterDomain, "ALTER DOMAIN",
	 "ADD CONSTRAINT, VALIDATE CONSTRAINT and SET NOT NULL look at every value of every table; the other forms, and NOT VALID, lock no table."},
	{Kind::AlterSequence, "ALTER SEQUENCE", "Its file is a new one where its value or its steps change. RENAME, OWNER TO and SET SCHEMA have rows of their own."},
	{Kind::DependsOnExtension, "ALTER INDEX, ALTER MATERIALIZED VIEW … DEPENDS ON EXTENSION", ""},
	{Kind::PartDependsOnExtension, "ALTER TRIGGER … DEPENDS ON EXTENSION", ""},
	{Kind::Publication, "CREATE PUBLICATION, ALTER PUBLICATION", "FOR ALL TABLES and FOR TABLES IN SCHEMA lock no table."},
	{Kind::ExtensionContents, "ALTER EXTENSION … ADD, DROP", ""},
	{Kind::ExtensionScript, "CREATE EXTENSION, ALTER EXTENSION … UPDATE", "What its script does."},
	{Kind::NoRelation, "CREATE, ALTER of roles, databases, types, functions, …", "No relation of users."},
	{Kind::LockTable, "LOCK TABLE", "The mode it says; of a view, what the view reads, too."},
	{Kind::CopyFrom, "COPY … FROM", ""},
	{Kind::CopyTo, "COPY … TO", ""},
	{Kind::Vacuum, "VACUUM",
	 "At its end it may take ACCESS EXCLUSIVE for moments to cut off empty pages, unless others wait; `vacuum_truncate = off` keeps it from that."},
	{Kind::Analyze, "ANALYZE", ""},
	{Kind::RunsCode, "DO, CALL, EXECUTE", "What the code does."},
};

struct ModeName
{
	LockMode mode;
	std::string_view name;
};

constexpr ModeName mode_names[] = {
	{LockMode::None,                 "–"},
	{LockMode::AccessShare,          "ACCESS SHARE"},
	{LockMode::RowShare,             "ROW SHARE"},
	{LockMode::RowExclusive,         "ROW EXCLUSIVE"},
	{LockMode::ShareUpdateExclusive, "SHARE UPDATE EXCLUSIVE"},
	{LockMode::Share,                "SHARE"},
	{LockMode::ShareRowExclusive,    "SHARE ROW EXCLUSIVE"},
	{LockMode::Exclusive,            "EXCLUSIVE"},
	{LockMode::AccessExclusive,      "ACCESS EXCLUSIVE"},
};

struct BelowWords
{
	Below below;
	std::string_view text;
};

constexpr BelowWords below_words[] = {
	{Below::Nothing,    ""},
	{Below::Partitions, "partitions"},
	{Below::Tree,       "partitions and inheritance children"},
	{Below::SetNotNull, "partitions and inheritance children, unless it is so at the top"},
	{Below::DropNotNull, "partitions and inheritance children; 18: unless it is so at the top"},
	{Below::Validate,   "partitions and inheritance children, unless it is valid already; of a foreign key, the partitions"},
	{Below::Constraint, "partitions; 18: inheritance children, too"},
	{Below::Children, "18: inheritance children"},
	{Below::Index,      "partitions, with SHARE; 18: with the same lock, and inheritance children, too"},
	{Below::PrimaryKey, "partitions, with SHARE where the columns are NOT NULL already; 18: with the same lock; else partitions and inheritance children"},
	{Below::Identity,   "17 and later: partitions"},
};

struct CompanionWords
{
	Companions companions;
	std::string_view text;
};

constexpr CompanionWords companion_words[] = {
	{Companions::None,             ""},
	{Companions::Toast,            "its TOAST table"},
	{Companions::ToastAndItsIndex, "its TOAST table with the index of it"},
	{Companions::All,              "its TOAST table and every index"},
};

struct WorkNames
{
	Work work;
	std::string_view text;
};

constexpr WorkNames work_names[] = {
	{Work::Rewrite,         "**rewrite** of the table and build of all its indexes"},
	{Work::Copy,            "**copy** of the file"},
	{Work::Scan,            "**scan**"},
	{Work::IndexBuild,      "**index build**"},
	{Work::ForeignKeyCheck, "**check** of the foreign key by a query over both tables"},
};

struct LinkNouns
{
	Link link;
	std::string_view noun;
};

constexpr LinkNouns link_nouns[] = {
	{Link::ReferencedTable,   "tables it refers to"},
	{Link::ReferencingTable,  "tables that refer to it"},
	{Link::PartitionParent,   "the partitioned table above it"},
	{Link::DefaultPartition,  "the default partition"},
	{Link::InheritanceParent, "its parent"},
	{Link::OwnedSequence,     "sequences of its columns"},
	{Link::UsedSequence,      "the sequence of its default"},
	{Link::TypedTable,        "tables of the type"},
	{Link::TypeUser,          "tables with a column of the type"},
	{Link::ParentIndex,       "the index that an index becomes a part of"},
	{Link::IndexedTable,      "the table of the index"},
	{Link::StatisticsTable,   "the table of the statistics object"},
	{Link::Dependent,         "whatever depends on it"},
	{Link::SchemaMember,      "whatever is in the schema"},
	{Link::ExtensionMember,   "whatever belongs to the extension"},
	{Link::Owned,             "whatever the role owns"},
	{Link::PublishedTable,    "the tables in the publication"},
	{Link::WrittenTable,      "tables that it writes to when it is used"},
	{Link::Partition,           "partitions"},
	{Link::InheritanceChild,    "inheritance children"},
	{Link::DependentColumn,     "tables with a column that goes"},
	{Link::DependentDefault,    "tables with a default that goes"},
	{Link::DependentConstraint, "tables with a constraint that goes"},
	{Link::DependentTrigger,    "tables with a trigger that goes"},
	{Link::DependentRule,       "tables with a rule that goes"},
	{Link::DependentPolicy,     "tables with a policy that goes"},
	{Link::NamedIndex,          "the index it names"},
	{Link::CheckedTable,        "tables of the tree with foreign keys that are new to them"},
	{Link::TakenForeignKey,     "tables whose foreign key becomes a part of another one"},
	{Link::KeptOwner,           "whatever the new owner had already"},
};

/* What the answers decide, for those whose row does not tell it of its own accord. */
constexpr QuestionWords question_words[] = {
	{Question::PlannedDefault,
	 "**rewrite** where each row gets a value of its own: a volatile default, an identity or serial or stored generated column, a domain with constraints"},
	{Question::ColumnConstraints,
	 "**scan** for NOT NULL without a default and for CHECK; **index build** for UNIQUE and PRIMARY KEY"},
	{Question::TypeChange,
	 "**rewrite** unless the new type stores the same bytes"},
	{Question::IndexReuse,
	 "**index build** for indexes whose storage cannot be kept"},
	{Question::DependentChecks,
	 "**scan** where a CHECK over the column is verified again"},
	{Question::NotNullProof,
	 "**scan** unless a valid CHECK proves that there are no nulls"},
	{Question::Deletion,
	 "takes along what [depends on it](#what-a-deletion-takes-along)"},
	{Question::PartitionProof,
	 "**scan** of the partition, and of the default partition, unless their constraints imply the bound; **index build** for each index of the parent that the partition has no equal of"},
};
// clang-format on

static_assert(is_complete(subcommand_words, &SubcommandWords::subcommand, WithoutOids));
static_assert(is_complete(statement_words, &StatementWords::kind, last_kind));
static_assert(is_complete(mode_names, &ModeName::mode, LockMode::AccessExclusive));
static_assert(is_complete(below_words, &BelowWords::below, Below::Identity));
static_assert(is_complete(companion_words, &CompanionWords::companions, Companions::All));
static_assert(is_complete(work_names, &WorkNames::work, work_kinds));
static_assert(is_complete(link_nouns, &LinkNouns::link, last_link));

template <typename Rows, typename Key>
const auto &
row(const Rows &rows, Key key)
{
	return rows[static_cast<std::size_t>(key)];
}

}  // namespace

const SubcommandWords &
words_of(Subcommand subcommand)
{
	return row(subcommand_words, subcommand);
}

const StatementWords &
words_of(Kind kind)
{
	return row(statement_words, kind);
}

std::string_view
sql_name(LockMode mode)
{
	return row(mode_names, mode).name;
}

std::string_view
words_of(Below below)
{
	return row(below_words, below).text;
}

std::string_view
words_of(Companions companions)
{
	return row(companion_words, companions).text;
}

std::string_view
words_of(Work work)
{
	return row(work_names, work).text;
}

std::string_view
noun_of(Link link)
{
	return row(link_nouns, link).noun;
}

std::span<const QuestionWords>
answers_in_words()
{
	return question_words;
}

}  // namespace ddl_warden
