/* What is made on a table: triggers, rules, policies, extended statistics. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/written.hpp"

#include "pg/compat.hpp"

namespace ddl_warden::pg
{

namespace
{

/* The table, with its partitions where the statement goes on to them. */
void
reach_table(Inspection &inspection, const RangeVar *name, bool to_partitions)
{
	const Oid table = find_relation(inspection, name);

	if (OidIsValid(table))
	{
		reach(inspection, table,
			  to_partitions && get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE);
		describe_relations(inspection);
	}
}

void
inspect_on_own_table(Inspection &inspection, Kind kind, const RangeVar *name)
{
	inspection.facts.kind = kind;
	reach_table(inspection, name, false);
	for (const Relation &relation : inspection.relations)
	{
		demand(inspection, may_alter(relation.oid));
	}
}

}  // namespace

/* A trigger for each row goes on to the partitions: CreateTriggerFiringOn in trigger.c. */
void
inspect_create_trigger(Inspection &inspection, const CreateTrigStmt *statement)
{
	inspection.facts.kind = Kind::CreateTrigger;
	reach_table(inspection, statement->relation, statement->row);
	for (const Relation &relation : inspection.relations)
	{
		if (relation.named)
		{
			demand(inspection,
				   pg_class_aclcheck(relation.oid, GetUserId(), ACL_TRIGGER) == ACLCHECK_OK &&
					   (allowSystemTableMods || !relation.system));
		}
	}
}

namespace
{

/* A rule ON SELECT makes a view of an empty table, which has no TOAST table any more:
 * DefineQueryRewrite in rewriteDefine.c. */
void
lose_toast(Inspection &inspection)
{
	for (const Relation &relation : inspection.relations)
	{
		const Form_pg_class table = class_row(relation.oid);

		if (table != nullptr && OidIsValid(table->reltoastrelid))
		{
			reach_further(inspection, table->reltoastrelid,
						  {.relation = {},
						   .link = Link::Dependent,
						   .alteration = 0,
						   .through = qualified_name(table->oid),
						   .works = Answer::No,
						   .first = false,
						   .deletion = true});
		}
	}
}

}  // namespace

void
inspect_create_rule(Inspection &inspection, const RuleStmt *statement)
{
	inspect_on_own_table(inspection, Kind::CreateRule, statement->relation);
	if (rule_may_make_view && statement->event == CMD_SELECT)
	{
		lose_toast(inspection);
	}
	reach_written(inspection, statement->actions, quoted(statement->rulename));
}

void
inspect_policy(Inspection &inspection, const RangeVar *table)
{
	inspect_on_own_table(inspection, Kind::Policy, table);
}

/* One table, so far: CreateStatistics in statscmds.c. */
void
inspect_create_statistics(Inspection &inspection, const CreateStatsStmt *statement)
{
	const Node *relation = statement->relations == NIL
							   ? nullptr
							   : static_cast<const Node *>(linitial(statement->relations));

	inspection.facts.kind = Kind::CreateStatistics;
	if (relation != nullptr && IsA(relation, RangeVar) && list_length(statement->relations) == 1)
	{
		inspect_on_own_table(inspection, Kind::CreateStatistics, as<RangeVar>(relation));
	}
	else
	{
		demand(inspection, false);
	}
}

}  // namespace ddl_warden::pg
