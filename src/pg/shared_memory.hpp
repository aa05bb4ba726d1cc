/* What of the warden lies in shared memory: asked for while the server preloads, set up when it
 * starts, and again after a crash. */
#pragma once

namespace ddl_warden::pg
{

/* Called by _PG_init. */
void request_shared_memory();

}  // namespace ddl_warden::pg
