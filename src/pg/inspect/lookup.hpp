/* Objects by the names that statements give them, found without an error and without a lock. */
#pragma once

#include "pg/inspect/relation.hpp"

extern "C" {
#include "catalog/pg_type.h"
}

namespace ddl_warden::pg
{

/* A node as its type: nothing here changes a tree. */
template <typename T>
T *
as(const Node *tree)
{
	return reinterpret_cast<T *>(const_cast<Node *>(tree));
}

/* Is what a statement makes under this name temporary? */
bool makes_temporary(const RangeVar *name);

/* The schema that a new relation of that name goes to; InvalidOid where that is not certain. */
Oid creation_schema(const RangeVar *name);

/* "public.t", or "t" where the schema is not certain. */
std::string_view creation_name(const RangeVar *name);

/* What stands already where a new relation of that name would be made; InvalidOid: nothing. */
Oid present_relation(const RangeVar *name);

/* May the role make something there? Yes where the schema is not certain. */
bool may_create(const RangeVar *name);

/* find_relation by a list of names, of which the last ones name no relation. */
Oid find_listed(Inspection &inspection, const List *names, int last_ones);

/* The type of that name; InvalidOid, and nothing to judge, if there is none in reach. */
Oid find_type(Inspection &inspection, const List *names);

/* The type that is written so, whatever stands in parentheses behind it; InvalidOid, and no error,
 * if there is none in reach, or if it is that of a column (%TYPE). */
Oid written_type(const TypeName *name);

/* A copy of the row in pg_type; NULL if the type has gone. */
Form_pg_type type_row(Oid type);

/* Its relation, if the type stands for itself and is composite; else InvalidOid. */
Oid composite_relation(Oid type);

/* Is the relation an index, partitioned or not? */
bool is_index(Oid relation);

/* Does the server take this kind of relation under the statement's name for it? As
 * RangeVarCallbackForAlterRelation in tablecmds.c. */
bool suits(ObjectType type, char relkind);

/* The tables made of a composite type, by OID. */
List *typed_tables(Oid type);

/* The relations that are named, nothing below them: reached and described. */
void reach_only(Inspection &inspection, Oid relation);

/* Not to be judged unless this is so as well. */
void demand(Inspection &inspection, bool accepted);

}  // namespace ddl_warden::pg
