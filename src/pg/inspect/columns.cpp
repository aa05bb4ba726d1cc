#include "pg/inspect/columns.hpp"

#include "pg/inspect/mutability.hpp"
#include "pg/inspect/planning.hpp"
#include "pg/inspect/relation.hpp"

extern "C" {
#include "catalog/pg_partitioned_table.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_expr.h"
}

namespace ddl_warden::pg
{

namespace
{

bool
is_name(const void *field, const char *name)
{
	return IsA(field, String) && name != nullptr && strcmp(string_value(field), name) == 0;
}

/* The column's name in "a", "t.a" and "s.t.a"; NULL for anything else. */
const char *
referred_column(const ColumnRef *reference, Form_pg_class table)
{
	const List *fields = reference->fields;
	const int length = list_length(fields);

	if (!IsA(llast(fields), String) || length > 3 ||
		(length > 1 && !is_name(list_nth(fields, length - 2), NameStr(table->relname))) ||
		(length > 2 && !is_name(linitial(fields), get_namespace_name(table->relnamespace))))
	{
		return nullptr;
	}
	return string_value(llast(fields));
}

/* "t", "t.*", "t.function": a row as a whole, which takes an open relation to resolve. */
bool
may_be_row(const ColumnRef *reference, Form_pg_class table)
{
	const void *first = linitial(reference->fields);

	return list_length(reference->fields) > 2 || !IsA(first, String) ||
		   is_name(first, NameStr(table->relname));
}

/* Resolves columns from the catalog. What it does not know, the parser refuses. */
Node *
resolve_column(ParseState *state, ColumnRef *reference)
{
	ColumnsOf *columns = static_cast<ColumnsOf *>(state->p_ref_hook_state);
	const Form_pg_class table = columns->table;
	const char *name = referred_column(reference, table);
	const Form_pg_attribute column =
		name == nullptr ? nullptr : column_row(table->oid, column_number(table->oid, name));

	if (column == nullptr)
	{
		columns->beyond = columns->beyond || may_be_row(reference, table);
		return nullptr;
	}
	return reinterpret_cast<Node *>(column_variable(column));
}

struct Analysis
{
	ColumnsOf columns;
	const Node *raw;
	ParseExprKind kind;
	Node *tree;
};

void
analyse(void *argument)
{
	Analysis *analysis = static_cast<Analysis *>(argument);

	analysis->tree = analysed(analysis->columns, analysis->raw, analysis->kind);
}

}  // namespace

Var *
column_variable(Form_pg_attribute column)
{
	return makeVar(1, column->attnum, column->atttypid, column->atttypmod, column->attcollation, 0);
}

Node *
analysed(ColumnsOf &columns, const Node *raw, ParseExprKind kind)
{
	ParseState *state = make_parsestate(nullptr);

	state->p_pre_columnref_hook = resolve_column;
	state->p_ref_hook_state = &columns;
	return transformExpr(state, static_cast<Node *>(copyObjectImpl(raw)), kind);
}

bool
is_accepted(Form_pg_class table, const Node *raw, ParseExprKind kind)
{
	Analysis analysis = {{table, false}, raw, kind, nullptr};

	return raw == nullptr || !refuses(analyse, &analysis) || analysis.columns.beyond;
}

namespace
{

/* check_nested_generated in heap.c */
bool
names_generated_column(Oid table, Node *expression)
{
	Bitmapset *columns = nullptr;
	int place = -1;

	pull_varattnos(expression, 1, &columns);
	while ((place = bms_next_member(columns, place)) >= 0)
	{
		const int number = place + FirstLowInvalidHeapAttributeNumber;
		const Form_pg_attribute column =
			number > 0 ? column_row(table, static_cast<AttrNumber>(number)) : nullptr;

		if (column != nullptr && column->attgenerated != '\0')
		{
			return true;
		}
	}
	return false;
}

}  // namespace

bool
is_generation_accepted(Form_pg_class table, const Node *raw)
{
	Analysis analysis = {{table, false}, raw, EXPR_KIND_GENERATED_COLUMN, nullptr};

	if (raw == nullptr || !attempt(analyse, &analysis))
	{
		return raw == nullptr || analysis.columns.beyond;
	}
	return !names_generated_column(table->oid, analysis.tree) &&
		   !are_mutable(list_make1(analysis.tree));
}

namespace
{

Bitmapset *
columns_in(Datum expressions)
{
	Bitmapset *shifted = nullptr;
	Bitmapset *columns = nullptr;
	int column = -1;

	pull_varattnos(static_cast<Node *>(stringToNode(TextDatumGetCString(expressions))), 1,
				   &shifted);
	while ((column = bms_next_member(shifted, column)) >= 0)
	{
		if (column + FirstLowInvalidHeapAttributeNumber > 0)
		{
			columns = bms_add_member(columns, column + FirstLowInvalidHeapAttributeNumber);
		}
	}
	return columns;
}

}  // namespace

Bitmapset *
partition_columns(Oid table)
{
	const HeapTuple row = SearchSysCache1(PARTRELID, ObjectIdGetDatum(table));
	Bitmapset *columns = nullptr;
	bool is_null = true;

	if (!HeapTupleIsValid(row))
	{
		return nullptr;
	}

	const Datum expressions =
		SysCacheGetAttr(PARTRELID, row, Anum_pg_partitioned_table_partexprs, &is_null);
	const auto key = reinterpret_cast<Form_pg_partitioned_table>(GETSTRUCT(row));

	for (int i = 0; i < key->partnatts; i++)
	{
		if (key->partattrs.values[i] > 0)
		{
			columns = bms_add_member(columns, key->partattrs.values[i]);
		}
	}
	columns = is_null ? columns : bms_join(columns, columns_in(expressions));
	ReleaseSysCache(row);
	return columns;
}

}  // namespace ddl_warden::pg
