/* ADD COLUMN: is the table rewritten? Decided as ATExecAddColumn in tablecmds.c does. */
#include "pg/inspect/alteration.hpp"
#include "pg/inspect/columns.hpp"
#include "pg/inspect/naming.hpp"
#include "pg/inspect/new_index.hpp"
#include "pg/inspect/planning.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/heap.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_node.h"
#include "parser/parse_type.h"
#include "utils/fmgroids.h"
#include "utils/typcache.h"
}

#include <algorithm>

namespace ddl_warden::pg
{

namespace
{

/* The column's definition, as the raw tree has it: all in its list of constraints. */
struct Definition
{
	const ColumnDef *column;
	int values; /* clauses that say where its value comes from: one at most */
	bool nullable;
	bool said_not_null;       /* by NOT NULL itself, or by what takes the value from a sequence */
	Node *default_expression; /* raw */
	Node *generated;          /* raw */
	bool serial;
	bool identity;
	bool stored;
	bool virtually_generated;
	bool not_null;
	bool check;
	bool unique;
	bool primary;
	bool references;
	bool deferrable;
	bool initially_deferred;
	bool nulls_not_distinct;
	const char *constraint_name;
};

struct SerialType
{
	const char *name;
	Oid type;
};

/* As transformColumnDefinition in parse_utilcmd.c. */
constexpr SerialType serial_types[] = {
	{"smallserial", INT2OID}, {"serial2", INT2OID},   {"serial", INT4OID},
	{"serial4", INT4OID},     {"bigserial", INT8OID}, {"serial8", INT8OID},
};

const SerialType *
serial_type(const TypeName *type)
{
	if (type == nullptr || list_length(type->names) != 1 || type->pct_type)
	{
		return nullptr;
	}
	for (const SerialType &serial : serial_types)
	{
		if (strcmp(string_value(linitial(type->names)), serial.name) == 0)
		{
			return &serial;
		}
	}
	return nullptr;
}

void
note_index(Definition &definition, const Constraint *constraint)
{
	definition.unique = definition.unique || constraint->contype == CONSTR_UNIQUE;
	definition.primary = definition.primary || constraint->contype == CONSTR_PRIMARY;
	definition.deferrable = constraint->deferrable;
	definition.initially_deferred = constraint->initdeferred;
	definition.nulls_not_distinct = constraint->nulls_not_distinct;
	definition.constraint_name = constraint->conname;
}

void
note_constraint(Definition &definition, const Constraint *constraint)
{
	definition.values += constraint->contype == CONSTR_DEFAULT ||
						 constraint->contype == CONSTR_IDENTITY ||
						 constraint->contype == CONSTR_GENERATED;
	switch (constraint->contype)
	{
		case CONSTR_NULL:
			definition.nullable = true;
			break;
		case CONSTR_NOTNULL:
			definition.not_null = true;
			break;
		case CONSTR_DEFAULT:
			definition.default_expression = constraint->raw_expr;
			break;
		case CONSTR_IDENTITY:
			definition.identity = true;
			break;
		case CONSTR_GENERATED:
			definition.stored = !is_virtual(constraint);
			definition.virtually_generated = is_virtual(constraint);
			definition.generated = constraint->raw_expr;
			break;
		case CONSTR_CHECK:
			definition.check = definition.check || !skips_validation(constraint);
			break;
		case CONSTR_PRIMARY:
		case CONSTR_UNIQUE:
			note_index(definition, constraint);
			break;
		case CONSTR_FOREIGN:
			definition.references = definition.references || !is_not_enforced(constraint);
			break;
		default:
			break;
	}
}

Definition
read_definition(const ColumnDef *column)
{
	Definition definition = {};
	const ListCell *cell;

	definition.column = column;
	definition.serial = serial_type(column->typeName) != nullptr;
	foreach (cell, column->constraints)
	{
		note_constraint(definition, lfirst_node(Constraint, cell));
	}
	definition.values += definition.serial;
	definition.said_not_null = definition.not_null || definition.serial || definition.identity;
	definition.not_null = definition.said_not_null || definition.primary;
	return definition;
}

/* What the planner made of the default. */
struct PlannedColumn
{
	const Definition *definition;
	const char *type;
	Node *cooked;  /* the given default; NULL without one */
	bool analysed; /* types and names were all found */
	bool constrained_domain;
	bool has_value; /* old rows get something other than NULL */
	bool is_volatile;
};

/* The default of the type itself, as build_column_default in rewriteHandler.c takes it. */
Node *
type_default(Oid type, int32 modifier)
{
	Node *expression = get_typdefault(type);

	if (expression == nullptr)
	{
		return nullptr;
	}
	return coerce_to_target_type(nullptr, expression, exprType(expression), type, modifier,
								 COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
}

/* A plain NULL is no default: AddRelationNewConstraints in heap.c. */
bool
is_null_constant(const Node *expression)
{
	return expression != nullptr && IsA(expression, Const) &&
		   castNode(Const, const_cast<Node *>(expression))->constisnull;
}

void
plan_default(PlannedColumn *planned, Oid type, int32 modifier)
{
	const Definition *definition = planned->definition;
	Node *expression = nullptr;

	if (definition->default_expression != nullptr)
	{
		expression =
			cookDefault(make_parsestate(nullptr),
						static_cast<Node *>(copyObjectImpl(definition->default_expression)), type,
						modifier, definition->column->colname, '\0');
		planned->cooked = expression;
	}
	planned->analysed = true;
	if (expression == nullptr || is_null_constant(expression))
	{
		expression = type_default(type, modifier);
	}
	if (expression != nullptr)
	{
		expression = reinterpret_cast<Node *>(
			expression_planner(reinterpret_cast<Expr *>(copyObjectImpl(expression))));
		planned->has_value = !is_null_constant(expression);
		planned->is_volatile = contain_volatile_functions(expression);
	}
}

const char *
type_text(const ColumnDef *column, Oid type, int32 modifier)
{
	const char *text = format_type_with_typemod(type, modifier);

	if (column->collClause == nullptr)
	{
		return text;
	}
	return psprintf("%s COLLATE %s", text, NameListToQuotedString(column->collClause->collname));
}

void
plan_column(void *argument)
{
	PlannedColumn *planned = static_cast<PlannedColumn *>(argument);
	const ColumnDef *column = planned->definition->column;
	TypeName *name = static_cast<TypeName *>(copyObjectImpl(column->typeName));
	Oid type;
	int32 modifier;

	typenameTypeIdAndMod(nullptr, name, &type, &modifier);
	GetColumnDefCollation(nullptr, static_cast<ColumnDef *>(copyObjectImpl(column)), type);
	planned->type = type_text(column, type, modifier);
	plan_default(planned, type, modifier);
	planned->constrained_domain = DomainHasConstraints(type); /* may run functions of its CHECK */
}

/* Certain from the definition alone. */
Cause
cause_by_definition(const Definition &definition)
{
	return definition.identity ? Cause::Identity
		   : definition.serial ? Cause::Serial
		   : definition.stored ? Cause::StoredGenerated
							   : Cause::None;
}

void
tell_rewrite(Alteration &answer, const PlannedColumn &planned)
{
	if (planned.constrained_domain)
	{
		answer.rewrites = Answer::Yes;
		answer.cause = Cause::ConstrainedDomain;
	}
	else if (planned.is_volatile)
	{
		answer.rewrites = Answer::Yes;
		answer.cause = Cause::VolatileDefault;
	}
}

/* Decides rewrites and their cause. */
void
decide_rewrite(Altering &altering, PlannedColumn &planned)
{
	const Definition &definition = *planned.definition;
	Alteration &answer = altering.answer;
	bool known = true;

	answer.cause = cause_by_definition(definition);
	if (definition.serial)
	{
		const SerialType *serial = serial_type(definition.column->typeName);

		planned.type = format_type_be(serial->type);
	}
	else
	{
		known = attempt(plan_column, &planned);
		refuse_unless(altering, known || planned.analysed || !was_refused());
	}
	if (answer.cause != Cause::None)
	{
		answer.rewrites = Answer::Yes;
	}
	else if (!known)
	{
		answer.rewrites = Answer::Unknown;
		answer.cause = Cause::NotPlanned;
	}
	else if (!definition.virtually_generated)
	{
		tell_rewrite(answer, planned);
	}
}

/* As transformAlterTableStmt sees it: an identity is none. */
bool
has_default(const Definition &definition)
{
	return definition.default_expression != nullptr || definition.serial || definition.stored;
}

bool
checks_key(const Definition &definition)
{
	return definition.references && has_default(definition);
}

/* Verified row by row: a CHECK always, NOT NULL and a foreign key by whether old rows get a
 * value. */
Cause
verified(const Definition &definition, bool has_value)
{
	const bool gets_value = has_value || definition.identity || definition.serial;

	if (definition.check)
	{
		return Cause::CheckConstraint;
	}
	if (definition.not_null && !gets_value)
	{
		return Cause::NotNullUnproved;
	}
	return checks_key(definition) ? Cause::ForeignKey : Cause::None;
}

void
tell_index(Altering &altering, const Definition &definition)
{
	Alteration &answer = altering.answer;
	IndexStmt *index = makeNode(IndexStmt);
	IndexElem *element = makeNode(IndexElem);

	answer.builds_index = definition.unique || definition.primary;
	if (!answer.builds_index)
	{
		return;
	}
	element->name = definition.column->colname;
	index->indexParams = list_make1(element);
	index->primary = definition.primary;
	index->isconstraint = true;
	index->idxname = const_cast<char *>(definition.constraint_name);
	answer.constraint = name_new_indexes(altering.inspection, index);
	answer.keys = answer.column;
	answer.deferrable = definition.deferrable;
	answer.initially_deferred = definition.initially_deferred;
	answer.nulls_not_distinct = definition.nulls_not_distinct;
}

/* expression_tree_walker: notes the sequences that nextval draws from. */
bool
note_sequence(Node *node, void *context)
{
	List **sequences = static_cast<List **>(context);

	if (node == nullptr)
	{
		return false;
	}
	if (IsA(node, FuncExpr) && castNode(FuncExpr, node)->funcid == F_NEXTVAL)
	{
		const Node *sequence = static_cast<const Node *>(linitial(castNode(FuncExpr, node)->args));

		if (IsA(sequence, Const) && !castNode(Const, const_cast<Node *>(sequence))->constisnull)
		{
			*sequences = lappend_oid(
				*sequences,
				DatumGetObjectId(castNode(Const, const_cast<Node *>(sequence))->constvalue));
		}
	}
	return walk_expression(node, note_sequence, context);
}

/* Each row draws a number: a table without rows leaves the sequence alone. */
void
reach_sequences(Altering &altering, Node *expression)
{
	const std::span<const Relation> relations = altering.inspection.relations;
	const bool any_rows = std::any_of(relations.begin(), relations.end(),
									  [](const Relation &one) { return one.heap_bytes > 0; });
	List *sequences = NIL;
	const ListCell *cell;

	if (any_rows)
	{
		note_sequence(expression, &sequences);
	}
	foreach (cell, sequences)
	{
		reach_further(altering.inspection, lfirst_oid(cell),
					  {.relation = {},
					   .link = Link::UsedSequence,
					   .alteration = altering.number,
					   .through = qualified_name(altering.table->oid),
					   .works = Answer::No,
					   .first = false});
	}
}

/* The server says that it exists, unless the statement drops it first. */
bool
is_new_column(const Altering &altering, const char *name)
{
	return column_number(altering.table->oid, name) == InvalidAttrNumber ||
		   is_commanded(altering.commands, AT_DropColumn, name);
}

/* transformColumnDefinition in parse_utilcmd.c */
bool
contradicts_itself(const Definition &definition)
{
	return definition.values > 1 || (definition.nullable && definition.said_not_null);
}

/* A generated value is computed from columns that are there; there is one primary key; and a unique
 * column of a partitioned table is no part of the key by which rows are placed. */
bool
is_definable(const Altering &altering, const Definition &definition)
{
	const Form_pg_class table = altering.table;

	return is_generation_accepted(table, definition.generated) &&
		   !(definition.primary && has_primary_key(table->oid)) &&
		   !((definition.unique || definition.primary) &&
			 table->relkind == RELKIND_PARTITIONED_TABLE);
}

}  // namespace

void
ask_added_column(Altering &altering)
{
	const Definition definition = read_definition(castNode(ColumnDef, altering.command->def));
	PlannedColumn planned = {};
	Alteration &answer = altering.answer;

	planned.definition = &definition;
	refuse_unless(altering, is_new_column(altering, definition.column->colname) &&
								!contradicts_itself(definition));
	refuse_unless(altering,
				  list_length(altering.commands) > 1 || is_definable(altering, definition));
	decide_rewrite(altering, planned);
	answer.column = quoted(definition.column->colname);
	answer.type = view(planned.type);
	answer.not_null = definition.not_null;
	if (planned.cooked != nullptr)
	{
		answer.default_text = expression_text(planned.cooked);
		reach_sequences(altering, planned.cooked);
	}
	answer.scan_cause = verified(definition, planned.has_value);
	answer.checks_key = checks_key(definition) && answer.scan_cause != Cause::ForeignKey;
	if (answer.scan_cause != Cause::None)
	{
		answer.scans = scan_all(altering.inspection);
	}
	tell_index(altering, definition);
}

}  // namespace ddl_warden::pg
