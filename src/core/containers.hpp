/*
 * The core's containers: Boost.Container over the arena that the wall hands in.
 *
 * Nothing is ever given back to an arena: it goes as a whole, with the memory
 * context behind it, whichever way a statement ends.
 */
#pragma once

#include <boost/version.hpp>

#if BOOST_VERSION < 107400
#error "ddl_warden needs Boost 1.74 or newer"
#elif BOOST_VERSION == 108500
#error "Boost 1.85.0 is not usable: its flat_map corrupts memory at -O2"
#endif

/* An assertion of Boost must not take the server down: it becomes an exception, which the wall
 * catches like any other. */
#define BOOST_ENABLE_ASSERT_HANDLER
#include <boost/assert.hpp>

#include <stdexcept>

namespace boost
{

inline void
assertion_failed(const char *expression, const char *, const char *, long)
{
	throw std::logic_error(expression);
}

inline void
assertion_failed_msg(const char *, const char *message, const char *, const char *, long)
{
	throw std::logic_error(message);
}

}  // namespace boost

#include <boost/container/string.hpp>
#include <boost/container/vector.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string_view>

namespace ddl_warden
{

/* A place to allocate from. allocate returns NULL when there is no memory left. */
struct Arena
{
	void *(*allocate)(void *context, std::size_t size);
	void *context;
};

template <typename T>
struct ArenaAllocator
{
	using value_type = T;

	explicit ArenaAllocator(const Arena &source) noexcept : arena(&source)
	{
	}

	template <typename U>
	ArenaAllocator(const ArenaAllocator<U> &other) noexcept : arena(other.arena)
	{
	}

	T *
	allocate(std::size_t count)
	{
		void *memory = arena->allocate(arena->context, count * sizeof(T));

		if (memory == nullptr)
		{
			throw std::bad_alloc();
		}
		return static_cast<T *>(memory);
	}

	void
	deallocate(T *, std::size_t) noexcept
	{
	}

	friend bool
	operator==(const ArenaAllocator &a, const ArenaAllocator &b) noexcept
	{
		return a.arena == b.arena;
	}

	const Arena *arena;
};

template <typename T>
using Vector = boost::container::vector<T, ArenaAllocator<T>>;

using String = boost::container::basic_string<char, std::char_traits<char>, ArenaAllocator<char>>;

/* Views of what lives in the arena: valid until the arena goes, so they may cross the wall. */
template <typename T>
std::span<const T>
keep(const Vector<T> &values)
{
	T *memory = ArenaAllocator<T>(values.get_stored_allocator()).allocate(values.size());

	std::uninitialized_copy(values.begin(), values.end(), memory);
	return {memory, values.size()};
}

inline std::string_view
keep(const String &text)
{
	char *memory = ArenaAllocator<char>(text.get_stored_allocator()).allocate(text.size() + 1);

	std::copy(text.begin(), text.end(), memory);
	memory[text.size()] = '\0';
	return {memory, text.size()};
}

}  // namespace ddl_warden
