/* ALTER TABLE and its like for indexes, views, sequences and foreign tables. */
#include "pg/inspect/families.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "commands/tablecmds.h"
}

namespace ddl_warden::pg
{

void
inspect_alter_table(Inspection &inspection, const AlterTableStmt *statement)
{
	Facts &facts = inspection.facts;
	Oid oid;

	facts.kind = Kind::AlterTable;
	facts.only = !statement->relation->inh;
	oid = find_relation(inspection, statement->relation);
	if (!OidIsValid(oid))
	{
		return;
	}
	facts.judgeable = may_alter(oid);
	facts.level = static_cast<LockMode>(AlterTableGetLockLevel(statement->cmds));
	reach(inspection, oid, false);
	describe_reached(inspection);
}

}  // namespace ddl_warden::pg
