#include "pg/inspect/new_index.hpp"

#include "pg/inspect/columns.hpp"
#include "pg/inspect/mutability.hpp"
#include "pg/inspect/options.hpp"
#include "pg/inspect/planning.hpp"
#include "pg/inspect/relation.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "access/amapi.h"
#include "catalog/index.h"
#include "catalog/pg_constraint.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_oper.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

struct NewIndex
{
	ColumnsOf columns;
	const IndexStmt *statement;
	List *expressions; /* after parse analysis; also the predicate */
};

Node *
taken_in(NewIndex &index, const Node *raw, ParseExprKind kind)
{
	Node *expression = analysed(index.columns, raw, kind);

	index.expressions = lappend(index.expressions, expression);
	return expression;
}

Oid
type_of(NewIndex &index, const IndexElem *element)
{
	const Oid table = index.columns.table->oid;

	if (element->name == nullptr)
	{
		return exprType(taken_in(index, element->expr, EXPR_KIND_INDEX_EXPRESSION));
	}

	const Form_pg_attribute column = column_row(table, column_number(table, element->name));

	if (column == nullptr || column->attnum < 0)
	{
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("column \"%s\" does not exist", element->name));
	}
	return column->atttypid;
}

/* Can indexes of that method be unique, of several columns, and so on? As DefineIndex asks. */
bool
is_able(Oid method, const IndexStmt *statement)
{
	const IndexAmRoutine *able = GetIndexAmRoutineByAmId(method, false);

	return (able->amcanunique || !statement->unique || excludes(statement)) &&
		   (able->amcaninclude || statement->indexIncludingParams == NIL) &&
		   (able->amcanmulticol || list_length(statement->indexParams) <= 1) &&
		   (able->amgettuple != nullptr || !excludes(statement));
}

void
check_collation(const IndexElem *element, Oid type)
{
	if (element->collation == NIL)
	{
		return;
	}
	get_collation_oid(element->collation, false);
	if (!type_is_collatable(type))
	{
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
				errmsg("collations are not supported by type %s", format_type_be(type)));
	}
}

/* The operator by which rows exclude each other. */
void
check_operator(List *name, Oid type, Oid operator_class)
{
	const Oid oid = compatible_oper_opid(name, type, type, false);

	if (get_commutator(oid) != oid ||
		get_op_opfamily_strategy(oid, get_opclass_family(operator_class)) == 0)
	{
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("operator %s cannot be used in the exclusion constraint",
					   NameListToString(name)));
	}
}

/* index_opclass_options in indexam.c: only some operator classes have any. */
void
check_parameters(const IndexElem *element, Oid operator_class, Oid method)
{
	const uint16 number = GetIndexAmRoutineByAmId(method, false)->amoptsprocnum;
	const Oid type = get_opclass_input_type(operator_class);

	if (element->opclassopts != NIL &&
		(number == 0 ||
		 !OidIsValid(get_opfamily_proc(get_opclass_family(operator_class), type, type, number))))
	{
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("the operator class has no options"));
	}
}

/* Of the element at that place; NIL: there is none. */
List *
excluding_operator(const IndexStmt *statement, int place)
{
	return place < list_length(statement->excludeOpNames)
			   ? lsecond_node(List, list_nth_node(List, statement->excludeOpNames, place))
			   : NIL;
}

/* ComputeIndexAttrs; raises what it would raise. */
void
define(void *argument)
{
	NewIndex *index = static_cast<NewIndex *>(argument);
	const IndexStmt *statement = index->statement;
	const char *method = access_method_of(statement);
	const Oid method_oid = get_index_am_oid(method, false);
	const ListCell *cell;

	if (!is_able(method_oid, statement))
	{
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("access method \"%s\" cannot make such an index", method));
	}
	foreach (cell, statement->indexParams)
	{
		IndexElem *element = lfirst_node(IndexElem, cell);
		const Oid type = type_of(*index, element);
		const Oid operator_class = ResolveOpClass(element->opclass, type, method, method_oid);
		List *excluding = excluding_operator(statement, foreach_current_index(cell));

		check_collation(element, type);
		check_parameters(element, operator_class, method_oid);
		if (excluding != NIL)
		{
			check_operator(excluding, type, operator_class);
		}
	}
	foreach (cell, statement->indexIncludingParams)
	{
		type_of(*index, lfirst_node(IndexElem, cell));
	}
	if (statement->whereClause != nullptr)
	{
		taken_in(*index, statement->whereClause, EXPR_KIND_INDEX_PREDICATE);
	}
}

/* A unique index cannot span the partitions otherwise. */
bool
covers_partition_key(Form_pg_class table, const IndexStmt *statement)
{
	Bitmapset *wanted =
		table->relkind == RELKIND_PARTITIONED_TABLE ? partition_columns(table->oid) : nullptr;
	const ListCell *cell;

	foreach (cell, statement->indexParams)
	{
		const char *name = lfirst_node(IndexElem, cell)->name;
		const AttrNumber column = name == nullptr ? 0 : column_number(table->oid, name);

		if (column > 0)
		{
			wanted = bms_del_member(wanted, column);
		}
	}
	return bms_is_empty(wanted);
}

/* Of a constraint: transformIndexConstraint in parse_utilcmd.c. */
bool
names_a_column_twice(Form_pg_class table, const IndexStmt *statement)
{
	Bitmapset *seen = nullptr;
	const ListCell *cell;

	if (!statement->isconstraint || statement->excludeOpNames != NIL)
	{
		return false;
	}
	foreach (cell, statement->indexParams)
	{
		const AttrNumber column = column_number(table->oid, lfirst_node(IndexElem, cell)->name);

		if (bms_is_member(column, seen))
		{
			return true;
		}
		seen = bms_add_member(seen, column);
	}
	return false;
}

bool
must_cover_partition_key(const IndexStmt *statement)
{
	return statement->unique || statement->primary ||
		   (statement->isconstraint && statement->excludeOpNames == NIL);
}

}  // namespace

const char *
access_method_of(const IndexStmt *statement)
{
	if (statement->accessMethod == nullptr)
	{
		return DEFAULT_INDEX_TYPE;
	}
	return strcmp(statement->accessMethod, "rtree") == 0 ? "gist" : statement->accessMethod;
}

bool
are_settings_accepted(Form_pg_class table, const IndexStmt *statement)
{
	const Oid method = get_index_am_oid(access_method_of(statement), true);
	const Oid space = statement->tableSpace == nullptr
						  ? InvalidOid
						  : get_tablespace_oid(statement->tableSpace, true);
	const int columns =
		list_length(statement->indexParams) + list_length(statement->indexIncludingParams);

	return OidIsValid(method) && columns <= INDEX_MAX_KEYS &&
		   is_tablespace_accepted(statement->tableSpace) &&
		   !(table->relkind == RELKIND_PARTITIONED_TABLE && space == MyDatabaseTableSpace) &&
		   are_index_options_accepted(method, statement->options);
}

bool
is_definable(Form_pg_class table, const IndexStmt *statement)
{
	NewIndex index = {{table, false}, statement, NIL};

	return are_settings_accepted(table, statement) &&
		   (!refuses(define, &index) || index.columns.beyond) && !are_mutable(index.expressions) &&
		   !names_a_column_twice(table, statement) &&
		   (!must_cover_partition_key(statement) || covers_partition_key(table, statement));
}

bool
has_primary_key(Oid table)
{
	ScanKeyData key;
	HeapTuple row;
	bool found = false;
	const ::Relation catalog = table_open(ConstraintRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	const SysScanDesc scan =
		systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);

	while (!found && HeapTupleIsValid(row = systable_getnext(scan)))
	{
		found = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->contype == CONSTRAINT_PRIMARY;
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}

}  // namespace ddl_warden::pg
