#include "pg/settings.hpp"

#include "pg/compat.hpp"

extern "C" {
#include <limits.h>
}

namespace ddl_warden::pg
{

int mode_setting = static_cast<int>(Mode::Enforce);
int lock_timeout_setting = 1000;
int statement_timeout_setting = 0;
int record_setting = static_cast<int>(RecordScope::Everything);
int retention_setting = 400 * SECS_PER_DAY;
int record_buffer_setting = 16 * 1024;
bool verify_setting = false;
char *override_setting = nullptr;
char *context_setting = nullptr;

namespace
{

/* Free text is copied into every row: it must stay short. */
constexpr size_t longest_text = 1000;

/* kB. The area keeps 64 kB for each size of entries once there was one, a megabyte in all: an empty
 * queue must have room besides. */
constexpr int least_record_buffer = 2048;

constexpr int override_lifetime = 60 * 1000; /* ms */

/* Who set the mode. Belongs to the value, so it is restored together with it. */
struct ModeOrigin
{
	GucSource source;
};

/*
 * What an override is good for. It is the "extra" of the setting: the server keeps it with the
 * value through SET LOCAL, savepoints and rollbacks, so an override that comes back is still the
 * one that was given, and not a new one.
 */
struct OverrideGrant
{
	LocalTransactionId transaction; /* it counts for every statement of that one */
	TimestampTz granted_at;
	std::uint64_t judged_before; /* statements of this session */
	bool one_more; /* set outside a block: counts for the next statement after that transaction */
};

/* Only ever counts up, whatever is rolled back. */
std::uint64_t judged_statements = 0;

const ModeOrigin *mode_origin = nullptr;
const OverrideGrant *override_grant = nullptr;

bool
check_mode(int *, void **extra, GucSource source)
{
	auto *origin = static_cast<ModeOrigin *>(allocate_setting_extra(sizeof(ModeOrigin)));

	if (origin == nullptr)
	{
		return false;
	}
	origin->source = source;
	*extra = origin;
	return true;
}

void
assign_mode(int, void *extra)
{
	mode_origin = static_cast<const ModeOrigin *>(extra);
}

bool
is_short_enough(const char *text)
{
	if (strlen(text) <= longest_text)
	{
		return true;
	}
	GUC_check_errdetail("The text has %zu bytes, and at most %zu are recorded.", strlen(text),
						longest_text);
	return false;
}

bool
check_context(char **text, void **, GucSource)
{
	return is_short_enough(*text);
}

bool
is_blank(const char *text)
{
	return text[strspn(text, " \t\n\r\f\v")] == '\0';
}

/* A role, a database, a file, a connection option or a function would set it again and again,
 * unseen: an override is somebody's deed. */
bool
is_a_reason(const char *text, GucSource source)
{
	if (source != PGC_S_SESSION)
	{
		GUC_check_errdetail(
			"An override can only be set by SET or set_config() in the session that needs it, not by a role, a database, a file, a connection option or a function.");
		return false;
	}
	if (is_blank(text))
	{
		GUC_check_errdetail("An override needs a reason that can be read in the record.");
		return false;
	}
	return is_short_enough(text);
}

bool
check_override(char **reason, void **extra, GucSource source)
{
	OverrideGrant *grant;

	if (**reason == '\0')
	{
		return true;
	}
	if (!is_a_reason(*reason, source))
	{
		return false;
	}
	grant = static_cast<OverrideGrant *>(allocate_setting_extra(sizeof(OverrideGrant)));
	if (grant == nullptr)
	{
		return false;
	}
	grant->transaction = local_transaction_of(MyProc);
	grant->granted_at = GetCurrentTimestamp();
	grant->judged_before = judged_statements;
	grant->one_more = !IsTransactionBlock();
	*extra = grant;
	return true;
}

void
assign_override(const char *, void *extra)
{
	override_grant = static_cast<const OverrideGrant *>(extra);
}

const char *
show_override()
{
	if (override_grant != nullptr && override_in_force() == nullptr)
	{
		return "(spent)";
	}
	return override_setting;
}

const config_enum_entry mode_names[] = {
	{"off", static_cast<int>(Mode::Off), false},
	{"observe", static_cast<int>(Mode::Observe), false},
	{"enforce", static_cast<int>(Mode::Enforce), false},
	{nullptr, 0, false},
};

const config_enum_entry record_names[] = {
	{"everything", static_cast<int>(RecordScope::Everything), false},
	{"blocking", static_cast<int>(RecordScope::Blocking), false},
	{"refused", static_cast<int>(RecordScope::Refused), false},
	{nullptr, 0, false},
};

struct EnumSetting
{
	const char *name;
	int *value;
	const config_enum_entry *options;
	GucEnumCheckHook check;
	GucEnumAssignHook assign;
	const char *summary;
	const char *more;
};

struct DurationSetting
{
	const char *name;
	int *value; /* its initial value is the default */
	int unit;
	const char *summary;
	const char *more;
};

struct TextSetting
{
	const char *name;
	char **value;
	GucContext who;
	int flags;
	GucStringCheckHook check;
	GucStringAssignHook assign;
	GucShowHook show;
	const char *summary;
	const char *more;
};

constexpr EnumSetting enum_settings[] = {
	/* Start with observe on a server that is in use: it tells what enforce would refuse. */
	{"ddl_warden.mode", &mode_setting, mode_names, check_mode, assign_mode,
	 "Sets what is done with DDL statements.",
	 "\"off\" leaves them alone, \"observe\" judges and records them, \"enforce\" also refuses and warns."},

	/* Rows that nobody reads cost space: narrow it down where DDL is routine. */
	{"ddl_warden.record", &record_setting, record_names, nullptr, nullptr,
	 "Sets which statements leave a row in the record.",
	 "\"blocking\" leaves out what is allowed and blocks neither reads nor writes of an existing relation; \"refused\" leaves only refusals and overrides."},
};

constexpr DurationSetting duration_settings[] = {
	/* The longest that a DDL statement stands in a lock queue, and so the longest that others wait
	 * behind it. A session's own lock_timeout counts if it is shorter. */
	{"ddl_warden.lock_timeout", &lock_timeout_setting, GUC_UNIT_MS,
	 "Sets the longest time that a DDL statement stands in the queue for a lock.",
	 "Whoever comes later waits behind it. A value of 0 turns this off."},

	/* The longest that a DDL statement runs. A session's own statement_timeout counts if it is
	 * shorter. */
	{"ddl_warden.statement_timeout", &statement_timeout_setting, GUC_UNIT_MS,
	 "Sets the longest time that a DDL statement runs.", "A value of 0 turns this off."},

	/* For how long the record is kept. It is the recorder that reads it: set it for the server or
	 * for a database. */
	{"ddl_warden.retention", &retention_setting, GUC_UNIT_S,
	 "Sets the age at which rows of the record are removed.", "A value of 0 keeps them."},
};

constexpr TextSetting text_settings[] = {
	/* The way out: why rules do not count for the statements of this transaction or, outside a
	 * block, for the next one. Give it away with GRANT SET ON PARAMETER. */
	{"ddl_warden.override", &override_setting, PGC_SUSET, GUC_DISALLOW_IN_FILE | GUC_NOT_IN_SAMPLE,
	 check_override, assign_override, show_override,
	 "Sets the reason why this transaction's statements are let through.",
	 "Set outside a transaction block, it counts for the next judged statement within one minute. It is recorded."},

	/* What the work belongs to: a migration, a commit, a ticket. */
	{"ddl_warden.context", &context_setting, PGC_USERSET, 0, check_context, nullptr, nullptr,
	 "Sets a text that is recorded with the statements of this session.", nullptr},
};

}  // namespace

void
define_settings()
{
	for (const EnumSetting &row : enum_settings)
	{
		DefineCustomEnumVariable(row.name, row.summary, row.more, row.value, *row.value,
								 row.options, PGC_SUSET, 0, row.check, row.assign, nullptr);
	}
	for (const DurationSetting &row : duration_settings)
	{
		DefineCustomIntVariable(row.name, row.summary, row.more, row.value, *row.value, 0, INT_MAX,
								PGC_SUSET, row.unit, nullptr, nullptr, nullptr);
	}
	/* What waits for a recorder: refusals, failures, what was rolled back. A refusal takes one or
	 * two kilobytes for a millisecond; a large transaction rolled back wants room for all it did.
	 */
	DefineCustomIntVariable("ddl_warden.record_buffer",
							"Sets the shared memory for decisions on their way to the recorder.",
							nullptr, &record_buffer_setting, record_buffer_setting,
							least_record_buffer, 1024 * 1024, PGC_POSTMASTER, GUC_UNIT_KB, nullptr,
							nullptr, nullptr);
	/* Costs each statement a reading of pg_class and two looks into the lock manager: for tests,
	 * and for a server where the predictions are to be trusted before anything is refused. */
	DefineCustomBoolVariable(
		"ddl_warden.verify",
		"Compares what a statement has locked and rewritten with the prediction.",
		"What differs is in the statement's row of the record.", &verify_setting, false, PGC_SUSET,
		0, nullptr, nullptr, nullptr);
	for (const TextSetting &row : text_settings)
	{
		DefineCustomStringVariable(row.name, row.summary, row.more, row.value, "", row.who,
								   row.flags, row.check, row.assign, row.show);
	}
	MarkGUCPrefixReserved("ddl_warden");
}

bool
mode_set_by_session()
{
	return mode_origin != nullptr && mode_origin->source > PGC_S_DATABASE;
}

const char *
override_in_force()
{
	const OverrideGrant *grant = override_grant;

	if (grant == nullptr)
	{
		return nullptr;
	}
	if (grant->transaction == local_transaction_of(MyProc))
	{
		return override_setting;
	}
	if (grant->one_more && grant->judged_before == judged_statements &&
		!TimestampDifferenceExceeds(grant->granted_at, GetCurrentTimestamp(), override_lifetime))
	{
		return override_setting;
	}
	return nullptr;
}

void
spend_override()
{
	judged_statements++;
}

}  // namespace ddl_warden::pg
