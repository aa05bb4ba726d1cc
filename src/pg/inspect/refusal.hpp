/* What the server refuses to do: it says so itself, and no work is predicted for it. */
#pragma once

#include "pg/inspect/alteration.hpp"

namespace ddl_warden::pg
{

/* refusal.cpp: by what the catalog has of the table, its columns and constraints; where other
 * subcommands of the statement may mend it before, it is not refused. */
bool is_refused(const Altering &altering);

/* column_refusal.cpp: SET and DROP DEFAULT, DROP NOT NULL; a rewrite of a table that logical
 * decoding takes for a catalog. */
bool is_default_refused(const Altering &altering);
bool is_null_refused(const Altering &altering);
bool is_rewrite_refused(const Altering &altering);

/* Where the statement drops anything, an index or a name may be free by then. */
bool drops_anything(const List *commands);

/* Has the table a constraint of that name? NULL is none. */
bool is_constraint_name_taken(const Altering &altering, const char *name);

/* retyped_expression.cpp: do CHECK constraints and indexes over the column stand in the way of its
 * new type? */
bool is_definition_refused(const Altering &altering);

/* inheritance.cpp: are the parent's CHECK constraints there, by name? */
bool has_checks_of(Oid child, Oid parent);
bool is_inherit_refused(const Altering &altering, Oid parent);
bool is_of_refused(const Altering &altering);

/* named_index.cpp: as check_index_is_clusterable in cluster.c */
bool can_be_clustered_on(Oid index);
bool is_cluster_refused(const Altering &altering);
bool is_identity_refused(const Altering &altering, const char *name);

/* row_type.cpp: is there a table with a column of that type, of an array or a domain over it, or of
 * a composite type with it? As find_composite_type_dependencies in tablecmds.c. */
bool is_used_by_columns(Oid type);

/* partition_columns.cpp: is the column one that partitioning is by, or used in an expression of it?
 */
bool is_partitioned_by(Oid table, AttrNumber column);

/* Do these columns tell partitions apart, as a unique constraint must? */
bool cover_partition_key(Oid table, const List *names);

}  // namespace ddl_warden::pg
