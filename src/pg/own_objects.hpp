/* The extension's own tables, views and functions are changed by its scripts only. */
#pragma once

#include "pg/extension.hpp"

namespace ddl_warden::pg
{

/* Raises ERROR 42501 when the statement would change an object in the extension's schema. GRANT,
 * COMMENT and maintenance (VACUUM, REINDEX, CLUSTER) are left to the administrator. Takes no
 * lock. */
void refuse_ddl_on_own_objects(Node *tree, const Extension &extension);

}  // namespace ddl_warden::pg
