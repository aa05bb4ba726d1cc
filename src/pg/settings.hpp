/* The settings of ddl_warden: one row each in settings.cpp. */
#pragma once

#include "pg/postgres.hpp"

#include "core/decision.hpp"

namespace ddl_warden::pg
{

enum class Mode : int
{
	Off,
	Observe,
	Enforce,
};

extern int mode_setting;              /* Mode */
extern int lock_timeout_setting;      /* ms */
extern int statement_timeout_setting; /* ms; 0 = no limit */
extern int record_setting;            /* RecordScope */
extern int retention_setting;         /* s; 0 = keep */
extern int record_buffer_setting;     /* kB */
extern bool verify_setting;
extern char *override_setting;
extern char *context_setting;

void define_settings();

inline Mode
mode()
{
	return static_cast<Mode>(mode_setting);
}

/* Mode came from the session itself, its role or its client, not from the server's or the
 * database's configuration: then off is a bypass, and leaves a row. */
bool mode_set_by_session();

/* The reason of the override that is in force for a statement judged now, or NULL. Spends nothing.
 */
const char *override_in_force();

/* A statement has been judged, whatever its verdict: an override that was set before it outside a
 * block has had its turn. To be called for every judged statement. */
void spend_override();

}  // namespace ddl_warden::pg
