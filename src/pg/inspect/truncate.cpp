/* TRUNCATE, with what CASCADE and RESTART IDENTITY add. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/user_code.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/catalog.h"
#include "catalog/heap.h"
#include "catalog/pg_constraint.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

/* As truncate_check_rel and truncate_check_perms in tablecmds.c. */
bool
may_truncate(Oid table)
{
	const Form_pg_class row = class_row(table);

	if (row == nullptr ||
		(row->relkind != RELKIND_RELATION && row->relkind != RELKIND_PARTITIONED_TABLE &&
		 row->relkind != RELKIND_FOREIGN_TABLE) ||
		(!allowSystemTableMods && IsSystemClass(table, row)))
	{
		return false;
	}
	return pg_class_aclcheck(table, GetUserId(), ACL_TRUNCATE) == ACLCHECK_OK;
}

/* CASCADE adds the tables that refer to those already there, and those that refer to them, as
 * ExecuteTruncateGuts does. */
List *
tables_referring_to(const List *tables)
{
	List *all = list_copy(tables);
	List *referring = NIL;
	List *more = heap_truncate_find_FKs(all);

	while (more != NIL)
	{
		CHECK_FOR_INTERRUPTS();
		referring = list_concat(referring, more);
		all = list_concat(all, more); /* none of these is there yet */
		more = heap_truncate_find_FKs(all);
	}
	return referring;
}

/* One table that this one refers to, and that is truncated, too. */
Oid
truncated_target(Oid table, const OidMap<bool> &truncated)
{
	ScanKeyData key;
	HeapTuple row;
	Oid target = InvalidOid;
	::Relation catalog = table_open(ConstraintRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	SysScanDesc scan =
		systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);

	while (!OidIsValid(target) && HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const Form_pg_constraint constraint = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));

		if (constraint->contype == CONSTRAINT_FOREIGN && constraint->confrelid != table &&
			find(truncated, constraint->confrelid) != nullptr)
		{
			target = constraint->confrelid;
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return target;
}

void
reach_by(Inspection &inspection, Oid relation, Link link, Oid through)
{
	reach_further(inspection, relation,
				  {.relation = {},
				   .link = link,
				   .alteration = 0,
				   .through = qualified_name(through),
				   .works = Answer::No,
				   .first = false});
}

void
reach_referring(Inspection &inspection, const List *referring)
{
	OidMap<bool> truncated = {};
	const ListCell *cell;

	foreach (cell, inspection.reached)
	{
		add(truncated, lfirst_oid(cell), true);
	}
	foreach (cell, referring)
	{
		add(truncated, lfirst_oid(cell), true);
	}
	foreach (cell, referring)
	{
		const Oid table = lfirst_oid(cell);

		inspection.facts.judgeable = inspection.facts.judgeable && may_truncate(table);
		reach_by(inspection, table, Link::ReferencingTable, truncated_target(table, truncated));
	}
}

/* Triggers of all that is truncated, each table's own. */
void
tell_triggers(Inspection &inspection)
{
	const ListCell *cell;

	for (Relation &relation : inspection.relations)
	{
		relation.runs = truncate_functions(relation.oid);
	}
	foreach (cell, inspection.further)
	{
		Relation &relation = static_cast<Further *>(lfirst(cell))->relation;

		relation.runs = truncate_functions(relation.oid);
	}
}

/* RESTART IDENTITY, of tables that CASCADE adds, too. */
void
reach_sequences(Inspection &inspection, const List *tables)
{
	const ListCell *cell;
	const ListCell *inner;

	foreach (cell, tables)
	{
		const Oid table = lfirst_oid(cell);

		foreach (inner, getOwnedSequences(table))
		{
			const Oid sequence = lfirst_oid(inner);

			inspection.facts.judgeable =
				inspection.facts.judgeable && owns(RelationRelationId, sequence, GetUserId());
			reach_by(inspection, sequence, Link::OwnedSequence, table);
		}
	}
}

}  // namespace

void
inspect_truncate(Inspection &inspection, const TruncateStmt *statement)
{
	Facts &facts = inspection.facts;
	List *referring = NIL;
	const ListCell *cell;

	facts.kind = Kind::Truncate;
	foreach (cell, statement->relations)
	{
		const RangeVar *name = lfirst_node(RangeVar, cell);
		const Oid oid = find_relation(inspection, name);

		if (OidIsValid(oid))
		{
			facts.judgeable = facts.judgeable && may_truncate(oid);
			reach(inspection, oid, name->inh);
		}
	}
	describe_reached(inspection);
	referring = tables_referring_to(inspection.reached);
	if (statement->behavior != DROP_CASCADE)
	{
		/* refused: other tables refer to these */
		facts.judgeable = facts.judgeable && referring == NIL;
		referring = NIL;
	}
	reach_referring(inspection, referring);
	tell_triggers(inspection);
	if (statement->restart_seqs)
	{
		reach_sequences(inspection, inspection.reached);
		reach_sequences(inspection, referring);
	}
}

}  // namespace ddl_warden::pg
