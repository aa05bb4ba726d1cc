/* The sequences that a subcommand of ALTER TABLE changes with a table, or with an identity column.
 */
#include "pg/inspect/alteration.hpp"
#include "pg/inspect/references.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/dependency.h"
}

namespace ddl_warden::pg
{

namespace
{

/* Those that columns of the table own, by SERIAL or as an identity; of one column unless it is 0.
 * getOwnedSequences in pg_depend.c has no way to ask for one. */
List *
owned_sequences(Oid table, AttrNumber column)
{
	List *sequences = NIL;

	for (const FormData_pg_depend &row :
		 column == 0 ? references_to_columns(table) : references_to_column(table, column))
	{
		if (row.classid == RelationRelationId && row.objsubid == 0 &&
			row.deptype != DEPENDENCY_NORMAL && get_rel_relkind(row.objid) == RELKIND_SEQUENCE)
		{
			sequences = lappend_oid(sequences, row.objid);
		}
	}
	return sequences;
}

void
reach_sequences(Altering &altering, AttrNumber column)
{
	const ListCell *cell;

	foreach (cell, owned_sequences(altering.table->oid, column))
	{
		reach_further(altering.inspection, lfirst_oid(cell),
					  {.relation = {},
					   .link = Link::OwnedSequence,
					   .alteration = altering.number,
					   .through = qualified_name(altering.table->oid),
					   .works = Answer::No,
					   .first = false});
	}
}

}  // namespace

void
ask_sequences(Altering &altering)
{
	const Oid table = altering.table->oid;
	const bool stored = altering.table->relkind == RELKIND_RELATION;
	const Form_pg_attribute column =
		altering.command->name == nullptr
			? nullptr
			: column_row(table, column_number(table, altering.command->name));

	switch (altering.answer.subcommand)
	{
		case Subcommand::ChangeOwner:
			return altering.answer.exempt ? void() : reach_sequences(altering, 0);
		case Subcommand::SetLogged:
		case Subcommand::SetUnlogged:
			return altering.answer.exempt || !stored ? void() : reach_sequences(altering, 0);
		default:
			if (column != nullptr && column->attidentity != '\0')
			{
				reach_sequences(altering, column->attnum);
			}
	}
}

}  // namespace ddl_warden::pg
