/* One utility statement as the hook, explain and lint see it. */
#pragma once

#include "pg/postgres.hpp"

#include "core/redact.hpp"

#include <string_view>

namespace ddl_warden::pg
{

struct Statement
{
	Node *tree; /* raw utility statement; never modified: whatever scribbles gets a copyObject */
	std::string_view
		text;    /* cut to the statement, without comments before it and semicolon after it */
	int text_at; /* where text begins in the source string: node locations count from its start */
	bool in_transaction; /* not sent by the client itself (DO, function, EXECUTE), or a transaction
						  * block or a pipeline is open */
};

/* Is this a statement that the warden looks at? A table by node tag; no catalog access.
 * VACUUM without FULL, ANALYZE, plain EXPLAIN and everything that is no DDL are not. */
bool is_candidate(Node *tree);

/* The statement to judge: the CREATE TABLE AS inside EXPLAIN ANALYZE, else itself. */
Node *judged_tree(Node *tree);

/* The value of a boolean option in parentheses; the last one wins, as in ExplainQuery. */
bool option_is_on(const List *options, const char *name);

/* Which literals of a statement of this class are secrets. */
Secrets secrets_of(Node *tree);

/* Cuts the statement out of its source string (location and length as in PlannedStmt, RawStmt).
 * To be called outside internal subtransactions: inside one, a block always seems to be open. */
Statement statement_from(Node *tree, const char *source, int location, int length, bool nested);

}  // namespace ddl_warden::pg
