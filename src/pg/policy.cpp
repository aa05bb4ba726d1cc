#include "pg/policy.hpp"

#include "pg/extension.hpp"
#include "pg/memory.hpp"
#include "pg/metrics.hpp"
#include "pg/own_table.hpp"

extern "C" {
#include "catalog/pg_type.h"
}

namespace ddl_warden::pg
{

namespace
{

struct ChangeColumns
{
	AttrNumber name;
	AttrNumber action;
	AttrNumber tolerate_bytes;
	AttrNumber tolerate_count;
};

struct PauseColumns
{
	AttrNumber id;
	AttrNumber paused_until;
	AttrNumber reason;
};

NullableDatum
value_of(HeapTuple row, Relation table, AttrNumber column)
{
	NullableDatum result;

	result.value = heap_getattr(row, column, RelationGetDescr(table), &result.isnull);
	return result;
}

std::string_view
text_of(HeapTuple row, Relation table, AttrNumber column)
{
	NullableDatum value = value_of(row, table, column);

	return value.isnull ? std::string_view() : view(TextDatumGetCString(value.value));
}

/* Sets a limit. False when the row has one where the rule has none, or none where it has one. */
bool
overlay(std::optional<std::uint64_t> &limit, NullableDatum changed)
{
	if (changed.isnull || !limit.has_value())
	{
		return changed.isnull && !limit.has_value();
	}
	limit = static_cast<std::uint64_t>(DatumGetInt64(changed.value));
	return DatumGetInt64(changed.value) >= 0;
}

/* A row of another version, or one that got around the checks, counts for nothing. */
void
apply_change(RuleSet &rules, HeapTuple row, Relation table, const ChangeColumns &columns)
{
	std::optional<Rule> rule = rule_from(text_of(row, table, columns.name));
	std::optional<Action> action = action_from(text_of(row, table, columns.action));
	RuleInForce changed;

	if (!rule.has_value() || !action.has_value())
	{
		return;
	}
	changed = rules[static_cast<std::size_t>(*rule)];
	changed.action = *action;
	if (overlay(changed.tolerate_bytes, value_of(row, table, columns.tolerate_bytes)) &&
		overlay(changed.tolerate_count, value_of(row, table, columns.tolerate_count)))
	{
		rules[static_cast<std::size_t>(*rule)] = changed;
	}
}

/* No snapshot given: each scan takes a fresh one, which also sees what this transaction did. */
void
apply_changes(RuleSet &rules, Relation table, const ChangeColumns &columns)
{
	SysScanDesc scan = systable_beginscan(table, InvalidOid, false, nullptr, 0, nullptr);

	for (HeapTuple row = systable_getnext(scan); row != nullptr; row = systable_getnext(scan))
	{
		apply_change(rules, row, table, columns);
	}
	systable_endscan(scan);
}

bool
read_rules(Policy &policy, Relation table)
{
	const ChangeColumns columns = {
		.name = column_number(table, "name", TEXTOID),
		.action = column_number(table, "action", TEXTOID),
		.tolerate_bytes = column_number(table, "tolerate_bytes", INT8OID),
		.tolerate_count = column_number(table, "tolerate_count", INT8OID),
	};

	if (!columns.name || !columns.action || !columns.tolerate_bytes || !columns.tolerate_count)
	{
		return false;
	}
	apply_changes(policy.rules, table, columns);
	return true;
}

/* The latest row decides, and what it says is copied: the row itself goes with the scan. */
void
find_pause(Policy &policy, Relation table, const PauseColumns &columns)
{
	const TimestampTz now = GetCurrentTimestamp();
	std::int64_t latest = PG_INT64_MIN;
	SysScanDesc scan = systable_beginscan(table, InvalidOid, false, nullptr, 0, nullptr);

	for (HeapTuple row = systable_getnext(scan); row != nullptr; row = systable_getnext(scan))
	{
		NullableDatum id = value_of(row, table, columns.id);
		NullableDatum until = value_of(row, table, columns.paused_until);

		if (id.isnull || until.isnull || DatumGetInt64(id.value) < latest)
		{
			continue;
		}
		latest = DatumGetInt64(id.value);
		policy.paused = now < DatumGetTimestampTz(until.value);
		policy.pause_reason =
			policy.paused ? text_of(row, table, columns.reason) : std::string_view();
	}
	systable_endscan(scan);
}

bool
read_pause(Policy &policy, Relation table)
{
	const PauseColumns columns = {
		.id = column_number(table, "id", INT8OID),
		.paused_until = column_number(table, "paused_until", TIMESTAMPTZOID),
		.reason = column_number(table, "reason", TEXTOID),
	};

	if (!columns.id || !columns.paused_until || !columns.reason)
	{
		return false;
	}
	find_pause(policy, table, columns);
	return true;
}

/* False when the table could not be read at once: then the policy stays as it was. */
bool
read_table(Policy &policy, Oid owner, const char *name, bool (*read)(Policy &, Relation))
{
	Relation table = open_without_waiting(own_relation(owner, name), AccessShareLock);
	bool done;

	if (table == nullptr)
	{
		return false;
	}
	done = is_heap(table) && read(policy, table);
	relation_close(table, AccessShareLock);
	return done;
}

}  // namespace

Policy
read_policy(Oid extension_owner)
{
	Policy policy = {
		.rules = default_rules(), .paused = false, .pause_reason = {}, .defaults_only = false};
	const bool have_rules = read_table(policy, extension_owner, "rule_change", read_rules);
	const bool have_pause = read_table(policy, extension_owner, "pause_log", read_pause);

	policy.defaults_only = !have_rules || !have_pause;
	if (policy.defaults_only)
	{
		count(Counter::DefaultRulesUsed);
	}
	return policy;
}

}  // namespace ddl_warden::pg
