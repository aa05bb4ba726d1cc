/* The foreign keys that a partition gets from its parent by ATTACH, and loses by DETACH. */
#include "pg/inspect/foreign_key.hpp"
#include "pg/inspect/index_definition.hpp"
#include "pg/inspect/partition_bound.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/partition.h"
#include "catalog/pg_inherits.h"
}

namespace ddl_warden::pg
{

namespace
{

/* Is it a part of another one in the list? That one is taken for both. */
bool
is_part(const ForeignKey *key, const List *constraints)
{
	return OidIsValid(key->parent) && list_member_oid(constraints, key->parent);
}

List *
oids_of(const List *keys)
{
	List *oids = NIL;
	const ListCell *cell;

	foreach (cell, keys)
	{
		oids = lappend_oid(oids, static_cast<const ForeignKey *>(lfirst(cell))->oid);
	}
	return oids;
}

/* ForeignKey *: those that are no part of another one in the list. */
List *
without_parts(List *keys)
{
	const List *oids = oids_of(keys);
	List *tops = NIL;
	const ListCell *cell;

	foreach (cell, keys)
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

		/* in a long list most have no parent or the same one: the search ends early */
		tops = is_part(key, oids) ? tops : lappend(tops, lfirst(cell));
	}
	return tops;
}

/* CloneFkReferencing: a partition without an equal is checked. */
void
attach_key(Altering &altering, const ForeignKey &key, Oid partition)
{
	const ListCell *cell;

	check_stack_depth();
	if (has_same_key(partition, key))
	{
		reach_referenced(altering, key.referenced, partition, Link::TakenForeignKey);
	}
	else if (get_rel_relkind(partition) == RELKIND_PARTITIONED_TABLE)
	{
		foreach (cell, find_inheritance_children(partition, NoLock))
		{
			attach_key(altering, key, lfirst_oid(cell));
		}
	}
	else
	{
		reach_end(altering, partition, Link::CheckedTable, key.referenced, Answer::Yes);
	}
}

}  // namespace

void
ask_attached_keys(Altering &altering)
{
	const Verification *verification = altering.inspection.verification;
	const ListCell *cell;

	if (verification == nullptr)
	{
		return; /* of indexes */
	}
	foreach (cell, without_parts(foreign_keys_of(altering.table->oid)))
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

		reach_referenced(altering, key->referenced, verification->partition, Link::ReferencedTable);
		attach_key(altering, *key, verification->partition);
	}
	foreach (cell, without_parts(foreign_keys_to(altering.table->oid)))
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

		reach_end(altering, key->table, Link::ReferencingTable, key->referenced, Answer::No);
	}
}

namespace
{

/* The tables that the server reads to see whether rows refer to the partition. Those of a
 * partitioned table, too, and the partition itself where its parent refers to itself:
 * ATDetachCheckNoForeignKeyRefs looks before it is seen to have left the tree. */
List *
referring_trees(const List *keys)
{
	List *tables = NIL;
	const ListCell *cell;

	foreach (cell, keys)
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

		if (OidIsValid(key->parent) && get_rel_relkind(key->table) == RELKIND_PARTITIONED_TABLE)
		{
			tables =
				list_concat_unique_oid(tables, find_all_inheritors(key->table, NoLock, nullptr));
		}
	}
	return tables;
}

/* Of these tables: what is read only has no other lock than ACCESS SHARE. */
void
reach_all(Altering &altering, const List *tables, Link link, Oid partition, const List *read)
{
	const ListCell *cell;

	foreach (cell, tables)
	{
		const bool works = list_member_oid(read, lfirst_oid(cell));

		reach_end(altering, lfirst_oid(cell), link, partition, works ? Answer::Yes : Answer::No);
	}
}

List *
tree_of(Oid table)
{
	return get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE
			   ? find_all_inheritors(table, NoLock, nullptr)
			   : list_make1_oid(table);
}

/* The partition lets go of what it has from its parent. */
void
detach_keys(Altering &altering, Oid partition)
{
	const List *referring = without_parts(foreign_keys_to(partition));
	const List *read = referring_trees(referring);
	const ListCell *cell;

	foreach (cell, without_parts(foreign_keys_of(partition)))
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

		if (OidIsValid(key->parent))
		{
			reach_all(altering, tree_of(key->referenced), Link::ReferencedTable, partition, read);
		}
	}
	foreach (cell, referring)
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

		if (OidIsValid(key->parent))
		{
			reach_end(altering, key->table, Link::ReferencingTable, partition, Answer::Yes);
		}
	}
	if (list_member_oid(read, partition))
	{
		reach_all(altering, tree_of(partition), Link::ReferencingTable, partition, read);
	}
}

void
reach_default(Altering &altering, Oid partition)
{
	const Oid other = get_default_partition_oid(altering.table->oid);

	if (!OidIsValid(other) || altering.answer.subcommand == Subcommand::DetachPartitionFinalize)
	{
		return;
	}
	refuse_unless(altering, altering.answer.subcommand != Subcommand::DetachPartitionConcurrently);
	if (other != partition)
	{
		reach_end(altering, other, Link::DefaultPartition, altering.table->oid, Answer::No);
	}
}

void
part_indexes(Inspection &inspection, Oid partition)
{
	const std::size_t place = place_of(inspection, partition);

	for (const Index &index : inspection.indexes[place])
	{
		IndexDefinition definition = {};

		if (read_index(index.oid, definition) && definition.partition)
		{
			set_fate(inspection, index.oid, Fate::Parted);
		}
	}
}

}  // namespace

void
ask_detached_keys(Altering &altering)
{
	const PartitionCmd *command = castNode(PartitionCmd, altering.command->def);
	const Oid partition = find_relation(altering.inspection, command->name);

	if (!OidIsValid(partition) || place_of(altering.inspection, partition) == no_place)
	{
		return;
	}
	reach_default(altering, partition);
	detach_keys(altering, partition);
	part_indexes(altering.inspection, partition);
}

}  // namespace ddl_warden::pg
