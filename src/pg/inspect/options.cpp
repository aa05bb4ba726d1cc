#include "pg/inspect/options.hpp"

#include "pg/inspect/planning.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "access/amapi.h"
#include "access/reloptions.h"
#include "catalog/pg_tablespace_d.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
}

namespace ddl_warden::pg
{

namespace
{

bool
may_use_tablespace(Oid space)
{
	return OidIsValid(space) && (space == MyDatabaseTableSpace || may_create_in_tablespace(space));
}

}  // namespace

bool
is_tablespace_accepted(const char *name)
{
	const Oid space = name == nullptr ? MyDatabaseTableSpace : get_tablespace_oid(name, true);

	return may_use_tablespace(space) && space != GLOBALTABLESPACE_OID;
}

/* ExecReindex: the last one of a name counts. */
bool
are_reindex_options_accepted(const List *options)
{
	bool accepted = true;
	const ListCell *cell;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "tablespace") == 0)
		{
			accepted = option->arg != nullptr &&
					   may_use_tablespace(get_tablespace_oid(defGetString(option), true));
		}
		else if (strcmp(option->defname, "verbose") != 0 &&
				 strcmp(option->defname, "concurrently") != 0)
		{
			return false;
		}
	}
	return accepted;
}

namespace
{

struct Options
{
	Oid method; /* of an index */
	char relkind;
	List *options;
	const char *part; /* NULL: of the relation itself */
	bool reset;
};

/* What is there already was accepted when it was set: only what is new is asked about. */
Datum
transformed(const Options *asked)
{
	static const char *namespaces[] = HEAP_RELOPT_NAMESPACES;
	const bool heap = !OidIsValid(asked->method) && asked->relkind != RELKIND_VIEW;

	return transformRelOptions(Datum{0}, asked->options, asked->part,
							   heap ? const_cast<char **>(namespaces) : nullptr, false,
							   asked->reset);
}

/* Raises what the server raises. */
void
validate(void *argument)
{
	const Options *asked = static_cast<const Options *>(argument);
	const Datum options = transformed(asked);

	if (OidIsValid(asked->method))
	{
		index_reloptions(GetIndexAmRoutineByAmId(asked->method, false)->amoptions, options, true);
	}
	else if (asked->relkind == RELKIND_PARTITIONED_TABLE)
	{
		partitioned_table_reloptions(options, true);
	}
	else if (asked->relkind == RELKIND_VIEW)
	{
		view_reloptions(options, true);
	}
	else
	{
		heap_reloptions(asked->relkind, options, true);
	}
}

bool
is_index_kind(char relkind)
{
	return relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX;
}

}  // namespace

bool
are_index_options_accepted(Oid method, const List *options)
{
	Options asked = {method, RELKIND_INDEX, const_cast<List *>(options), nullptr, false};

	return options == NIL || !refuses(validate, &asked);
}

bool
are_options_accepted(Form_pg_class relation, const List *options, bool reset)
{
	const Oid method = is_index_kind(relation->relkind) ? relation->relam : InvalidOid;
	Options asked = {method, relation->relkind, const_cast<List *>(options), nullptr, reset};
	Options of_toast = {InvalidOid, RELKIND_TOASTVALUE, asked.options, "toast", reset};

	return !refuses(validate, &asked) &&
		   (!OidIsValid(relation->reltoastrelid) || !refuses(validate, &of_toast));
}

namespace
{

/* What they come to: the last one of a name counts. */
struct FullVacuum
{
	const VacuumStmt *statement;
	bool analyzes;
	bool skips_no_pages;
	bool leaves_toast;
	bool parallel;
};

/* Takes its value as the server does, which raises an ERROR if it is none. */
using Take = void (*)(FullVacuum &vacuum, DefElem *option);

void
take_switch(FullVacuum &, DefElem *option)
{
	defGetBoolean(option);
}

void
take_analyze(FullVacuum &vacuum, DefElem *option)
{
	vacuum.analyzes = defGetBoolean(option);
}

void
take_page_skipping(FullVacuum &vacuum, DefElem *option)
{
	vacuum.skips_no_pages = defGetBoolean(option);
}

void
take_toast(FullVacuum &vacuum, DefElem *option)
{
	vacuum.leaves_toast = !defGetBoolean(option);
}

void
take_workers(FullVacuum &vacuum, DefElem *option)
{
	vacuum.parallel = defGetInt32(option) != 0;
}

void
take_cleanup(FullVacuum &, DefElem *option)
{
	if (option->arg != nullptr && pg_strcasecmp(defGetString(option), "auto") != 0)
	{
		defGetBoolean(option);
	}
}

void
take_anything(FullVacuum &, DefElem *)
{
}

struct VacuumOption
{
	const char *name;
	Take take;
	bool known;
};

// clang-format off
constexpr VacuumOption vacuum_options[] = {
	{"full",                  take_switch,        true},
	{"verbose",               take_switch,        true},
	{"skip_locked",           take_switch,        true},
	{"analyze",               take_analyze,       true},
	{"freeze",                take_switch,        true},
	{"disable_page_skipping", take_page_skipping, true},
	{"index_cleanup",         take_cleanup,       true},
	{"process_toast",         take_toast,         true},
	{"truncate",              take_switch,        true},
	{"parallel",              take_workers,       true},
	{"process_main",          take_switch,        vacuum_takes_main_and_statistics},
	{"skip_database_stats",   take_switch,        vacuum_takes_main_and_statistics},
	{"only_database_stats",   take_switch,        vacuum_takes_main_and_statistics},
	{"buffer_usage_limit",    take_anything,      vacuum_takes_main_and_statistics},
};
// clang-format on

void
take_option(FullVacuum &vacuum, DefElem *option)
{
	for (const VacuumOption &row : vacuum_options)
	{
		if (row.known && strcmp(row.name, option->defname) == 0)
		{
			return row.take(vacuum, option);
		}
	}
	ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("unrecognized VACUUM option \"%s\"", option->defname));
}

void
take_options(void *argument)
{
	FullVacuum *vacuum = static_cast<FullVacuum *>(argument);
	const ListCell *cell;

	foreach (cell, vacuum->statement->options)
	{
		take_option(*vacuum, lfirst_node(DefElem, cell));
	}
}

bool
names_columns(const VacuumStmt *statement)
{
	const ListCell *cell;

	foreach (cell, statement->rels)
	{
		if (lfirst_node(VacuumRelation, cell)->va_cols != NIL)
		{
			return true;
		}
	}
	return false;
}

}  // namespace

bool
are_full_vacuum_options_accepted(const VacuumStmt *statement)
{
	FullVacuum vacuum = {statement, false, false, false, false};

	return !refuses(take_options, &vacuum) && !vacuum.parallel && !vacuum.skips_no_pages &&
		   !vacuum.leaves_toast && (vacuum.analyzes || !names_columns(statement));
}

}  // namespace ddl_warden::pg
