/* The process that starts recorders. */
#pragma once

namespace ddl_warden::pg
{

/* While the server preloads: it has a place of its own among the background workers. */
void register_launcher();

}  // namespace ddl_warden::pg
