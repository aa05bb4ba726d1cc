#include "pg/record/hand_over.hpp"

#include "pg/metrics.hpp"

extern "C" {
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/json.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr int statement_in_log = 1024; /* bytes */

/* A value of the line: as JSON has it, so that it stays one line whatever is in it. */
void
append(StringInfo line, const char *key, const char *value)
{
	if (value == nullptr || value[0] == '\0')
	{
		return;
	}
	appendStringInfo(line, " %s=", key);
	escape_json(line, value);
}

void
append_statement(StringInfo line, const char *statement)
{
	const int length = static_cast<int>(strlen(statement));
	const int kept = pg_mbcliplen(statement, length, statement_in_log);

	if (kept == length)
	{
		append(line, "statement", statement);
		return;
	}
	char *cut = static_cast<char *>(palloc(kept + 4));

	memcpy(cut, statement, kept);
	memcpy(cut + kept, "...", 4);
	append(line, "statement", cut);
	pfree(cut);
}

/* psql and friends never see it, whatever client_min_messages says. */
void
write_line(const char *line)
{
	ereport(LOG_SERVER_ONLY,
			(errmsg_internal("%s", line), errhidestmt(true), errhidecontext(true)));
}

}  // namespace

void
hand_over(const Pending &decision)
{
	StringInfoData line;

	count(decision.place == Place::Nowhere ? Counter::RowsLost : Counter::LoggedInsteadOfRow);

	initStringInfo(&line);
	appendStringInfo(&line, "ddl_warden_decision=" INT64_FORMAT, decision.id);
	append(&line, "outcome", to_text(decision.outcome).data());
	append(&line, "verdict", decision.verdict);
	append(&line, "rule", decision.rule);
	append(&line, "command", decision.command);
	append(&line, "relation", decision.relation);
	append(&line, "sqlstate", decision.sqlstate);
	append(&line, "role", decision.role_name);
	append(&line, "database", decision.database);
	append(&line, "application", decision.application_name);
	append(&line, "context", decision.note);
	append(&line, "override", decision.override_reason);
	append(&line, "no_row_because", decision.lost_because);
	append_statement(&line, decision.statement);
	write_line(line.data);
	pfree(line.data);
}

void
hand_over_rest(std::int64_t unlisted, std::int64_t rows)
{
	StringInfoData line;

	initStringInfo(&line);
	appendStringInfo(&line,
					 "ddl_warden_more_decisions=" INT64_FORMAT " outcome=\"rolled back\""
					 " rows_rolled_back=" INT64_FORMAT,
					 unlisted, rows);
	write_line(line.data);
	pfree(line.data);
}

}  // namespace ddl_warden::pg
