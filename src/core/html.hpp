/*
 * HTML put together in the arena. What is written in the source is markup, and whatever comes at
 * run time is escaped: a template is checked by the compiler, and a value cannot become one.
 *
 * The result is plain ASCII, so that it is right in whatever encoding a client asks for. What could
 * make a reader see another text than the one that was recorded (controls of the writing direction,
 * for one) is spelt out: [U+202E].
 */
#pragma once

#include "containers.hpp"

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace ddl_warden
{

/* Markup from the source: nothing that is made at run time converts to it. */
struct Markup
{
	consteval Markup(const char *source) : text(source)
	{
	}

	std::string_view text;
};

consteval std::size_t
places_in(std::string_view text)
{
	std::size_t count = 0;

	for (std::size_t at = text.find("{}"); at != text.npos; at = text.find("{}", at + 2))
	{
		count++;
	}
	return count;
}

/* Markup with a {} for each value. */
template <typename... Values>
struct Template
{
	consteval Template(const char *source) : text(source)
	{
		if (places_in(text) != sizeof...(Values))
		{
			throw "a template needs one {} for each value";
		}
	}

	std::string_view text;
};

/* How a number is to be read. */
struct Count
{
	std::uint64_t value; /* 1,234 */
};

struct Bytes
{
	std::uint64_t value; /* 48 GB */
};

struct Duration
{
	double milliseconds; /* 4 min 12 s */
};

/* A number for an attribute: at most two decimals. */
struct Measure
{
	double value;
};

class Html
{
public:
	explicit Html(const Arena &memory) : arena(memory), out(ArenaAllocator<char>(memory))
	{
	}

	template <typename... Values>
	void
	add(std::type_identity_t<Template<Values...>> markup, const Values &...values)
	{
		std::string_view rest = markup.text;

		(fill(rest, values), ...);
		put(rest);
	}

	std::string_view
	text() const
	{
		return keep(out);
	}

	const Arena &arena;

private:
	template <typename Value>
	void
	fill(std::string_view &rest, const Value &value)
	{
		const std::size_t place = rest.find("{}");

		put(rest.substr(0, place));
		rest.remove_prefix(place + 2);
		add_value(value);
	}

	void put(std::string_view markup);
	void add_value(std::string_view text); /* escaped */
	void add_value(const Markup &markup);
	void add_value(const Html &other);
	void add_value(Count count);
	void add_value(Bytes bytes);
	void add_value(Duration duration);
	void add_value(Measure measure);

	String out;
};

}  // namespace ddl_warden
