/*
 * Looking before leaping: ddl_warden.explain and ddl_warden.lint. Both parse a text of several
 * statements, run none of them, lock nothing and wait for nothing. As in EXPLAIN, the planner calls
 * IMMUTABLE functions of constants.
 */
#include "pg/boundary.hpp"
#include "pg/extension.hpp"
#include "pg/inspect/inspect.hpp"
#include "pg/policy.hpp"
#include "pg/rates.hpp"
#include "pg/subtransaction.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "tcop/tcopprot.h"
#include "utils/array.h"

PG_FUNCTION_INFO_V1(ddl_warden_explain);
PG_FUNCTION_INFO_V1(ddl_warden_lint);
}

#include <algorithm>

namespace ddl_warden::pg
{

namespace
{

/* Rows of a set-returning function: values are set by column, what is not set is NULL. */
struct Rows
{
	ReturnSetInfo *result;
	int columns;
	Datum values[9];
	bool nulls[9];
};

Rows
start_rows(FunctionCallInfo call, int columns)
{
	InitMaterializedSRF(call, 0);
	return {reinterpret_cast<ReturnSetInfo *>(call->resultinfo), columns, {}, {}};
}

void
clear_row(Rows &rows)
{
	for (int column = 0; column < rows.columns; column++)
	{
		rows.values[column] = static_cast<Datum>(0);
		rows.nulls[column] = true;
	}
}

void
set(Rows &rows, int column, Datum value)
{
	rows.values[column] = value;
	rows.nulls[column] = false;
}

/* Empty texts are NULL: none of these columns has an empty text to tell. */
void
set_text(Rows &rows, int column, std::string_view text)
{
	if (!text.empty())
	{
		set(rows, column, PointerGetDatum(cstring_to_text_with_len(text.data(), text.size())));
	}
}

void
emit(Rows &rows)
{
	tuplestore_putvalues(rows.result->setResult, rows.result->setDesc, rows.values, rows.nulls);
}

Datum
text_array(std::span<const std::string_view> texts)
{
	const std::span<Datum> items = allocate_array<Datum>(texts.size());

	for (std::size_t index = 0; index < texts.size(); index++)
	{
		items[index] =
			PointerGetDatum(cstring_to_text_with_len(texts[index].data(), texts[index].size()));
	}
	return PointerGetDatum(construct_array(items.data(), static_cast<int>(items.size()), TEXTOID,
										   -1, false, TYPALIGN_INT));
}

/* What one statement of the text would do, and what would be done with it. */
struct Examined
{
	bool candidate; /* false: no statement that the warden judges */
	bool explained; /* what it locks can be told all the same */
	std::string_view command;
	Facts facts;
	Impact impact;
	Rates rates;
};

bool
does_work(const Impact &impact)
{
	return std::any_of(impact.relations.begin(), impact.relations.end(),
					   [](const RelationImpact &relation) {
						   return std::find(relation.does.begin(), relation.does.end(), true) !=
								  relation.does.end();
					   });
}

/* What inspect_with is called with, inside a subtransaction. */
struct InspectArguments
{
	const Statement &statement;
	Facts facts;
};

void
inspect_with(void *argument)
{
	auto *arguments = static_cast<InspectArguments *>(argument);

	arguments->facts = inspect(arguments->statement);
}

/* The catalogs may change while they are read. */
Facts
inspect_amid_changes(const Statement &statement)
{
	InspectArguments arguments = {statement, {}};
	Disturbance disturbance;
	ErrorData *error;

	do
	{
		error = in_subtransaction(inspect_with, &arguments, Ending::Kept);
	} while (error != nullptr && is_worth_retrying(disturbance));
	if (error != nullptr)
	{
		ReThrowError(error);
	}
	return arguments.facts;
}

Examined
examine(const RawStmt *raw, const char *source)
{
	Examined examined = {};
	Node *tree = judged_tree(raw->stmt);

	examined.command = view(GetCommandTagName(CreateCommandTag(tree)));
	examined.candidate = is_candidate(raw->stmt);
	examined.explained = examined.candidate || is_explained(tree);
	if (examined.explained)
	{
		Statement statement =
			statement_from(tree, source, raw->stmt_location, raw->stmt_len, false);

		statement.in_transaction = false; /* by itself, wherever the question is asked */
		examined.facts = inspect_amid_changes(statement);
		examined.impact = assess(examined.facts);
		examined.rates = does_work(examined.impact) ? read_rates(installed_extension().owner).rates
													: default_rates();
	}
	return examined;
}

/* A position in that text is none in the query that asks about it. */
void
point_into(void *source)
{
	const int position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(static_cast<const char *>(source));
	}
}

/* A syntax error is the server's own. */
const List *
parse(char *source)
{
	ErrorContextCallback callback = {error_context_stack, point_into, source};

	error_context_stack = &callback;
	const List *statements = pg_parse_query(source);

	error_context_stack = callback.previous;
	return statements;
}

using EmitStatement = void (*)(Rows &rows, int number, const Examined &examined);

/* One after the other, each in memory of its own: a text may have thousands of statements. */
void
for_each_statement(FunctionCallInfo fcinfo, Rows &rows, EmitStatement emit_statement)
{
	char *source = text_to_cstring(PG_GETARG_TEXT_PP(0));
	const MemoryContext memory =
		AllocSetContextCreate(CurrentMemoryContext, "ddl_warden explain", ALLOCSET_DEFAULT_SIZES);
	const List *statements = parse(source);
	const ListCell *cell;
	int number = 0;

	foreach (cell, statements)
	{
		const MemoryContext outer = MemoryContextSwitchTo(memory);

		CHECK_FOR_INTERRUPTS();
		emit_statement(rows, ++number, examine(static_cast<const RawStmt *>(lfirst(cell)), source));
		MemoryContextSwitchTo(outer);
		MemoryContextReset(memory);
	}
	MemoryContextDelete(memory);
}

/* Columns of explain, in order. */
namespace explain
{
enum Column
{
	Statement,
	Command,
	Relation,
	LockMode,
	Blocks,
	WorkDone,
	Bytes,
	Forecast,
	Because,
	count,
};
}  // namespace explain

Datum
work_array(const RelationImpact &relation)
{
	std::string_view names[work_kinds];
	std::size_t count = 0;

	for (std::size_t kind = 0; kind < work_kinds; kind++)
	{
		if (relation.does[kind])
		{
			names[count++] = to_text(static_cast<Work>(kind));
		}
	}
	return text_array({names, count});
}

void
set_size(Rows &rows, const RelationImpact &relation, const ddl_warden::Forecast &expected)
{
	std::uint64_t bytes = 0;
	bool works = false;

	for (std::size_t kind = 0; kind < work_kinds; kind++)
	{
		works = works || relation.does[kind];
		bytes += relation.bytes[kind];
	}
	set(rows, explain::Bytes, Int64GetDatum(static_cast<std::int64_t>(bytes)));
	if (works)
	{
		set(rows, explain::Forecast, IntervalPGetDatum(interval_of(total_ms(expected))));
	}
}

/* Why, and at which speed where that matters. */
Datum
reasons(const RelationImpact &relation, std::string_view speed)
{
	const std::span<std::string_view> all =
		allocate_array<std::string_view>(relation.because.size() + 1);

	std::copy(relation.because.begin(), relation.because.end(), all.begin());
	all.back() = speed;
	return text_array(all.first(all.size() - (speed.empty() ? 1 : 0)));
}

void
explain_seen(Rows &rows, const RelationImpact &relation, const Rates &rates)
{
	const ddl_warden::Forecast expected = forecast(relation, rates);

	set_size(rows, relation, expected);
	set(rows, explain::Because, reasons(relation, forecast_sentence(expected, rates)));
}

void
explain_relation(Rows &rows, const RelationImpact &relation, const Rates &rates)
{
	static constexpr std::string_view withheld[] = {
		"Sizes and reasons are withheld: the role has no privilege on this relation."};

	set_text(rows, explain::Relation, relation.name);
	set_text(rows, explain::LockMode, to_text(relation.mode));
	set_text(rows, explain::Blocks, to_text(blocked_by(relation.mode)));
	set(rows, explain::WorkDone, work_array(relation));
	if (relation.visible)
	{
		explain_seen(rows, relation, rates);
	}
	else
	{
		set(rows, explain::Because, text_array(withheld));
	}
}

void
start_statement(Rows &rows, int number, const Examined &examined)
{
	clear_row(rows);
	set(rows, explain::Statement, Int32GetDatum(number));
	set_text(rows, explain::Command, examined.command);
}

/* The row of a statement that locks no existing relation, or none that is known. */
void
explain_no_relation(Rows &rows, int number, const Examined &examined)
{
	static constexpr std::string_view no_ddl[] = {"This statement is not judged."};

	start_statement(rows, number, examined);
	set_text(rows, explain::Blocks, to_text(Blocks::Nothing));
	set(rows, explain::WorkDone, text_array({}));
	set(rows, explain::Bytes, Int64GetDatum(0));
	set(rows, explain::Because, text_array(examined.explained ? examined.impact.remarks : no_ddl));
	emit(rows);
}

/* A row is copied when it is emitted, and there may be very many. */
void
explain_statement(Rows &rows, int number, const Examined &examined)
{
	const MemoryContext memory =
		AllocSetContextCreate(CurrentMemoryContext, "ddl_warden row", ALLOCSET_SMALL_SIZES);
	const MemoryContext outer = MemoryContextSwitchTo(memory);

	for (const RelationImpact &relation : examined.impact.relations)
	{
		start_statement(rows, number, examined);
		explain_relation(rows, relation, examined.rates);
		emit(rows);
		MemoryContextReset(memory);
	}
	if (examined.impact.relations.empty())
	{
		explain_no_relation(rows, number, examined);
	}
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(memory);
}

/* Columns of lint, in order. */
namespace lint
{
enum Column
{
	Statement,
	Command,
	Verdict,
	RuleName,
	Relation,
	Message,
	Detail,
	Hint,
	Recipe,
	count,
};
}  // namespace lint

void
lint_finding(Rows &rows, const Finding &finding)
{
	set_text(rows, lint::Verdict, to_text(finding.action));
	set_text(rows, lint::RuleName, to_text(finding.rule));
	set_text(rows, lint::Relation, finding.relation);
	set_text(rows, lint::Message, finding.message);
	set_text(rows, lint::Detail, finding.detail);
	set_text(rows, lint::Hint, finding.hint);
	if (!finding.recipe.empty())
	{
		set(rows, lint::Recipe, text_array(finding.recipe));
	}
}

void
lint_statement(Rows &rows, int number, const Examined &examined)
{
	ddl_warden::Verdict verdict = {};

	if (examined.candidate)
	{
		const Policy policy = read_policy(installed_extension().owner);

		verdict = decide(examined.facts, examined.impact, policy.rules, examined.rates, Session{});
	}
	for (const Finding &finding : verdict.findings)
	{
		start_statement(rows, number, examined);
		lint_finding(rows, finding);
		emit(rows);
	}
	if (verdict.findings.empty())
	{
		start_statement(rows, number, examined);
		set_text(rows, lint::Verdict, to_text(Ruling::Allow));
		if (examined.candidate && !examined.impact.remarks.empty())
		{
			set_text(rows, lint::Message, examined.impact.remarks.front());
		}
		emit(rows);
	}
}

}  // namespace

}  // namespace ddl_warden::pg

/* ddl_warden.explain(statements text) → setof record */
Datum
ddl_warden_explain(PG_FUNCTION_ARGS)
{
	using namespace ddl_warden::pg;
	Rows rows = start_rows(fcinfo, explain::count);

	for_each_statement(fcinfo, rows, explain_statement);
	return static_cast<Datum>(0);
}

/* ddl_warden.lint(statements text) → setof record */
Datum
ddl_warden_lint(PG_FUNCTION_ARGS)
{
	using namespace ddl_warden::pg;
	Rows rows = start_rows(fcinfo, lint::count);

	for_each_statement(fcinfo, rows, lint_statement);
	return static_cast<Datum>(0);
}
