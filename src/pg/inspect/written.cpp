/* CREATE RULE and CREATE FUNCTION: what the server analyses when it stores them. */
#include "pg/inspect/written.hpp"

#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/planning.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_language.h"
#include "commands/proclang.h"
#include "nodes/nodeFuncs.h"
#include "tcop/tcopprot.h"
}

namespace ddl_warden::pg
{

namespace
{

struct Targets
{
	List *names; /* RangeVar * */
};

const RangeVar *
target_of(const Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_InsertStmt:
			return as<InsertStmt>(tree)->relation;
		case T_UpdateStmt:
			return as<UpdateStmt>(tree)->relation;
		case T_DeleteStmt:
			return as<DeleteStmt>(tree)->relation;
		case T_MergeStmt:
			return as<MergeStmt>(tree)->relation;
		default:
			return nullptr;
	}
}

bool
find_targets(Node *tree, void *argument)
{
	Targets *targets = static_cast<Targets *>(argument);
	const RangeVar *name = tree == nullptr ? nullptr : target_of(tree);

	if (tree == nullptr)
	{
		return false;
	}
	if (name != nullptr)
	{
		targets->names = lappend(targets->names, const_cast<RangeVar *>(name));
	}
	return walk_raw_expression(tree, find_targets, argument);
}

/* What is no query is not looked into. */
bool
is_query(const Node *tree)
{
	return target_of(tree) != nullptr || IsA(tree, SelectStmt);
}

}  // namespace

void
reach_written(Inspection &inspection, const List *raw, std::string_view by)
{
	Targets targets = {NIL};
	const ListCell *cell;

	foreach (cell, raw)
	{
		Node *tree = static_cast<Node *>(lfirst(cell));

		tree = IsA(tree, RawStmt) ? as<RawStmt>(tree)->stmt : tree;
		if (is_query(tree))
		{
			find_targets(tree, &targets);
		}
	}
	foreach (cell, targets.names)
	{
		const RangeVar *name = lfirst_node(RangeVar, cell);
		const Oid table = RangeVarGetRelidExtended(name, NoLock, RVR_MISSING_OK, nullptr, nullptr);

		if (OidIsValid(table))
		{
			reach_further(inspection, table,
						  {.relation = {},
						   .link = Link::WrittenTable,
						   .alteration = 0,
						   .through = by,
						   .works = Answer::No,
						   .first = false});
		}
	}
}

namespace
{

struct Body
{
	const CreateFunctionStmt *function;
	const char *language;
	List *raw;
};

/* BEGIN ATOMIC has a list of lists of statements; a string is analysed only when functions are
 * checked: fmgr_sql_validator in pg_proc.c. */
void
read_body(void *argument)
{
	Body *body = static_cast<Body *>(argument);
	const ListCell *cell;

	foreach (cell, body->function->options)
	{
		const DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "language") == 0)
		{
			body->language = string_value(option->arg);
		}
		else if (strcmp(option->defname, "as") == 0 && check_function_bodies)
		{
			body->raw = pg_parse_query(string_value(linitial(as<List>(option->arg))));
		}
	}
}

const List *
atomic_statements(const CreateFunctionStmt *function)
{
	const Node *body = function->sql_body;

	if (body == nullptr || !IsA(body, List))
	{
		return body == nullptr ? NIL : list_make1(const_cast<Node *>(body));
	}
	return linitial_node(List, as<List>(body));
}

}  // namespace

void
inspect_create_function(Inspection &inspection, const CreateFunctionStmt *statement)
{
	Body body = {statement, statement->sql_body == nullptr ? "" : "sql", NIL};
	const char *name = string_value(llast(statement->funcname));

	inspection.facts.kind = Kind::CreateFunction;
	if (statement->sql_body != nullptr)
	{
		reach_written(inspection, atomic_statements(statement), quoted(name));
	}
	else if (attempt(read_body, &body) && strcmp(body.language, "sql") == 0)
	{
		reach_written(inspection, body.raw, quoted(name));
	}
}

}  // namespace ddl_warden::pg
