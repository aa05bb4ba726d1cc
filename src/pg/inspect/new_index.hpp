/* An index that is to be made: would the server make it? */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

/* False where DefineIndex finds, before it builds anything, that a column, an access method or an
 * operator class does not exist, that an expression is none over this table, or that a unique index
 * leaves out a column of the partition key. */
bool is_definable(Form_pg_class table, const IndexStmt *statement);

/* Of that, what no other subcommand can mend: access method, tablespace, options. */
bool are_settings_accepted(Form_pg_class table, const IndexStmt *statement);

/* Also for the name of one that is no more. */
const char *access_method_of(const IndexStmt *statement);

bool has_primary_key(Oid table);

}  // namespace ddl_warden::pg
