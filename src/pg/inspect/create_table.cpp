/* CREATE TABLE, CREATE FOREIGN TABLE, and CREATE SCHEMA with tables in it. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/foreign_key.hpp"
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/partition_bound.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/partition.h"
#include "catalog/pg_inherits.h"
#include "nodes/makefuncs.h"
}

namespace ddl_warden::pg
{

namespace
{

/* One new table. */
struct Creation
{
	Inspection &inspection;
	const CreateStmt *statement;
	const List *siblings;  /* statements of the same CREATE SCHEMA; else NIL */
	const char *schema;    /* of that; else NULL */
	bool foreign;          /* a foreign table */
	std::string_view name; /* as it will be */
};

void
link(const Creation &creation, Oid relation, Link link, std::string_view through,
	 Answer works = Answer::No)
{
	reach_further(creation.inspection, relation,
				  {.relation = {},
				   .link = link,
				   .alteration = 0,
				   .through = through,
				   .works = works,
				   .first = false});
}

// ---- foreign keys

bool
is_in_schema(const RangeVar *name, const char *schema)
{
	return name->schemaname == nullptr ||
		   (schema != nullptr && strcmp(name->schemaname, schema) == 0);
}

/* The table that is being made, or one that is made with it. */
bool
is_new(const Creation &creation, const RangeVar *name)
{
	const RangeVar *own = creation.statement->relation;
	const char *schema = creation.schema != nullptr ? creation.schema : own->schemaname;
	const ListCell *cell;

	if (!is_in_schema(name, schema))
	{
		return false;
	}
	foreach (cell, creation.siblings)
	{
		const Node *sibling = static_cast<const Node *>(lfirst(cell));

		if (IsA(sibling, CreateStmt) &&
			strcmp(as<CreateStmt>(sibling)->relation->relname, name->relname) == 0)
		{
			return true;
		}
	}
	return strcmp(own->relname, name->relname) == 0;
}

bool
may_refer_to(Oid table)
{
	return pg_class_aclcheck(table, GetUserId(), ACL_REFERENCES) == ACLCHECK_OK ||
		   pg_attribute_aclcheck_all(table, GetUserId(), ACL_REFERENCES, ACLMASK_ANY) ==
			   ACLCHECK_OK;
}

/* With every partition of it. */
void
link_referenced(const Creation &creation, Oid table)
{
	const bool partitioned = get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE;
	const List *tree =
		partitioned ? find_all_inheritors(table, NoLock, nullptr) : list_make1_oid(table);
	const ListCell *cell;

	foreach (cell, tree)
	{
		link(creation, lfirst_oid(cell), Link::ReferencedTable, creation.name);
	}
}

void
add_foreign_key(const Creation &creation, const Node *node)
{
	if (!IsA(node, Constraint) || as<Constraint>(node)->contype != CONSTR_FOREIGN)
	{
		return;
	}
	const RangeVar *name = as<Constraint>(node)->pktable;

	demand(creation.inspection, !creation.foreign);
	if (is_new(creation, name))
	{
		return;
	}

	const Oid table = find_relation(creation.inspection, name);

	if (OidIsValid(table))
	{
		demand(creation.inspection, may_refer_to(table));
		link_referenced(creation, table);
	}
}

void
add_foreign_keys(const Creation &creation, const List *nodes)
{
	const ListCell *cell;

	foreach (cell, nodes)
	{
		const Node *node = static_cast<const Node *>(lfirst(cell));

		if (IsA(node, ColumnDef))
		{
			add_foreign_keys(creation, as<ColumnDef>(node)->constraints);
		}
		else
		{
			add_foreign_key(creation, node);
		}
	}
}

// ---- parents

bool
may_inherit_from(Oid parent)
{
	const char kind = get_rel_relkind(parent);

	return (kind == RELKIND_RELATION || kind == RELKIND_FOREIGN_TABLE) && may_alter(parent);
}

void
add_inherited(const Creation &creation)
{
	const ListCell *cell;

	foreach (cell, creation.statement->inhRelations)
	{
		const RangeVar *name = lfirst_node(RangeVar, cell);
		const Oid parent =
			is_new(creation, name) ? InvalidOid : find_relation(creation.inspection, name);

		if (OidIsValid(parent))
		{
			demand(creation.inspection, may_inherit_from(parent));
			link(creation, parent, Link::InheritanceParent, creation.name);
		}
	}
}

// ---- partitions

void
link_defaults(const Creation &creation, Oid parent, const List *verified)
{
	const std::string_view through = qualified_name(parent);
	const ListCell *cell;

	foreach (cell, verified)
	{
		const Verified *one = static_cast<const Verified *>(lfirst(cell));

		link(creation, one->relation, Link::DefaultPartition, through, one->scan);
	}
}

void
verify_bound(const Creation &creation, Oid parent)
{
	const Oid default_partition = get_default_partition_oid(parent);
	const Verification verification =
		verify_partition({parent, InvalidOid, default_partition, creation.statement->partbound});

	demand(creation.inspection, verification.accepted);
	link_defaults(creation, parent, verification.of_default);
}

/* Each index of the parent gets one in the partition. Those of a foreign table would be none. */
void
link_parent_indexes(const Creation &creation, Oid parent)
{
	const ListCell *cell;

	foreach (cell, creation.foreign ? NIL : index_oids(parent))
	{
		link(creation, lfirst_oid(cell), Link::ParentIndex, qualified_name(parent));
	}
}

/* Is it a part of another one of these? That one brings it along: CloneFkReferenced and
 * CloneFkReferencing in tablecmds.c. */
bool
is_part_of_any(const ForeignKey *key, const List *keys)
{
	const ListCell *cell;

	foreach (cell, keys)
	{
		if (static_cast<const ForeignKey *>(lfirst(cell))->oid == key->parent)
		{
			return true;
		}
	}
	return false;
}

/* The foreign keys of the parent, at both ends, are those of the partition, too. */
void
link_parent_keys(const Creation &creation, Oid parent)
{
	const List *own = foreign_keys_of(parent);
	const List *others = foreign_keys_to(parent);
	const ListCell *cell;

	demand(creation.inspection, !creation.foreign || own == NIL);
	foreach (cell, others)
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

		if (!is_part_of_any(key, others))
		{
			link(creation, key->table, Link::ReferencingTable, qualified_name(parent));
		}
	}
	foreach (cell, own)
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

		if (!is_part_of_any(key, own))
		{
			link_referenced(creation, key->referenced);
		}
	}
}

void
add_partition(const Creation &creation)
{
	const RangeVar *name = linitial_node(RangeVar, creation.statement->inhRelations);

	if (is_new(creation, name))
	{
		return;
	}

	const Oid parent = find_relation(creation.inspection, name);

	if (!OidIsValid(parent))
	{
		return;
	}
	demand(creation.inspection,
		   get_rel_relkind(parent) == RELKIND_PARTITIONED_TABLE && may_alter(parent));
	link(creation, parent, Link::PartitionParent, creation.name);
	if (creation.inspection.facts.judgeable)
	{
		verify_bound(creation, parent);
		link_parent_indexes(creation, parent);
		link_parent_keys(creation, parent);
	}
}

// ---- the statement

/* The tables whose columns it takes over are only read: but they must be there. */
void
look_for_models(const Creation &creation)
{
	const ListCell *cell;

	foreach (cell, creation.statement->tableElts)
	{
		const Node *element = static_cast<const Node *>(lfirst(cell));

		if (IsA(element, TableLikeClause) &&
			!is_new(creation, as<TableLikeClause>(element)->relation))
		{
			find_relation(creation.inspection, as<TableLikeClause>(element)->relation);
		}
	}
}

void
inspect_new_table(const Creation &creation)
{
	if (creation.statement->partbound != nullptr)
	{
		add_partition(creation);
	}
	else
	{
		add_inherited(creation);
	}
	look_for_models(creation);
	add_foreign_keys(creation, creation.statement->tableElts);
}

}  // namespace

void
inspect_create_table(Inspection &inspection, const CreateStmt *statement)
{
	const Creation creation = {.inspection = inspection,
							   .statement = statement,
							   .siblings = NIL,
							   .schema = nullptr,
							   .foreign = IsA(statement, CreateForeignTableStmt),
							   .name = creation_name(statement->relation)};
	const bool present = OidIsValid(present_relation(statement->relation));

	inspection.facts.kind = Kind::CreateTable;
	inspection.facts.temporary_only = makes_temporary(statement->relation);
	inspection.facts.already_exists = present && statement->if_not_exists;
	demand(inspection, may_create(statement->relation) && (!present || statement->if_not_exists));
	if (!present)
	{
		inspect_new_table(creation);
	}
}

void
inspect_create_schema(Inspection &inspection, const CreateSchemaStmt *statement)
{
	const ListCell *cell;

	inspection.facts.kind = Kind::CreateTable;
	foreach (cell, statement->schemaElts)
	{
		const Node *element = static_cast<const Node *>(lfirst(cell));

		if (IsA(element, CreateStmt))
		{
			const RangeVar *name = as<CreateStmt>(element)->relation;

			inspect_new_table({.inspection = inspection,
							   .statement = as<CreateStmt>(element),
							   .siblings = statement->schemaElts,
							   .schema = statement->schemaname,
							   .foreign = false,
							   .name = view(statement->schemaname == nullptr
												? quote_identifier(name->relname)
												: quote_qualified_identifier(statement->schemaname,
																			 name->relname))});
		}
	}
}

}  // namespace ddl_warden::pg
