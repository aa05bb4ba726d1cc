#include "redact.hpp"

#include "lexer.hpp"

namespace ddl_warden
{

namespace
{

constexpr std::string_view redacted = "'<redacted>'";
constexpr std::string_view cut_off = "...";

/* Follows a statement token by token, and knows whether a literal here would be a secret. */
class Watch
{
public:
	Watch(const Lexer &source, Secrets where) : lexer(source), secrets(where)
	{
	}

	bool
	exposed() const
	{
		return secrets == Secrets::EveryLiteral || announced || depth > 0;
	}

	/* After a secret, everything that may belong to the same literal is one too. */
	void
	pass(const Token &token)
	{
		bool part_of_secret = token.kind == TokenKind::Literal || is_word(lexer, token, "UESCAPE");

		announced = announces(token) || (announced && part_of_secret);
		if (secrets == Secrets::Options)
		{
			follow_options(token);
		}
	}

private:
	bool
	announces(const Token &token) const
	{
		return (secrets == Secrets::Password && is_word(lexer, token, "PASSWORD")) ||
			   (secrets == Secrets::ConnectionString && is_word(lexer, token, "CONNECTION"));
	}

	/* OPTIONS opens a list; depth counts the parentheses that are open since. */
	void
	follow_options(const Token &token)
	{
		if (is_symbol(lexer, token, '('))
		{
			depth += depth > 0 || after_options ? 1 : 0;
		}
		else if (is_symbol(lexer, token, ')') && depth > 0)
		{
			depth--;
		}
		after_options = is_word(lexer, token, "OPTIONS");
	}

	const Lexer &lexer;
	Secrets secrets;
	bool announced = false;
	bool after_options = false;
	std::size_t depth = 0;
};

bool
is_trailing(char c)
{
	return c == ';' || c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without what stands before the statement and after it. */
std::string_view
cut_to_statement(std::string_view text)
{
	Lexer lexer(text);

	text.remove_prefix(lexer.next_significant().begin);
	while (!text.empty() && is_trailing(text.back()))
	{
		text.remove_suffix(1);
	}
	return text;
}

/* The blanks before a token, or one in place of the comments there. */
void
append_gap(String &out, std::string_view text, std::size_t from, const Token &token)
{
	std::string_view gap = text.substr(from, token.begin - from);
	bool blank = gap.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos;

	out.append(blank ? gap : std::string_view(" "));
}

String
without_secrets(std::string_view text, Secrets secrets, const Arena &arena)
{
	String out{ArenaAllocator<char>(arena)};
	Lexer lexer(text);
	Watch watch(lexer, secrets);
	std::size_t done = 0;

	for (;;)
	{
		Token token = lexer.next_significant();

		if (token.kind == TokenKind::End)
		{
			return out;
		}
		append_gap(out, text, done, token);
		done = token.end;

		bool secret = token.kind == TokenKind::Literal && watch.exposed();

		if (token.kind == TokenKind::Broken || (token.doubtful && !secret))
		{
			return out.append(cut_off);
		}
		out.append(secret ? redacted : lexer.source(token));
		if (token.doubtful)
		{
			return out.append(cut_off);
		}
		watch.pass(token);
	}
}

}  // namespace

String
redact(std::string_view text, Secrets secrets, const Arena &arena)
{
	text = cut_to_statement(text);
	if (secrets == Secrets::None)
	{
		return String(text.data(), text.size(), ArenaAllocator<char>(arena));
	}
	return without_secrets(text, secrets, arena);
}

}  // namespace ddl_warden
