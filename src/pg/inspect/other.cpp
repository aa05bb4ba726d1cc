/* Statements that lock no relation, and those that nothing is known of. */
#include "pg/inspect/families.hpp"

namespace ddl_warden::pg
{

namespace
{

/* What they define or change is no relation, and they look into none. */
bool
locks_no_relation(const Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_AlterCollationStmt:
		case T_AlterDatabaseRefreshCollStmt:
		case T_AlterDatabaseSetStmt:
		case T_AlterDatabaseStmt:
		case T_AlterDefaultPrivilegesStmt:
		case T_AlterEnumStmt:
		case T_AlterEventTrigStmt:
		case T_AlterFdwStmt:
		case T_AlterForeignServerStmt:
		case T_AlterFunctionStmt:
		case T_AlterOpFamilyStmt:
		case T_AlterOperatorStmt:
		case T_AlterRoleSetStmt:
		case T_AlterRoleStmt:
		case T_AlterStatsStmt:
		case T_AlterSubscriptionStmt:
		case T_AlterSystemStmt:
		case T_AlterTSConfigurationStmt:
		case T_AlterTSDictionaryStmt:
		case T_AlterTableSpaceOptionsStmt:
		case T_AlterTypeStmt:
		case T_AlterUserMappingStmt:
		case T_CompositeTypeStmt:
		case T_CreateAmStmt:
		case T_CreateCastStmt:
		case T_CreateConversionStmt:
		case T_CreateDomainStmt:
		case T_CreateEnumStmt:
		case T_CreateEventTrigStmt:
		case T_CreateFdwStmt:
		case T_CreateForeignServerStmt:
		case T_CreateOpClassStmt:
		case T_CreateOpFamilyStmt:
		case T_CreatePLangStmt:
		case T_CreateRangeStmt:
		case T_CreateRoleStmt:
		case T_CreateSubscriptionStmt:
		case T_CreateTableSpaceStmt:
		case T_CreateTransformStmt:
		case T_CreateUserMappingStmt:
		case T_CreatedbStmt:
		case T_DefineStmt:
		case T_DropRoleStmt:
		case T_DropSubscriptionStmt:
		case T_DropTableSpaceStmt:
		case T_DropUserMappingStmt:
		case T_DropdbStmt:
		case T_GrantRoleStmt:
		case T_ImportForeignSchemaStmt:
			return true;
		default:
			return false;
	}
}

}  // namespace

void
inspect_other(Inspection &inspection, const Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_CreateExtensionStmt:
		case T_AlterExtensionStmt:
			inspection.facts.kind = Kind::ExtensionScript;
			break;
		default:
			inspection.facts.kind = locks_no_relation(tree) ? Kind::NoRelation : Kind::Other;
	}
}

}  // namespace ddl_warden::pg
