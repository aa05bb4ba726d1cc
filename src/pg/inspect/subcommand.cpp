#include "pg/inspect/subcommand.hpp"

#include "pg/compat.hpp"

namespace ddl_warden::pg
{

namespace
{

struct Row
{
	int type; /* AlterTableType, as it comes from the grammar */
	Subcommand subcommand;
};

// clang-format off
constexpr Row rows[] = {
	{AT_AddColumn,                Subcommand::AddColumn},
	{AT_ColumnDefault,            Subcommand::SetDefault},
	{AT_DropNotNull,              Subcommand::DropNotNull},
	{AT_SetNotNull,               Subcommand::SetNotNull},
	{set_expression_type,         Subcommand::SetExpression},
	{AT_DropExpression,           Subcommand::DropExpression},
	{AT_SetStatistics,            Subcommand::SetStatistics},
	{AT_SetOptions,               Subcommand::SetColumnOptions},
	{AT_ResetOptions,             Subcommand::SetColumnOptions},
	{AT_SetStorage,               Subcommand::SetStorage},
	{AT_SetCompression,           Subcommand::SetCompression},
	{AT_DropColumn,               Subcommand::DropColumn},
	{AT_ValidateConstraint,       Subcommand::ValidateConstraint},
	{AT_DropConstraint,           Subcommand::DropConstraint},
	{AT_AlterColumnType,          Subcommand::AlterColumnType},
	{AT_AlterColumnGenericOptions, Subcommand::ColumnForeignOptions},
	{AT_GenericOptions,           Subcommand::ForeignOptions},
	{AT_ChangeOwner,              Subcommand::ChangeOwner},
	{AT_ClusterOn,                Subcommand::ClusterOn},
	{AT_DropCluster,              Subcommand::DropCluster},
	{AT_SetLogged,                Subcommand::SetLogged},
	{AT_SetUnLogged,              Subcommand::SetUnlogged},
	{AT_SetAccessMethod,          Subcommand::SetAccessMethod},
	{AT_SetTableSpace,            Subcommand::SetTablespace},
	{AT_SetRelOptions,            Subcommand::SetOptions},
	{AT_ResetRelOptions,          Subcommand::SetOptions},
	{AT_EnableTrig,               Subcommand::Trigger},
	{AT_EnableAlwaysTrig,         Subcommand::Trigger},
	{AT_EnableReplicaTrig,        Subcommand::Trigger},
	{AT_DisableTrig,              Subcommand::Trigger},
	{AT_EnableTrigAll,            Subcommand::Trigger},
	{AT_DisableTrigAll,           Subcommand::Trigger},
	{AT_EnableTrigUser,           Subcommand::Trigger},
	{AT_DisableTrigUser,          Subcommand::Trigger},
	{AT_EnableRule,               Subcommand::RewriteRule},
	{AT_EnableAlwaysRule,         Subcommand::RewriteRule},
	{AT_EnableReplicaRule,        Subcommand::RewriteRule},
	{AT_DisableRule,              Subcommand::RewriteRule},
	{AT_AddInherit,               Subcommand::AddInherit},
	{AT_DropInherit,              Subcommand::DropInherit},
	{AT_AddOf,                    Subcommand::AddOf},
	{AT_DropOf,                   Subcommand::DropOf},
	{AT_ReplicaIdentity,          Subcommand::ReplicaIdentity},
	{AT_EnableRowSecurity,        Subcommand::RowSecurity},
	{AT_DisableRowSecurity,       Subcommand::RowSecurity},
	{AT_ForceRowSecurity,         Subcommand::RowSecurity},
	{AT_NoForceRowSecurity,       Subcommand::RowSecurity},
	{AT_AddIdentity,              Subcommand::AddIdentity},
	{AT_SetIdentity,              Subcommand::SetIdentity},
	{AT_DropIdentity,             Subcommand::DropIdentity},
	{AT_AttachPartition,          Subcommand::AttachPartition},
	{AT_DropOids,                 Subcommand::WithoutOids},
	{AT_DetachPartitionFinalize,  Subcommand::DetachPartitionFinalize},
};
// clang-format on

Subcommand
constraint_subcommand(const Constraint *constraint)
{
	const bool using_index = constraint->indexname != nullptr;

	switch (constraint->contype)
	{
		case CONSTR_CHECK:
			return Subcommand::AddCheck;
		case CONSTR_NOTNULL:
			return Subcommand::AddNotNull;
		case CONSTR_UNIQUE:
			return using_index ? Subcommand::AddUniqueUsingIndex : Subcommand::AddUnique;
		case CONSTR_PRIMARY:
			return using_index ? Subcommand::AddPrimaryKeyUsingIndex : Subcommand::AddPrimaryKey;
		case CONSTR_EXCLUSION:
			return Subcommand::AddExclusion;
		case CONSTR_FOREIGN:
			return Subcommand::AddForeignKey;
		default:
			return Subcommand::Unrecognised;
	}
}

Subcommand
constraint_change(const ConstraintChange &change)
{
	return change.enforces          ? Subcommand::EnforceForeignKey
		   : change.stops_enforcing ? Subcommand::UnenforceForeignKey
		   : change.inherits        ? Subcommand::InheritNotNull
									: Subcommand::AlterConstraint;
}

}  // namespace

Subcommand
subcommand_of(const AlterTableCmd *command)
{
	if (command->subtype == AT_AddConstraint && IsA(command->def, Constraint))
	{
		return constraint_subcommand(castNode(Constraint, command->def));
	}
	if (command->subtype == AT_AlterConstraint)
	{
		return constraint_change(change_of_constraint(command));
	}
	if (command->subtype == AT_DetachPartition)
	{
		return castNode(PartitionCmd, command->def)->concurrent
				   ? Subcommand::DetachPartitionConcurrently
				   : Subcommand::DetachPartition;
	}
	for (const Row &row : rows)
	{
		if (row.type == static_cast<int>(command->subtype))
		{
			return row.subcommand;
		}
	}
	return Subcommand::Unrecognised;
}

}  // namespace ddl_warden::pg
