#include "pg/own_objects.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "nodes/value.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr const char *own_schema = "ddl_warden";

/* Is the relation, resolved as the server would, in our schema? A temporary one that is to be made
 * is not, and to look for it can fail. */
bool
is_own(const RangeVar *relation, Oid schema)
{
	if (relation == nullptr || relation->relpersistence == RELPERSISTENCE_TEMP)
	{
		return false;
	}
	const Oid oid = RangeVarGetRelid(relation, NoLock, true);

	return OidIsValid(oid) && get_rel_namespace(oid) == schema;
}

bool
any_is_own(const List *relations, Oid schema)
{
	const ListCell *cell;

	foreach (cell, relations)
	{
		const Node *item = static_cast<const Node *>(lfirst(cell));

		if (IsA(item, RangeVar) && is_own(reinterpret_cast<const RangeVar *>(item), schema))
		{
			return true;
		}
	}
	return false;
}

/* A qualified name of a function, type or the like. */
bool
names_own_schema(const List *name)
{
	return list_length(name) == 2 && strcmp(strVal(linitial(name)), own_schema) == 0;
}

/* Objects are RangeVars, name lists, or a function's ObjectWithArgs. */
bool
is_own_object(Node *object)
{
	if (object == nullptr)
	{
		return false;
	}
	if (IsA(object, ObjectWithArgs))
	{
		return names_own_schema(castNode(ObjectWithArgs, object)->objname);
	}
	return IsA(object, List) && names_own_schema(castNode(List, object));
}

/* The server itself refuses to drop a member of an extension, but not what hangs on one. Objects
 * are name lists; of a trigger, rule or policy the last name is its own. */
bool
drops_own(const DropStmt *drop, Oid schema)
{
	const bool on_relation = drop->removeType == OBJECT_TRIGGER ||
							 drop->removeType == OBJECT_RULE || drop->removeType == OBJECT_POLICY;
	const ListCell *cell;

	if (!on_relation && drop->removeType != OBJECT_INDEX)
	{
		return false;
	}
	foreach (cell, drop->objects)
	{
		Node *object = static_cast<Node *>(lfirst(cell));

		List *name = castNode(List, object);

		if (on_relation)
		{
			name = list_truncate(list_copy(name), list_length(name) - 1);
		}
		if (name != NIL && is_own(makeRangeVarFromNameList(name), schema))
		{
			return true;
		}
	}
	return false;
}

/* pg_restore --disable-triggers switches off, and on again, the triggers of each table that it
 * fills: of a table without any, that is none. */
bool
switches_no_trigger(const AlterTableStmt *alter)
{
	const auto *only = linitial_node(AlterTableCmd, alter->cmds);
	const HeapTuple row =
		SearchSysCache1(RELOID, ObjectIdGetDatum(RangeVarGetRelid(alter->relation, NoLock, true)));
	bool has_triggers;

	if (!HeapTupleIsValid(row))
	{
		return false;
	}
	has_triggers = reinterpret_cast<Form_pg_class>(GETSTRUCT(row))->relhastriggers;
	ReleaseSysCache(row);
	return !has_triggers && list_length(alter->cmds) == 1 &&
		   (only->subtype == AT_DisableTrigAll || only->subtype == AT_EnableTrigAll);
}

/* Does the statement change an object in our schema? A row for each statement that could. */
bool
changes_own_object(Node *tree, Oid schema)
{
	switch (nodeTag(tree))
	{
		case T_AlterTableStmt:
			return is_own(castNode(AlterTableStmt, tree)->relation, schema) &&
				   !switches_no_trigger(castNode(AlterTableStmt, tree));
		case T_IndexStmt:
			return is_own(castNode(IndexStmt, tree)->relation, schema);
		case T_CreateTrigStmt:
			return is_own(castNode(CreateTrigStmt, tree)->relation, schema);
		case T_RuleStmt:
			return is_own(castNode(RuleStmt, tree)->relation, schema);
		case T_CreatePolicyStmt:
			return is_own(castNode(CreatePolicyStmt, tree)->table, schema);
		case T_AlterPolicyStmt:
			return is_own(castNode(AlterPolicyStmt, tree)->table, schema);
		case T_ViewStmt:
			return is_own(castNode(ViewStmt, tree)->view, schema);
		case T_CreateStatsStmt:
			return any_is_own(castNode(CreateStatsStmt, tree)->relations, schema);
		case T_CreateStmt:
			return any_is_own(castNode(CreateStmt, tree)->inhRelations, schema);
		case T_TruncateStmt:
			return any_is_own(castNode(TruncateStmt, tree)->relations, schema);
		case T_DropStmt:
			return drops_own(castNode(DropStmt, tree), schema);
		case T_CreateFunctionStmt:
			return names_own_schema(castNode(CreateFunctionStmt, tree)->funcname);
		case T_AlterFunctionStmt:
			return names_own_schema(castNode(AlterFunctionStmt, tree)->func->objname);
		case T_AlterExtensionContentsStmt:
			return strcmp(castNode(AlterExtensionContentsStmt, tree)->extname, "ddl_warden") == 0;
		case T_RenameStmt:
		{
			const RenameStmt *rename = castNode(RenameStmt, tree);

			return is_own(rename->relation, schema) || is_own_object(rename->object) ||
				   (rename->renameType == OBJECT_SCHEMA &&
					strcmp(rename->subname, own_schema) == 0);
		}
		case T_AlterObjectSchemaStmt:
		{
			const AlterObjectSchemaStmt *move = castNode(AlterObjectSchemaStmt, tree);

			return is_own(move->relation, schema) || is_own_object(move->object);
		}
		case T_AlterOwnerStmt:
		{
			const AlterOwnerStmt *owner = castNode(AlterOwnerStmt, tree);

			return is_own(owner->relation, schema) || is_own_object(owner->object) ||
				   (owner->objectType == OBJECT_SCHEMA &&
					strcmp(strVal(owner->object), own_schema) == 0);
		}
		default:
			return false;
	}
}

}  // namespace

void
refuse_ddl_on_own_objects(Node *tree, const Extension &extension)
{
	const Oid schema = get_namespace_oid(own_schema, true);

	if (!OidIsValid(schema) || !changes_own_object(tree, schema) ||
		getExtensionOfObject(NamespaceRelationId, schema) != extension.oid || !owns_schema(schema))
	{
		return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("objects of extension \"%s\" cannot be changed", own_schema),
			 errdetail("They belong to the extension's scripts; the record depends on them."),
			 errhint("Use DROP EXTENSION or ALTER EXTENSION UPDATE; change rules with "
					 "UPDATE ddl_warden.rule.")));
}

}  // namespace ddl_warden::pg
