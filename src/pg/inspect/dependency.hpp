/*
 * What the server deletes together with some objects, and which relations that locks: the search of
 * dependency.c through pg_depend, without its locks and without its messages.
 */
#pragma once

#include "pg/inspect/relation.hpp"

extern "C" {
#include "catalog/objectaddress.h"
}

namespace ddl_warden::pg
{

/* One object that is deleted. */
struct Doomed
{
	ObjectAddress object;
	ObjectAddress dependee; /* whose deletion takes it along; classId 0: it was wanted */
	int reasons;            /* bits of dependency.cpp: all ways on which it was reached */
};

struct Deletion
{
	std::span<const Doomed> objects;   /* in the order in which the server locks them */
	std::span<const unsigned> deleted; /* their numbers in the order in which it deletes them */
	bool refused; /* the server says no: nothing is deleted, and objects may be incomplete */
};

/* A whole object, or a column of a relation (RelationRelationId, table, number of the column). */
inline ObjectAddress
address_of(Oid catalog, Oid object, int32 column = 0)
{
	return {catalog, object, column};
}

/* dependency.cpp: what performMultipleDeletions of these would delete. Takes no lock on any of it
 * and never waits. */
Deletion find_deletion(std::span<const ObjectAddress> wanted, DropBehavior behavior);

/* Younger ones first, as sort_object_addresses. */
void sort_for_deletion(std::span<ObjectAddress> objects);

/*
 * deletion.cpp: adds every relation that the deletion locks to inspection.further, as the rows
 * deletion_links of link_table.cpp have it; what the statement has reached itself is left out. For
 * ALTER TABLE, alteration is the number of the subcommand.
 */
void reach_deletion(Inspection &inspection, const Deletion &deletion, unsigned alteration = 0);

}  // namespace ddl_warden::pg
