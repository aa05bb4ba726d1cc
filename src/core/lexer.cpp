#include "lexer.hpp"

#include <algorithm>

namespace ddl_warden
{

namespace
{

constexpr auto npos = std::string_view::npos;

constexpr bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

constexpr bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes above ASCII are letters to the server, so that no multi-byte character is ever cut. */
constexpr bool
begins_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		   static_cast<unsigned char>(c) >= 0x80;
}

constexpr bool
continues_word(char c)
{
	return begins_word(c) || is_digit(c) || c == '$';
}

constexpr char
to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

char
Lexer::peek(std::size_t offset) const
{
	return at + offset < text.size() ? text[at + offset] : '\0';
}

Token
Lexer::take(TokenKind kind, std::size_t end, bool doubtful)
{
	Token token{kind, doubtful, at, end};

	at = end;
	return token;
}

Token
Lexer::broken()
{
	return take(TokenKind::Broken, text.size());
}

Token
Lexer::next()
{
	while (at < text.size() && is_blank(text[at]))
	{
		at++;
	}
	if (at == text.size())
	{
		return take(TokenKind::End, at);
	}
	if (begins_word(peek()))
	{
		return word();
	}
	switch (peek())
	{
		case '\'':
			return literal(at, false);
		case '"':
			return quoted_name(at);
		case '$':
			return dollar_literal();
		case '-':
			return peek(1) == '-' ? comment_to_line_end() : take(TokenKind::Symbol, at + 1);
		case '/':
			return peek(1) == '*' ? nested_comment() : take(TokenKind::Symbol, at + 1);
		default:
			return take(TokenKind::Symbol, at + 1);
	}
}

Token
Lexer::next_significant()
{
	Token token = next();

	while (token.kind == TokenKind::Comment)
	{
		token = next();
	}
	return token;
}

Token
Lexer::comment_to_line_end()
{
	return take(TokenKind::Comment, std::min(text.find_first_of("\r\n", at), text.size()));
}

Token
Lexer::nested_comment()
{
	std::size_t depth = 0;
	std::size_t here = at;

	while (here + 1 < text.size())
	{
		if (text[here] == '/' && text[here + 1] == '*')
		{
			depth++;
			here += 2;
		}
		else if (text[here] == '*' && text[here + 1] == '/')
		{
			depth--;
			here += 2;
			if (depth == 0)
			{
				return take(TokenKind::Comment, here);
			}
		}
		else
		{
			here++;
		}
	}
	return broken();
}

Token
Lexer::quoted_name(std::size_t open)
{
	std::size_t close = text.find('"', open + 1);

	while (close != npos && close + 1 < text.size() && text[close + 1] == '"')
	{
		close = text.find('"', close + 2);
	}
	return close == npos ? broken() : take(TokenKind::QuotedName, close + 1);
}

/*
 * In a plain literal a backslash before a quote either escapes it or does not, as
 * standard_conforming_strings has it. The literal is read as if it were on, and called doubtful.
 */
Token
Lexer::literal(std::size_t open, bool escapes)
{
	bool doubtful = false;
	std::size_t here = open + 1;

	while (here < text.size())
	{
		if (text[here] == '\\' && (escapes || here + 1 == text.size() || text[here + 1] == '\\'))
		{
			here += 2;
		}
		else if (text[here] != '\'')
		{
			doubtful |= text[here] == '\\' && text[here + 1] == '\'';
			here++;
		}
		else if (here + 1 < text.size() && text[here + 1] == '\'')
		{
			here += 2;
		}
		else if (std::size_t again = continuation(here + 1); again != npos)
		{
			here = again + 1;
		}
		else
		{
			return take(TokenKind::Literal, here + 1, doubtful);
		}
	}
	return broken();
}

/* 'a' and 'b' with a newline between them are one literal: where the second one opens, or npos. */
std::size_t
Lexer::continuation(std::size_t from) const
{
	bool newline = false;

	for (std::size_t here = from; here < text.size(); here++)
	{
		if (text.substr(here, 2) == "--")
		{
			here = text.find_first_of("\r\n", here);
			if (here == npos)
			{
				return npos;
			}
		}
		newline |= text[here] == '\n' || text[here] == '\r';
		if (text[here] == '\'')
		{
			return newline ? here : npos;
		}
		if (!is_blank(text[here]))
		{
			return npos;
		}
	}
	return npos;
}

/* $tag$…$tag$; a tag holds no dollar sign, so that the search is linear. */
Token
Lexer::dollar_literal()
{
	std::size_t tag_end = at + 1;

	while (tag_end < text.size() && continues_word(text[tag_end]) && text[tag_end] != '$')
	{
		tag_end++;
	}
	if (tag_end == text.size() || text[tag_end] != '$' || is_digit(text[at + 1]))
	{
		return take(TokenKind::Symbol, at + 1);
	}

	std::string_view tag = text.substr(at, tag_end + 1 - at);
	std::size_t close = text.find(tag, tag_end + 1);

	return close == npos ? broken() : take(TokenKind::Literal, close + tag.size());
}

/* A word, unless it is the prefix of a literal or of a quoted name. */
Token
Lexer::word()
{
	char first = to_upper(peek());

	if (peek(1) == '\'' && std::string_view("EBXN").find(first) != npos)
	{
		return literal(at + 1, first == 'E');
	}
	if (first == 'U' && peek(1) == '&' && peek(2) == '\'')
	{
		return literal(at + 2, false);
	}
	if (first == 'U' && peek(1) == '&' && peek(2) == '"')
	{
		return quoted_name(at + 2);
	}

	std::size_t end = at + 1;

	while (end < text.size() && continues_word(text[end]))
	{
		end++;
	}
	return take(TokenKind::Word, end);
}

bool
is_word(const Lexer &lexer, const Token &token, std::string_view keyword)
{
	std::string_view word = lexer.source(token);

	return token.kind == TokenKind::Word && word.size() == keyword.size() &&
		   std::equal(word.begin(), word.end(), keyword.begin(),
					  [](char a, char b) { return to_upper(a) == b; });
}

bool
is_symbol(const Lexer &lexer, const Token &token, char symbol)
{
	return token.kind == TokenKind::Symbol && lexer.source(token).front() == symbol;
}

}  // namespace ddl_warden
