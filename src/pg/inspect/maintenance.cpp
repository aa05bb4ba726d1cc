/* CLUSTER, VACUUM, ANALYZE, REFRESH MATERIALIZED VIEW. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/index_definition.hpp"
#include "pg/inspect/options.hpp"
#include "pg/inspect/refusal.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/catalog.h"
#include "catalog/heap.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_index.h"
#include "nodes/makefuncs.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

/* As vacuum_is_relation_owner in vacuum.c: what is not permitted is left out with a WARNING. */
bool
may_vacuum(Form_pg_class relation)
{
	return may_maintain(relation->oid, GetUserId()) ||
		   (!relation->relisshared && owns(DatabaseRelationId, MyDatabaseId, GetUserId()));
}

/* Partitions of others are passed over with a WARNING; what is below a partitioned one may be one's
 * own. */
bool
is_vacuumed_partition(Oid partition)
{
	const Form_pg_class row = class_row(partition);

	return row != nullptr && (row->relkind == RELKIND_PARTITIONED_TABLE || may_vacuum(row));
}

/* As get_tables_to_cluster_partitioned in cluster.c. */
bool
is_clustered_partition(Oid partition)
{
	return get_rel_relkind(partition) == RELKIND_PARTITIONED_TABLE ||
		   may_maintain(partition, GetUserId()) ||
		   (database_owner_may_cluster && is_vacuumed_partition(partition));
}

void
reach_partitions(Inspection &inspection, Oid table, bool (*is_wanted)(Oid))
{
	if (get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE)
	{
		reach_wanted(inspection, table, is_wanted);
	}
	else
	{
		reach(inspection, table, false);
	}
}

/* Tables that CLUSTER without a name goes through: get_tables_to_cluster in cluster.c. */
void
reach_clustered(Inspection &inspection)
{
	ScanKeyData key;
	HeapTuple row;
	::Relation catalog = table_open(IndexRelationId, AccessShareLock);
	SysScanDesc scan;

	ScanKeyInit(&key, Anum_pg_index_indisclustered, BTEqualStrategyNumber, F_BOOLEQ,
				BoolGetDatum(true));
	scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 1, &key);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const Oid table = reinterpret_cast<Form_pg_index>(GETSTRUCT(row))->indrelid;

		if (may_maintain(table, GetUserId()))
		{
			reach(inspection, table, false);
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* The one that it was clustered by before, if none is named; InvalidOid: there is none. */
Oid
index_to_cluster_by(const Inspection &inspection, const char *name, Oid table)
{
	for (const Index &index : inspection.indexes.front())
	{
		if (name == nullptr && get_index_isclustered(index.oid))
		{
			return index.oid;
		}
	}

	const Oid named =
		name == nullptr ? InvalidOid : get_relname_relid(name, get_rel_namespace(table));

	return OidIsValid(named) && IndexGetRelation(named, true) == table ? named : InvalidOid;
}

bool
may_cluster(const Inspection &inspection, const ClusterStmt *statement, Oid table)
{
	const char kind = get_rel_relkind(table);
	const bool partitioned = kind == RELKIND_PARTITIONED_TABLE;

	if (partitioned && inspection.statement.in_transaction)
	{
		return false;
	}
	return (partitioned || kind == RELKIND_RELATION || kind == RELKIND_MATVIEW ||
			kind == RELKIND_TOASTVALUE) &&
		   can_be_clustered_on(index_to_cluster_by(inspection, statement->indexname, table)) &&
		   may_maintain(table, GetUserId());
}

}  // namespace

void
inspect_cluster(Inspection &inspection, const ClusterStmt *statement)
{
	Facts &facts = inspection.facts;

	facts.kind = Kind::Cluster;
	if (statement->relation == nullptr)
	{
		facts.judgeable = !inspection.statement.in_transaction;
		reach_clustered(inspection);
		describe_reached(inspection);
		return;
	}

	const Oid table = find_relation(inspection, statement->relation);

	if (OidIsValid(table))
	{
		reach_partitions(inspection, table, is_clustered_partition);
		describe_reached(inspection);
		facts.judgeable = may_cluster(inspection, statement, table);
	}
}

namespace
{

bool
is_vacuumed(Form_pg_class relation, const void *)
{
	return (relation->relkind == RELKIND_RELATION || relation->relkind == RELKIND_MATVIEW) &&
		   (relation->relpersistence != RELPERSISTENCE_TEMP ||
			isTempNamespace(relation->relnamespace)) &&
		   may_vacuum(relation);
}

/* What holds none is passed over with a WARNING. */
bool
holds_rows(Form_pg_class relation, Kind kind)
{
	return relation->relkind == RELKIND_RELATION || relation->relkind == RELKIND_MATVIEW ||
		   relation->relkind == RELKIND_PARTITIONED_TABLE ||
		   (relation->relkind == RELKIND_FOREIGN_TABLE && kind == Kind::Analyze) ||
		   (relation->relkind == RELKIND_TOASTVALUE && kind != Kind::Analyze);
}

void
reach_vacuumed(Inspection &inspection, const RangeVar *name)
{
	const Oid oid = find_relation(inspection, name);
	const Form_pg_class row = OidIsValid(oid) ? class_row(oid) : nullptr;

	if (row == nullptr || !may_vacuum(row) || !holds_rows(row, inspection.facts.kind))
	{
		return;
	}
	if (name->inh && (vacuum_goes_down_inheritance || row->relkind == RELKIND_PARTITIONED_TABLE))
	{
		reach_wanted(inspection, oid, is_vacuumed_partition);
	}
	else
	{
		reach(inspection, oid, false);
	}
}

}  // namespace

void
inspect_vacuum(Inspection &inspection, const VacuumStmt *statement)
{
	Facts &facts = inspection.facts;
	const ListCell *cell;

	facts.kind = !statement->is_vacuumcmd                   ? Kind::Analyze
				 : option_is_on(statement->options, "full") ? Kind::VacuumFull
															: Kind::Vacuum;
	foreach (cell, statement->rels)
	{
		reach_vacuumed(inspection, lfirst_node(VacuumRelation, cell)->relation);
	}
	if (statement->rels == NIL)
	{
		foreach (cell, relations_where(is_vacuumed, nullptr))
		{
			reach(inspection, lfirst_oid(cell), false);
		}
	}
	describe_reached(inspection);
	facts.judgeable =
		!inspection.relations.empty() &&
		(facts.kind == Kind::Analyze || !inspection.statement.in_transaction) &&
		(facts.kind != Kind::VacuumFull || are_full_vacuum_options_accepted(statement));
}

namespace
{

/* As is_usable_unique_index in matview.c. */
bool
tells_rows_apart(Oid oid)
{
	IndexDefinition index = {};
	bool usable = read_index(oid, index) && index.unique && index.valid && index.plain &&
				  index.immediate && index.access_method == BTREE_AM_OID;

	for (int key = 0; usable && key < index.attributes; key++)
	{
		usable = index.columns[key] > 0;
	}
	return usable;
}

/* Old rows and new ones must be told apart: ExecRefreshMatView in matview.c. */
bool
may_refresh_concurrently(Oid view)
{
	const Form_pg_class row = class_row(view);
	const ListCell *cell;

	foreach (cell, row != nullptr && row->relispopulated ? index_oids(view) : NIL)
	{
		if (tells_rows_apart(lfirst_oid(cell)))
		{
			return true;
		}
	}
	return false;
}

}  // namespace

void
inspect_refresh(Inspection &inspection, const RefreshMatViewStmt *statement)
{
	Facts &facts = inspection.facts;
	const Oid oid = find_relation(inspection, statement->relation);

	facts.kind = Kind::RefreshMaterializedView;
	facts.concurrently = statement->concurrent;
	facts.skip_data = statement->skipData;
	if (!OidIsValid(oid))
	{
		return;
	}
	facts.judgeable = get_rel_relkind(oid) == RELKIND_MATVIEW && may_maintain(oid, GetUserId()) &&
					  !(statement->concurrent && statement->skipData);
	reach(inspection, oid, false);
	describe_reached(inspection);
	if (statement->concurrent && !may_refresh_concurrently(oid))
	{
		facts.judgeable = false;
	}
}

}  // namespace ddl_warden::pg
