#include "pg/record/log_line.hpp"

extern "C" {
#include "catalog/pg_type_d.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr int longest_text = 1024; /* bytes, before they are quoted */

/* A text as JSON has it, so that it stays one line whatever is in it. */
void
append_text(StringInfo line, const char *key, const char *text)
{
	if (text == nullptr || text[0] == '\0')
	{
		return;
	}
	const int length = static_cast<int>(strlen(text));
	const int kept = pg_mbcliplen(text, length, longest_text);
	char *shown = psprintf("%.*s%s", kept, text, kept < length ? "..." : "");

	appendStringInfo(line, " %s=", key);
	escape_json(line, shown);
	pfree(shown);
}

template <auto field>
void
text(StringInfo line, const char *key, const Pending &decision)
{
	append_text(line, key, decision.*field);
}

void
bytes(StringInfo line, const char *key, const Pending &decision)
{
	if (decision.bytes > 0)
	{
		appendStringInfo(line, " %s=" UINT64_FORMAT, key, decision.bytes);
	}
}

void
run_ms(StringInfo line, const char *key, const Pending &decision)
{
	if (decision.ran)
	{
		appendStringInfo(line, " %s=%.1f", key, decision.run_ms);
	}
}

void
client_addr(StringInfo line, const char *key, const Pending &decision)
{
	if (decision.client_addr != 0)
	{
		append_text(line, key,
					DatumGetCString(DirectFunctionCall1(inet_out, decision.client_addr)));
	}
}

void
backend_pid(StringInfo line, const char *key, const Pending &decision)
{
	appendStringInfo(line, " %s=%d", key, decision.backend_pid);
}

void
transaction_id(StringInfo line, const char *key, const Pending &decision)
{
	if (decision.transaction_id != 0)
	{
		appendStringInfo(line, " %s=" UINT64_FORMAT, key, decision.transaction_id);
	}
}

void
query_id(StringInfo line, const char *key, const Pending &decision)
{
	if (decision.query_id != 0)
	{
		appendStringInfo(line, " %s=" INT64_FORMAT, key, static_cast<int64>(decision.query_id));
	}
}

/* In UTC, as ISO 8601 has it: the session's own zone is of no use to a log. */
void
decided_at(StringInfo line, const char *key, const Pending &decision)
{
	char time[MAXDATELEN + 1];
	const int utc = 0;

	JsonEncodeDateTime(time, TimestampTzGetDatum(decision.decided_at), TIMESTAMPTZOID, &utc);
	append_text(line, key, time);
}

struct Field
{
	const char *key;
	void (*append)(StringInfo line, const char *key, const Pending &decision);
};

/* What a reader looks for first, and the longest at the end, where a shipper cuts. */
constexpr Field fields[] = {
	{"verdict", text<&Pending::verdict>},
	{"rule", text<&Pending::rule>},
	{"command", text<&Pending::command>},
	{"relation", text<&Pending::relation>},
	{"lock_mode", text<&Pending::lock_mode>},
	{"bytes", bytes},
	{"run_ms", run_ms},
	{"sqlstate", text<&Pending::sqlstate>},
	{"role_name", text<&Pending::role_name>},
	{"session_role", text<&Pending::session_role>},
	{"database", text<&Pending::database>},
	{"application_name", text<&Pending::application_name>},
	{"client_addr", client_addr},
	{"backend_pid", backend_pid},
	{"transaction_id", transaction_id},
	{"query_id", query_id},
	{"decided_at", decided_at},
	{"context", text<&Pending::note>},
	{"override_reason", text<&Pending::override_reason>},
	{"message", text<&Pending::message>},
};

void
append_rest(StringInfo line, const Pending &decision, const char *no_row_because)
{
	for (const Field &field : fields)
	{
		field.append(line, field.key, decision);
	}
	append_text(line, "no_row_because", no_row_because);
	append_text(line, "statement", decision.statement);
}

/* psql and friends never see it, whatever client_min_messages says. */
void
write_and_free(StringInfo line)
{
	ereport(LOG_SERVER_ONLY,
			(errmsg_internal("%s", line->data), errhidestmt(true), errhidecontext(true)));
	pfree(line->data);
}

}  // namespace

void
log_decision(const Pending &decision, const char *no_row_because)
{
	StringInfoData line;

	initStringInfo(&line);
	appendStringInfo(&line, "ddl_warden_decision=" INT64_FORMAT, decision.id);
	append_text(&line, "outcome", to_text(decision.outcome).data());
	append_rest(&line, decision, no_row_because);
	write_and_free(&line);
}

void
log_begun(const Pending &decision, const char *no_row_because)
{
	StringInfoData line;

	initStringInfo(&line);
	appendStringInfo(&line, "ddl_warden_begun=" INT64_FORMAT, decision.id);
	append_rest(&line, decision, no_row_because);
	write_and_free(&line);
}

void
log_more_decisions(std::int64_t unlisted, std::int64_t rows)
{
	StringInfoData line;

	initStringInfo(&line);
	appendStringInfo(&line,
					 "ddl_warden_more_decisions=" INT64_FORMAT " outcome=\"rolled back\""
					 " rows_rolled_back=" INT64_FORMAT,
					 unlisted, rows);
	write_and_free(&line);
}

}  // namespace ddl_warden::pg
