/* Relations as the catalog rows have them: found, sized and described without a lock. */
#pragma once

#include "pg/inspect/oid_map.hpp"
#include "pg/memory.hpp"
#include "pg/statement.hpp"

#include "core/facts.hpp"

extern "C" {
#include "nodes/pg_list.h"
}

namespace ddl_warden::pg
{

struct Verification; /* partition_bound.hpp */

/* How the statement came to a relation. */
struct Reached
{
	Oid parent; /* whose descendant it was found as; InvalidOid: nobody's */
	bool named;
	bool descended_from;
	std::size_t place; /* among Inspection.relations */
};

constexpr std::size_t no_place = SIZE_MAX;

/* The facts of one statement while they are gathered. */
struct Inspection
{
	const Statement &statement;
	Facts facts;
	List *reached; /* OIDs in lock order, the named ones included; reach() and its like add to it */
	OidMap<Reached> reached_as;
	std::span<Relation> relations;       /* one for each reached */
	std::span<std::span<Index>> indexes; /* of each relation, while fates are still to be told */
	OidMap<Index *> index_of;
	const Verification *verification; /* of what ATTACH PARTITION attaches; else NULL */
	List *further;                    /* Further *: beside those reached, in lock order */
};

/* The relation of that name; InvalidOid, and the name noted in Facts.missing, if there is none. */
Oid find_relation(Inspection &inspection, const RangeVar *name);

/* The OIDs of a relation's indexes, in OID order, as RelationGetIndexList sorts them. */
List *index_oids(Oid relation);

/* A copy of the row in pg_class; NULL if the relation has gone. */
Form_pg_class class_row(Oid relation);

/* The same for the caller's own variable; false if the relation has gone. For what is done to very
 * many: a copy takes half a kilobyte. */
bool read_class_row(Oid relation, FormData_pg_class &row);

/* Adds a relation that the statement names, with its partitions and children when it descends. */
void reach(Inspection &inspection, Oid relation, bool descends);

/* The same with the descendants that are wanted; below those that are not, nobody looks. */
void reach_wanted(Inspection &inspection, Oid relation, bool (*is_wanted)(Oid));

/* Adds a relation that the statement does not name. */
void reach_unnamed(Inspection &inspection, Oid relation);
void reach_unnamed_tree(Inspection &inspection, Oid relation); /* with all below it */

/* Adds a relation that comes in by a link, and describes it: with its TOAST table and its indexes
 * where the row of the link takes them, too. how.relation is filled in here. Does nothing for a
 * relation that has gone. Any number of ways may lead to one relation. */
void reach_further(Inspection &inspection, Oid relation, Further how);

/* Describes everything that was reached. Nothing can be reached after it. */
void describe_reached(Inspection &inspection);

/* The same in two steps, for statements that seldom touch more than the relations themselves. */
void describe_relations(Inspection &inspection);
void describe_companions(Inspection &inspection); /* TOAST tables and indexes */

/* By the statement itself. */
bool is_named(const Inspection &inspection, Oid relation);

/* Where it stands among Inspection.relations; no_place if it is not there. */
std::size_t place_of(const Inspection &inspection, Oid relation);

/* What the statement does to an index of a reached relation; the stronger fate stays. */
void set_fate(Inspection &inspection, Oid index, Fate fate);
void mark_named(Inspection &inspection, Oid index);

/* The index with its partitions' indexes, parents first. */
List *index_tree(Oid index);

/* The OIDs of the rows of pg_class that are wanted, in their order there. */
List *relations_where(bool (*wanted)(Form_pg_class, const void *), const void *argument);

/* Does the index hold the column, or an expression or a predicate over it? */
bool index_uses(Oid index, AttrNumber column);

/* May the current role do what needs ownership, and is it no catalog? As
 * RangeVarCallbackForAlterRelation in tablecmds.c. */
bool may_alter(Oid relation);

/* The owner of the table or of its schema, and no catalog? As RangeVarCallbackForDropRelation. */
bool may_drop(Oid relation);

/* The number of a column of that name; InvalidAttrNumber if there is none or it is dropped. */
AttrNumber column_number(Oid relation, const char *name);

/* A copy of the column's row in pg_attribute; NULL if there is none or it is dropped. */
Form_pg_attribute column_row(Oid relation, AttrNumber column);

bool has_storage(RelationKind kind);

/* The server's strVal, whose type of that name is hidden by the core's String. */
inline char *
string_value(const void *node)
{
	return static_cast<const ::String *>(node)->sval;
}

/* "public.orders", public."Odd Name": as it can stand in any statement. */
std::string_view qualified_name(Oid relation);
std::string_view quoted(const char *name);

}  // namespace ddl_warden::pg
