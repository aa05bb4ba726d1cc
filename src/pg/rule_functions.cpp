/* The view ddl_warden.rule: what it reads (default_rules) and what an UPDATE of it does. */
#include "pg/memory.hpp"
#include "pg/own_table.hpp"
#include "pg/policy.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/datum.h"

PG_FUNCTION_INFO_V1(ddl_warden_default_rules);
PG_FUNCTION_INFO_V1(ddl_warden_change_rule);
}

namespace ddl_warden::pg
{

namespace
{

/* A row of the view, as an UPDATE has it. */
struct RuleRow
{
	HeapTuple tuple;
	TupleDesc columns;
};

/* What of a rule can be changed: as the tables have it. */
struct Terms
{
	Action action;
	NullableDatum tolerate_bytes;
	NullableDatum tolerate_count;
};

NullableDatum
value_of(const RuleRow &row, const char *column)
{
	NullableDatum result;

	result.value =
		heap_getattr(row.tuple, SPI_fnumber(row.columns, column), row.columns, &result.isnull);
	return result;
}

NullableDatum
limit_datum(const std::optional<std::uint64_t> &limit)
{
	if (!limit.has_value())
	{
		return {static_cast<Datum>(0), true};
	}
	return {Int64GetDatum(static_cast<std::int64_t>(*limit)), false};
}

Datum
text_datum(std::string_view value)
{
	return PointerGetDatum(cstring_to_text_with_len(value.data(), value.size()));
}

Terms
terms_of(const RuleInForce &rule)
{
	return {rule.action, limit_datum(rule.tolerate_bytes), limit_datum(rule.tolerate_count)};
}

bool
same(NullableDatum a, NullableDatum b)
{
	return a.isnull == b.isnull && (a.isnull || DatumGetInt64(a.value) == DatumGetInt64(b.value));
}

bool
same(const Terms &a, const Terms &b)
{
	return a.action == b.action && same(a.tolerate_bytes, b.tolerate_bytes) &&
		   same(a.tolerate_count, b.tolerate_count);
}

bool
is_changeable(const char *column)
{
	return strcmp(column, "action") == 0 || strcmp(column, "tolerate_bytes") == 0 ||
		   strcmp(column, "tolerate_count") == 0;
}

void
check_only_changeable_differ(const RuleRow &before, const RuleRow &after)
{
	for (int i = 0; i < before.columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(before.columns, i);
		const char *name = NameStr(column->attname);
		const NullableDatum was = value_of(before, name);
		const NullableDatum is = value_of(after, name);

		if (!is_changeable(name) &&
			(was.isnull != is.isnull ||
			 (!was.isnull &&
			  !datum_image_eq(was.value, is.value, column->attbyval, column->attlen))))
		{
			ereport(
				ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot update column \"%s\" of view \"ddl_warden.rule\"", name),
				 errdetail(
					 "Columns \"action\", \"tolerate_bytes\" and \"tolerate_count\" can be updated.")));
		}
	}
}

Action
checked_action(const char *rule, NullableDatum value)
{
	if (value.isnull)
	{
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("\"action\" of rule \"%s\" must not be null", rule)));
	}

	const char *action = TextDatumGetCString(value.value);
	const std::optional<Action> known = action_from(action);

	if (known.has_value())
	{
		return *known;
	}
	if (strcmp(action, "online") == 0)
	{
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("action \"online\" is not supported by this version")));
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("invalid action for rule \"%s\": \"%s\"", rule, action),
					errhint("Available actions: \"off\", \"record\", \"warn\", \"deny\".")));
	pg_unreachable();
}

/* A limit stays a limit, and a rule that has none does not get one. */
NullableDatum
checked_limit(const char *rule, const char *column, NullableDatum value, bool has_limit)
{
	if (!has_limit && !value.isnull)
	{
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("rule \"%s\" has no \"%s\"", rule, column),
						errdetail("The value must be null, as it is by default.")));
	}
	if (has_limit && value.isnull)
	{
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" of rule \"%s\" must not be null", column, rule),
			 errhint(
				 "A value of 0 tolerates nothing; an action of \"off\" tolerates everything.")));
	}
	if (has_limit && DatumGetInt64(value.value) < 0)
	{
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("\"%s\" of rule \"%s\" must not be negative", column, rule)));
	}
	return value;
}

Terms
checked_terms(const RuleRow &row, const char *rule, const RuleInForce &defaults)
{
	return {
		checked_action(rule, value_of(row, "action")),
		checked_limit(rule, "tolerate_bytes", value_of(row, "tolerate_bytes"),
					  defaults.tolerate_bytes.has_value()),
		checked_limit(rule, "tolerate_count", value_of(row, "tolerate_count"),
					  defaults.tolerate_count.has_value()),
	};
}

/* What the statement changed, over what is in force by now: another session may have changed the
 * other terms since the statement took its snapshot. */
Terms
merged(const Terms &current, const Terms &before, const Terms &after)
{
	return {
		before.action == after.action ? current.action : after.action,
		same(before.tolerate_bytes, after.tolerate_bytes) ? current.tolerate_bytes
														  : after.tolerate_bytes,
		same(before.tolerate_count, after.tolerate_count) ? current.tolerate_count
														  : after.tolerate_count,
	};
}

void
delete_change(Relation table, const char *rule)
{
	const AttrNumber column = column_number(table, "name", TEXTOID);
	SysScanDesc scan = systable_beginscan(table, InvalidOid, false, nullptr, 0, nullptr);

	for (HeapTuple row = systable_getnext(scan); column != InvalidAttrNumber && row != nullptr;
		 row = systable_getnext(scan))
	{
		bool is_null;
		Datum name = heap_getattr(row, column, RelationGetDescr(table), &is_null);

		if (!is_null && strcmp(TextDatumGetCString(name), rule) == 0)
		{
			simple_heap_delete(table, &row->t_self);
		}
	}
	systable_endscan(scan);
}

void
insert_change(Relation table, const char *rule, const Terms &terms)
{
	const char *role = GetUserNameFromId(GetUserId(), false);
	const Field fields[] = {
		{"name", TEXTOID, {CStringGetTextDatum(rule), false}},
		{"action", TEXTOID, {text_datum(to_text(terms.action)), false}},
		{"tolerate_bytes", INT8OID, terms.tolerate_bytes},
		{"tolerate_count", INT8OID, terms.tolerate_count},
		{"changed_at", TIMESTAMPTZOID, {TimestampTzGetDatum(GetCurrentTimestamp()), false}},
		{"changed_by", TEXTOID, {CStringGetTextDatum(role), false}},
	};

	insert_row(table, fields);
}

void
log_change(const char *rule, const Terms &was, const Terms &is)
{
	const char *role = GetUserNameFromId(GetUserId(), false);
	const char *session_role = GetUserNameFromId(GetSessionUserId(), false);
	Relation table = open_to_write("rule_change_log");
	const Field fields[] = {
		{"changed_at", TIMESTAMPTZOID, {TimestampTzGetDatum(GetCurrentTimestamp()), false}},
		{"role_name", TEXTOID, {CStringGetTextDatum(role), false}},
		{"session_role", TEXTOID, {CStringGetTextDatum(session_role), false}},
		{"name", TEXTOID, {CStringGetTextDatum(rule), false}},
		{"old_action", TEXTOID, {text_datum(to_text(was.action)), false}},
		{"old_tolerate_bytes", INT8OID, was.tolerate_bytes},
		{"old_tolerate_count", INT8OID, was.tolerate_count},
		{"new_action", TEXTOID, {text_datum(to_text(is.action)), false}},
		{"new_tolerate_bytes", INT8OID, is.tolerate_bytes},
		{"new_tolerate_count", INT8OID, is.tolerate_count},
	};

	insert_row(table, fields);
	table_close(table, NoLock);
}

/* A rule that is as compiled in has no row: it follows the library when that is updated. */
void
change_rule(const RuleRow &before, const RuleRow &after, const char *name, Rule rule)
{
	const RuleInForce &defaults = rule_definitions[static_cast<std::size_t>(rule)].defaults;
	const Terms old_terms = checked_terms(before, name, defaults);
	const Terms new_terms = checked_terms(after, name, defaults);
	Relation table = open_to_write("rule_change");
	const Policy policy = read_policy(table->rd_rel->relowner);
	const Terms current = terms_of(policy.rules[static_cast<std::size_t>(rule)]);
	const Terms terms = merged(current, old_terms, new_terms);

	if (!same(terms, current))
	{
		delete_change(table, name);
		if (!same(terms, terms_of(defaults)))
		{
			insert_change(table, name, terms);
		}
		log_change(name, current, terms);
	}
	table_close(table, NoLock);
}

}  // namespace

}  // namespace ddl_warden::pg

using namespace ddl_warden;
using namespace ddl_warden::pg;

/* The rules as compiled in, in the order of their definitions. */
Datum
ddl_warden_default_rules(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);

	const auto *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);

	for (const RuleDefinition &definition : rule_definitions)
	{
		const Terms terms = terms_of(definition.defaults);
		Datum values[] = {text_datum(definition.name), text_datum(to_text(terms.action)),
						  terms.tolerate_bytes.value, terms.tolerate_count.value,
						  text_datum(definition.summary)};
		bool nulls[] = {false, false, terms.tolerate_bytes.isnull, terms.tolerate_count.isnull,
						false};

		if (result->setDesc->natts != static_cast<int>(lengthof(values)))
		{
			elog(ERROR, "ddl_warden.default_rules() is not declared as this library expects");
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return static_cast<Datum>(0);
}

/* INSTEAD OF trigger of the view. It needs no privilege on the tables behind it: whoever may update
 * the view may change the rules. */
Datum
ddl_warden_change_rule(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
	{
		elog(ERROR, "ddl_warden.change_rule() was not called as a trigger");
	}

	const auto *trigger = reinterpret_cast<TriggerData *>(fcinfo->context);

	if (!TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
	{
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("rules of ddl_warden cannot be inserted or deleted"),
				 errhint("Use UPDATE to change a rule; an action of \"off\" switches it off.")));
	}

	const TupleDesc columns = RelationGetDescr(trigger->tg_relation);
	const RuleRow before = {trigger->tg_trigtuple, columns};
	const RuleRow after = {trigger->tg_newtuple, columns};

	check_only_changeable_differ(before, after);

	const char *name = TextDatumGetCString(value_of(before, "name").value);
	const std::optional<Rule> rule = rule_from(name);

	if (rule.has_value())
	{
		change_rule(before, after, name, *rule);
	}
	return PointerGetDatum(trigger->tg_newtuple);
}
