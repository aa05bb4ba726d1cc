/* What is known of each of many OIDs. Lists would be searched from end to end for each. */
#pragma once

#include "pg/memory.hpp"

extern "C" {
#include "common/hashfn.h"
}

namespace ddl_warden::pg
{

/* Empty when zeroed; grows in the memory context that is current then. */
template <typename T>
struct OidMap
{
	struct Entry
	{
		Oid oid; /* InvalidOid: free */
		T value;
	};

	std::span<Entry> entries; /* a power of two, or none */
	std::size_t used;
};

/* Where the OID is, or would be. There is always a free entry. */
template <typename T>
typename OidMap<T>::Entry *
entry_of(const OidMap<T> &map, Oid oid)
{
	const std::size_t mask = map.entries.size() - 1;
	std::size_t at = murmurhash32(oid) & mask;

	while (map.entries[at].oid != InvalidOid && map.entries[at].oid != oid)
	{
		at = (at + 1) & mask;
	}
	return &map.entries[at];
}

template <typename T>
void
grow(OidMap<T> &map)
{
	constexpr std::size_t least = 8;
	const OidMap<T> before = map;

	map.entries = allocate_array<typename OidMap<T>::Entry>(
		before.entries.empty() ? least : 2 * before.entries.size());
	for (const typename OidMap<T>::Entry &entry : before.entries)
	{
		if (OidIsValid(entry.oid))
		{
			*entry_of(map, entry.oid) = entry;
		}
	}
}

/* NULL: not there. Until the next is added. */
template <typename T>
T *
find(const OidMap<T> &map, Oid oid)
{
	if (map.used == 0)
	{
		return nullptr;
	}

	typename OidMap<T>::Entry *entry = entry_of(map, oid);

	return OidIsValid(entry->oid) ? &entry->value : nullptr;
}

/* False: it is there already, and stays as it is. */
template <typename T>
bool
add(OidMap<T> &map, Oid oid, const T &value)
{
	if (find(map, oid) != nullptr)
	{
		return false;
	}
	if (2 * (map.used + 1) > map.entries.size())
	{
		grow(map);
	}
	*entry_of(map, oid) = {oid, value};
	map.used++;
	return true;
}

}  // namespace ddl_warden::pg
