/* Which statements commit in between: what they have done by then stays, whatever comes. */
#pragma once

#include "facts.hpp"

namespace ddl_warden
{

/* The statements that PostgreSQL keeps out of transaction blocks because they commit while they
 * run (PreventInTransactionBlock and CommitTransactionCommand in their code). False for one that
 * PostgreSQL refuses, or that is about temporary relations only: those it takes in one go. */
bool commits_internally(const Facts &facts);

}  // namespace ddl_warden
