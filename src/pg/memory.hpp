/* Values for the core in the server's memory contexts. */
#pragma once

#include "pg/postgres.hpp"

#include "core/containers.hpp"

#include <span>
#include <string_view>
#include <type_traits>

namespace ddl_warden::pg
{

/* An arena over a memory context: NULL instead of an error when there is no memory. */
Arena arena_in(MemoryContext context);

/* A view of a C string; empty for NULL. */
inline std::string_view
view(const char *text)
{
	return text == nullptr ? std::string_view() : std::string_view(text);
}

/* Zeroed array in the current memory context. */
template <typename T>
std::span<T>
allocate_array(std::size_t count)
{
	static_assert(std::is_trivially_destructible_v<T>);
	return {static_cast<T *>(palloc0(sizeof(T) * (count == 0 ? 1 : count))), count};
}

/* The view as a C string in the current memory context. */
inline char *
c_string(std::string_view text)
{
	return pnstrdup(text.data() == nullptr ? "" : text.data(), text.size());
}

}  // namespace ddl_warden::pg
