#include "pg/inspect/partition_bound.hpp"

#include "pg/inspect/planning.hpp"
#include "pg/inspect/proof.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/partition.h"
#include "catalog/pg_inherits.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_utilcmd.h"
#include "partitioning/partbounds.h"
#include "utils/partcache.h"
}

namespace ddl_warden::pg
{

namespace
{

/* The bound on its way from what was written to conditions over the rows. */
struct Bound
{
	const NewPartition &attached;
	bool accepted;
	List *values;             /* as parse analysis has them, typed */
	PartitionBoundSpec *spec; /* the constants that the server would store */
	List *of_partition;       /* conditions in the columns of the parent */
	List *of_default;
};

/* The cache's entry, without a lock on the relation: the bound is all that is asked of it. To be
 * closed by the caller, or by the end of the attempt. */
::Relation
entry_of(Oid relation)
{
	const ::Relation entry = RelationIdGetRelation(relation);

	if (!RelationIsValid(entry))
	{
		elog(ERROR, "relation %u is gone", relation);
	}
	return entry;
}

// ---- parse analysis

/* As transformPartitionBoundValue in parse_utilcmd.c, but for the evaluation. */
Node *
typed_value(const Node *raw, PartitionKey key, int column)
{
	ParseState *state = make_parsestate(nullptr);
	Node *value =
		transformExpr(state, static_cast<Node *>(copyObjectImpl(raw)), EXPR_KIND_PARTITION_BOUND);

	value = coerce_to_target_type(
		state, value, exprType(value), get_partition_col_typid(key, column),
		get_partition_col_typmod(key, column), COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
	if (value == nullptr)
	{
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
				errmsg("a value cannot be cast to the type of its column"));
	}
	assign_expr_collations(state, value);
	return value;
}

/* MINVALUE and MAXVALUE are written as columns: transformPartitionRangeBounds. */
bool
is_infinite(const Node *value)
{
	if (!IsA(value, ColumnRef))
	{
		return false;
	}

	const List *fields = castNode(ColumnRef, const_cast<Node *>(value))->fields;

	return list_length(fields) == 1 && IsA(linitial(fields), String) &&
		   (strcmp(string_value(linitial(fields)), "minvalue") == 0 ||
			strcmp(string_value(linitial(fields)), "maxvalue") == 0);
}

List *
typed_values(const List *raw, PartitionKey key)
{
	const bool by_column = key->strategy == PARTITION_STRATEGY_RANGE;
	List *values = NIL;
	const ListCell *cell;

	foreach (cell, raw)
	{
		const Node *value = static_cast<const Node *>(lfirst(cell));

		if (!by_column || !is_infinite(value))
		{
			values = lappend(values,
							 typed_value(value, key, by_column ? foreach_current_index(cell) : 0));
		}
	}
	return values;
}

bool
suits_key(const PartitionBoundSpec *bound, PartitionKey key)
{
	return bound->is_default ||
		   (bound->strategy == key->strategy && list_length(bound->lowerdatums) <= key->partnatts &&
			list_length(bound->upperdatums) <= key->partnatts);
}

void
analyse(void *argument)
{
	Bound *bound = static_cast<Bound *>(argument);
	const PartitionBoundSpec *written = bound->attached.bound;
	const ::Relation parent = entry_of(bound->attached.parent);
	const PartitionKey key = RelationGetPartitionKey(parent);

	bound->accepted = suits_key(written, key);
	if (bound->accepted)
	{
		bound->values = list_concat(typed_values(written->listdatums, key),
									list_concat(typed_values(written->lowerdatums, key),
												typed_values(written->upperdatums, key)));
	}
	RelationClose(parent);
}

// ---- the bound as constants

/* The server would run whatever is left after planning: that must not happen here. */
bool
are_constants(const List *values)
{
	const ListCell *cell;

	foreach (cell, values)
	{
		const Expr *value = static_cast<const Expr *>(lfirst(cell));
		const Expr *planned = expression_planner(static_cast<Expr *>(copyObjectImpl(value)));

		if (!IsA(planned, Const))
		{
			return false;
		}
	}
	return true;
}

void
evaluate(void *argument)
{
	Bound *bound = static_cast<Bound *>(argument);
	const ::Relation parent = entry_of(bound->attached.parent);

	if (are_constants(bound->values))
	{
		PartitionBoundSpec *copy =
			static_cast<PartitionBoundSpec *>(copyObjectImpl(bound->attached.bound));

		bound->spec = transformPartitionBound(make_parsestate(nullptr), parent, copy);
	}
	RelationClose(parent);
}

/* Does it leave the other partitions alone? */
void
place(void *argument)
{
	Bound *bound = static_cast<Bound *>(argument);
	const ::Relation parent = entry_of(bound->attached.parent);
	char name[] = "new";

	check_new_partition_bound(name, parent, bound->spec, make_parsestate(nullptr));
	RelationClose(parent);
}

// ---- what it asks of the rows

const PartitionBoundSpec *
stored_bound(Oid partition)
{
	const HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(partition));
	PartitionBoundSpec *bound = nullptr;
	bool is_null = true;
	Datum stored = 0;

	if (HeapTupleIsValid(row))
	{
		stored = SysCacheGetAttr(RELOID, row, Anum_pg_class_relpartbound, &is_null);
	}
	if (!is_null)
	{
		bound = static_cast<PartitionBoundSpec *>(stringToNode(TextDatumGetCString(stored)));
	}
	if (HeapTupleIsValid(row))
	{
		ReleaseSysCache(row);
	}
	return bound;
}

List *
condition_of(const PartitionBoundSpec *bound, Oid parent)
{
	const ::Relation entry = entry_of(parent);
	List *condition =
		get_qual_from_partbound(entry, static_cast<PartitionBoundSpec *>(copyObjectImpl(bound)));

	condition = static_cast<List *>(copyObjectImpl(condition));
	RelationClose(entry);
	return condition;
}

/* What the bounds above a partition ask of its rows: generate_partition_qual in partcache.c, which
 * would lock the tables above. */
List *
inherited_condition(Oid partition)
{
	const PartitionBoundSpec *bound = stored_bound(partition);

	check_stack_depth();
	if (bound == nullptr)
	{
		return NIL;
	}

	const Oid parent = get_partition_parent(partition, true);
	List *above = inherited_condition(parent);

	return in_columns_of(partition, list_concat(above, condition_of(bound, parent)), parent);
}

void
demand(void *argument)
{
	Bound *bound = static_cast<Bound *>(argument);
	const Oid parent = bound->attached.parent;
	List *own = condition_of(bound->spec, parent);
	List *all = list_concat_copy(own, inherited_condition(parent));

	if (all != NIL)
	{
		Node *simplified = eval_const_expressions(nullptr, reinterpret_cast<Node *>(all));

		bound->of_partition = list_make1(make_ands_explicit(reinterpret_cast<List *>(simplified)));
	}
	if (OidIsValid(bound->attached.default_partition))
	{
		bound->of_default = get_proposed_default_constraint(own);
	}
}

// ---- which tables must be read

struct Walk
{
	Oid relation;
	Oid parent;
	List *condition; /* in the columns of the parent */
	List *verified;
};

void
come_to(Walk &walk, Oid relation, Answer scan)
{
	Verified *verified = static_cast<Verified *>(palloc(sizeof(Verified)));

	*verified = {relation, get_rel_relkind(relation) == RELKIND_RELATION ? scan : Answer::No};
	walk.verified = lappend(walk.verified, verified);
}

/* QueuePartitionConstraintValidation */
void
verify(Walk &walk, Oid relation, List *condition)
{
	const bool implied = is_implied(relation, condition);
	const ListCell *cell;

	check_stack_depth();
	come_to(walk, relation, implied ? Answer::No : Answer::Yes);
	if (implied || get_rel_relkind(relation) != RELKIND_PARTITIONED_TABLE)
	{
		return;
	}
	foreach (cell, find_inheritance_children(relation, NoLock))
	{
		verify(walk, lfirst_oid(cell), in_columns_of(lfirst_oid(cell), condition, relation));
	}
}

void
follow(void *argument)
{
	Walk *walk = static_cast<Walk *>(argument);

	verify(*walk, walk->relation, in_columns_of(walk->relation, walk->condition, walk->parent));
}

/* check_default_partition_contents in partbounds.c, which goes to each partition below, and holds
 * its constraints against the condition as it is for the default partition: by column number. */
void
follow_below_default(void *argument)
{
	Walk *walk = static_cast<Walk *>(argument);
	List *condition = in_columns_of(walk->relation, walk->condition, walk->parent);
	const bool implied = is_implied(walk->relation, condition);
	const ListCell *cell;

	come_to(*walk, walk->relation, implied ? Answer::No : Answer::Yes);
	foreach (cell, implied ? NIL : find_all_inheritors(walk->relation, NoLock, nullptr))
	{
		if (lfirst_oid(cell) != walk->relation)
		{
			come_to(*walk, lfirst_oid(cell),
					is_implied(lfirst_oid(cell), condition) ? Answer::No : Answer::Yes);
		}
	}
}

List *
tables_to_verify(Oid relation, Oid parent, List *condition, bool known, void (*how)(void *))
{
	Walk walk = {relation, parent, condition, NIL};
	const ListCell *cell;

	if (known && (condition == NIL || attempt(how, &walk)))
	{
		return walk.verified;
	}
	walk.verified = NIL;
	foreach (cell, find_all_inheritors(relation, NoLock, nullptr))
	{
		come_to(walk, lfirst_oid(cell), Answer::Unknown);
	}
	return walk.verified;
}

}  // namespace

Verification
verify_partition(const NewPartition &attached)
{
	Bound bound = {attached, true, NIL, nullptr, NIL, NIL};
	Verification verification = {attached.partition, false, NIL, NIL};

	verification.accepted = !refuses(analyse, &bound) && bound.accepted;
	if (!verification.accepted)
	{
		return verification;
	}

	/* User code may raise errors in the planner: they tell nothing of what the server will do. */
	const bool evaluated = attempt(evaluate, &bound) && bound.spec != nullptr;

	verification.accepted = !evaluated || !refuses(place, &bound);

	const bool known = evaluated && verification.accepted && attempt(demand, &bound);

	if (OidIsValid(attached.partition))
	{
		verification.of_partition = tables_to_verify(attached.partition, attached.parent,
													 bound.of_partition, known, follow);
	}
	if (OidIsValid(attached.default_partition))
	{
		verification.of_default =
			tables_to_verify(attached.default_partition, attached.parent, bound.of_default, known,
							 OidIsValid(attached.partition) ? follow : follow_below_default);
	}
	return verification;
}

}  // namespace ddl_warden::pg
