#include "lock_table.hpp"

#include "table.hpp"

namespace ddl_warden
{
namespace
{

/* Short names, so that the tables can stand in columns. */
using enum Subcommand;
using B = Below;
using Q = Question;
using C = Companions;
constexpr LockMode NO = LockMode::None;
constexpr LockMode SUX = LockMode::ShareUpdateExclusive;
constexpr LockMode SRX = LockMode::ShareRowExclusive;
constexpr LockMode AX = LockMode::AccessExclusive;
constexpr std::optional<Work> nothing = std::nullopt;

/* Source: AlterTableGetLockLevel, ATPrepCmd and what they call, tablecmds.c. */
// clang-format off
constexpr SubcommandRow subcommands[] = {
	{AddColumn,                   AX,  B::Tree,
	 Q::PlannedDefault | Q::ColumnConstraints | Q::ForeignKeys | Q::Descent},
	{AddColumnIfNotExists,        AX,  B::Nothing,    Q::Nothing},
	{SetDefault,                  AX,  B::Tree,       Q::Nothing},
	{DropNotNull,                 AX,  B::DropNotNull, Q::CurrentState},
	{SetNotNull,                  AX,  B::SetNotNull,
	 Q::CurrentState | Q::Descent | Q::NotNullProof},
	{SetExpression,               AX,  B::Tree,
	 Q::CurrentState, Work::Rewrite, Cause::StoredGenerated},
	{DropExpression,              AX,  B::Tree,       Q::Nothing},
	{SetStatistics,               SUX, B::Tree,       Q::Nothing},
	{SetColumnOptions,            SUX, B::Nothing,    Q::Nothing},
	{SetStorage,                  AX,  B::Tree,       Q::Nothing},
	{SetCompression,              AX,  B::Nothing,    Q::Nothing},
	{DropColumn,                  AX,  B::Tree,
	 Q::DroppedIndexes | Q::Descent | Q::Deletion},
	{AddCheck,                    AX,  B::Tree,
	 Q::CurrentState | Q::Descent, Work::Scan, Cause::CheckConstraint},
	{AddNotNull,                  AX,  B::Tree,       Q::CurrentState | Q::NotNullProof},
	{AddUnique,                   AX,  B::Index,      Q::ConstraintIndex, Work::IndexBuild},
	{AddPrimaryKey,               AX,  B::PrimaryKey,
	 Q::ConstraintIndex | Q::NotNullProof, Work::IndexBuild},
	{AddExclusion,                AX,  B::Index,      Q::ConstraintIndex, Work::IndexBuild},
	{AddUniqueUsingIndex,         AX,  B::Children,   Q::NamedIndex},
	{AddPrimaryKeyUsingIndex,     AX,  B::PrimaryKey, Q::NamedIndex | Q::NotNullProof},
	{AddForeignKey,               SRX, B::Constraint,
	 Q::CurrentState | Q::ForeignKeys, Work::ForeignKeyCheck, Cause::ForeignKey},
	{AlterConstraint,             AX,  B::Partitions, Q::Nothing},
	{EnforceForeignKey,           AX,  B::Validate,
	 Q::CurrentState | Q::ForeignKeys, Work::ForeignKeyCheck, Cause::ForeignKey},
	{UnenforceForeignKey,         AX,  B::Partitions, Q::CurrentState | Q::ForeignKeys},
	{InheritNotNull,              AX,  B::Validate,   Q::CurrentState | Q::NotNullProof},
	{ValidateConstraint,          SUX, B::Validate,
	 Q::CurrentState | Q::ForeignKeys, Work::Scan, Cause::CheckConstraint},
	{DropConstraint,              AX,  B::Tree,
	 Q::DroppedIndexes | Q::Descent | Q::Deletion},
	{AlterColumnType,             AX,  B::Tree,
	 Q::TypeChange | Q::IndexReuse | Q::DependentChecks | Q::RetypedKeys | Q::Sequences},
	{ColumnForeignOptions,        AX,  B::Nothing,    Q::Nothing},
	{ForeignOptions,              AX,  B::Nothing,    Q::Nothing},
	{ChangeOwner,                 AX,  B::Nothing,
	 Q::CurrentState | Q::Sequences, nothing, Cause::None, C::All},
	{ClusterOn,                   SUX, B::Nothing,    Q::NamedIndex},
	{DropCluster,                 SUX, B::Nothing,    Q::Nothing},
	{SetLogged,                   AX,  B::Nothing,
	 Q::CurrentState | Q::Sequences, Work::Rewrite, Cause::Persistence},
	{SetUnlogged,                 AX,  B::Nothing,
	 Q::CurrentState | Q::Sequences, Work::Rewrite, Cause::Persistence},
	{SetAccessMethod,             AX,  B::Nothing,
	 Q::CurrentState, Work::Rewrite, Cause::AccessMethod},
	{SetTablespace,               AX,  B::Nothing,
	 Q::CurrentState, Work::Copy, Cause::Tablespace, C::ToastAndItsIndex},
	{SetOptions,                  SUX, B::Nothing,    Q::Nothing, nothing, Cause::None, C::Toast},
	{Trigger,                     SRX, B::Partitions, Q::Descent},
	{RewriteRule,                 AX,  B::Nothing,    Q::Nothing},
	{AddInherit,                  AX,  B::Nothing,    Q::NamedParent},
	{DropInherit,                 AX,  B::Nothing,    Q::Nothing},
	{AddOf,                       AX,  B::Nothing,    Q::Nothing},
	{DropOf,                      AX,  B::Nothing,    Q::Nothing},
	{ReplicaIdentity,             AX,  B::Nothing,    Q::NamedIndex},
	{RowSecurity,                 AX,  B::Nothing,    Q::Nothing},
	{AddIdentity,                 AX,  B::Identity,   Q::Nothing},
	{SetIdentity,                 AX,  B::Identity,   Q::Sequences},
	{DropIdentity,                AX,  B::Identity,   Q::CurrentState | Q::Sequences},
	{AttachPartition,             SUX, B::Nothing,    Q::PartitionProof},
	{DetachPartition,             AX,  B::Nothing,    Q::PartedKeys},
	{DetachPartitionConcurrently, SUX, B::Nothing,    Q::PartedKeys},
	{DetachPartitionFinalize,     SUX, B::Nothing,    Q::PartedKeys},
	{WithoutOids,                 AX,  B::Nothing,    Q::Nothing},
	{Unrecognised,                AX,  B::Tree,       Q::Nothing},
};
// clang-format on

/* Source: ATExecAttachPartition, DetachPartitionFinalize and what they call, tablecmds.c. */
// clang-format off
constexpr PartitionRow partition_rows[] = {
	{AttachPartition,             SUX, AX, NO, AX},
	{DetachPartition,             NO,  AX, NO, AX},
	{DetachPartitionConcurrently, NO,  AX, NO, AX},
	{DetachPartitionFinalize,     NO,  AX, NO, AX},
};
// clang-format on

static_assert(is_complete(subcommands, &SubcommandRow::subcommand, Unrecognised));

}  // namespace

const SubcommandRow &
row_of(Subcommand subcommand)
{
	return subcommands[static_cast<std::size_t>(subcommand)];
}

bool
needs_companions(const SubcommandRow &row)
{
	constexpr Question about_indexes =
		Q::IndexReuse | Q::ConstraintIndex | Q::NamedIndex | Q::DroppedIndexes;

	return asks(row.questions, about_indexes) || row.companions != C::None ||
		   row.work == Work::Rewrite || row.work == Work::Copy ||
		   partition_row_of(row.subcommand) != nullptr || row.subcommand == Unrecognised;
}

const PartitionRow *
partition_row_of(Subcommand subcommand)
{
	for (const PartitionRow &row : partition_rows)
	{
		if (row.subcommand == subcommand)
		{
			return &row;
		}
	}
	return nullptr;
}

}  // namespace ddl_warden
