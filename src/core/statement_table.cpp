#include "statement_table.hpp"

#include "table.hpp"

namespace ddl_warden
{
namespace
{

/* Short names, so that the table can stand in columns. */
using B = Below;
constexpr LockMode NO = LockMode::None;
constexpr LockMode AS = LockMode::AccessShare;
constexpr LockMode RX = LockMode::RowExclusive;
constexpr LockMode SUX = LockMode::ShareUpdateExclusive;
constexpr LockMode S = LockMode::Share;
constexpr LockMode SRX = LockMode::ShareRowExclusive;
constexpr LockMode X = LockMode::Exclusive;
constexpr LockMode AX = LockMode::AccessExclusive;
constexpr std::optional<Work> nothing = std::nullopt;
constexpr Modes none = {};

constexpr std::string_view reads = "It locks existing relations only to read them.";
constexpr std::string_view script = "What the script of the extension locks cannot be known.";
constexpr std::string_view code = "What it runs cannot be known.";
constexpr std::string_view routed = "Of a partitioned table, the partitions that get rows, too.";
constexpr std::string_view truncates =
	"To cut off empty pages at its end it may take AccessExclusiveLock for moments, unless others "
	"wait.";

/* A rewrite takes the TOAST table and every index with it. */
// clang-format off
constexpr StatementRow statements[] = {
	{Kind::Other,                   {NO, NO, NO, NO},  {NO,  NO,  NO,  NO},  B::Nothing,
	 nothing, nothing, Cause::None, "", "What this command locks is not known.", true},
	{Kind::CreateIndex,             {S,  NO, NO, NO},  {SUX, NO,  NO,  NO},  B::Partitions,
	 Work::IndexBuild, Work::IndexBuild, Cause::None},
	{Kind::DropIndex,               {AX, NO, NO, NO},  {SUX, NO,  NO,  NO},  B::Partitions,
	 nothing, nothing, Cause::None, "An index of it is dropped."},
	{Kind::Reindex,                 {S,  S,  AX, NO},  {SUX, SUX, SUX, NO},  B::Partitions,
	 nothing, nothing, Cause::None, "An index of it is rebuilt."},
	{Kind::AlterTable,              {NO, NO, NO, NO},  {NO,  NO,  NO,  NO},  B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::Cluster,                 {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Partitions,
	 Work::Rewrite, nothing, Cause::IndexOrder},
	{Kind::VacuumFull,              {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Tree,
	 Work::Rewrite, nothing, Cause::Gaps},
	{Kind::RefreshMaterializedView, {AX, AX, AX, AX},  {X,   NO,  NO,  RX},  B::Nothing,
	 Work::Rewrite, Work::Scan, Cause::Query},
	{Kind::Truncate,                {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Tree,
	 nothing, nothing, Cause::None},
	{Kind::DropTable,               {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Tree,
	 nothing, nothing, Cause::None},
	{Kind::DropObject,              {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::DropOwned,               {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::ReassignOwned,           {AX, AX, AX, AX},  {NO,  NO,  NO,  NO},  B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::CreateTable,             {NO, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::CreateTableAs,           {NO, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None, "", reads},
	{Kind::CreateView,              {NO, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None, "", reads},
	{Kind::ReplaceView,             {AX, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::CreateTrigger,           {SRX, NO, NO, NO},  none, B::Partitions,
	 nothing, nothing, Cause::None},
	{Kind::CreateRule,              {AX, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::CreateFunction,          {NO, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::Policy,                  {AX, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::CreateStatistics,        {SUX, NO, NO, NO},  none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::Rename,                  {AX, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::RenameIndex,             {SUX, NO, NO, NO},  none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::RenameColumn,            {AX, NO, NO, NO},   none, B::Tree,
	 nothing, nothing, Cause::None},
	{Kind::RenameConstraint,        {AX, NO, NO, NO},   none, B::Tree,
	 nothing, nothing, Cause::None},
	{Kind::RenameTrigger,           {AX, NO, NO, NO},   none, B::Partitions,
	 nothing, nothing, Cause::None},
	{Kind::RenamePart,              {AX, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::SetSchema,               {AX, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::ChangeOwner,             {AX, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::Comment,                 {SUX, NO, NO, NO},  none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::CommentOnPart,           {AS, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::SecurityLabel,           {SUX, NO, NO, NO},  none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::Grant,                   {AS, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::AlterDomain,             {NO, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::AlterSequence,           {SRX, NO, NO, NO},  none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::DependsOnExtension,      {AX, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::PartDependsOnExtension,  {AS, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::Publication,             {SUX, NO, NO, NO},  none, B::Tree,
	 nothing, nothing, Cause::None},
	{Kind::ExtensionContents,       {SUX, NO, NO, NO},  none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::ExtensionScript,         {NO, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None, "", script, true},
	{Kind::NoRelation,              {NO, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None},
	{Kind::LockTable,               {NO, NO, NO, NO},   none, B::Tree,
	 nothing, nothing, Cause::None, "A view that is locked reads it."},
	{Kind::CopyFrom,                {RX, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None, "", routed},
	{Kind::CopyTo,                  {AS, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None, "", reads},
	{Kind::Vacuum,                  {SUX, SUX, RX, RX}, none, B::Tree,
	 nothing, nothing, Cause::None, "", truncates},
	{Kind::Analyze,                 {SUX, NO, NO, NO},  none, B::Tree,
	 nothing, nothing, Cause::None},
	{Kind::RunsCode,                {NO, NO, NO, NO},   none, B::Nothing,
	 nothing, nothing, Cause::None, "", code, true},
};
// clang-format on

static_assert(is_complete(statements, &StatementRow::kind, last_kind));

}  // namespace

const StatementRow &
row_of(Kind kind)
{
	return statements[static_cast<std::size_t>(kind)];
}

}  // namespace ddl_warden
