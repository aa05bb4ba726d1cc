/* Constraints with an index: made, taken from an index that is there, dropped. */
#include "pg/inspect/alteration.hpp"
#include "pg/inspect/naming.hpp"
#include "pg/inspect/new_index.hpp"
#include "pg/inspect/partition_index.hpp"
#include "pg/inspect/refusal.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
}

namespace ddl_warden::pg
{

namespace
{

IndexElem *
element_for(char *column)
{
	IndexElem *element = makeNode(IndexElem);

	element->name = column;
	return element;
}

List *
elements_for(const List *columns)
{
	List *elements = NIL;
	const ListCell *cell;

	foreach (cell, columns)
	{
		elements = lappend(elements, element_for(string_value(lfirst(cell))));
	}
	return elements;
}

/* EXCLUDE gives pairs of an element and an operator. */
List *
excluded_elements(const List *exclusions)
{
	List *elements = NIL;
	const ListCell *cell;

	foreach (cell, exclusions)
	{
		elements = lappend(elements, linitial(lfirst_node(List, cell)));
	}
	return elements;
}

/* The index that the server would define for a constraint. */
const IndexStmt *
index_for(const Constraint *constraint)
{
	IndexStmt *index = makeNode(IndexStmt);

	index->idxname = constraint->conname;
	index->primary = constraint->contype == CONSTR_PRIMARY;
	index->unique = constraint->contype != CONSTR_EXCLUSION;
	index->nulls_not_distinct = constraint->nulls_not_distinct;
	index->excludeOpNames = constraint->exclusions;
	take_over_periods(index, constraint);
	index->isconstraint = true;
	index->accessMethod = constraint->access_method;
	index->tableSpace = constraint->indexspace;
	index->options = constraint->options;
	index->whereClause = constraint->where_clause;
	index->indexParams = constraint->contype == CONSTR_EXCLUSION
							 ? excluded_elements(constraint->exclusions)
							 : elements_for(constraint->keys);
	index->indexIncludingParams = elements_for(constraint->including);
	return index;
}

/* "a, b" */
std::string_view
column_list(const List *columns)
{
	StringInfoData text;
	const ListCell *cell;

	initStringInfo(&text);
	foreach (cell, columns)
	{
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "",
						 quote_identifier(string_value(lfirst(cell))));
	}
	return {text.data, static_cast<std::size_t>(text.len)};
}

Oid
index_beside(Form_pg_class table, const char *name)
{
	return get_relname_relid(name, table->relnamespace);
}

List *
plain_index_columns(Oid index, Oid table)
{
	List *columns = NIL;
	const HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));

	if (!HeapTupleIsValid(row))
	{
		return NIL;
	}

	const Form_pg_index form = reinterpret_cast<Form_pg_index>(GETSTRUCT(row));

	for (int key = 0; key < form->indnkeyatts; key++)
	{
		char *name = get_attname(table, form->indkey.values[key], true);

		if (name != nullptr)
		{
			columns = lappend(columns, makeString(name));
		}
	}
	ReleaseSysCache(row);
	return columns;
}

bool
is_primary_key(const void *constraint)
{
	return static_cast<const Constraint *>(constraint)->contype == CONSTR_PRIMARY;
}

/* There is one primary key at most. */
bool
adds_another_key(const Altering &altering)
{
	const ListCell *cell;
	const ListCell *part;
	int keys = 0;

	foreach (cell, altering.commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		keys += command->subtype == AT_AddConstraint && is_primary_key(command->def);
		if (command->subtype == AT_AddColumn)
		{
			foreach (part, castNode(ColumnDef, command->def)->constraints)
			{
				keys += is_primary_key(lfirst(part));
			}
		}
	}
	return keys > 1;
}

/* By a relation beside the table, or by a constraint of it: index_create in index.c. */
bool
is_name_taken(const Altering &altering, const Constraint *constraint)
{
	return constraint->conname != nullptr &&
		   (is_constraint_name_taken(altering, constraint->conname) ||
			(!drops_anything(altering.commands) &&
			 OidIsValid(index_beside(altering.table, constraint->conname))));
}

bool
is_accepted_index(Form_pg_class table, const IndexStmt *index)
{
	return is_definable(table, index) && !(index->primary && has_primary_key(table->oid));
}

}  // namespace

List *
constraint_columns(const Altering &altering)
{
	const Constraint *constraint = castNode(Constraint, altering.command->def);

	if (constraint->indexname != nullptr)
	{
		return plain_index_columns(index_beside(altering.table, constraint->indexname),
								   altering.table->oid);
	}
	return constraint->keys;
}

int
constraint_keys(Oid constraint, AttrNumber *columns)
{
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	int count = 0;
	bool is_null = true;

	if (!HeapTupleIsValid(row))
	{
		return 0;
	}

	const Datum keys = SysCacheGetAttr(CONSTROID, row, Anum_pg_constraint_conkey, &is_null);

	if (!is_null)
	{
		const ArrayType *numbers = DatumGetArrayTypeP(keys);

		count = ARR_DIMS(numbers)[0];
		memcpy(columns, ARR_DATA_PTR(numbers), count * sizeof(AttrNumber));
	}
	ReleaseSysCache(row);
	return count;
}

void
ask_constraint_index(Altering &altering)
{
	const Constraint *constraint = castNode(Constraint, altering.command->def);
	Alteration &answer = altering.answer;

	/* another subcommand may add the columns, or drop the key that is there */
	refuse_unless(altering, !adds_another_key(altering) && !is_name_taken(altering, constraint) &&
								are_settings_accepted(altering.table, index_for(constraint)) &&
								(list_length(altering.commands) > 1 ||
								 is_accepted_index(altering.table, index_for(constraint))));
	answer.builds_index = true;
	answer.constraint = name_new_indexes(altering.inspection, index_for(constraint));
	answer.keys = column_list(constraint->keys);
	answer.included = column_list(constraint->including);
	answer.deferrable = constraint->deferrable;
	answer.initially_deferred = constraint->initdeferred;
	answer.nulls_not_distinct = constraint->nulls_not_distinct;
}

void
ask_partition_indexes(Altering &altering)
{
	const IndexStmt *index = index_for(castNode(Constraint, altering.command->def));

	if (altering.inspection.facts.only)
	{
		ask_descent(altering);
	}
	else if (altering.table->relkind == RELKIND_PARTITIONED_TABLE)
	{
		take_partition_indexes(altering, index);
	}
}

namespace
{

/* An index that is locked without losing its storage. */
void
name_index(Altering &altering, const char *name)
{
	const Oid index = index_beside(altering.table, name);

	mark_named(altering.inspection, index);
	reach_further(altering.inspection, index,
				  {.relation = {},
				   .link = Link::NamedIndex,
				   .alteration = altering.number,
				   .through = {},
				   .works = Answer::No,
				   .first = false});
}

/* ADD CONSTRAINT USING INDEX locks the index only to give it the constraint's name. */
void
use_index(Altering &altering, const Constraint *constraint)
{
	const Oid index = index_beside(altering.table, constraint->indexname);
	const char *name = constraint->conname == nullptr ? constraint->indexname : constraint->conname;

	altering.answer.constraint = quoted(name);
	altering.answer.keys = column_list(plain_index_columns(index, altering.table->oid));
	if (strcmp(name, constraint->indexname) != 0)
	{
		name_index(altering, constraint->indexname);
	}
}

}  // namespace

void
ask_named_index(Altering &altering)
{
	const AlterTableCmd *command = altering.command;

	switch (altering.answer.subcommand)
	{
		case Subcommand::AddUniqueUsingIndex:
		case Subcommand::AddPrimaryKeyUsingIndex:
			use_index(altering, castNode(Constraint, command->def));
			break;
		case Subcommand::ClusterOn:
			name_index(altering, command->name);
			break;
		case Subcommand::ReplicaIdentity:
		{
			const ReplicaIdentityStmt *identity = castNode(ReplicaIdentityStmt, command->def);

			if (identity->name != nullptr)
			{
				name_index(altering, identity->name);
			}
			break;
		}
		default:
			break;
	}
}

namespace
{

void
drop_indexes_of_column(Inspection &inspection, std::size_t relation, const char *name)
{
	const Oid table = inspection.relations[relation].oid;
	const AttrNumber column = column_number(table, name);

	for (const Index &index : inspection.indexes[relation])
	{
		if (column != InvalidAttrNumber && index_uses(index.oid, column))
		{
			set_fate(inspection, index.oid, Fate::Dropped);
		}
	}
}

void
drop_column(Altering &altering)
{
	Inspection &inspection = altering.inspection;

	for (std::size_t i = 0; i < inspection.relations.size(); i++)
	{
		if (altering.answer.reach[i] == Reach::Worked)
		{
			drop_indexes_of_column(inspection, i, altering.command->name);
		}
	}
}

/* The index behind a constraint, with its partitions' ones. */
void
drop_constraint(Altering &altering)
{
	const Oid constraint = find_constraint(altering.table->oid, altering.command->name);
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	const ListCell *cell;

	altering.answer.constraint = quoted(altering.command->name);
	altering.answer.column = {};
	if (!HeapTupleIsValid(row))
	{
		return;
	}

	const Form_pg_constraint form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));
	const bool owns_index = form->contype == CONSTRAINT_PRIMARY ||
							form->contype == CONSTRAINT_UNIQUE ||
							form->contype == CONSTRAINT_EXCLUSION;
	const Oid index = owns_index ? form->conindid : InvalidOid;

	ReleaseSysCache(row);
	if (OidIsValid(index))
	{
		foreach (cell, index_tree(index))
		{
			set_fate(altering.inspection, lfirst_oid(cell), Fate::Dropped);
		}
	}
}

}  // namespace

void
ask_dropped_indexes(Altering &altering)
{
	if (altering.answer.subcommand == Subcommand::DropColumn)
	{
		drop_column(altering);
	}
	else
	{
		drop_constraint(altering);
	}
}

}  // namespace ddl_warden::pg
