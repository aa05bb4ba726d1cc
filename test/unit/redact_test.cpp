#include "core/redact.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace ddl_warden
{
namespace
{

std::string
redacted(std::string_view text, Secrets secrets)
{
	TestArena arena;
	String result = redact(text, secrets, *arena);

	return {result.data(), result.size()};
}

struct Case
{
	const char *name;
	Secrets secrets;
	const char *text;
	const char *expected;
};

class Redact : public testing::TestWithParam<Case>
{};

TEST_P(Redact, keeps_secrets_out)
{
	EXPECT_EQ(redacted(GetParam().text, GetParam().secrets), GetParam().expected);
}

constexpr auto None = Secrets::None;
constexpr auto Password = Secrets::Password;
constexpr auto Connection = Secrets::ConnectionString;
constexpr auto Options = Secrets::Options;
constexpr auto Every = Secrets::EveryLiteral;

// clang-format off
const Case cases[] = {
	{"plain", None, "CREATE INDEX ON t (a)", "CREATE INDEX ON t (a)"},
	{"trimmed", None, " \n-- why\n/* a /* b */ */ DROP TABLE t ;\n", "DROP TABLE t"},
	{"literals_stay", None, "ALTER TABLE t ADD c text DEFAULT 'PASSWORD ''x'''", "ALTER TABLE t ADD c text DEFAULT 'PASSWORD ''x'''"},
	{"empty", None, " ; ", ""},
	{"only_comment", Password, "-- PASSWORD 'x'", ""},

	{"password", Password, "ALTER ROLE a PASSWORD 'x'", "ALTER ROLE a PASSWORD '<redacted>'"},
	{"encrypted", Password, "create role a encrypted password'x' login;", "create role a encrypted password'<redacted>' login"},
	{"password_null", Password, "ALTER ROLE a PASSWORD NULL VALID UNTIL 'infinity'", "ALTER ROLE a PASSWORD NULL VALID UNTIL 'infinity'"},
	{"valid_until_stays", Password, "ALTER ROLE a PASSWORD 'x' VALID UNTIL '2030-01-01'", "ALTER ROLE a PASSWORD '<redacted>' VALID UNTIL '2030-01-01'"},
	{"role_called_password", Password, "CREATE ROLE \"password\" PASSWORD 'x'", "CREATE ROLE \"password\" PASSWORD '<redacted>'"},
	{"doubled_quote", Password, "ALTER ROLE a PASSWORD 'x''y' NOLOGIN", "ALTER ROLE a PASSWORD '<redacted>' NOLOGIN"},
	{"escape_string", Password, "ALTER ROLE a PASSWORD E'x\\'y\\\\' NOLOGIN", "ALTER ROLE a PASSWORD '<redacted>' NOLOGIN"},
	{"unicode", Password, "ALTER ROLE a PASSWORD U&'x!0041' UESCAPE '!' NOLOGIN", "ALTER ROLE a PASSWORD '<redacted>' UESCAPE '<redacted>' NOLOGIN"},
	{"dollar", Password, "ALTER ROLE a PASSWORD $a$x$b$y'$a$ NOLOGIN", "ALTER ROLE a PASSWORD '<redacted>' NOLOGIN"},
	{"dollar_without_tag", Password, "ALTER ROLE a PASSWORD $$x$a$y$$ NOLOGIN", "ALTER ROLE a PASSWORD '<redacted>' NOLOGIN"},
	{"continued", Password, "ALTER ROLE a PASSWORD 'x'\n  'y' NOLOGIN", "ALTER ROLE a PASSWORD '<redacted>' NOLOGIN"},
	{"continued_after_comment", Password, "ALTER ROLE a PASSWORD 'x' -- it's\n 'y' NOLOGIN", "ALTER ROLE a PASSWORD '<redacted>' NOLOGIN"},
	{"comment_at_the_end", Password, "ALTER ROLE a PASSWORD 'x'\n -- y'", "ALTER ROLE a PASSWORD '<redacted>'"},
	{"comment_between", Password, "ALTER ROLE a PASSWORD/* was 'w' */'x' NOLOGIN", "ALTER ROLE a PASSWORD '<redacted>' NOLOGIN"},
	{"line_comment_between", Password, "ALTER ROLE a PASSWORD -- was 'w'\n'x'", "ALTER ROLE a PASSWORD '<redacted>'"},
	{"backslash_at_end", Password, "ALTER ROLE a PASSWORD 'x\\' VALID UNTIL 'y'", "ALTER ROLE a PASSWORD '<redacted>'..."},
	{"doubtful_before", Password, "ALTER ROLE a VALID UNTIL '\\' PASSWORD 'x'", "ALTER ROLE a VALID UNTIL ..."},
	{"two_backslashes", Password, "ALTER ROLE a PASSWORD 'x\\\\' NOLOGIN", "ALTER ROLE a PASSWORD '<redacted>' NOLOGIN"},
	{"unterminated", Password, "ALTER ROLE a PASSWORD 'x", "ALTER ROLE a PASSWORD ..."},
	{"unterminated_comment", Password, "ALTER ROLE a /* 'x", "ALTER ROLE a ..."},
	{"utf8", Password, "ALTER ROLE \"bj\xC3\xB6rk\" PASSWORD 'h\xC3\xA9llo' IN ROLE \xC3\xA9", "ALTER ROLE \"bj\xC3\xB6rk\" PASSWORD '<redacted>' IN ROLE \xC3\xA9"},
	{"word_that_ends_in_e", Password, "ALTER ROLE e PASSWORD e'x\\'y'", "ALTER ROLE e PASSWORD '<redacted>'"},

	{"connection", Connection, "CREATE SUBSCRIPTION s CONNECTION 'host=h password=p' PUBLICATION p WITH (slot_name = 's')", "CREATE SUBSCRIPTION s CONNECTION '<redacted>' PUBLICATION p WITH (slot_name = 's')"},

	{"server_options", Options, "CREATE SERVER s VERSION '1' FOREIGN DATA WRAPPER f OPTIONS (host 'h', ADD port '1')", "CREATE SERVER s VERSION '1' FOREIGN DATA WRAPPER f OPTIONS (host '<redacted>', ADD port '<redacted>')"},
	{"options_twice", Options, "CREATE FOREIGN TABLE t (a text DEFAULT 'd' OPTIONS(n 'x'), b text DEFAULT ('e')) SERVER s OPTIONS (k $$y$$)", "CREATE FOREIGN TABLE t (a text DEFAULT 'd' OPTIONS(n '<redacted>'), b text DEFAULT ('e')) SERVER s OPTIONS (k '<redacted>')"},
	{"table_called_options", Options, "CREATE FOREIGN TABLE \"options\" (a text DEFAULT 'd')", "CREATE FOREIGN TABLE \"options\" (a text DEFAULT 'd')"},

	{"every", Every, "SELECT 'a', E'b', x'1f', $$c$$, \"d\"", "SELECT '<redacted>', '<redacted>', '<redacted>', '<redacted>', \"d\""},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Statements, Redact, testing::ValuesIn(cases),
						 [](const auto &info) { return info.param.name; });

/* A secret never shows, wherever the text is cut. */
TEST(RedactEverywhere, truncated_text_does_not_leak)
{
	std::string text = "ALTER ROLE a PASSWORD E'se\\'cret' 'secret'\n'secret' VALID UNTIL 'x'";

	for (std::size_t size = 0; size <= text.size(); size++)
	{
		std::string result = redacted(std::string_view(text).substr(0, size), Secrets::Password);

		EXPECT_EQ(result.find("se\\"), std::string::npos) << result;
		EXPECT_EQ(result.find("secret"), std::string::npos) << result;
	}
}

/* The time of a statement ten times as long stays far below what a quadratic reader takes. */
TEST(RedactEverywhere, time_is_linear)
{
	auto seconds = [](std::size_t size, std::string_view unit) {
		std::string text = "SELECT ";

		while (text.size() < size)
		{
			text += unit;
		}

		auto start = std::chrono::steady_clock::now();

		redacted(text, Secrets::EveryLiteral);
		return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
	};

	for (std::string_view unit : {"'a' ", "/* ", "$a", "'a'\n--\n", "'\\\\", "\"\" "})
	{
		EXPECT_LT(seconds(10'000'000, unit), 50 * seconds(1'000'000, unit) + 0.5) << unit;
	}
}

}  // namespace
}  // namespace ddl_warden
