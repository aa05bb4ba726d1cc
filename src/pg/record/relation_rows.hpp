/* Rows of ddl_warden.decision_relation: the further relations that a decision is found by. */
#pragma once

#include "pg/record/pending.hpp"

#include <span>

namespace ddl_warden::pg
{

/* Opened when the first decision that has such rows is written: most have none. */
struct RelationTable
{
	bool asked_for;
	const char *obstacle; /* why nothing can be written, or NULL */
	::Relation relation;  /* NULL: there is no such table in this version */
	std::span<::Relation> indexes;
	AttrNumber name;
	AttrNumber decision;
	AttrNumber decided_at;
};

/* Waits for nobody; once is enough. Returns the obstacle. Allocates in the current memory
 * context. */
const char *open_relation_table(RelationTable &table, Oid extension_owner);
void close_relation_table(RelationTable &table);

void write_relation_rows(const RelationTable &table, const Pending &decision);

}  // namespace ddl_warden::pg
