/* CREATE INDEX, DROP INDEX, REINDEX. */
#include "pg/inspect/dependency.hpp"
#include "pg/inspect/families.hpp"
#include "pg/inspect/index_definition.hpp"
#include "pg/inspect/naming.hpp"
#include "pg/inspect/new_index.hpp"
#include "pg/inspect/options.hpp"
#include "pg/inspect/partition_index.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/catalog.h"
#include "catalog/index.h"
#include "commands/dbcommands.h"
#include "nodes/makefuncs.h"
}

namespace ddl_warden::pg
{

namespace
{

bool
is_indexable(const Form_pg_class relation)
{
	return relation->relkind == RELKIND_RELATION || relation->relkind == RELKIND_MATVIEW ||
		   relation->relkind == RELKIND_PARTITIONED_TABLE;
}

/* CONCURRENTLY means nothing on a temporary relation: DefineIndex, RemoveRelations, ReindexIndex.
 */
bool
runs_concurrently(bool asked, Oid relation)
{
	return asked && get_rel_persistence(relation) != RELPERSISTENCE_TEMP;
}

/* What the server refuses without having locked anything for long. */
bool
may_create_index(const Inspection &inspection, const IndexStmt *statement,
				 const Form_pg_class table)
{
	bool partitioned = table->relkind == RELKIND_PARTITIONED_TABLE;

	if (statement->concurrent && (partitioned || inspection.statement.in_transaction))
	{
		return false;
	}
	return is_indexable(table) && may_alter(table->oid) && is_definable(table, statement);
}

}  // namespace

void
inspect_create_index(Inspection &inspection, const IndexStmt *statement)
{
	Facts &facts = inspection.facts;
	Oid oid;
	Form_pg_class table;

	facts.kind = Kind::CreateIndex;
	facts.only = !statement->relation->inh;
	oid = find_relation(inspection, statement->relation);
	table = OidIsValid(oid) ? class_row(oid) : nullptr;
	if (table == nullptr)
	{
		return;
	}
	facts.judgeable = may_create_index(inspection, statement, table);
	facts.concurrently = runs_concurrently(statement->concurrent, oid);
	facts.relation_at = statement->relation->location - inspection.statement.text_at;
	if (statement->idxname != nullptr &&
		OidIsValid(get_relname_relid(statement->idxname, table->relnamespace)))
	{
		facts.already_exists = statement->if_not_exists;
		facts.judgeable = facts.judgeable && statement->if_not_exists;
	}
	const bool partitioned = table->relkind == RELKIND_PARTITIONED_TABLE;

	reach(inspection, oid, !facts.only && partitioned);
	describe_relations(inspection);
	name_new_indexes(inspection, statement);
	if (partitioned && !facts.already_exists)
	{
		describe_companions(inspection);
		find_partition_indexes(inspection, statement, table);
	}
}

namespace
{

/* An index that DROP INDEX or REINDEX INDEX names: its table and those of its partitions. */
void
reach_tables_of(Inspection &inspection, List *indexes)
{
	ListCell *cell;

	foreach (cell, indexes)
	{
		Oid table = IndexGetRelation(lfirst_oid(cell), true);

		if (OidIsValid(table))
		{
			reach_unnamed(inspection, table);
		}
	}
}

bool
is_index(Oid relation)
{
	char kind = get_rel_relkind(relation);

	return kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX;
}

/* Every partition of the table, whether it has a part of the index or not: RemoveRelations in
 * tablecmds.c. */
void
reach_trees_of(Inspection &inspection, List *indexes)
{
	ListCell *cell;

	foreach (cell, indexes)
	{
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_PARTITIONED_INDEX)
		{
			reach_unnamed_tree(inspection, IndexGetRelation(lfirst_oid(cell), true));
		}
	}
}

/* The indexes that a statement names, with their partitions' ones. */
struct NamedIndexes
{
	List *named;
	List *all;
	OidMap<bool> is_listed;
};

void
add_tree(NamedIndexes &indexes, Oid top)
{
	const ListCell *cell;

	foreach (cell, index_tree(top))
	{
		if (add(indexes.is_listed, lfirst_oid(cell), true))
		{
			indexes.all = lappend_oid(indexes.all, lfirst_oid(cell));
		}
	}
}

NamedIndexes
find_indexes(Inspection &inspection, const DropStmt *statement)
{
	NamedIndexes found = {NIL, NIL, {}};
	ListCell *cell;

	foreach (cell, statement->objects)
	{
		RangeVar *name = makeRangeVarFromNameList(lfirst_node(List, cell));
		Oid oid = find_relation(inspection, name);

		if (!OidIsValid(oid))
		{
			continue;
		}
		if (!is_index(oid) || !may_drop(oid))
		{
			inspection.facts.judgeable = false;
			continue;
		}
		found.named = lappend_oid(found.named, oid);
		add_tree(found, oid);
	}
	return found;
}

void
tell_fates(Inspection &inspection, const NamedIndexes &indexes, Fate fate)
{
	ListCell *cell;

	foreach (cell, indexes.all)
	{
		set_fate(inspection, lfirst_oid(cell), fate);
	}
	foreach (cell, indexes.named)
	{
		mark_named(inspection, lfirst_oid(cell));
	}
}

/* What else goes: foreign keys that need the index, and what depends on them. */
void
reach_dropped_with(Inspection &inspection, const List *named, DropBehavior behavior)
{
	const std::span<ObjectAddress> wanted = allocate_array<ObjectAddress>(list_length(named));
	const ListCell *cell;

	foreach (cell, named)
	{
		wanted[foreach_current_index(cell)] = address_of(RelationRelationId, lfirst_oid(cell));
	}

	const Deletion deletion = find_deletion(wanted, behavior);

	if (deletion.refused)
	{
		inspection.facts.judgeable = false;
	}
	else if (!inspection.facts.concurrently)
	{
		reach_deletion(inspection, deletion);
	}
}

/* Several at once or CASCADE: RemoveRelations in tablecmds.c. Partitioned ones, too. */
bool
may_drop_concurrently(const Inspection &inspection, const DropStmt *statement,
					  const NamedIndexes &indexes)
{
	return list_length(statement->objects) == 1 && statement->behavior != DROP_CASCADE &&
		   list_length(indexes.all) == 1 && !inspection.statement.in_transaction;
}

}  // namespace

void
inspect_drop_index(Inspection &inspection, const DropStmt *statement)
{
	Facts &facts = inspection.facts;
	NamedIndexes indexes;

	facts.kind = Kind::DropIndex;
	indexes = find_indexes(inspection, statement);
	if (indexes.named == NIL)
	{
		return;
	}
	facts.concurrently = runs_concurrently(statement->concurrent, linitial_oid(indexes.named));
	if (statement->concurrent && !may_drop_concurrently(inspection, statement, indexes))
	{
		facts.judgeable = false;
	}
	reach_tables_of(inspection, indexes.all);
	reach_trees_of(inspection, indexes.named);
	describe_reached(inspection);
	tell_fates(inspection, indexes, Fate::Dropped);
	reach_dropped_with(inspection, indexes.named, statement->behavior);
}

namespace
{

struct ObjectKind
{
	ReindexObjectType type;
	std::string_view name;
};

constexpr ObjectKind object_kinds[] = {
	{REINDEX_OBJECT_INDEX, "INDEX"},       {REINDEX_OBJECT_TABLE, "TABLE"},
	{REINDEX_OBJECT_SCHEMA, "SCHEMA"},     {REINDEX_OBJECT_SYSTEM, "SYSTEM"},
	{REINDEX_OBJECT_DATABASE, "DATABASE"},
};

std::string_view
object_kind_name(ReindexObjectType type)
{
	for (const ObjectKind &kind : object_kinds)
	{
		if (kind.type == type)
		{
			return kind.name;
		}
	}
	return {};
}

bool
is_of_exclusion_constraint(Oid index)
{
	IndexDefinition definition = {};

	return read_index(index, definition) && definition.exclusion;
}

/* Each index is locked before it is looked at: ReindexRelationConcurrently in indexcmds.c. */
Fate
fate_in_reindex(const Index &index, bool concurrently)
{
	if (index.partitioned)
	{
		return Fate::Untouched;
	}
	if (!concurrently)
	{
		return Fate::Rebuilt;
	}
	return index.valid && !is_of_exclusion_constraint(index.oid) ? Fate::RebuiltConcurrently
																 : Fate::PassedOver;
}

void
rebuild_all(Inspection &inspection)
{
	for (std::span<Index> indexes : inspection.indexes)
	{
		for (Index &index : indexes)
		{
			index.fate = fate_in_reindex(index, inspection.facts.concurrently);
		}
	}
}

void
reindex_index(Inspection &inspection, const ReindexStmt *statement, bool concurrently)
{
	Facts &facts = inspection.facts;
	Oid oid = find_relation(inspection, statement->relation);
	NamedIndexes indexes;

	if (!OidIsValid(oid))
	{
		return;
	}
	facts.judgeable = is_index(oid) && may_maintain(IndexGetRelation(oid, true), GetUserId());
	if (!is_index(oid))
	{
		return;
	}
	indexes = {list_make1_oid(oid), index_tree(oid), {}};
	facts.concurrently = runs_concurrently(concurrently, oid);
	facts.judgeable = facts.judgeable && !(facts.concurrently && is_of_exclusion_constraint(oid));
	reach_tables_of(inspection, indexes.all);
	describe_reached(inspection);
	tell_fates(inspection, indexes, facts.concurrently ? Fate::RebuiltConcurrently : Fate::Rebuilt);
}

void
reindex_table(Inspection &inspection, const ReindexStmt *statement, bool concurrently)
{
	Facts &facts = inspection.facts;
	Oid oid = find_relation(inspection, statement->relation);
	char kind = OidIsValid(oid) ? get_rel_relkind(oid) : '\0';

	if (!OidIsValid(oid))
	{
		return;
	}
	facts.judgeable = (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE ||
					   kind == RELKIND_MATVIEW || kind == RELKIND_TOASTVALUE) &&
					  may_maintain(oid, GetUserId());
	facts.concurrently = runs_concurrently(concurrently, oid);
	reach(inspection, oid, kind == RELKIND_PARTITIONED_TABLE);
	describe_reached(inspection);
	rebuild_all(inspection);
}

/* What REINDEX of a schema, the system catalogs or the database goes through. */
struct Wanted
{
	ReindexObjectType type;
	Oid space;
	bool concurrently;
};

/* As ReindexMultipleTables in indexcmds.c. */
bool
is_reindexed(Form_pg_class relation, const void *argument)
{
	const Wanted *wanted = static_cast<const Wanted *>(argument);
	bool catalog = IsSystemClass(relation->oid, relation);

	if (relation->relkind != RELKIND_RELATION && relation->relkind != RELKIND_MATVIEW)
	{
		return false;
	}
	if (relation->relpersistence == RELPERSISTENCE_TEMP && !isTempNamespace(relation->relnamespace))
	{
		return false;
	}
	if (wanted->type == REINDEX_OBJECT_SCHEMA && relation->relnamespace != wanted->space)
	{
		return false;
	}
	if (wanted->type == REINDEX_OBJECT_SYSTEM && !catalog)
	{
		return false;
	}
	if (wanted->type == REINDEX_OBJECT_DATABASE && catalog && !reindex_database_takes_catalogs)
	{
		return false;
	}
	if (wanted->concurrently && IsCatalogRelationOid(relation->oid))
	{
		return false;
	}
	return !relation->relisshared || may_maintain(relation->oid, GetUserId());
}

bool
may_reindex_many(const ReindexStmt *statement, Oid space)
{
	if (statement->kind == REINDEX_OBJECT_SCHEMA)
	{
		return OidIsValid(space) && owns(NamespaceRelationId, space, GetUserId());
	}
	return owns(DatabaseRelationId, MyDatabaseId, GetUserId()) &&
		   (statement->name == nullptr ||
			strcmp(statement->name, get_database_name(MyDatabaseId)) == 0);
}

void
reindex_many(Inspection &inspection, const ReindexStmt *statement, bool concurrently)
{
	Facts &facts = inspection.facts;
	bool schema = statement->kind == REINDEX_OBJECT_SCHEMA;
	Wanted wanted = {
		.type = statement->kind,
		.space = schema ? get_namespace_oid(statement->name, true) : InvalidOid,
		.concurrently = concurrently,
	};
	ListCell *cell;

	facts.concurrently = concurrently;
	facts.object = quoted(statement->name);
	facts.judgeable = may_reindex_many(statement, wanted.space) &&
					  !inspection.statement.in_transaction &&
					  !(concurrently && statement->kind == REINDEX_OBJECT_SYSTEM);
	if (!facts.judgeable)
	{
		return;
	}
	foreach (cell, relations_where(is_reindexed, &wanted))
	{
		reach(inspection, lfirst_oid(cell), false);
	}
	describe_reached(inspection);
	rebuild_all(inspection);
}

}  // namespace

/* ReindexPartitions: one for each partition. */
bool
takes_transactions(const ReindexStmt *statement)
{
	const Oid oid = statement->relation == nullptr
						? InvalidOid
						: RangeVarGetRelid(statement->relation, NoLock, true);
	const char kind = OidIsValid(oid) ? get_rel_relkind(oid) : '\0';

	return kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_PARTITIONED_INDEX;
}

void
inspect_reindex(Inspection &inspection, const ReindexStmt *statement)
{
	bool concurrently = option_is_on(statement->params, "concurrently");
	Facts &facts = inspection.facts;

	facts.kind = Kind::Reindex;
	facts.object_kind = object_kind_name(statement->kind);
	switch (statement->kind)
	{
		case REINDEX_OBJECT_INDEX:
			reindex_index(inspection, statement, concurrently);
			break;
		case REINDEX_OBJECT_TABLE:
			reindex_table(inspection, statement, concurrently);
			break;
		default:
			reindex_many(inspection, statement, concurrently);
			break;
	}
	if ((inspection.statement.in_transaction && (concurrently || takes_transactions(statement))) ||
		!are_reindex_options_accepted(statement->params))
	{
		facts.judgeable = false;
	}
}

}  // namespace ddl_warden::pg
