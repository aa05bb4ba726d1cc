/* What goes with a column or a constraint that ALTER TABLE drops. */
#include "pg/inspect/alteration.hpp"
#include "pg/inspect/dependency.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
}

namespace ddl_warden::pg
{

namespace
{

/* The column or the constraint in each relation of the tree that loses it. */
List *
add_dropped(const Altering &altering, List *addresses, const AlterTableCmd *command,
			const Alteration &answer)
{
	const std::span<const Relation> relations = altering.inspection.relations;

	for (std::size_t i = 0; i < answer.reach.size(); i++)
	{
		const Oid table = relations[i].oid;
		const Oid constraint = answer.subcommand == Subcommand::DropConstraint
								   ? find_constraint(table, command->name)
								   : InvalidOid;
		const AttrNumber column = answer.subcommand == Subcommand::DropColumn
									  ? column_number(table, command->name)
									  : InvalidAttrNumber;
		ObjectAddress *address = static_cast<ObjectAddress *>(palloc(sizeof(ObjectAddress)));

		*address = OidIsValid(constraint) ? address_of(ConstraintRelationId, constraint)
										  : address_of(RelationRelationId, table, column);
		if (answer.reach[i] == Reach::Worked &&
			(OidIsValid(constraint) || column != InvalidAttrNumber))
		{
			addresses = lappend(addresses, address);
		}
	}
	return addresses;
}

std::span<const ObjectAddress>
as_span(const List *addresses)
{
	const std::span<ObjectAddress> span = allocate_array<ObjectAddress>(list_length(addresses));
	const ListCell *cell;

	foreach (cell, addresses)
	{
		span[foreach_current_index(cell)] = *static_cast<const ObjectAddress *>(lfirst(cell));
	}
	return span;
}

}  // namespace

/* What other subcommands drop before is gone by then, and keeps nobody from anything. */
void
ask_deletion(Altering &altering)
{
	const std::span<const Alteration> alterations = altering.inspection.facts.alterations;
	List *addresses = NIL;
	DropBehavior behavior = DROP_RESTRICT;

	for (unsigned i = 0; i <= altering.number; i++)
	{
		const AlterTableCmd *command =
			static_cast<const AlterTableCmd *>(list_nth(altering.commands, i));

		addresses = add_dropped(altering, addresses, command, alterations[i]);
		behavior = command->behavior == DROP_CASCADE ? DROP_CASCADE : behavior;
	}
	if (addresses == NIL)
	{
		return;
	}

	const Deletion deletion = find_deletion(as_span(addresses), behavior);

	refuse_unless(altering, !deletion.refused);
	if (!deletion.refused)
	{
		reach_deletion(altering.inspection, deletion, altering.number);
	}
}

}  // namespace ddl_warden::pg
