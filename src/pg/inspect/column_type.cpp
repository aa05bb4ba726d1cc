/* ALTER COLUMN TYPE: is the table rewritten, and what happens to indexes and CHECK constraints? */
#include "pg/inspect/alteration.hpp"
#include "pg/inspect/columns.hpp"
#include "pg/inspect/index_definition.hpp"
#include "pg/inspect/planning.hpp"
#include "pg/inspect/references.hpp"

#include "pg/compat.hpp"

#include "core/lexer.hpp"

extern "C" {
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_node.h"
#include "parser/parse_type.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/typcache.h"
}

namespace ddl_warden::pg
{

namespace
{

/* The default operator classes of both types. To find them is slow, and partitions mostly have the
 * same indexes. */
struct DefaultClasses
{
	Oid access_method;
	Oid present;
	Oid future;
};

struct TypeChange
{
	ColumnsOf columns;
	Form_pg_attribute column;
	const ColumnDef *definition;
	Oid type;
	Oid collation;
	const char *type_text;
	Cause cause;   /* None: no rewrite */
	bool analysed; /* types and names were all found */
	DefaultClasses defaults;
};

// ---- rewrite or not

/* As ATColumnChangeRequiresRewrite in tablecmds.c: None where the stored form stays. */
Cause
cause_of_rewrite(Node *expression, AttrNumber column)
{
	for (;;)
	{
		if (IsA(expression, Var) && castNode(Var, expression)->varattno == column)
		{
			return Cause::None;
		}
		if (IsA(expression, RelabelType))
		{
			expression = reinterpret_cast<Node *>(castNode(RelabelType, expression)->arg);
		}
		else if (IsA(expression, CoerceToDomain))
		{
			const CoerceToDomain *domain = castNode(CoerceToDomain, expression);

			if (DomainHasConstraints(domain->resulttype))
			{
				return Cause::DomainConversion;
			}
			expression = reinterpret_cast<Node *>(domain->arg);
		}
		else if (IsA(expression, FuncExpr))
		{
			const FuncExpr *call = castNode(FuncExpr, expression);

			if (call->funcid != F_TIMESTAMPTZ_TIMESTAMP && call->funcid != F_TIMESTAMP_TIMESTAMPTZ)
			{
				return Cause::TypeConversion;
			}
			if (TimestampTimestampTzRequiresRewrite())
			{
				return Cause::TimeZoneConversion;
			}
			expression = static_cast<Node *>(linitial(call->args));
		}
		else
		{
			return Cause::TypeConversion;
		}
	}
}

/* The old value as the new type, as ATPrepAlterColumnType in tablecmds.c makes it. */
Node *
conversion(TypeChange *change, int32 modifier)
{
	ParseState *state = make_parsestate(nullptr);
	Node *expression;

	if (change->definition->raw_default != nullptr)
	{
		expression = analysed(change->columns, change->definition->raw_default,
							  EXPR_KIND_ALTER_COL_TRANSFORM);
	}
	else
	{
		expression = reinterpret_cast<Node *>(column_variable(change->column));
	}
	expression = coerce_to_target_type(state, expression, exprType(expression), change->type,
									   modifier, COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
	if (expression == nullptr)
	{
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("column \"%s\" cannot be cast automatically to type %s",
							   NameStr(change->column->attname), format_type_be(change->type))));
	}
	assign_expr_collations(state, expression);
	return expression;
}

const char *
type_text(const ColumnDef *definition, Oid type, int32 modifier)
{
	const char *text = format_type_with_typemod(type, modifier);

	if (definition->collClause == nullptr)
	{
		return text;
	}
	return psprintf("%s COLLATE %s", text,
					NameListToQuotedString(definition->collClause->collname));
}

void
plan_change(void *argument)
{
	TypeChange *change = static_cast<TypeChange *>(argument);
	ColumnDef *definition = static_cast<ColumnDef *>(copyObjectImpl(change->definition));
	int32 modifier;
	Node *expression;

	typenameTypeIdAndMod(nullptr, definition->typeName, &change->type, &modifier);
	change->collation = GetColumnDefCollation(nullptr, definition, change->type);
	change->type_text = type_text(definition, change->type, modifier);
	expression = conversion(change, modifier);
	change->analysed = true;
	expression = reinterpret_cast<Node *>(expression_planner(reinterpret_cast<Expr *>(expression)));
	change->cause = cause_of_rewrite(expression, change->column->attnum);
	if (change->cause == Cause::TypeConversion && definition->raw_default != nullptr)
	{
		change->cause = Cause::UsingExpression;
	}
}

// ---- indexes over the column

const DefaultClasses &
defaults_of(TypeChange &change, Oid access_method)
{
	if (change.defaults.access_method != access_method)
	{
		change.defaults = {access_method, GetDefaultOpClass(change.column->atttypid, access_method),
						   GetDefaultOpClass(change.type, access_method)};
	}
	return change.defaults;
}

/* Would the index, defined again over the new type, be the same one? As CheckIndexCompatible in
 * indexcmds.c, on the definition that pg_get_indexdef would give: an operator class or a collation
 * that is the column's own is not named there, and follows the column. */
bool
key_stays(const IndexDefinition &index, int key, TypeChange &change)
{
	const DefaultClasses &defaults = defaults_of(change, index.access_method);
	const Oid present = index.classes[key];
	const Oid future = defaults.present == present ? defaults.future : present;
	const bool follows = index.collations[key] == change.column->attcollation;

	return future == present && (!follows || change.collation == change.column->attcollation);
}

/* Of an operator class for many types, the server compares the new type with what the index stores,
 * for all keys: CheckIndexCompatible in indexcmds.c. GIN stores the elements of an array. */
bool
stores_type(const IndexDefinition &index, int key, AttrNumber column, const TypeChange &change)
{
	if (!IsPolymorphicType(get_opclass_input_type(index.classes[key])))
	{
		return true;
	}
	const Oid type = index.columns[key] == column
						 ? change.type
						 : get_atttype(change.column->attrelid, index.columns[key]);

	return get_atttype(index.oid, static_cast<AttrNumber>(key + 1)) == type;
}

bool
is_reused(const IndexDefinition &index, AttrNumber column, TypeChange &change)
{
	if (index.partitioned)
	{
		return true; /* there is nothing to build */
	}
	if (!index.plain || !index.valid || index.partition)
	{
		return false;
	}
	for (int key = 0; key < index.keys; key++)
	{
		if ((index.columns[key] == column && !key_stays(index, key, change)) ||
			!stores_type(index, key, column, change))
		{
			return false;
		}
	}
	return true;
}

/* What stands in the way of the change may be gone before the type changes. */
bool
drops_anything(const List *commands)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableType type = lfirst_node(AlterTableCmd, cell)->subtype;

		if (type == AT_DropColumn || type == AT_DropConstraint)
		{
			return true;
		}
	}
	return false;
}

/* Can it be defined over the new type at all? */
bool
has_classes(const IndexDefinition &index, AttrNumber column, TypeChange &change)
{
	const DefaultClasses &defaults = defaults_of(change, index.access_method);

	for (int key = 0; key < index.keys; key++)
	{
		const bool by_default =
			index.columns[key] == column && defaults.present == index.classes[key];

		if (by_default && !OidIsValid(defaults.future))
		{
			return false;
		}
	}
	return true;
}

void
tell_index_fates(Inspection &inspection, std::size_t relation, AttrNumber column,
				 TypeChange &change, bool droppable)
{
	for (const Index &index : inspection.indexes[relation])
	{
		IndexDefinition definition = {};

		if (index_uses(index.oid, column) && read_index(index.oid, definition))
		{
			inspection.facts.judgeable = inspection.facts.judgeable &&
										 (droppable || has_classes(definition, column, change));
			const bool reused = is_reused(definition, column, change);

			set_fate(inspection, index.oid, reused ? Fate::Locked : Fate::Rebuilt);
		}
	}
}

/* An index of ONLY a partitioned table is defined anew without ONLY: partitions without a part of
 * it get one. pg_get_indexdef_string in ruleutils.c. */
void
add_parts(const Inspection &inspection, Oid index, std::span<unsigned> builds)
{
	OidMap<bool> parts = {};
	const ListCell *cell;

	foreach (cell, index_tree(index))
	{
		add(parts, IndexGetRelation(lfirst_oid(cell), true), true);
	}
	for (std::size_t i = 1; i < builds.size(); i++)
	{
		const Relation &relation = inspection.relations[i];

		if (has_storage(relation.kind) && find(parts, relation.oid) == nullptr)
		{
			builds[i]++;
		}
	}
}

void
tell_new_parts(Altering &altering)
{
	const Inspection &inspection = altering.inspection;
	const AttrNumber column = column_number(altering.table->oid, altering.command->name);
	const std::span<unsigned> builds = allocate_array<unsigned>(inspection.relations.size());

	for (const Index &index : inspection.indexes[0])
	{
		if (index.partitioned && index.fate != Fate::Dropped && index_uses(index.oid, column))
		{
			add_parts(inspection, index.oid, builds);
		}
	}
	altering.answer.builds = builds;
}

// ---- CHECK constraints over the column

bool
mentions(HeapTuple constraint, TupleDesc layout, AttrNumber column)
{
	bool is_null;
	const Datum keys = heap_getattr(constraint, Anum_pg_constraint_conkey, layout, &is_null);

	if (is_null)
	{
		return false;
	}

	const ArrayType *columns = DatumGetArrayTypeP(keys);
	const int16 *values = reinterpret_cast<const int16 *>(ARR_DATA_PTR(columns));

	for (int i = 0; i < ARR_DIMS(columns)[0]; i++)
	{
		if (values[i] == column)
		{
			return true;
		}
	}
	return false;
}

/* They are dropped, added again and, if they were valid, verified: ATPostAlterTypeCleanup. */
bool
has_valid_check(Oid relation, AttrNumber column, const List *commands)
{
	bool found = false;
	ScanKeyData key;
	HeapTuple row;
	const ::Relation catalog = table_open(ConstraintRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relation));
	const SysScanDesc scan =
		systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);

	while (!found && HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const Form_pg_constraint constraint = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));

		found = constraint->contype == CONSTRAINT_CHECK && constraint->convalidated &&
				!is_commanded(commands, AT_DropConstraint, NameStr(constraint->conname)) &&
				mentions(row, RelationGetDescr(catalog), column);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}

/* The change reaches each relation's own column of that name. A rewrite takes the indexes and the
 * constraints with it, but for those of relations that have nothing to rewrite. */
void
tell_dependents(Altering &altering, TypeChange &change)
{
	Inspection &inspection = altering.inspection;
	const bool rewritten = altering.answer.rewrites != Answer::No;
	const std::span<Answer> scans = new_scans(inspection);

	for (std::size_t i = 0; i < inspection.relations.size(); i++)
	{
		const Relation &relation = inspection.relations[i];
		const AttrNumber column = column_number(relation.oid, altering.command->name);

		if (column == InvalidAttrNumber)
		{
			continue;
		}
		tell_index_fates(inspection, i, column, change, drops_anything(altering.commands));
		if (!rewritten && has_storage(relation.kind) &&
			has_valid_check(relation.oid, column, altering.commands))
		{
			scans[i] = Answer::Yes;
		}
	}
	altering.answer.scans = scans;
	altering.answer.scan_cause = Cause::CheckConstraint;
}

// ---- what else hangs on the column

struct Dependents
{
	Oid sequence; /* that the column owns, of SERIAL or of an identity */
	bool goes;    /* an index, a constraint or statistics would go with the column */
	bool forbids; /* the server refuses to change its type */
};

/* NOT NULL is a constraint of its own from 18 on; it is taken care of apart. */
bool
is_not_null(Oid constraint)
{
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool found;

	if (!HeapTupleIsValid(row))
	{
		return false;
	}
	found = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->contype == 'n';
	ReleaseSysCache(row);
	return found;
}

bool
is_own_default(Oid expression, Oid table, AttrNumber column)
{
	const ObjectAddress owner = GetAttrDefaultColumnAddress(expression);

	return owner.objectId == table && owner.objectSubId == column;
}

/* As RememberAllDependentForRebuilding in tablecmds.c. */
void
consider(Dependents &dependents, const FormData_pg_depend &dependency)
{
	const Oid object = dependency.objid;

	switch (dependency.classid)
	{
		case RelationRelationId:
			if (get_rel_relkind(object) != RELKIND_SEQUENCE)
			{
				dependents.goes = true;
			}
			else if (dependency.deptype != DEPENDENCY_NORMAL)
			{
				dependents.sequence = object;
			}
			break;
		case ConstraintRelationId:
			dependents.goes = dependents.goes || !is_not_null(object);
			break;
		case StatisticExtRelationId:
			dependents.goes = true;
			break;
		case AttrDefaultRelationId:
			dependents.forbids = dependents.forbids ||
								 !is_own_default(object, dependency.refobjid,
												 static_cast<AttrNumber>(dependency.refobjsubid));
			break;
		case RewriteRelationId:
		case TriggerRelationId:
		case PolicyRelationId:
		case ProcedureRelationId:
		case PublicationRelRelationId:
			dependents.forbids = true;
			break;
		default:
			break;
	}
}

Dependents
dependents_of(Oid table, AttrNumber column)
{
	Dependents dependents = {};

	for (const FormData_pg_depend &row : references_to_column(table, column))
	{
		consider(dependents, row);
	}
	return dependents;
}

// ---- for advice

/* The text of the column's present default; empty for a generated column. */
std::string_view
present_default(Form_pg_attribute column)
{
	std::string_view present;
	ScanKeyData keys[2];
	HeapTuple row;

	if (!column->atthasdef || column->attgenerated != '\0')
	{
		return present;
	}

	const ::Relation catalog = table_open(AttrDefaultRelationId, AccessShareLock);

	ScanKeyInit(&keys[0], Anum_pg_attrdef_adrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(column->attrelid));
	ScanKeyInit(&keys[1], Anum_pg_attrdef_adnum, BTEqualStrategyNumber, F_INT2EQ,
				Int16GetDatum(column->attnum));
	const SysScanDesc scan =
		systable_beginscan(catalog, AttrDefaultIndexId, true, nullptr, 2, keys);

	if (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		bool is_null;
		const Datum tree =
			heap_getattr(row, Anum_pg_attrdef_adbin, RelationGetDescr(catalog), &is_null);

		present = expression_text(static_cast<Node *>(stringToNode(TextDatumGetCString(tree))));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return present;
}

/* What stands behind USING, up to the next subcommand or the end. */
std::string_view
using_text(const Statement &statement, const ColumnDef *definition)
{
	const int start = definition->typeName->location - statement.text_at;
	Lexer lexer(statement.text, start < 0 ? 0 : start);
	Token token = lexer.next_significant();
	std::size_t begin = 0;
	std::size_t end = 0;
	int depth = 0;

	for (; token.kind != TokenKind::End && token.kind != TokenKind::Broken;
		 token = lexer.next_significant())
	{
		depth += is_symbol(lexer, token, '(') || is_symbol(lexer, token, '[') ? 1 : 0;
		depth -= is_symbol(lexer, token, ')') || is_symbol(lexer, token, ']') ? 1 : 0;
		if (depth == 0 && is_symbol(lexer, token, ','))
		{
			break;
		}
		if (begin == 0 && depth == 0 && is_word(lexer, token, "USING"))
		{
			begin = lexer.next_significant().begin;
			lexer = Lexer(statement.text, begin);
		}
		end = token.end;
	}
	return begin == 0 || end <= begin
			   ? std::string_view()
			   : std::string_view(statement.text.data() + begin, end - begin);
}

/* Something may hang on the column of one partition alone. */
Dependents
dependents_anywhere(const Altering &altering)
{
	Dependents all = {};

	for (const Relation &relation : altering.inspection.relations)
	{
		const AttrNumber column = column_number(relation.oid, altering.command->name);

		if (column != InvalidAttrNumber)
		{
			const Dependents dependents = dependents_of(relation.oid, column);

			all.goes = all.goes || dependents.goes;
			all.forbids = all.forbids || dependents.forbids;
		}
	}
	return all;
}

/* A column goes, or is no longer computed, and what hung on it. */
bool
frees_columns(const List *commands)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableType type = lfirst_node(AlterTableCmd, cell)->subtype;

		if (type == AT_DropColumn || type == AT_DropExpression)
		{
			return true;
		}
	}
	return false;
}

void
describe_column(Altering &altering, const TypeChange &change)
{
	Alteration &answer = altering.answer;
	const Form_pg_attribute column = change.column;
	const Dependents dependents = dependents_of(column->attrelid, column->attnum);
	const Dependents anywhere = dependents_anywhere(altering);

	refuse_unless(altering, frees_columns(altering.commands) || !anywhere.forbids);
	answer.column_is_used = anywhere.goes;
	answer.type = view(change.type_text);
	answer.not_null = column->attnotnull;
	answer.not_null_name = quoted(not_null_constraint_name(column));
	answer.default_text = present_default(column);
	answer.sequence =
		OidIsValid(dependents.sequence) ? qualified_name(dependents.sequence) : std::string_view();
	if (column->attidentity != '\0')
	{
		answer.identity =
			column->attidentity == ATTRIBUTE_IDENTITY_ALWAYS ? "ALWAYS" : "BY DEFAULT";
	}
	if (change.definition->raw_default != nullptr)
	{
		answer.using_text = using_text(altering.inspection.statement, change.definition);
	}
}

/* ATPrepAlterColumnType: no system column, not apart from a parent or from children, nor where rows
 * are placed by it. */
bool
is_free_to_change(const Altering &altering, Form_pg_attribute column)
{
	return column->attnum > 0 && column->attinhcount == 0 &&
		   (!altering.inspection.facts.only ||
			find_inheritance_children(column->attrelid, NoLock) == NIL) &&
		   !bms_is_member(column->attnum, partition_columns(column->attrelid));
}

}  // namespace

void
ask_type_change(Altering &altering)
{
	const Oid table = altering.table->oid;
	Alteration &answer = altering.answer;
	TypeChange change = {};

	change.columns.table = altering.table;
	change.column = column_row(table, column_number(table, altering.command->name));
	change.definition = castNode(ColumnDef, altering.command->def);
	if (change.column == nullptr)
	{
		return; /* the server says so */
	}
	const bool is_stored = !is_virtual_column(change.column);

	refuse_unless(altering, is_free_to_change(altering, change.column));
	if (!attempt(plan_change, &change))
	{
		answer.rewrites = Answer::Unknown;
		answer.cause = Cause::NotPlanned;
		refuse_unless(altering, change.analysed || change.columns.beyond || !was_refused());
		if (!OidIsValid(change.type))
		{
			return;
		}
	}
	else if (change.cause != Cause::None && is_stored)
	{
		answer.rewrites = Answer::Yes;
		answer.cause = change.cause;
	}
	tell_dependents(altering, change);
	if (altering.table->relkind == RELKIND_PARTITIONED_TABLE)
	{
		tell_new_parts(altering);
	}
	describe_column(altering, change);
}

}  // namespace ddl_warden::pg
