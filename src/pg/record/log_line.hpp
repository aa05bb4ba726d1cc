/* A decision as one line of the server log, made to be read by log shippers. */
#pragma once

#include "pg/record/pending.hpp"

namespace ddl_warden::pg
{

/*
 * ddl_warden_decision=<id> and then key=value pairs: the keys are the columns of the record, the
 * values are JSON, and what is NULL is left out. One line whatever is in it, no text longer than a
 * kilobyte, and never sent to the client. no_row_because: NULL when the decision has its row, too.
 *
 * It is called from the ABORT and COMMIT callbacks, too: memory only, no catalog, no ERROR.
 */
void log_decision(const Pending &decision, const char *no_row_because);

/* ddl_warden_begun=<id>, likewise: the statement, which commits in between, is about to start, and
 * has no row in ddl_warden.begun. */
void log_begun(const Pending &decision, const char *no_row_because);

/* Decisions of a transaction rolled back that get no line of their own, and rows, written early,
 * that went away with it. */
void log_more_decisions(std::int64_t unlisted, std::int64_t rows);

}  // namespace ddl_warden::pg
