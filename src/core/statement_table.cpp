#include "statement_table.hpp"

#include "table.hpp"

namespace ddl_warden
{
namespace
{

/* Short names, so that the table can stand in columns. */
using B = Below;
constexpr LockMode NO = LockMode::None;
constexpr LockMode RX = LockMode::RowExclusive;
constexpr LockMode SUX = LockMode::ShareUpdateExclusive;
constexpr LockMode S = LockMode::Share;
constexpr LockMode X = LockMode::Exclusive;
constexpr LockMode AX = LockMode::AccessExclusive;
constexpr std::optional<Work> nothing = std::nullopt;

/* A rewrite takes the TOAST table and every index with it. */
// clang-format off
constexpr StatementRow statements[] = {
	{Kind::Other,                   {NO, NO, NO, NO},  {NO,  NO,  NO,  NO},  B::Nothing,
	 nothing, nothing, Cause::None},
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
};
// clang-format on

static_assert(is_complete(statements, &StatementRow::kind, Kind::ReassignOwned));

}  // namespace

const StatementRow &
row_of(Kind kind)
{
	return statements[static_cast<std::size_t>(kind)];
}

}  // namespace ddl_warden
