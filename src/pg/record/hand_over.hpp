/* Where a decision goes whose row does not come with a commit: to the recorder and, where that
 * cannot be, into the server log. */
#pragma once

#include "pg/record/queue.hpp"

namespace ddl_warden::pg
{

/* Waits until the row is durable, a second at most; else one line in the server log takes its
 * place. An interruption goes on its way; the row comes all the same. */
void record_refusal(Pending &decision);

/* Makes the row in ddl_warden.begun durable, in the same way: the statement is about to start, and
 * commits in between. */
void announce(Pending &decision);

/* Waits for nothing and raises no ERROR: it is called from the ABORT and COMMIT callbacks, too.
 * Returns NULL, or why the recorder cannot have it. */
const char *hand_over(Pending &decision);

/* Counts it, and writes the line that takes the place of its row. As hand_over. */
void log_unrecorded(const Pending &decision, const char *reason);

/* The same of what was in the queue. */
void log_lost(const Pending &decision, EntryKind kind, const char *reason);

/* The rest of a long transaction that was rolled back: how many decisions got no line of their own,
 * and how many rows, written early, went away with it. */
void hand_over_rest(std::int64_t unlisted, std::int64_t rows);

/* Lets a session that fills the queue wait, a second at most, until it is half empty. Only for one
 * that holds no locks. */
void await_uncrowded_queue();

}  // namespace ddl_warden::pg
