#include "pg/inspect/mutability.hpp"

#include "pg/inspect/planning.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "access/transam.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "optimizer/optimizer.h"
}

namespace ddl_warden::pg
{

namespace
{

/* check_functions_in_node: the planner runs what is IMMUTABLE, and takes in what is written in SQL.
 */
bool
is_pliable(Oid function, void *)
{
	const HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	bool pliable = true;

	if (HeapTupleIsValid(row))
	{
		const Form_pg_proc form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(row));

		pliable = function >= FirstNormalObjectId &&
				  (form->provolatile == PROVOLATILE_IMMUTABLE || form->prolang == SQLlanguageId);
		ReleaseSysCache(row);
	}
	return pliable;
}

/* expression_tree_walker */
bool
has_pliable(Node *node, void *context)
{
	return node != nullptr && (check_functions_in_node(node, is_pliable, context) ||
							   walk_expression(node, has_pliable, context));
}

struct Mutability
{
	Node *expression;
	bool is_mutable;
};

void
find_mutable(void *argument)
{
	Mutability *asked = static_cast<Mutability *>(argument);
	const auto copy = static_cast<Expr *>(copyObjectImpl(asked->expression));

	asked->is_mutable =
		contain_mutable_functions(asked->expression) &&
		contain_mutable_functions(reinterpret_cast<Node *>(expression_planner(copy)));
}

}  // namespace

bool
are_mutable(const List *expressions)
{
	const ListCell *cell;

	foreach (cell, expressions)
	{
		Mutability asked = {static_cast<Node *>(lfirst(cell)), false};

		if (!has_pliable(asked.expression, nullptr) && attempt(find_mutable, &asked) &&
			asked.is_mutable)
		{
			return true;
		}
	}
	return false;
}

}  // namespace ddl_warden::pg
