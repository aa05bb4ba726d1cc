/* What the catalog promises of the rows of a relation, as the server's own proofs take it. */
#pragma once

#include "pg/postgres.hpp"

extern "C" {
#include "access/attmap.h"
#include "nodes/pg_list.h"
}

namespace ddl_warden::pg
{

/* The conditions of the valid CHECK constraints that these commands of ALTER TABLE do not drop,
 * simplified as the server does before it compares. */
List *valid_checks(Oid relation, const List *commands);

Node *is_not_null_test(Form_pg_attribute column);

/* Do its CHECK and NOT NULL constraints imply a condition over its columns? As
 * PartConstraintImpliedByRelConstraint in tablecmds.c. */
bool is_implied(Oid relation, List *condition);

/* The columns of one relation by their names in another one: build_attrmap_by_name, which would
 * need both of them open. */
AttrMap *columns_by_name(Oid to, Oid from);

/* A condition over the columns of one relation, in those of another: map_partition_varattnos. */
List *in_columns_of(Oid to, List *condition, Oid from);

}  // namespace ddl_warden::pg
