/* The extension in the database that this backend is connected to. Nothing of it is cached. */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

struct Extension
{
	Oid oid; /* InvalidOid: not installed here */
	Oid owner;
};

/* One look into pg_extension. */
Extension installed_extension();

/* The relation of that name in the extension's schema; InvalidOid if there is none, or if it is not
 * the extension owner's: then somebody else made it, and it is none of ours. */
Oid own_relation(Oid extension_owner, const char *name);

}  // namespace ddl_warden::pg
