/* Expressions over the columns of a table that is not open. */
#pragma once

#include "pg/postgres.hpp"

extern "C" {
#include "parser/parse_node.h"
}

namespace ddl_warden::pg
{

/* The table whose columns an expression names. */
struct ColumnsOf
{
	Form_pg_class table;
	bool beyond; /* it names a row as a whole, which only the server resolves */
};

Var *column_variable(Form_pg_attribute column);

/* The expression after parse analysis, of a copy of it. What is not known, the parser refuses with
 * an ERROR: to be asked in an attempt. */
Node *analysed(ColumnsOf &columns, const Node *raw, ParseExprKind kind);

/* Does the server accept it, as far as can be known? */
bool is_accepted(Form_pg_class table, const Node *raw, ParseExprKind kind);

/* As an expression of a generated column? */
bool is_generation_accepted(Form_pg_class table, const Node *raw);

/* The columns that rows are placed in partitions by, also within expressions. */
Bitmapset *partition_columns(Oid table);

}  // namespace ddl_warden::pg
