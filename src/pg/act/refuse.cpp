/* What the client is told: the refusal, and the warnings. */
#include "pg/act/act.hpp"

#include "pg/memory.hpp"

namespace ddl_warden::pg
{

namespace
{

constexpr int refused_by_a_rule = MAKE_SQLSTATE('W', 'D', '0', '0', '1');

/* The primary message carries the number of the row: many clients show nothing else. */
void
report(int level, int sqlstate, const Finding &finding, const char *noun, std::int64_t number)
{
	ereport(level, (errcode(sqlstate),
					errmsg_internal("%s (ddl_warden %s " INT64_FORMAT ")",
									c_string(finding.message), noun, number),
					finding.detail.empty() ? 0 : errdetail_internal("%s", c_string(finding.detail)),
					finding.hint.empty() ? 0 : errhint("%s", c_string(finding.hint))));
}

}  // namespace

void
raise_refusal(const Verdict &verdict, std::int64_t number)
{
	report(ERROR, refused_by_a_rule, verdict.findings.front(), "refusal", number);
	pg_unreachable();
}

void
raise_warnings(const Verdict &verdict, std::int64_t number)
{
	for (const Finding &finding : verdict.findings)
	{
		if (finding.action == Action::Warn)
		{
			report(WARNING, ERRCODE_WARNING, finding, "warning", number);
		}
	}
}

}  // namespace ddl_warden::pg
