/* What a statement says in WITH (…), TABLESPACE and the like: does the server take it? */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

/* It is there, for relations of a database, and the role may create in it; NULL names none. */
bool is_tablespace_accepted(const char *name);

/* WITH (…) of an index of that method. */
bool are_index_options_accepted(Oid method, const List *options);

/* SET (…) and RESET (…); of an index, too. */
bool are_options_accepted(Form_pg_class relation, const List *options, bool reset);

/* REINDEX (…), but for pg_global, which counts only where an index is moved. */
bool are_reindex_options_accepted(const List *options);

/* VACUUM FULL: as ExecVacuum and vacuum in vacuum.c ask. */
bool are_full_vacuum_options_accepted(const VacuumStmt *statement);

}  // namespace ddl_warden::pg
