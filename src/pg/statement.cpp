#include "pg/statement.hpp"

extern "C" {
#include "commands/defrem.h"
}

namespace ddl_warden::pg
{

namespace
{

/* The CREATE TABLE AS or CREATE MATERIALIZED VIEW that EXPLAIN was asked about, or NULL. Its query
 * is raw before parse analysis, a Query after it. */
Node *
explained_creation(const ExplainStmt *explain)
{
	Node *query = explain->query;

	if (query != nullptr && IsA(query, Query))
	{
		query = castNode(Query, query)->utilityStmt;
	}
	return query != nullptr && IsA(query, CreateTableAsStmt) ? query : nullptr;
}

bool
executes_creation(const ExplainStmt *explain)
{
	return explained_creation(explain) != nullptr && option_is_on(explain->options, "analyze");
}

bool
is_vacuum_full(const VacuumStmt *vacuum)
{
	return vacuum->is_vacuumcmd && option_is_on(vacuum->options, "full");
}

bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* Behind the block comment that starts at `at`; they nest. */
const char *
after_block_comment(const char *at, const char *end)
{
	int depth = 0;

	while (at < end)
	{
		if (end - at >= 2 && at[0] == '/' && at[1] == '*')
		{
			depth++;
			at += 2;
		}
		else if (end - at >= 2 && at[0] == '*' && at[1] == '/')
		{
			at += 2;
			if (--depth == 0)
			{
				break;
			}
		}
		else
		{
			at++;
		}
	}
	return at;
}

const char *
after_line_comment(const char *at, const char *end)
{
	while (at < end && *at != '\n' && *at != '\r')
	{
		at++;
	}
	return at;
}

/* The first character that is no blank, no comment and no empty statement. */
const char *
first_word(const char *at, const char *end)
{
	while (at < end)
	{
		if (is_blank(*at) || *at == ';')
		{
			at++;
		}
		else if (end - at >= 2 && at[0] == '-' && at[1] == '-')
		{
			at = after_line_comment(at, end);
		}
		else if (end - at >= 2 && at[0] == '/' && at[1] == '*')
		{
			at = after_block_comment(at, end);
		}
		else
		{
			break;
		}
	}
	return at;
}

const char *
last_word(const char *begin, const char *end)
{
	while (end > begin && (is_blank(end[-1]) || end[-1] == ';'))
	{
		end--;
	}
	return end;
}

/* Execute messages after the first of a pipeline run in an implicit block. */
bool
transaction_is_open()
{
	return IsTransactionBlock() || (MyXactFlags & XACT_FLAGS_PIPELINING) != 0;
}

}  // namespace

bool
option_is_on(const List *options, const char *name)
{
	bool on = false;
	ListCell *cell;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
		{
			on = defGetBoolean(option);
		}
	}
	return on;
}

bool
is_candidate(Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_AlterCollationStmt:
		case T_AlterDatabaseRefreshCollStmt:
		case T_AlterDatabaseSetStmt:
		case T_AlterDatabaseStmt:
		case T_AlterDefaultPrivilegesStmt:
		case T_AlterDomainStmt:
		case T_AlterEnumStmt:
		case T_AlterEventTrigStmt:
		case T_AlterExtensionContentsStmt:
		case T_AlterExtensionStmt:
		case T_AlterFdwStmt:
		case T_AlterForeignServerStmt:
		case T_AlterFunctionStmt:
		case T_AlterObjectDependsStmt:
		case T_AlterObjectSchemaStmt:
		case T_AlterOpFamilyStmt:
		case T_AlterOperatorStmt:
		case T_AlterOwnerStmt:
		case T_AlterPolicyStmt:
		case T_AlterPublicationStmt:
		case T_AlterRoleSetStmt:
		case T_AlterRoleStmt:
		case T_AlterSeqStmt:
		case T_AlterStatsStmt:
		case T_AlterSubscriptionStmt:
		case T_AlterSystemStmt:
		case T_AlterTSConfigurationStmt:
		case T_AlterTSDictionaryStmt:
		case T_AlterTableMoveAllStmt:
		case T_AlterTableSpaceOptionsStmt:
		case T_AlterTableStmt:
		case T_AlterTypeStmt:
		case T_AlterUserMappingStmt:
		case T_ClusterStmt:
		case T_CommentStmt:
		case T_CompositeTypeStmt:
		case T_CreateAmStmt:
		case T_CreateCastStmt:
		case T_CreateConversionStmt:
		case T_CreateDomainStmt:
		case T_CreateEnumStmt:
		case T_CreateEventTrigStmt:
		case T_CreateExtensionStmt:
		case T_CreateFdwStmt:
		case T_CreateForeignServerStmt:
		case T_CreateForeignTableStmt:
		case T_CreateFunctionStmt:
		case T_CreateOpClassStmt:
		case T_CreateOpFamilyStmt:
		case T_CreatePLangStmt:
		case T_CreatePolicyStmt:
		case T_CreatePublicationStmt:
		case T_CreateRangeStmt:
		case T_CreateRoleStmt:
		case T_CreateSchemaStmt:
		case T_CreateSeqStmt:
		case T_CreateStatsStmt:
		case T_CreateStmt:
		case T_CreateSubscriptionStmt:
		case T_CreateTableAsStmt:
		case T_CreateTableSpaceStmt:
		case T_CreateTransformStmt:
		case T_CreateTrigStmt:
		case T_CreateUserMappingStmt:
		case T_CreatedbStmt:
		case T_DefineStmt:
		case T_DropOwnedStmt:
		case T_DropRoleStmt:
		case T_DropStmt:
		case T_DropSubscriptionStmt:
		case T_DropTableSpaceStmt:
		case T_DropUserMappingStmt:
		case T_DropdbStmt:
		case T_GrantRoleStmt:
		case T_GrantStmt:
		case T_ImportForeignSchemaStmt:
		case T_IndexStmt:
		case T_ReassignOwnedStmt:
		case T_RefreshMatViewStmt:
		case T_ReindexStmt:
		case T_RenameStmt:
		case T_RuleStmt:
		case T_SecLabelStmt:
		case T_TruncateStmt:
		case T_ViewStmt:
			return true;
		case T_VacuumStmt:
			return is_vacuum_full(castNode(VacuumStmt, tree));
		case T_ExplainStmt:
			return executes_creation(castNode(ExplainStmt, tree));
		default:
			return false;
	}
}

Node *
judged_tree(Node *tree)
{
	if (IsA(tree, ExplainStmt) && executes_creation(castNode(ExplainStmt, tree)))
	{
		return explained_creation(castNode(ExplainStmt, tree));
	}
	return tree;
}

Secrets
secrets_of(Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_CreateRoleStmt:
		case T_AlterRoleStmt:
			return Secrets::Password;
		case T_CreateSubscriptionStmt:
		case T_AlterSubscriptionStmt:
			return Secrets::ConnectionString;
		case T_CreateFdwStmt:
		case T_AlterFdwStmt:
		case T_CreateForeignServerStmt:
		case T_AlterForeignServerStmt:
		case T_CreateUserMappingStmt:
		case T_AlterUserMappingStmt:
		case T_CreateForeignTableStmt:
		case T_ImportForeignSchemaStmt:
		case T_AlterTableStmt: /* ALTER FOREIGN TABLE … OPTIONS */
			return Secrets::Options;
		case T_AlterSystemStmt: /* primary_conninfo, and whatever settings extensions have */
			return Secrets::EveryLiteral;
		default:
			return Secrets::None;
	}
}

Statement
statement_from(Node *tree, const char *source, int location, int length, bool nested)
{
	const char *begin = source + (location < 0 ? 0 : location);
	const char *end = begin + (location < 0 || length <= 0 ? strlen(begin) : length);

	begin = first_word(begin, end);
	end = last_word(begin, end);
	return {
		.tree = tree,
		.text = std::string_view(begin, end - begin),
		.text_at = static_cast<int>(begin - source),
		.in_transaction = nested || transaction_is_open(),
	};
}

}  // namespace ddl_warden::pg
