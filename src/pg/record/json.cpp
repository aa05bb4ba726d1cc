#include "pg/record/json.hpp"

extern "C" {
#include "utils/jsonb.h"
#include "utils/numeric.h"
}

#include <algorithm>
#include <numeric>

namespace ddl_warden::pg
{

namespace
{

constexpr std::size_t relation_limit = 1000;

/* The server's own builder; push() hands it one token after the other. */
struct Builder
{
	JsonbParseState *state;
	JsonbValue *result;
};

void
push(Builder &json, JsonbIteratorToken token)
{
	json.result = pushJsonbValue(&json.state, token, nullptr);
}

void
push(Builder &json, JsonbIteratorToken token, std::string_view text)
{
	JsonbValue value;

	value.type = jbvString;
	value.val.string.val = const_cast<char *>(text.data() == nullptr ? "" : text.data());
	value.val.string.len = static_cast<int>(text.size());
	json.result = pushJsonbValue(&json.state, token, &value);
}

void
member(Builder &json, std::string_view key, std::string_view text)
{
	push(json, WJB_KEY, key);
	push(json, WJB_VALUE, text);
}

void
member(Builder &json, std::string_view key, std::uint64_t number)
{
	JsonbValue value;

	value.type = jbvNumeric;
	value.val.numeric = int64_to_numeric(static_cast<int64>(number));
	push(json, WJB_KEY, key);
	json.result = pushJsonbValue(&json.state, WJB_VALUE, &value);
}

void
member(Builder &json, std::string_view key, bool truth)
{
	JsonbValue value;

	value.type = jbvBool;
	value.val.boolean = truth;
	push(json, WJB_KEY, key);
	json.result = pushJsonbValue(&json.state, WJB_VALUE, &value);
}

void
member(Builder &json, std::string_view key, std::span<const std::string_view> texts)
{
	push(json, WJB_KEY, key);
	push(json, WJB_BEGIN_ARRAY);
	for (const std::string_view text : texts)
	{
		push(json, WJB_ELEM, text);
	}
	push(json, WJB_END_ARRAY);
}

Datum
finish(const Builder &json)
{
	return JsonbPGetDatum(JsonbValueToJsonb(json.result));
}

void
push_finding(Builder &json, const Finding &finding)
{
	push(json, WJB_BEGIN_OBJECT);
	member(json, "rule", to_text(finding.rule));
	member(json, "action", to_text(finding.action));
	member(json, "relation", finding.relation);
	member(json, "bytes", finding.bytes);
	member(json, "message", finding.message);
	member(json, "detail", finding.detail);
	member(json, "hint", finding.hint);
	push(json, WJB_END_OBJECT);
}

void
push_relation(Builder &json, const RelationImpact &relation)
{
	std::string_view work[work_kinds];
	std::size_t works = 0;

	for (std::size_t kind = 0; kind < work_kinds; kind++)
	{
		if (relation.does[kind])
		{
			work[works++] = to_text(static_cast<Work>(kind));
		}
	}
	push(json, WJB_BEGIN_OBJECT);
	member(json, "relation", relation.name);
	if (!relation.table.empty())
	{
		member(json, "table", relation.table);
	}
	member(json, "lock_mode", to_text(relation.mode));
	member(json, "work", std::span<const std::string_view>(work, works));
	member(json, "bytes",
		   std::accumulate(relation.bytes.begin(), relation.bytes.end(), std::uint64_t{0}));
	member(json, "because", relation.because);
	push(json, WJB_END_OBJECT);
}

void
lock_member(Builder &json, std::string_view key, LockMode mode)
{
	JsonbValue value;

	if (mode != LockMode::None)
	{
		member(json, key, to_text(mode));
		return;
	}
	value.type = jbvNull;
	push(json, WJB_KEY, key);
	json.result = pushJsonbValue(&json.state, WJB_VALUE, &value);
}

void
push_difference(Builder &json, const LockDifference &difference)
{
	push(json, WJB_BEGIN_OBJECT);
	member(json, "relation", difference.relation);
	lock_member(json, "predicted", difference.predicted);
	lock_member(json, "held", difference.held);
	push(json, WJB_END_OBJECT);
}

void
push_difference(Builder &json, const FileDifference &difference)
{
	push(json, WJB_BEGIN_OBJECT);
	member(json, "relation", difference.relation);
	member(json, "predicted", to_text(difference.predicted));
	member(json, "observed", to_text(difference.observed));
	push(json, WJB_END_OBJECT);
}

template <typename Difference>
void
differences(Builder &json, std::string_view key, std::string_view key_of_rest,
			std::span<const Difference> all)
{
	const std::size_t shown = std::min(all.size(), relation_limit);

	if (all.empty())
	{
		return;
	}
	push(json, WJB_KEY, key);
	push(json, WJB_BEGIN_ARRAY);
	for (std::size_t i = 0; i < shown; i++)
	{
		push_difference(json, all[i]);
	}
	push(json, WJB_END_ARRAY);
	if (shown < all.size())
	{
		member(json, key_of_rest, std::uint64_t{all.size() - shown});
	}
}

}  // namespace

Datum
findings_json(const Verdict &verdict)
{
	Builder json = {};

	push(json, WJB_BEGIN_ARRAY);
	for (const Finding &finding : verdict.findings)
	{
		push_finding(json, finding);
	}
	push(json, WJB_END_ARRAY);
	return finish(json);
}

Datum
impact_json(const Impact &impact, const Forecast &forecast)
{
	Builder json = {};
	const std::size_t shown = std::min(impact.relations.size(), relation_limit);

	push(json, WJB_BEGIN_OBJECT);
	if (impact.strongest != LockMode::None)
	{
		member(json, "strongest", to_text(impact.strongest));
	}
	member(json, "known", impact.known);
	push(json, WJB_KEY, "relations");
	push(json, WJB_BEGIN_ARRAY);
	for (std::size_t i = 0; i < shown; i++)
	{
		push_relation(json, impact.relations[i]);
	}
	push(json, WJB_END_ARRAY);
	if (shown < impact.relations.size())
	{
		member(json, "more_relations", std::uint64_t{impact.relations.size() - shown});
	}
	member(json, "remarks", impact.remarks);
	if (total_ms(forecast) > 0)
	{
		member(json, "forecast_ms", static_cast<std::uint64_t>(total_ms(forecast) + 0.5));
	}
	push(json, WJB_END_OBJECT);
	return finish(json);
}

Datum
misprediction_json(const Misprediction &misprediction)
{
	Builder json = {};

	push(json, WJB_BEGIN_OBJECT);
	differences(json, "locks", "more_locks", misprediction.locks);
	differences(json, "files", "more_files", misprediction.files);
	push(json, WJB_END_OBJECT);
	return finish(json);
}

}  // namespace ddl_warden::pg
