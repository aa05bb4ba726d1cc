/* Tables in which a row is found by the number of its enumerator. */
#pragma once

#include <cstddef>
#include <iterator>

namespace ddl_warden
{

/* There is one row for each of so many enumerators, in their order. */
template <typename Rows, typename Row, typename Key>
constexpr bool
is_complete(const Rows &rows, Key Row::*key, std::size_t count)
{
	for (std::size_t i = 0; i < std::size(rows); i++)
	{
		if (rows[i].*key != static_cast<Key>(i))
		{
			return false;
		}
	}
	return std::size(rows) == count;
}

/* The same up to the last enumerator. */
template <typename Rows, typename Row, typename Key>
constexpr bool
is_complete(const Rows &rows, Key Row::*key, Key last)
{
	return is_complete(rows, key, static_cast<std::size_t>(last) + 1);
}

}  // namespace ddl_warden
