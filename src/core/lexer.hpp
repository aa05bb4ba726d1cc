/*
 * SQL text cut into tokens, as far as it takes to find literals, names and keywords in a statement
 * that the server has parsed already (scan.l of the server is the reference).
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ddl_warden
{

enum class TokenKind : std::uint8_t
{
	End,
	Word,       /* keyword or plain identifier */
	QuotedName, /* "…", U&"…" */
	Literal, /* '…', E'…', B'…', X'…', N'…', U&'…', $tag$…$tag$; continued over newlines */
	Comment,
	Symbol, /* one character: operators, digits, punctuation */
	Broken, /* begins here and has no end */
};

struct Token
{
	TokenKind kind;
	/* A literal whose end depends on standard_conforming_strings, which text does not tell. */
	bool doubtful;
	std::size_t begin;
	std::size_t end;
};

/* Gives the tokens of a text one after the other, in linear time. Holds no memory of its own. */
class Lexer
{
public:
	explicit Lexer(std::string_view source, std::size_t start = 0) : text(source), at(start)
	{
	}

	/* Comments come as tokens; blanks do not. */
	Token next();

	/* The next token that is no comment. */
	Token next_significant();

	std::string_view
	source(const Token &token) const
	{
		return text.substr(token.begin, token.end - token.begin);
	}

private:
	char peek(std::size_t offset = 0) const;
	Token take(TokenKind kind, std::size_t end, bool doubtful = false);
	Token broken();
	Token comment_to_line_end();
	Token nested_comment();
	Token quoted_name(std::size_t open);
	Token literal(std::size_t open, bool escapes);
	Token dollar_literal();
	Token word();
	std::size_t continuation(std::size_t from) const;

	std::string_view text;
	std::size_t at;
};

/* Is the token this keyword, in any case? keyword is upper case. */
bool is_word(const Lexer &lexer, const Token &token, std::string_view keyword);

bool is_symbol(const Lexer &lexer, const Token &token, char symbol);

}  // namespace ddl_warden
