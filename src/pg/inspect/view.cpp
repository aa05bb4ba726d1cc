/* Views and sequences. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"

namespace ddl_warden::pg
{

/* Beside the one that is replaced, views only read: DefineVirtualRelation in view.c. */
void
inspect_create_view(Inspection &inspection, const ViewStmt *statement)
{
	const Oid present = present_relation(statement->view);

	inspection.facts.kind = Kind::CreateView;
	inspection.facts.temporary_only = makes_temporary(statement->view);
	demand(inspection, may_create(statement->view));
	if (OidIsValid(present))
	{
		inspection.facts.kind = statement->replace ? Kind::ReplaceView : Kind::CreateView;
		demand(inspection, statement->replace && get_rel_relkind(present) == RELKIND_VIEW &&
							   may_alter(present));
	}
	if (inspection.facts.kind == Kind::ReplaceView)
	{
		reach_only(inspection, present);
	}
}

void
inspect_create_table_as(Inspection &inspection, const CreateTableAsStmt *statement)
{
	const RangeVar *name = statement->into->rel;

	inspection.facts.kind = Kind::CreateTableAs;
	inspection.facts.temporary_only = makes_temporary(name);
	inspection.facts.already_exists =
		statement->if_not_exists && OidIsValid(present_relation(name));
	demand(inspection, may_create(name));
}

void
inspect_create_sequence(Inspection &inspection, const CreateSeqStmt *statement)
{
	inspection.facts.kind = Kind::NoRelation;
	inspection.facts.temporary_only = makes_temporary(statement->sequence);
	demand(inspection, may_create(statement->sequence));
}

void
inspect_alter_sequence(Inspection &inspection, const AlterSeqStmt *statement)
{
	const Oid sequence = find_relation(inspection, statement->sequence);

	inspection.facts.kind = Kind::AlterSequence;
	if (OidIsValid(sequence))
	{
		demand(inspection, get_rel_relkind(sequence) == RELKIND_SEQUENCE && may_alter(sequence));
		reach_only(inspection, sequence);
	}
}

}  // namespace ddl_warden::pg
