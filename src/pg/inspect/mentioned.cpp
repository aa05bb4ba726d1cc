#include "pg/inspect/mentioned.hpp"

#include "pg/inspect/relation.hpp"

extern "C" {
#include "catalog/index.h"
#include "nodes/makefuncs.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr int mention_limit = 1000;

struct Mentions
{
	List *names; /* of C strings */
};

template <typename T>
T *
as(const Node *tree)
{
	return reinterpret_cast<T *>(const_cast<Node *>(tree));
}

void
add(Mentions &mentions, std::string_view name)
{
	if (!name.empty() && list_length(mentions.names) < mention_limit)
	{
		mentions.names = lappend(mentions.names, c_string(name));
	}
}

bool
is_index(Oid relation)
{
	const char kind = get_rel_relkind(relation);

	return kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX;
}

void
add_relation(Mentions &mentions, Oid relation)
{
	if (OidIsValid(relation))
	{
		add(mentions,
			qualified_name(is_index(relation) ? IndexGetRelation(relation, true) : relation));
	}
}

/* As the server finds it, but without asking whether the role may: it is the role's own text. */
Oid
find(const RangeVar *name)
{
	if (name->schemaname == nullptr)
	{
		return RelnameGetRelid(name->relname);
	}
	const Oid schema = get_namespace_oid(name->schemaname, true);

	return OidIsValid(schema) ? get_relname_relid(name->relname, schema) : InvalidOid;
}

void
add_named(Mentions &mentions, const RangeVar *name)
{
	if (name != nullptr)
	{
		add_relation(mentions, find(name));
	}
}

void
add_named(Mentions &mentions, const List *names)
{
	const ListCell *cell;

	foreach (cell, names)
	{
		add_named(mentions, lfirst_node(RangeVar, cell));
	}
}

/* "schema.table" or, where something of a table is named, "schema.table.column". */
enum class Reads : std::uint8_t
{
	Relation,
	PartOfRelation,
};

void
add_listed(Mentions &mentions, const List *name, Reads reads)
{
	const int parts = list_length(name) - (reads == Reads::PartOfRelation ? 1 : 0);

	if (parts >= 1 && parts <= 3)
	{
		add_named(mentions, makeRangeVarFromNameList(list_truncate(list_copy(name), parts)));
	}
}

/* ---- relations that are about to be there */

/* A search path that begins with the temporary schema would make it, here and now. */
const char *
creation_schema()
{
	if (strstr(namespace_search_path, "pg_temp") != nullptr)
	{
		return nullptr;
	}
	const List *schemas = fetch_search_path(false);

	return schemas == NIL ? nullptr : get_namespace_name(linitial_oid(schemas));
}

void
add_new(Mentions &mentions, const RangeVar *name)
{
	if (name == nullptr || name->relpersistence == RELPERSISTENCE_TEMP)
	{
		return;
	}
	const char *schema = name->schemaname != nullptr ? name->schemaname : creation_schema();

	if (schema != nullptr)
	{
		add(mentions, view(quote_qualified_identifier(schema, name->relname)));
	}
}

/* ---- relations that other parts of a statement name */

void
add_referenced(Mentions &mentions, const Node *constraint)
{
	if (IsA(constraint, Constraint) && as<Constraint>(constraint)->contype == CONSTR_FOREIGN)
	{
		add_named(mentions, as<Constraint>(constraint)->pktable);
	}
}

void
add_referenced(Mentions &mentions, const List *constraints)
{
	const ListCell *cell;

	foreach (cell, constraints)
	{
		add_referenced(mentions, static_cast<const Node *>(lfirst(cell)));
	}
}

/* A column with its constraints, or a constraint of the table. */
void
add_element(Mentions &mentions, const Node *element)
{
	if (IsA(element, ColumnDef))
	{
		add_referenced(mentions, as<ColumnDef>(element)->constraints);
	}
	else
	{
		add_referenced(mentions, element);
	}
}

/* What a subcommand of ALTER TABLE names beside its table. */
void
add_subcommand(Mentions &mentions, const AlterTableCmd *command)
{
	if (command->def == nullptr)
	{
		return;
	}
	if (IsA(command->def, PartitionCmd))
	{
		add_named(mentions, as<PartitionCmd>(command->def)->name);
	}
	else if (IsA(command->def, RangeVar))
	{
		add_named(mentions, as<RangeVar>(command->def));
	}
	else
	{
		add_element(mentions, command->def);
	}
}

void
add_alter_table(Mentions &mentions, const AlterTableStmt *statement, bool assessed)
{
	const ListCell *cell;

	if (!assessed)
	{
		add_named(mentions, statement->relation);
	}
	foreach (cell, statement->cmds)
	{
		add_subcommand(mentions, lfirst_node(AlterTableCmd, cell));
	}
}

void
add_create_table(Mentions &mentions, const CreateStmt *statement)
{
	const ListCell *cell;

	add_new(mentions, statement->relation);
	add_named(mentions, statement->inhRelations);
	add_referenced(mentions, statement->constraints);
	foreach (cell, statement->tableElts)
	{
		add_element(mentions, static_cast<const Node *>(lfirst(cell)));
	}
}

/* Not what hangs on a relation, like its columns and triggers. */
bool
renames_relation(ObjectType renamed)
{
	return renamed == OBJECT_TABLE || renamed == OBJECT_VIEW || renamed == OBJECT_MATVIEW ||
		   renamed == OBJECT_SEQUENCE || renamed == OBJECT_FOREIGN_TABLE;
}

/* Under its new name, too: there its history goes on. */
void
add_renamed(Mentions &mentions, const RenameStmt *statement)
{
	const Oid relation = statement->relation == nullptr ? InvalidOid : find(statement->relation);

	add_relation(mentions, relation);
	if (OidIsValid(relation) && renames_relation(statement->renameType) && !is_index(relation))
	{
		add(mentions, view(quote_qualified_identifier(
						  get_namespace_name(get_rel_namespace(relation)), statement->newname)));
	}
}

void
add_moved(Mentions &mentions, const AlterObjectSchemaStmt *statement)
{
	if (statement->relation != nullptr)
	{
		add_named(mentions, statement->relation);
		add(mentions,
			view(quote_qualified_identifier(statement->newschema, statement->relation->relname)));
	}
}

/* ---- relations that objects of other kinds are, belong to or hold */

struct ObjectRow
{
	ObjectType type;
	Reads reads;
};

/* As COMMENT, SECURITY LABEL and DROP name them. */
constexpr ObjectRow object_rows[] = {
	{OBJECT_TABLE, Reads::Relation},         {OBJECT_VIEW, Reads::Relation},
	{OBJECT_MATVIEW, Reads::Relation},       {OBJECT_SEQUENCE, Reads::Relation},
	{OBJECT_FOREIGN_TABLE, Reads::Relation}, {OBJECT_INDEX, Reads::Relation},
	{OBJECT_COLUMN, Reads::PartOfRelation},  {OBJECT_TABCONSTRAINT, Reads::PartOfRelation},
	{OBJECT_TRIGGER, Reads::PartOfRelation}, {OBJECT_RULE, Reads::PartOfRelation},
	{OBJECT_POLICY, Reads::PartOfRelation},
};

void
add_object(Mentions &mentions, ObjectType type, const Node *object)
{
	for (const ObjectRow &row : object_rows)
	{
		if (row.type == type && IsA(object, List))
		{
			add_listed(mentions, as<List>(object), row.reads);
		}
	}
}

bool
is_in_schema(Form_pg_class relation, const void *schema)
{
	return relation->relnamespace == *static_cast<const Oid *>(schema) &&
		   relation->relkind != RELKIND_INDEX && relation->relkind != RELKIND_PARTITIONED_INDEX &&
		   relation->relkind != RELKIND_COMPOSITE_TYPE;
}

/* A schema takes its relations along. */
void
add_schema(Mentions &mentions, const char *name)
{
	const Oid schema = get_namespace_oid(name, true);
	const ListCell *cell;

	if (!OidIsValid(schema))
	{
		return;
	}
	foreach (cell, relations_where(is_in_schema, &schema))
	{
		add_relation(mentions, lfirst_oid(cell));
	}
}

void
add_dropped(Mentions &mentions, const DropStmt *statement, bool assessed)
{
	const ListCell *cell;

	foreach (cell, statement->objects)
	{
		const Node *object = static_cast<const Node *>(lfirst(cell));

		if (statement->removeType == OBJECT_SCHEMA)
		{
			add_schema(mentions, string_value(object));
		}
		else if (!assessed)
		{
			add_object(mentions, statement->removeType, object);
		}
	}
}

void
add_granted(Mentions &mentions, const GrantStmt *statement)
{
	if (statement->targtype == ACL_TARGET_OBJECT &&
		(statement->objtype == OBJECT_TABLE || statement->objtype == OBJECT_SEQUENCE))
	{
		add_named(mentions, statement->objects);
	}
}

void
add_vacuumed(Mentions &mentions, const VacuumStmt *statement)
{
	const ListCell *cell;

	foreach (cell, statement->rels)
	{
		add_named(mentions, lfirst_node(VacuumRelation, cell)->relation);
	}
}

void
add_published(Mentions &mentions, const List *objects)
{
	const ListCell *cell;

	foreach (cell, objects)
	{
		const PublicationObjSpec *object = lfirst_node(PublicationObjSpec, cell);

		add_named(mentions, object->pubtable == nullptr ? nullptr : object->pubtable->relation);
	}
}

/* Statements that have an impact of their own: what they are carried out on. */
void
add_targets(Mentions &mentions, const Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_IndexStmt:
			return add_named(mentions, as<IndexStmt>(tree)->relation);
		case T_ReindexStmt:
			return add_named(mentions, as<ReindexStmt>(tree)->relation);
		case T_ClusterStmt:
			return add_named(mentions, as<ClusterStmt>(tree)->relation);
		case T_VacuumStmt:
			return add_vacuumed(mentions, as<VacuumStmt>(tree));
		case T_RefreshMatViewStmt:
			return add_named(mentions, as<RefreshMatViewStmt>(tree)->relation);
		case T_TruncateStmt:
			return add_named(mentions, as<TruncateStmt>(tree)->relations);
		default:
			return;
	}
}

void
add_all(Mentions &mentions, const Node *tree, bool assessed)
{
	switch (nodeTag(tree))
	{
		case T_AlterTableStmt:
			return add_alter_table(mentions, as<AlterTableStmt>(tree), assessed);
		case T_DropStmt:
			return add_dropped(mentions, as<DropStmt>(tree), assessed);
		case T_CreateStmt:
			return add_create_table(mentions, as<CreateStmt>(tree));
		case T_CreateForeignTableStmt:
			return add_create_table(mentions, &as<CreateForeignTableStmt>(tree)->base);
		case T_CreateTableAsStmt:
			return add_new(mentions, as<CreateTableAsStmt>(tree)->into->rel);
		case T_ViewStmt:
			return add_new(mentions, as<ViewStmt>(tree)->view);
		case T_CreateSeqStmt:
			return add_new(mentions, as<CreateSeqStmt>(tree)->sequence);
		case T_AlterSeqStmt:
			return add_named(mentions, as<AlterSeqStmt>(tree)->sequence);
		case T_RenameStmt:
			return add_renamed(mentions, as<RenameStmt>(tree));
		case T_AlterObjectSchemaStmt:
			return add_moved(mentions, as<AlterObjectSchemaStmt>(tree));
		case T_CreateTrigStmt:
			add_named(mentions, as<CreateTrigStmt>(tree)->relation);
			return add_named(mentions, as<CreateTrigStmt>(tree)->constrrel);
		case T_RuleStmt:
			return add_named(mentions, as<RuleStmt>(tree)->relation);
		case T_CreatePolicyStmt:
			return add_named(mentions, as<CreatePolicyStmt>(tree)->table);
		case T_AlterPolicyStmt:
			return add_named(mentions, as<AlterPolicyStmt>(tree)->table);
		case T_CommentStmt:
			return add_object(mentions, as<CommentStmt>(tree)->objtype,
							  as<CommentStmt>(tree)->object);
		case T_SecLabelStmt:
			return add_object(mentions, as<SecLabelStmt>(tree)->objtype,
							  as<SecLabelStmt>(tree)->object);
		case T_GrantStmt:
			return add_granted(mentions, as<GrantStmt>(tree));
		case T_CreatePublicationStmt:
			return add_published(mentions, as<CreatePublicationStmt>(tree)->pubobjects);
		case T_AlterPublicationStmt:
			return add_published(mentions, as<AlterPublicationStmt>(tree)->pubobjects);
		default:
			return assessed ? void() : add_targets(mentions, tree);
	}
}

}  // namespace

std::span<const std::string_view>
mentioned_relations(const Node *tree, bool assessed)
{
	Mentions mentions = {NIL};
	const ListCell *cell;

	add_all(mentions, tree, assessed);

	const std::span<std::string_view> names =
		allocate_array<std::string_view>(list_length(mentions.names));

	foreach (cell, mentions.names)
	{
		names[foreach_current_index(cell)] = view(static_cast<const char *>(lfirst(cell)));
	}
	return names;
}

}  // namespace ddl_warden::pg
