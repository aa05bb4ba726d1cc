/*
 * How long a commit waits for standbys: a row of ours is no reason to wait.
 */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

/* To be called before rows are written at the end of a transaction: if they will be all that it
 * commits, it does not wait for a synchronous standby. Without the row ALTER SYSTEM would not, and
 * it is the statement that gives up a standby that is dead. */
void spare_wait_for_standby();

/* The transaction has ended. */
void restore_wait_for_standby();

}  // namespace ddl_warden::pg
