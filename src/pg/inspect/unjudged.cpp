/* What is not judged, but explained: LOCK TABLE, COPY, VACUUM, ANALYZE, DO and the like. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/inspect.hpp"
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/references.hpp"

extern "C" {
#include "catalog/pg_inherits.h"
#include "catalog/pg_rewrite.h"
#include "rewrite/rewriteSupport.h"
}

namespace ddl_warden::pg
{

namespace
{

// ---- LOCK TABLE

/* The relations that the query of a view names. */
List *
relations_of_rule(Oid rule, Oid view)
{
	List *relations = NIL;

	for (const FormData_pg_depend &row : references_from(RewriteRelationId, rule))
	{
		if (row.refclassid == RelationRelationId && row.refobjid != view)
		{
			relations = list_append_unique_oid(relations, row.refobjid);
		}
	}
	return relations;
}

List *
relations_of_view(Oid view)
{
	const HeapTuple row =
		SearchSysCache2(RULERELNAME, ObjectIdGetDatum(view), PointerGetDatum(ViewSelectRuleName));
	Oid rule;

	if (!HeapTupleIsValid(row))
	{
		return NIL;
	}
	rule = reinterpret_cast<Form_pg_rewrite>(GETSTRUCT(row))->oid;
	ReleaseSysCache(row);
	return relations_of_rule(rule, view);
}

/* Tables with what is below them, and views with their own: LockViewRecurse in lockcmds.c. */
void
reach_below_view(Inspection &inspection, Oid view)
{
	const ListCell *cell;
	const ListCell *below;

	check_stack_depth();
	foreach (cell, relations_of_view(view))
	{
		const Oid relation = lfirst_oid(cell);
		const char kind = get_rel_relkind(relation);

		if (find(inspection.reached_as, relation) != nullptr)
		{
			continue;
		}
		if (kind == RELKIND_VIEW)
		{
			reach_unnamed(inspection, relation);
			reach_below_view(inspection, relation);
		}
		else if (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE)
		{
			foreach (below, find_all_inheritors(relation, NoLock, nullptr))
			{
				reach_unnamed(inspection, lfirst_oid(below));
			}
		}
	}
}

void
inspect_lock(Inspection &inspection, const LockStmt *statement)
{
	const ListCell *cell;

	inspection.facts.kind = Kind::LockTable;
	inspection.facts.level = static_cast<LockMode>(statement->mode);
	foreach (cell, statement->relations)
	{
		const RangeVar *name = lfirst_node(RangeVar, cell);
		const Oid relation = find_relation(inspection, name);

		if (OidIsValid(relation))
		{
			reach(inspection, relation, name->inh);
			if (get_rel_relkind(relation) == RELKIND_VIEW)
			{
				reach_below_view(inspection, relation);
			}
		}
	}
	describe_relations(inspection);
}

// ---- COPY

void
inspect_copy(Inspection &inspection, const CopyStmt *statement)
{
	inspection.facts.kind = statement->is_from ? Kind::CopyFrom : Kind::CopyTo;
	if (statement->relation != nullptr)
	{
		reach_only(inspection, find_relation(inspection, statement->relation));
	}
}

}  // namespace

bool
is_explained(const Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_LockStmt:
		case T_CopyStmt:
		case T_VacuumStmt:
		case T_DoStmt:
		case T_CallStmt:
		case T_ExecuteStmt:
			return true;
		default:
			return false;
	}
}

void
inspect_unjudged(Inspection &inspection, const Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_LockStmt:
			return inspect_lock(inspection, as<LockStmt>(tree));
		case T_CopyStmt:
			return inspect_copy(inspection, as<CopyStmt>(tree));
		default:
			inspection.facts.kind = Kind::RunsCode;
	}
}

}  // namespace ddl_warden::pg
