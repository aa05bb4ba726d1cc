#include "pg/boundary.hpp"

#include "core/assess.hpp"

#include <exception>
#include <new>
#include <type_traits>

namespace ddl_warden::pg
{

namespace
{

/* Runs core code; what it throws ends here. The ERROR is raised only after the catch block has been
 * left: a longjmp out of it would leave the exception caught for ever. */
template <typename Work>
auto
call_core(Work work)
{
	using Result = decltype(work(std::declval<const Arena &>()));
	static_assert(std::is_trivially_destructible_v<Result>);

	Result result{};
	bool out_of_memory = false;
	char fault[200] = "";

	try
	{
		const Arena arena = arena_in(CurrentMemoryContext);

		result = work(arena);
	}
	catch (const std::bad_alloc &)
	{
		out_of_memory = true;
	}
	catch (const std::exception &caught)
	{
		strlcpy(fault, caught.what(), sizeof(fault));
	}
	catch (...)
	{
		strlcpy(fault, "unknown exception", sizeof(fault));
	}

	if (out_of_memory)
	{
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	}
	if (fault[0] != '\0')
	{
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg_internal("%s", fault)));
	}
	return result;
}

}  // namespace

Impact
assess(const Facts &facts)
{
	return call_core([&](const Arena &arena) { return ddl_warden::assess(facts, arena); });
}

Verdict
decide(const Facts &facts, const Impact &impact, const RuleSet &rules, const Rates &rates,
	   const Session &session)
{
	return call_core([&](const Arena &arena) {
		return ddl_warden::decide(facts, impact, rules, rates, session, arena);
	});
}

std::string_view
forecast_sentence(const Forecast &forecast, const Rates &rates)
{
	return call_core(
		[&](const Arena &arena) { return ddl_warden::forecast_sentence(forecast, rates, arena); });
}

std::string_view
redact(std::string_view text, Secrets secrets)
{
	return call_core(
		[&](const Arena &arena) { return keep(ddl_warden::redact(text, secrets, arena)); });
}

Misprediction
misprediction_of(const Facts &facts, const Impact &impact, std::span<const Observed> observed,
				 bool locks_were_kept)
{
	return call_core([&](const Arena &arena) {
		return ddl_warden::misprediction_of(facts, impact, observed, locks_were_kept, arena);
	});
}

std::string_view
report_page(const Report &report)
{
	return call_core([&](const Arena &arena) { return ddl_warden::report_page(report, arena); });
}

}  // namespace ddl_warden::pg
