/* ALTER COLUMN TYPE defines CHECK constraints and indexes over the column again: can it? */
#include "pg/inspect/columns.hpp"
#include "pg/inspect/planning.hpp"
#include "pg/inspect/refusal.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/heap.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_expr.h"
#include "parser/parse_type.h"
#include "tcop/tcopprot.h"
#include "utils/fmgroids.h"
#include "utils/ruleutils.h"
}

namespace ddl_warden::pg
{

namespace
{

struct Definition
{
	Oid table;
	const List *commands;
	Node *tree; /* as the catalog has it */
	bool condition;
	bool beyond; /* it names a row as a whole, or a column that the statement drops */
};

/* A parameter is deparsed without a look at the table, which would lock it: that of a column has
 * its number. */
Node *
columns_as_parameters(Node *node, void *context)
{
	Definition &definition = *static_cast<Definition *>(context);

	if (node == nullptr || !IsA(node, Var))
	{
		return mutate_expression(node, columns_as_parameters, context);
	}

	const Var *column = castNode(Var, node);
	const char *name = get_attname(definition.table, column->varattno, true);
	Param *parameter = makeNode(Param);

	definition.beyond = definition.beyond || column->varattno <= 0 || name == nullptr ||
						is_commanded(definition.commands, AT_DropColumn, name);
	parameter->paramkind = PARAM_EXTERN;
	parameter->paramid = column->varattno;
	parameter->paramtype = column->vartype;
	parameter->paramtypmod = column->vartypmod;
	parameter->paramcollid = column->varcollid;
	parameter->location = -1;
	return reinterpret_cast<Node *>(parameter);
}

/* As it will be. */
void
retype(Form_pg_attribute column, const List *commands)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_AlterColumnType &&
			strcmp(command->name, NameStr(column->attname)) == 0)
		{
			ColumnDef *wanted = static_cast<ColumnDef *>(copyObjectImpl(command->def));

			typenameTypeIdAndMod(nullptr, wanted->typeName, &column->atttypid, &column->atttypmod);
			column->attcollation = GetColumnDefCollation(nullptr, wanted, column->atttypid);
		}
	}
}

Node *
parameter_as_column(ParseState *state, ParamRef *reference)
{
	const Definition &definition = *static_cast<Definition *>(state->p_ref_hook_state);
	const Form_pg_attribute column =
		column_row(definition.table, static_cast<AttrNumber>(reference->number));

	if (column == nullptr)
	{
		return nullptr;
	}
	retype(column, definition.commands);
	return reinterpret_cast<Node *>(column_variable(column));
}

void
define_again(void *argument)
{
	Definition &definition = *static_cast<Definition *>(argument);
	Node *tree = columns_as_parameters(definition.tree, argument);
	ParseState *state = make_parsestate(nullptr);

	if (definition.beyond)
	{
		return;
	}

	const List *parsed =
		pg_parse_query(psprintf("SELECT %s", deparse_expression(tree, NIL, false, false)));
	const SelectStmt *query = castNode(SelectStmt, linitial_node(RawStmt, parsed)->stmt);
	const ListCell *cell;

	state->p_paramref_hook = parameter_as_column;
	state->p_ref_hook_state = argument;
	foreach (cell, query->targetList)
	{
		tree = transformExpr(state, lfirst_node(ResTarget, cell)->val, EXPR_KIND_CHECK_CONSTRAINT);
		if (definition.condition)
		{
			coerce_to_boolean(state, tree, "CHECK");
		}
	}
}

bool
names_column(Node *tree, AttrNumber column)
{
	Bitmapset *columns = nullptr;

	pull_varattnos(tree, 1, &columns);
	return bms_is_member(column - FirstLowInvalidHeapAttributeNumber, columns);
}

struct Stored
{
	Datum tree;
	bool condition;
};

/* text: what is null is none. */
List *
add_text(List *texts, Datum text, bool is_null, bool condition)
{
	if (is_null)
	{
		return texts;
	}

	Stored *added = static_cast<Stored *>(palloc(sizeof(Stored)));

	*added = {PointerGetDatum(PG_DETOAST_DATUM_COPY(text)), condition};
	return lappend(texts, added);
}

/* What is dropped first is not defined again. */
List *
index_texts(const Relation &relation)
{
	List *texts = NIL;

	for (const Index &index : relation.indexes)
	{
		const HeapTuple row = index.fate == Fate::Dropped
								  ? nullptr
								  : SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index.oid));
		bool is_null;

		if (!HeapTupleIsValid(row))
		{
			continue;
		}
		const Datum expressions =
			SysCacheGetAttr(INDEXRELID, row, Anum_pg_index_indexprs, &is_null);

		texts = add_text(texts, expressions, is_null, false);

		const Datum predicate = SysCacheGetAttr(INDEXRELID, row, Anum_pg_index_indpred, &is_null);

		texts = add_text(texts, predicate, is_null, true);
		ReleaseSysCache(row);
	}
	return texts;
}

List *
check_texts(List *texts, Oid table, const List *commands)
{
	ScanKeyData key;
	HeapTuple row;
	const ::Relation catalog = table_open(ConstraintRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	const SysScanDesc scan =
		systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const Form_pg_constraint constraint = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));
		bool is_null;
		const Datum text =
			heap_getattr(row, Anum_pg_constraint_conbin, RelationGetDescr(catalog), &is_null);

		if (!is_commanded(commands, AT_DropConstraint, NameStr(constraint->conname)))
		{
			texts = add_text(texts, text, is_null, true);
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return texts;
}

bool
has_failing(const Altering &altering, const Relation &relation, AttrNumber column)
{
	const ListCell *cell;

	foreach (cell, check_texts(index_texts(relation), relation.oid, altering.commands))
	{
		const Stored &stored = *static_cast<const Stored *>(lfirst(cell));
		Definition definition = {
			relation.oid, altering.commands,
			static_cast<Node *>(stringToNode(TextDatumGetCString(stored.tree))), stored.condition,
			false};

		if (names_column(definition.tree, column) && refuses(define_again, &definition))
		{
			return true;
		}
	}
	return false;
}

}  // namespace

bool
is_definition_refused(const Altering &altering)
{
	for (const Relation &relation : altering.inspection.relations)
	{
		const AttrNumber column = column_number(relation.oid, altering.command->name);

		if (column != InvalidAttrNumber && has_failing(altering, relation, column))
		{
			return true;
		}
	}
	return false;
}

}  // namespace ddl_warden::pg
