#include "report.hpp"

#include "report_lists.hpp"
#include "report_style.hpp"

#include <algorithm>

namespace ddl_warden
{

namespace
{

std::uint64_t
sum(const Report &report, Lane lane)
{
	return static_cast<std::uint64_t>(total(report.timeline, lane));
}

/* Nothing outside the page is asked for, and no script runs, whatever the page holds. */
void
begin_page(Html &page, const Report &report)
{
	page.add("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
			 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
			 "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
			 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
			 "<meta name=\"referrer\" content=\"no-referrer\">\n"
			 "<meta name=\"color-scheme\" content=\"light dark\">\n"
			 "<title>Schema changes in {}</title>\n<style>{}</style></head>\n<body>\n",
			 report.head.database, report_style);
	/* Patterns tell the parts of a bar without a colour. */
	page.add("<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>"
			 "<pattern id=\"waiting\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
			 "patternTransform=\"rotate(45)\"><rect width=\"2\" height=\"5\"/></pattern>"
			 "</defs></svg>\n");
}

void
add_heading(Html &page, const ReportHead &head)
{
	page.add("<header><p class=\"kicker\">ddl_warden report</p><h1>Schema changes in "
			 "<bdi>{}</bdi></h1>\n<p class=\"period\"><time>{}</time> to <time>{}</time> "
			 "<span class=\"by\">{}, {}</span></p>\n",
			 head.database, head.since, head.until, Duration{head.length_ms}, head.time_zone);
}

void
add_sentence(Html &page, bool say, Markup before, std::uint64_t value, Markup after)
{
	if (say)
	{
		page.add("{}<b>{}</b>{}", before, Count{value}, after);
	}
}

/* What a reader in a hurry takes along. */
void
add_summary(Html &page, const Report &report)
{
	const std::uint64_t refused = sum(report, Lane::Refused);
	const std::uint64_t would_refuse = sum(report, Lane::WouldRefuse);
	const std::uint64_t overridden = sum(report, Lane::Overridden);

	page.add("<p class=\"summary\">");
	add_sentence(page, true, "", sum(report, Lane::Judged), " statements were judged. ");
	if (refused == 0)
	{
		page.add("None was refused. ");
	}
	add_sentence(page, refused > 0, "", refused, " were refused before they took a lock");
	if (refused > 0 && report.totals.refused_bytes > 0)
	{
		page.add(", on <b>{}</b> of data", Bytes{report.totals.refused_bytes});
	}
	page.add("{}", refused > 0 ? Markup(". ") : Markup(""));
	add_sentence(page, would_refuse > 0, "", would_refuse,
				 " more would be refused in mode enforce. ");
	add_sentence(page, overridden > 0, "", overridden,
				 " went through by an override or unjudged. ");
	if (total(report.timeline, Lane::Blocking) > 0)
	{
		page.add("Locks that block others were held for <b>{}</b> in all, <b>{}</b> at most at a "
				 "time.",
				 Duration{total(report.timeline, Lane::Blocking)},
				 Duration{report.totals.longest_hold_ms});
	}
	page.add("</p>\n");
}

void
add_figure(Html &page, Markup style, Markup name, Count value)
{
	page.add("<div class=\"{}\"><dt>{}</dt><dd>{}</dd></div>\n", style, name, value);
}

void
add_time_figure(Html &page, Markup name, double milliseconds, bool measured)
{
	page.add("<div class=\"blocking\"><dt>{}</dt>", name);
	if (measured)
	{
		page.add("<dd>{}</dd></div>\n", Duration{milliseconds});
	}
	else
	{
		page.add("<dd class=\"unknown\">not measured</dd></div>\n");
	}
}

void
add_figures(Html &page, const Report &report)
{
	page.add("<dl class=\"figures\">\n");
	add_figure(page, "judged", "judged", {sum(report, Lane::Judged)});
	add_figure(page, "refused", "refused", {sum(report, Lane::Refused)});
	if (sum(report, Lane::WouldRefuse) > 0)
	{
		add_figure(page, "refused", "would be refused", {sum(report, Lane::WouldRefuse)});
	}
	add_figure(page, "overridden", "overridden", {sum(report, Lane::Overridden)});
	add_figure(page, "warned", "warned", {sum(report, Lane::Warned)});
	add_figure(page, "failed", "failed", {sum(report, Lane::Failed)});
	add_figure(page, "failed", "rolled back", {sum(report, Lane::RolledBack)});
	add_time_figure(page, "blocking locks held", total(report.timeline, Lane::Blocking), true);
	add_time_figure(page, "longest hold", report.totals.longest_hold_ms, true);
	add_time_figure(page, "longest wait", report.totals.longest_wait_ms,
					report.totals.waits_measured > 0);
	page.add("</dl>\n");
}

void
add_timeline(Html &page, const Report &report)
{
	Vector<double> marks{ArenaAllocator<double>(page.arena)};

	for (const TimedStatement &statement : report.longest.rows)
	{
		marks.push_back(statement.position);
	}
	page.add(
		"<section id=\"timeline\"><h2>Timeline</h2>\n<p class=\"note\">A bar is {}; each lane "
		"has a scale of its own. Blocking locks held: the time, summed over statements, during "
		"which a lock was held that blocks writes or reads of a table that existed before.",
		report.timeline.slice_length);
	if (report.totals.holds_measured == 0)
	{
		page.add(" How long locks are held to the end of a transaction is not measured yet: these "
				 "are the times that the statements ran, so at least as long.");
	}
	page.add("</p>\n");
	draw(page, report.timeline, keep(marks));
	page.add("</section>\n");
}

/* What the record itself lacks. */
void
add_gaps_of_record(Html &page, const Totals &totals)
{
	if (totals.logged == 0 && totals.lost == 0)
	{
		return;
	}
	page.add(
		"<section id=\"lost\"><h2>Not in the record</h2>\n<p>Since the server started, {} "
		"decisions were told in the server log and not in the record; {} of them because their "
		"row could not be written. They are missing above.</p></section>\n",
		Count{totals.logged}, Count{totals.lost});
}

void
add_colophon(Html &page, const ReportHead &head)
{
	page.add("<footer><p>Made on {} by <bdi>{}</bdi>. Database <bdi>{}</bdi>", head.made_at,
			 head.made_by, head.database);
	if (!head.server.empty())
	{
		page.add(" on <bdi>{}</bdi>", head.server);
	}
	page.add(", PostgreSQL {}, ddl_warden {}", head.server_version, head.library_version);
	if (head.extension_version != head.library_version)
	{
		page.add(" with SQL objects of {}", head.extension_version);
	}
	page.add(", mode {}. Times are in {}.</p></footer>\n",
			 head.mode.empty() ? std::string_view("unknown: the library is not preloaded")
							   : head.mode,
			 head.time_zone);
}

void
add_contents(Html &page)
{
	page.add("<nav aria-label=\"Contents\"><a href=\"#timeline\">Timeline</a> "
			 "<a href=\"#longest\">Longest</a> <a href=\"#refusals\">Refusals</a> "
			 "<a href=\"#rules\">Rules</a> <a href=\"#roles\">Roles</a> "
			 "<a href=\"#overrides\">Overrides</a> <a href=\"#policy\">Policy</a> "
			 "<a href=\"#relations\">Tables</a> <a href=\"#failures\">Failures</a> "
			 "<a href=\"#mispredictions\">Mispredictions</a></nav>\n");
}

void
add_body(Html &page, const Report &report)
{
	add_summary(page, report);
	add_figures(page, report);
	add_contents(page);
	page.add("</header>\n<main>\n");
	add_timeline(page, report);
	list_longest(page, report.longest);
	list_refusals(page, report.refusals);
	list_rules(page, report.rules);
	list_roles(page, report.roles);
	list_overrides(page, report.overrides);
	list_policy(page, report.policy);
	list_relations(page, report.relations);
	list_failures(page, report.failures);
	list_mispredictions(page, report.mispredictions, report.totals.compared);
}

/* A period in which nothing was recorded is no mistake. */
void
add_empty_body(Html &page, const Report &report)
{
	page.add(
		"<p class=\"summary\">No schema change was recorded in this period.</p>\n</header>\n"
		"<main>\n<p class=\"none\">Either nothing was changed, or ddl_warden.record leaves out "
		"what was. SELECT * FROM ddl_warden.status() says what is guarded.</p>\n");
	if (!report.policy.rows.empty())
	{
		list_policy(page, report.policy);
	}
}

}  // namespace

std::string_view
report_page(const Report &report, const Arena &arena)
{
	Html page(arena);

	begin_page(page, report);
	add_heading(page, report.head);
	if (report.timeline.slices.empty())
	{
		add_empty_body(page, report);
	}
	else
	{
		add_body(page, report);
	}
	add_gaps_of_record(page, report.totals);
	page.add("</main>\n");
	add_colophon(page, report.head);
	page.add("</body></html>\n");
	return page.text();
}

}  // namespace ddl_warden
