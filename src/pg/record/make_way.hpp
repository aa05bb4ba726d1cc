/* Some statements want a database for themselves: they fail while anybody is connected to it, and a
 * recorder is somebody. */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

/* The database that must have nobody in it, if the role may run the statement; else InvalidOid. */
Oid database_to_be_left(Node *tree);

/* Sends the recorder of the database away, waits for it a second at most, and keeps it away.
 * Whatever happens next, let_recorder_back() must follow; at the end of the process it does. */
void keep_recorder_away(Oid database);

/* gone: the database was dropped. */
void let_recorder_back(Oid database, bool gone);

}  // namespace ddl_warden::pg
