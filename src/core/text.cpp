#include "text.hpp"

#include "lexer.hpp"

#include <algorithm>
#include <charconv>

namespace ddl_warden
{

namespace
{

constexpr std::size_t longest_name = 63;

/* The text with each `special` doubled. */
String
doubled(const Arena &arena, std::string_view text, std::string_view specials)
{
	String out{ArenaAllocator<char>(arena)};

	for (char c : text)
	{
		out.append(specials.find(c) == std::string_view::npos ? 1 : 2, c);
	}
	return out;
}

/* Always quoted: so it need not be known which words the server reserves. */
std::string_view
quoted_name(const Arena &arena, std::string_view name)
{
	return concat(arena, {"\"", keep(doubled(arena, name, "\"")), "\""});
}

bool
reads_the_same_unquoted(std::string_view name)
{
	return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
			   std::string_view::npos &&
		   name.find_first_of("0123456789") != 0;
}

}  // namespace

std::string_view
concat(const Arena &arena, std::initializer_list<std::string_view> parts)
{
	std::size_t size = 0;

	for (const std::string_view part : parts)
	{
		size += part.size();
	}

	char *const text = ArenaAllocator<char>(arena).allocate(size + 1);
	char *end = text;

	for (const std::string_view part : parts)
	{
		end = std::copy(part.begin(), part.end(), end);
	}
	*end = '\0';
	return {text, size};
}

std::string_view
clipped(std::string_view text, std::size_t size)
{
	if (text.size() <= size)
	{
		return text;
	}
	while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
	{
		size--;
	}
	return text.substr(0, size);
}

std::string_view
literal(const Arena &arena, std::string_view text)
{
	bool escapes = text.find('\\') != std::string_view::npos;

	return concat(arena, {escapes ? "E'" : "'", keep(doubled(arena, text, "'\\")), "'"});
}

std::string_view
dollar_quoted(const Arena &arena, std::string_view body)
{
	std::string_view tag = "$$";
	char digits[8];

	for (int i = 0; body.find(tag) != std::string_view::npos; i++)
	{
		char *end = std::to_chars(digits, digits + sizeof digits, i).ptr;

		tag = concat(arena, {"$do", {digits, static_cast<std::size_t>(end - digits)}, "$"});
	}
	return concat(arena, {tag, body, tag});
}

std::string_view
qualifier(std::string_view name)
{
	Lexer lexer(name);
	std::size_t last = 0;

	for (Token token = lexer.next(); token.kind != TokenKind::End; token = lexer.next())
	{
		last = is_symbol(lexer, token, '.') ? token.end : last;
	}
	return name.substr(0, last);
}

std::string_view
bare_name(const Arena &arena, std::string_view name)
{
	name.remove_prefix(qualifier(name).size());

	String out{ArenaAllocator<char>(arena)};
	bool quoted = name.size() >= 2 && name.front() == '"' && name.back() == '"';

	if (quoted)
	{
		name = name.substr(1, name.size() - 2);
	}
	for (std::size_t i = 0; i < name.size(); i++)
	{
		bool capital = !quoted && name[i] >= 'A' && name[i] <= 'Z';

		out.push_back(capital ? static_cast<char>(name[i] - 'A' + 'a') : name[i]);
		i += quoted && name[i] == '"' ? 1 : 0;
	}
	return keep(out);
}

std::string_view
derived_name(const Arena &arena, std::string_view bare, std::string_view suffix)
{
	std::string_view stem = clipped(bare, longest_name - 1 - suffix.size());
	std::string_view whole = concat(arena, {stem, "_", suffix});

	return reads_the_same_unquoted(whole) ? whole : quoted_name(arena, whole);
}

}  // namespace ddl_warden
