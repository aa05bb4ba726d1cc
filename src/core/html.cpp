#include "html.hpp"

#include "advice.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace ddl_warden
{

namespace
{

constexpr char32_t replacement = 0xFFFD;

struct Decoded
{
	char32_t character;
	std::size_t size;
};

/* How a character of so many bytes begins, and the least one that needs them. */
struct Form
{
	unsigned char mask;
	unsigned char lead;
	char32_t least;
};

constexpr Form forms[] = {
	{0x80, 0x00, 0x00},
	{0xE0, 0xC0, 0x80},
	{0xF0, 0xE0, 0x800},
	{0xF8, 0xF0, 0x10000},
};

/* The first character of a text. What is no UTF-8 (a database without an encoding holds anything)
 * counts byte by byte. */
Decoded
decode(std::string_view text)
{
	const auto lead = static_cast<unsigned char>(text[0]);

	for (std::size_t more = 0; more < std::size(forms) && more < text.size(); more++)
	{
		const Form &form = forms[more];
		char32_t character = lead & static_cast<unsigned char>(~form.mask);

		if ((lead & form.mask) != form.lead)
		{
			continue;
		}
		for (std::size_t i = 1; i <= more; i++)
		{
			const auto byte = static_cast<unsigned char>(text[i]);

			character = character << 6 | (byte & 0x3F);
			if ((byte & 0xC0) != 0x80)
			{
				return {replacement, 1};
			}
		}
		return {character < form.least ? replacement : character, more + 1};
	}
	return {replacement, 1};
}

struct Range
{
	char32_t first;
	char32_t last;
};

/* Characters that are not to be seen, and change how those around them are. */
constexpr Range treacherous[] = {
	{0x00AD, 0x00AD},   /* soft hyphen */
	{0x061C, 0x061C},   /* Arabic letter mark */
	{0x200B, 0x200B},   /* zero width space */
	{0x200E, 0x200F},   /* direction marks */
	{0x2028, 0x202E},   /* line separators, direction controls */
	{0x2060, 0x206F},   /* invisible operators, isolates */
	{0xFEFF, 0xFEFF},   /* zero width no-break space */
	{0xFFF9, 0xFFFB},   /* interlinear annotation */
	{0xE0000, 0xE0FFF}, /* tags */
};

/* What a reference to a character must not name: HTML reads it as another one, or as an error. */
constexpr Range unspeakable[] = {
	{0x80, 0x9F},
	{0xD800, 0xDFFF},
	{0xFDD0, 0xFDEF},
	{0x110000, 0xFFFFFFFF},
};

template <std::size_t count>
bool
is_in(char32_t character, const Range (&ranges)[count])
{
	for (const Range &range : ranges)
	{
		if (character >= range.first && character <= range.last)
		{
			return true;
		}
	}
	return false;
}

void
append(String &out, std::string_view text)
{
	if (!text.empty()) /* an absent text has no address that Boost would take */
	{
		out.append(text.data(), text.size());
	}
}

void
append_hexadecimal(String &out, std::string_view before, char32_t character, std::string_view after)
{
	char digits[8];
	const char *end =
		std::to_chars(digits, std::end(digits), static_cast<std::uint32_t>(character), 16).ptr;

	append(out, before);
	for (const char *digit = digits; digit != end; digit++)
	{
		out.push_back(static_cast<char>(*digit >= 'a' ? *digit - 'a' + 'A' : *digit));
	}
	append(out, after);
}

std::string_view
entity(char c)
{
	switch (c)
	{
		case '<':
			return "&lt;";
		case '>':
			return "&gt;";
		case '&':
			return "&amp;";
		case '"':
			return "&quot;";
		case '\'':
			return "&#39;";
		default:
			return "";
	}
}

/* Control characters are shown by their pictures; the end of a line is one in any convention. */
void
append_ascii(String &out, std::string_view rest)
{
	const char c = rest[0];
	const std::string_view named = entity(c);

	if (!named.empty())
	{
		append(out, named);
	}
	else if ((c >= ' ' && c < 0x7F) || c == '\n' || c == '\t')
	{
		out.push_back(c);
	}
	else if (c != '\r' || rest.size() == 1 || rest[1] != '\n')
	{
		append_hexadecimal(out, "&#x", c == 0x7F ? 0x2421 : 0x2400 + c, ";");
	}
}

void
append_escaped(String &out, std::string_view text)
{
	while (!text.empty())
	{
		const auto [character, size] = decode(text);

		if (character < 0x80)
		{
			append_ascii(out, text);
		}
		else if (is_in(character, treacherous))
		{
			append_hexadecimal(out, "[U+", character, "]");
		}
		else
		{
			const bool is_none = is_in(character, unspeakable) || (character & 0xFFFE) == 0xFFFE;

			append_hexadecimal(out, "&#x", is_none ? replacement : character, ";");
		}
		text.remove_prefix(size);
	}
}

void
append_whole(String &out, std::uint64_t value)
{
	char digits[20];

	append(out, {digits, std::to_chars(digits, std::end(digits), value).ptr});
}

void
append_decimals(String &out, double value, int decimals)
{
	char digits[400]; /* the largest double has 309 of them */

	append(
		out,
		{digits,
		 std::to_chars(digits, std::end(digits), value, std::chars_format::fixed, decimals).ptr});
}

/* Two units of time, the smaller one as a whole number: the larger one is below `limit` seconds. */
struct TimeUnits
{
	double limit;
	std::uint64_t larger;
	std::uint64_t smaller;
	std::string_view larger_name;
	std::string_view smaller_name;
};

constexpr double second = 1;
constexpr double minute = 60 * second;
constexpr double hour = 60 * minute;
constexpr double day = 24 * hour;

constexpr TimeUnits time_units[] = {
	{hour, 60, 1, " min", " s"},
	{day, 3600, 60, " h", " min"},
	{HUGE_VAL, 86400, 3600, " d", " h"},
};

void
append_long_duration(String &out, double seconds)
{
	const TimeUnits *units = time_units;

	while (seconds >= units->limit)
	{
		units++;
	}
	const auto whole = static_cast<std::uint64_t>(seconds);
	const std::uint64_t rest = whole % units->larger / units->smaller;

	append_whole(out, whole / units->larger);
	append(out, units->larger_name);
	if (rest > 0)
	{
		append(out, " ");
		append_whole(out, rest);
		append(out, units->smaller_name);
	}
}

}  // namespace

void
Html::put(std::string_view markup)
{
	append(out, markup);
}

void
Html::add_value(std::string_view text)
{
	append_escaped(out, text);
}

void
Html::add_value(const Markup &markup)
{
	append(out, markup.text);
}

void
Html::add_value(const Html &other)
{
	out += other.out;
}

void
Html::add_value(Count count)
{
	String digits{ArenaAllocator<char>(arena)};

	append_whole(digits, count.value);
	for (std::size_t i = 0; i < digits.size(); i++)
	{
		append(out, i > 0 && (digits.size() - i) % 3 == 0 ? "," : "");
		out.push_back(digits[i]);
	}
}

void
Html::add_value(Bytes bytes)
{
	out += size_text(bytes.value, arena);
}

/* Three digits or so: "0.4 ms", "12 ms", "1.2 s", "45 s", "4 min 12 s", "2 h 5 min", "3 d 4 h". */
void
Html::add_value(Duration duration)
{
	const double milliseconds =
		std::isfinite(duration.milliseconds) ? std::fmax(duration.milliseconds, 0) : 0;
	const double seconds = std::fmin(milliseconds / 1000, 1e15);

	if (milliseconds < 999.5)
	{
		append_decimals(out, milliseconds, milliseconds > 0 && milliseconds < 9.95 ? 1 : 0);
		append(out, " ms");
	}
	else if (seconds < 59.5)
	{
		append_decimals(out, seconds, seconds < 9.95 ? 1 : 0);
		append(out, " s");
	}
	else
	{
		append_long_duration(out, seconds + 0.5);
	}
}

void
Html::add_value(Measure measure)
{
	append_decimals(out, std::isfinite(measure.value) ? measure.value : 0, 2);
	while (out.back() == '0')
	{
		out.pop_back();
	}
	if (out.back() == '.')
	{
		out.pop_back();
	}
}

}  // namespace ddl_warden
