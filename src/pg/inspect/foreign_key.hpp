/* Foreign keys as pg_constraint has them, and what ALTER TABLE does at their other ends. */
#pragma once

#include "pg/inspect/alteration.hpp"

namespace ddl_warden::pg
{

struct ForeignKey
{
	Oid oid;
	Oid parent; /* the constraint of which it is the part for one partition; else InvalidOid */
	Oid table;
	Oid referenced;
	Oid index;
	NameData name;
	bool valid;
	bool deferrable;
	bool deferred;
	char on_update;
	char on_delete;
	char match;
	int keys;
	AttrNumber columns[INDEX_MAX_KEYS];
	AttrNumber referenced_columns[INDEX_MAX_KEYS];
	Oid operators[INDEX_MAX_KEYS]; /* referenced = referring */
};

/* NULL if the constraint is none. */
const ForeignKey *foreign_key(Oid constraint);

/* ForeignKey *: all that the table has, or that refer to it. */
List *foreign_keys_of(Oid table);
List *foreign_keys_to(Oid table);

/* ForeignKey *: those that the column is a part of, at either end. */
List *foreign_keys_over(Oid table, AttrNumber column);

/* ForeignKey *: the constraint and its parts for partitions, at either end. */
List *foreign_key_tree(const ForeignKey *top);

/* Can the first one, of a partition, serve as its part of the second? As
 * tryAttachPartitionForeignKey in tablecmds.c; where the columns are of one type, so are the
 * operators. */
bool is_same_key(const ForeignKey &present, const ForeignKey &wanted);
bool has_same_key(Oid partition, const ForeignKey &wanted);

/* Can values of these types be compared by the operator class of a key's index? As
 * ATAddForeignKeyConstraint in tablecmds.c finds it. */
bool are_comparable(Oid operator_class, Oid referenced, Oid referring);

/* Does the statement drop it before it comes to anything else? */
bool is_dropped_first(const Altering &altering, const ForeignKey *key);

// ---- what comes into the statement by one

/* Adds one relation. */
void reach_end(Altering &altering, Oid relation, Link link, Oid through, Answer works);

/* Adds the tables at both ends of a foreign key that goes, or is made anew, but for the one that
 * the statement names. works: is it checked again? */
void reach_ends(Altering &altering, const ForeignKey *top, Answer works);

/* Adds the table and, if it is partitioned, its partitions. */
void reach_referenced(Altering &altering, Oid referenced, Oid referring, Link link);

}  // namespace ddl_warden::pg
