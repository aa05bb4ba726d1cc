/* Questions that only the parser and the planner can answer, asked without harm. */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

/*
 * Asks inside an internal subtransaction that is always rolled back, with a lock wait of a
 * millisecond at most and without messages to the client. False when an error made an end of it.
 * What the question allocates in the current memory context stays.
 */
bool attempt(void (*question)(void *), void *argument);

/*
 * Likewise. True when the server will raise that error itself; a lock that could not be had now, or
 * a lack of memory, says nothing of that, and a statement wrongly taken for refused is judged by
 * nobody.
 */
bool refuses(void (*question)(void *), void *argument);

/* After attempt() was false: would refuses() have been true? */
bool was_refused();

}  // namespace ddl_warden::pg
