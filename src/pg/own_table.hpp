/*
 * Rows of the extension's own tables, read and written without SPI: no privileges, triggers,
 * row security or search_path come in between, and nothing of it reaches a subscriber. (With SQL, a
 * FOR ALL TABLES publication would send the rows, and an apply worker without the extension dies.)
 */
#pragma once

#include "pg/postgres.hpp"

#include <span>

namespace ddl_warden::pg
{

/* The relation under a lock that nobody had to be waited for; NULL: it is locked, or gone. */
::Relation open_without_waiting(Oid relation, LOCKMODE mode);

/* An ordinary table: no view, no foreign table, no access method of another extension. */
bool is_heap(::Relation relation);

/* Locks what values too long for their row need, without waiting. */
bool lock_toast(::Relation relation);

/* Opens the indexes of a table for writing, waiting for nobody. False when there is one that cannot
 * be served: locked, or not plain, for there is no executor to evaluate an expression or a
 * predicate. Those that were opened are to be closed all the same. */
bool open_indexes(::Relation table, std::span<::Relation> &indexes);
void close_indexes(std::span<::Relation> indexes);

/* A plain index that gives the rows by ascending values of the column, open for reading; NULL:
 * there is none, or it is locked. */
::Relation open_index_on(::Relation table, AttrNumber column);

/* Inserts a row of all columns, and its entries into the indexes. No triggers, privileges or row
 * security, and nothing for logical decoding. */
void insert_into(::Relation table, std::span<::Relation> indexes, Datum *values, bool *nulls);

/* The member table of that name, locked so that no other session writes it until the end of the
 * transaction; readers go on. ERROR when there is none. */
::Relation open_to_write(const char *name);

/* The number of the column of that name and type; 0 if there is none: the objects in the database
 * may be older or newer than the library. */
AttrNumber column_number(::Relation table, const char *name, Oid type);

struct Field
{
	const char *column;
	Oid type;
	NullableDatum value;
};

/* Columns that are not mentioned become NULL. ERROR when the table has no such column, or an index
 * that cannot be served. */
void insert_row(::Relation table, std::span<const Field> fields);

/* The same for a row that may as well be missing: nothing where the table is not as expected. */
void insert_row_if_fits(::Relation table, std::span<const Field> fields);

}  // namespace ddl_warden::pg
