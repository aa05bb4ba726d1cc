/* Where a decision goes whose row does not come with a commit. */
#pragma once

#include "pg/record/pending.hpp"

namespace ddl_warden::pg
{

/*
 * One line in the server log, for the server only, and counted. It is called from the ABORT and
 * COMMIT callbacks, too: memory only, no catalog, no ERROR.
 */
void hand_over(const Pending &decision);

/* The rest of a long transaction that was rolled back: how many decisions got no line of their own,
 * and how many rows, written early, went away with it. */
void hand_over_rest(std::int64_t unlisted, std::int64_t rows);

}  // namespace ddl_warden::pg
