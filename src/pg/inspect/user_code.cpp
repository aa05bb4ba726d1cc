#include "pg/inspect/user_code.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "tcop/cmdtag.h"
#include "utils/evtcache.h"
#include "utils/fmgroids.h"
#include "utils/regproc.h"
}

#include <iterator>

namespace ddl_warden::pg
{

namespace
{

struct EventKind
{
	EventTriggerEvent kind;
	Event event;
};

constexpr EventKind event_kinds[] = {
	{EVT_DDLCommandStart, Event::Command},
	{EVT_DDLCommandEnd, Event::Command},
	{EVT_SQLDrop, Event::Drop},
	{EVT_TableRewrite, Event::Rewrite},
};

/* By session_replication_role. */
bool
is_on(char enabled)
{
	const char other = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA
						   ? TRIGGER_FIRES_ON_ORIGIN
						   : TRIGGER_FIRES_ON_REPLICA;

	return enabled != TRIGGER_DISABLED && enabled != other;
}

/* filter_event_trigger in event_trigger.c */
bool
is_meant(const EventTriggerCacheItem *trigger, CommandTag tag)
{
	return is_on(trigger->enabled) &&
		   (bms_is_empty(trigger->tagset) || bms_is_member(tag, trigger->tagset));
}

struct Called
{
	Event event;
	Oid function;
};

struct Calls
{
	std::span<Called> all;
	std::size_t count;
};

/* Once, however many triggers call it. */
void
add(Calls &calls, const Called &call)
{
	for (const Called &other : calls.all.first(calls.count))
	{
		if (other.event == call.event && other.function == call.function)
		{
			return;
		}
	}
	calls.all[calls.count++] = call;
}

/* The lists are the server's cache, which any look into a catalog may rebuild. */
void
add_calls(Calls &calls, const EventKind &kind, CommandTag tag)
{
	const List *triggers = EventCacheLookup(kind.kind);
	const ListCell *cell;

	calls.all = allocate_array<Called>(list_length(triggers));
	foreach (cell, triggers)
	{
		const auto *trigger = static_cast<const EventTriggerCacheItem *>(lfirst(cell));

		if (is_meant(trigger, tag))
		{
			add(calls, {kind.event, trigger->fnoid});
		}
	}
}

}  // namespace

std::span<const EventTrigger>
event_triggers_on(const Node *tree)
{
	const CommandTag tag = CreateCommandTag(const_cast<Node *>(tree));
	Calls calls[std::size(event_kinds)] = {};
	std::size_t count = 0;

	if (!event_triggers_fire() || !command_tag_event_trigger_ok(tag))
	{
		return {};
	}
	for (std::size_t i = 0; i < std::size(event_kinds); i++)
	{
		add_calls(calls[i], event_kinds[i], tag);
		count += calls[i].count;
	}

	const std::span<EventTrigger> named = allocate_array<EventTrigger>(count);

	count = 0;
	for (const Calls &some : calls)
	{
		for (const Called &call : some.all.first(some.count))
		{
			named[count++] = {call.event, view(format_procedure_qualified(call.function))};
		}
	}
	return named;
}

std::string_view
truncate_functions(Oid table)
{
	StringInfoData names;
	ScanKeyData key;
	HeapTuple row;
	const Form_pg_class relation = class_row(table);

	if (relation == nullptr || !relation->relhastriggers)
	{
		return {};
	}
	initStringInfo(&names);

	const ::Relation catalog = table_open(TriggerRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	const SysScanDesc scan =
		systable_beginscan(catalog, TriggerRelidNameIndexId, true, nullptr, 1, &key);

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const Form_pg_trigger trigger = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(row));

		if (TRIGGER_FOR_TRUNCATE(trigger->tgtype) && is_on(trigger->tgenabled))
		{
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
							 format_procedure_qualified(trigger->tgfoid));
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return view(names.data);
}

}  // namespace ddl_warden::pg
