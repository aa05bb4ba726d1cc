/*
 * Rows of the extension's own small tables, read and written without SPI: no privileges, triggers,
 * row security or search_path come in between, and nothing of it reaches a subscriber. (With SQL, a
 * FOR ALL TABLES publication would send the rows, and an apply worker without the extension dies.)
 */
#pragma once

#include "pg/postgres.hpp"

#include <span>

namespace ddl_warden::pg
{

/* The table with an AccessShareLock that was to be had at once, or NULL. Give it to table_close
 * with that lock. */
Relation open_without_waiting(Oid relation);

/* The member table of that name, locked so that no other session writes it until the end of the
 * transaction; readers go on. ERROR when there is none. */
Relation open_to_write(const char *name);

/* The number of the column of that name and type; 0 if there is none: the objects in the database
 * may be older or newer than the library. */
AttrNumber column_number(Relation table, const char *name, Oid type);

struct Field
{
	const char *column;
	Oid type;
	NullableDatum value;
};

/* Columns that are not mentioned become NULL. ERROR when the table has no such column, or an index
 * that is not plain. */
void insert_row(Relation table, std::span<const Field> fields);

}  // namespace ddl_warden::pg
