/* The utility hook: one statement, the whole way through. */
#pragma once

namespace ddl_warden::pg
{

void install_hook();

}  // namespace ddl_warden::pg
