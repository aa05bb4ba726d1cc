#include "pg/record/relations.hpp"

#include "pg/memory.hpp"

extern "C" {
#include "catalog/index.h"
#include "catalog/pg_type_d.h"
#include "utils/array.h"
}

#include <algorithm>

namespace ddl_warden::pg
{

namespace
{

constexpr std::size_t further_limit = 1000;

struct Names
{
	std::string_view first;
	std::span<std::string_view> further; /* as many as there may become */
	std::size_t count;
};

void
add(Names &names, std::string_view name)
{
	if (names.first.empty())
	{
		names.first = name;
	}
	else if (!name.empty() && name != names.first && names.count < names.further.size())
	{
		names.further[names.count++] = name;
	}
}

/* One that may be there already. */
void
add_once(Names &names, std::string_view name)
{
	const auto end = names.further.begin() + names.count;
	const bool full = !names.first.empty() && names.count == names.further.size();

	if (!full && std::find(names.further.begin(), end, name) == end)
	{
		add(names, name);
	}
}

std::string_view
table_of_index(Oid index)
{
	const Oid table = IndexGetRelation(index, true);
	const char *name = OidIsValid(table) ? get_rel_name(table) : nullptr;

	return name == nullptr ? std::string_view()
						   : view(quote_qualified_identifier(
								 get_namespace_name(get_rel_namespace(table)), name));
}

/* An index or TOAST table that is reached by way of its table comes after it. */
void
add_impact(Names &names, const Impact &impact, void (*add)(Names &, std::string_view))
{
	for (const RelationImpact &relation : impact.relations)
	{
		if (!relation.table.empty())
		{
			continue;
		}
		if (relation.kind == RelationKind::Index)
		{
			add_once(names, table_of_index(relation.oid));
		}
		else
		{
			add(names, relation.name);
		}
	}
}

Datum
text_array(std::span<const std::string_view> texts)
{
	const std::span<Datum> items = allocate_array<Datum>(texts.size());

	for (std::size_t i = 0; i < texts.size(); i++)
	{
		items[i] = PointerGetDatum(
			cstring_to_text_with_len(texts[i].data(), static_cast<int>(texts[i].size())));
	}
	return PointerGetDatum(construct_array(items.data(), static_cast<int>(items.size()), TEXTOID,
										   -1, false, TYPALIGN_INT));
}

std::size_t
most_names(const Remembered &what)
{
	const std::size_t reached = what.impact == nullptr ? 0 : what.impact->relations.size();

	return std::min(reached + what.mentioned.size(), further_limit);
}

/* Else it makes one, which is mentioned first, and others are locked beside it. */
bool
names_relations(const Remembered &what)
{
	return what.facts != nullptr && !what.facts->relations.empty();
}

/* As many as there is room for. */
Names
collect(const Remembered &what, std::span<std::string_view> further)
{
	Names names = {{}, further, 0};

	if (what.verdict != nullptr && !what.verdict->findings.empty())
	{
		names.first = what.verdict->findings.front().relation;
	}
	if (what.impact != nullptr && names_relations(what))
	{
		add_impact(names, *what.impact, add);
	}
	for (const std::string_view name : what.mentioned)
	{
		add_once(names, name);
	}
	if (what.impact != nullptr && !names_relations(what))
	{
		add_impact(names, *what.impact, add_once);
	}
	return names;
}

}  // namespace

std::string_view
first_relation(const Remembered &what)
{
	return collect(what, {}).first;
}

RelationNames
relation_names(const Remembered &what)
{
	const Names names = collect(what, allocate_array<std::string_view>(most_names(what)));

	return {names.first, names.count == 0 ? 0 : text_array(names.further.first(names.count))};
}

}  // namespace ddl_warden::pg
