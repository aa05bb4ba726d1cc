#include "core/lexer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ddl_warden
{
namespace
{

std::vector<std::string>
tokens(std::string_view text)
{
	std::vector<std::string> result;
	Lexer lexer(text);

	for (Token token = lexer.next(); token.kind != TokenKind::End; token = lexer.next())
	{
		constexpr std::string_view marks = ".wnlcsb";
		std::string mark(1, marks[static_cast<std::size_t>(token.kind)]);

		result.push_back(mark + ":" + std::string(lexer.source(token)));
	}
	return result;
}

using Tokens = std::vector<std::string>;

TEST(Lexer, tells_words_names_and_symbols)
{
	EXPECT_EQ(tokens("a$1.\"b \"\"c\" (\xC3\xA9)"),
			  (Tokens{"w:a$1", "s:.", "n:\"b \"\"c\"", "s:(", "w:\xC3\xA9", "s:)"}));
	EXPECT_EQ(tokens("U&\"a\" u"), (Tokens{"n:U&\"a\"", "w:u"}));
}

TEST(Lexer, nests_comments_and_ends_them_at_the_line)
{
	EXPECT_EQ(tokens("a--b\nc/*d/*e*/*/-"), (Tokens{"w:a", "c:--b", "w:c", "c:/*d/*e*/*/", "s:-"}));
	EXPECT_EQ(tokens("*/*c*/b"), (Tokens{"s:*", "c:/*c*/", "w:b"}));
}

TEST(Lexer, knows_every_form_of_a_literal)
{
	EXPECT_EQ(tokens("'a''b' E'\\'' x'1' N'n' U&'u'"),
			  (Tokens{"l:'a''b'", "l:E'\\''", "l:x'1'", "l:N'n'", "l:U&'u'"}));
	EXPECT_EQ(tokens("$$a$b$$ $t$ $$ $t$"), (Tokens{"l:$$a$b$$", "l:$t$ $$ $t$"}));
	EXPECT_EQ(tokens("abcE'x'"), (Tokens{"w:abcE", "l:'x'"}));
}

TEST(Lexer, joins_literals_over_a_newline_only)
{
	EXPECT_EQ(tokens("'a'\n'b' 'c'"), (Tokens{"l:'a'\n'b'", "l:'c'"}));
	EXPECT_EQ(tokens("E'a'\n'\\'b'"), (Tokens{"l:E'a'\n'\\'b'"}));
}

TEST(Lexer, takes_a_parameter_for_no_dollar_quote)
{
	EXPECT_EQ(tokens("$1 a$$b$$"), (Tokens{"s:$", "s:1", "w:a$$b$$"}));
}

TEST(Lexer, calls_broken_what_does_not_end)
{
	for (std::string_view text : {"'a", "\"a", "/* a", "$a$ a", "E'a\\'", "'a\\"})
	{
		EXPECT_EQ(tokens(text), Tokens{"b:" + std::string(text)});
	}
}

TEST(Lexer, doubts_a_backslash_before_a_quote)
{
	auto doubtful = [](std::string_view text) { return Lexer(text).next().doubtful; };

	EXPECT_TRUE(doubtful("'a\\'"));
	EXPECT_TRUE(doubtful("'a\\\\\\'"));
	EXPECT_FALSE(doubtful("'a\\\\'"));
	EXPECT_FALSE(doubtful("'\\a'"));
	EXPECT_FALSE(doubtful("E'\\''"));
}

TEST(Lexer, compares_keywords_in_any_case)
{
	Lexer lexer("oNly \"only\"");
	Token word = lexer.next();
	Token name = lexer.next();

	EXPECT_TRUE(is_word(lexer, word, "ONLY"));
	EXPECT_FALSE(is_word(lexer, word, "ON"));
	EXPECT_FALSE(is_word(lexer, name, "ONLY"));
}

}  // namespace
}  // namespace ddl_warden
