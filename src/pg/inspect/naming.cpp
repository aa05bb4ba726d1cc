#include "pg/inspect/naming.hpp"

extern "C" {
#include "commands/defrem.h"
#include "mb/pg_wchar.h"
#include "parser/parse_target.h"
}

namespace ddl_warden::pg
{

namespace
{

bool
is_taken(const List *names, const char *name)
{
	const ListCell *cell;

	foreach (cell, names)
	{
		if (strcmp(static_cast<const char *>(lfirst(cell)), name) == 0)
		{
			return true;
		}
	}
	return false;
}

/* The column's preliminary name: an expression is named after its outermost function, if any. */
const char *
original_name(const IndexElem *element)
{
	if (element->indexcolname != nullptr)
	{
		return element->indexcolname;
	}
	if (element->name != nullptr)
	{
		return element->name;
	}

	const char *function = FigureIndexColname(element->expr);

	return function != nullptr ? function : "expr";
}

/* name, then name1, name2 … cut to the length of an identifier. */
const char *
numbered_name(const char *name, int number)
{
	const char *suffix = psprintf("%d", number);
	int length = pg_mbcliplen(name, static_cast<int>(strlen(name)),
							  NAMEDATALEN - 1 - static_cast<int>(strlen(suffix)));

	return psprintf("%.*s%s", length, name, suffix);
}

/* As ChooseIndexNameAddition in indexcmds.c: "a_b_c". */
const char *
joined_names(const List *names)
{
	StringInfoData joined;
	const ListCell *cell;

	initStringInfo(&joined);
	foreach (cell, names)
	{
		if (joined.len > 0)
		{
			appendStringInfoChar(&joined, '_');
		}
		appendStringInfoString(&joined, static_cast<const char *>(lfirst(cell)));
		if (joined.len >= NAMEDATALEN)
		{
			break;
		}
	}
	return joined.data;
}

}  // namespace

/* As ChooseIndexColumnNames in indexcmds.c. */
List *
index_column_names(List *elements)
{
	List *names = NIL;
	ListCell *cell;

	foreach (cell, elements)
	{
		const char *original = original_name(lfirst_node(IndexElem, cell));
		const char *name = original;

		for (int number = 1; is_taken(names, name); number++)
		{
			name = numbered_name(original, number);
		}
		names = lappend(names, const_cast<char *>(name));
	}
	return names;
}

/* As ChooseIndexName in indexcmds.c. */
const char *
choose_index_name(Oid table, const IndexStmt *statement)
{
	Form_pg_class row = class_row(table);
	List *elements = list_concat_copy(statement->indexParams, statement->indexIncludingParams);
	bool constraint =
		statement->primary || statement->isconstraint || statement->excludeOpNames != NIL;
	const char *label = statement->primary                 ? "pkey"
						: statement->excludeOpNames != NIL ? "excl"
						: statement->isconstraint          ? "key"
														   : "idx";
	const char *columns = statement->primary ? nullptr : joined_names(index_column_names(elements));

	return row == nullptr ? nullptr
						  : ChooseRelationName(NameStr(row->relname), columns, label,
											   row->relnamespace, constraint);
}

std::string_view
name_new_indexes(Inspection &inspection, const IndexStmt *statement)
{
	for (Relation &relation : inspection.relations)
	{
		const bool given = relation.named && statement->idxname != nullptr;

		if (relation.kind == RelationKind::ForeignTable)
		{
			continue;
		}
		relation.new_index_name =
			given ? quoted(statement->idxname) : quoted(choose_index_name(relation.oid, statement));
	}
	return inspection.relations.empty() ? std::string_view()
										: inspection.relations.front().new_index_name;
}

}  // namespace ddl_warden::pg
