/* Questions that only the parser and the planner can answer, asked without harm. */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

/*
 * Asks inside an internal subtransaction that is always rolled back, with a lock wait of a
 * millisecond at most and without messages to the client. False when an error made an end of it:
 * the server will raise its own. What the question allocates in the current memory context stays.
 */
bool attempt(void (*question)(void *), void *argument);

}  // namespace ddl_warden::pg
