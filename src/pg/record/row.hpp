/* Rows of the tables of the record, inserted directly in the transaction that runs. */
#pragma once

#include "pg/record/relation_rows.hpp"

#include <span>

namespace ddl_warden::pg
{

inline constexpr char decision_table[] = "decision_log";
inline constexpr char begun_table[] = "begun"; /* what commits in between, before it starts */

/* A table with what a row of it needs; locked until the end of the transaction. */
struct RecordTable
{
	::Relation relation;
	std::span<const struct Column *> columns; /* by attribute; NULL: not ours to fill */
	std::span<::Relation> indexes;
	bool holds_decisions;      /* a row may have further ones, in another table */
	RelationTable further;     /* that table */
	MemoryContext row_context; /* emptied after each row */
};

/* Waits for nobody. Returns why there is nowhere to write, or NULL when the table is open.
 * Allocates in the current memory context. */
const char *open_record_table(RecordTable &table, Oid extension_owner, const char *name);
void close_record_table(RecordTable &table);

/* Without triggers, privileges, row security, sequences, or anything for logical decoding. Returns
 * why the row cannot be written or does not fit the table, or NULL. */
const char *write_row(RecordTable &table, const Pending &decision);

}  // namespace ddl_warden::pg
