/* The library's entry: what is set up, in order. */
#include "pg/hook.hpp"
#include "pg/record/launcher.hpp"
#include "pg/record/record.hpp"
#include "pg/settings.hpp"
#include "pg/shared_memory.hpp"

extern "C" {
PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
}

/* Without preload the library stays silent and inert: pg_upgrade and LOAD load it, too. CREATE
 * EXTENSION complains for itself. */
void
_PG_init(void)
{
	using namespace ddl_warden::pg;

	if (!process_shared_preload_libraries_in_progress)
	{
		return;
	}
	define_settings();
	request_shared_memory();
	register_record_callbacks();
	register_launcher();
	install_hook();
}
