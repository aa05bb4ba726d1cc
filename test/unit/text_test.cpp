#include "core/text.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ddl_warden
{
namespace
{

TEST(Text, joins_parts)
{
	TestArena arena;

	EXPECT_EQ(concat(*arena, {"a", "", "bc"}), "abc");
	EXPECT_EQ(concat(*arena, {}), "");
}

TEST(Text, quotes_literals_whatever_they_hold)
{
	TestArena arena;

	EXPECT_EQ(literal(*arena, "a'b"), "'a''b'");
	EXPECT_EQ(literal(*arena, "a\\'b"), "E'a\\\\''b'");
}

TEST(Text, chooses_a_tag_that_is_not_in_the_body)
{
	TestArena arena;

	EXPECT_EQ(dollar_quoted(*arena, " a "), "$$ a $$");
	EXPECT_EQ(dollar_quoted(*arena, "$$"), "$do0$$$$do0$");
	EXPECT_EQ(dollar_quoted(*arena, "$$ $do0$ "), "$do1$$$ $do0$ $do1$");
}

TEST(Text, takes_names_apart)
{
	TestArena arena;

	EXPECT_EQ(qualifier("a.b"), "a.");
	EXPECT_EQ(qualifier("\"a.b\".\"c.\"\"d\""), "\"a.b\".");
	EXPECT_EQ(qualifier("b"), "");
	EXPECT_EQ(bare_name(*arena, "a.\"B\"\"c\""), "B\"c");
	EXPECT_EQ(bare_name(*arena, "Orders"), "orders");
}

TEST(Text, derives_names_that_the_server_takes_whole)
{
	TestArena arena;
	std::string longest(70, 'a');

	EXPECT_EQ(derived_name(*arena, "orders", "new"), "orders_new");
	EXPECT_EQ(derived_name(*arena, "O\"", "new"), "\"O\"\"_new\"");
	EXPECT_EQ(derived_name(*arena, "1", "new"), "\"1_new\"");
	EXPECT_EQ(derived_name(*arena, longest, "new"), std::string(59, 'a') + "_new");
}

TEST(Text, cuts_no_character_in_two)
{
	TestArena arena;
	std::string umlauts = "a";

	for (int i = 0; i < 40; i++)
	{
		umlauts += "\xC3\xA4";
	}
	EXPECT_EQ(derived_name(*arena, umlauts, "n"), "\"" + umlauts.substr(0, 61) + "_n\"");
	EXPECT_EQ(derived_name(*arena, umlauts, "nn"), "\"" + umlauts.substr(0, 59) + "_nn\"");
}

}  // namespace
}  // namespace ddl_warden
