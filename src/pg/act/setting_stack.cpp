#include "pg/act/setting_stack.hpp"

#include "pg/compat.hpp"

namespace ddl_warden::pg
{

namespace
{

constexpr const char *names[] = {"lock_timeout", "deadlock_timeout"}; /* as OverwrittenSetting */

/* The records of the server's own settings never move. */
config_generic *records[lengthof(names)] = {};

const config_generic *
record_of(OverwrittenSetting setting)
{
	const auto index = static_cast<std::size_t>(setting);

	if (records[index] == nullptr)
	{
		records[index] = find_setting(names[index]);
	}
	return records[index];
}

}  // namespace

StackMark
mark_stack(OverwrittenSetting setting)
{
	const GucStack *top = record_of(setting)->stack;

	return {top, top != nullptr && top->state == GUC_SET_LOCAL};
}

void
restore_in_stack(OverwrittenSetting setting, const StackMark &mark, int ours, int own)
{
	GucStack *entry = record_of(setting)->stack;

	for (; entry != nullptr && entry != mark.top; entry = entry->prev)
	{
		if (entry->prior.val.intval == ours)
		{
			entry->prior.val.intval = own;
		}
	}
	if (entry != nullptr && entry->state == GUC_SET_LOCAL && !mark.masks &&
		entry->masked.val.intval == ours)
	{
		entry->masked.val.intval = own;
	}
}

}  // namespace ddl_warden::pg
