#include "core/html.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace ddl_warden
{
namespace
{

template <typename Value>
std::string
shown(const Value &value)
{
	TestArena arena;
	Html page(*arena);

	page.add("{}", value);
	return std::string(page.text());
}

std::string
escaped(std::string_view text)
{
	return shown(text);
}

TEST(Html, fills_the_places_of_a_template_in_order)
{
	TestArena arena;
	Html page(*arena);

	page.add("<p>");
	page.add("{}, {}", std::string_view("a"), Count{2});
	page.add("</p>");
	EXPECT_EQ(page.text(), "<p>a, 2</p>");
}

TEST(Html, takes_another_piece_as_it_is)
{
	TestArena arena;
	Html inner(*arena);
	Html outer(*arena);

	inner.add("<b>{}</b>", std::string_view("<"));
	outer.add("<p>{}</p>{}", inner, Markup("<hr>"));
	EXPECT_EQ(outer.text(), "<p><b>&lt;</b></p><hr>");
}

TEST(Html, escapes_what_markup_is_made_of)
{
	EXPECT_EQ(escaped("<script>alert('x' & \"y\")</script>"),
			  "&lt;script&gt;alert(&#39;x&#39; &amp; &quot;y&quot;)&lt;/script&gt;");
	EXPECT_EQ(escaped("{}"), "{}");
	EXPECT_EQ(escaped(""), "");
	EXPECT_EQ(escaped({}), "");
}

TEST(Html, is_ascii_whatever_comes)
{
	EXPECT_EQ(escaped("B\xC3\xBC"
					  "cher \xE2\x82\xAC \xF0\x9F\x98\x80"),
			  "B&#xFC;cher &#x20AC; &#x1F600;");
}

TEST(Html, shows_control_characters_by_their_pictures)
{
	EXPECT_EQ(escaped(std::string_view("\x01\x1B\x7F", 3)), "&#x2401;&#x241B;&#x2421;");
	EXPECT_EQ(escaped("a\tb\nc\r\nd\re"), "a\tb\nc\nd&#x240D;e");
}

TEST(Html, spells_out_what_would_change_the_text_around_it)
{
	EXPECT_EQ(escaped("a\xE2\x80\xAE"
					  "b"),
			  "a[U+202E]b");
	EXPECT_EQ(escaped("\xE2\x81\xA6\xEF\xBB\xBF\xE2\x80\x8B"), "[U+2066][U+FEFF][U+200B]");
	EXPECT_EQ(escaped("\xE2\x80\x8D"), "&#x200D;"); /* joins, in many scripts */
}

TEST(Html, names_no_character_that_html_does_not_know)
{
	EXPECT_EQ(escaped("\xC2\x80"), "&#xFFFD;");         /* a reference to it means the euro sign */
	EXPECT_EQ(escaped("\xEF\xBF\xBE"), "&#xFFFD;");     /* U+FFFE */
	EXPECT_EQ(escaped("\xF4\x90\x80\x80"), "&#xFFFD;"); /* above the last one */
	EXPECT_EQ(escaped("\xED\xA0\x80"), "&#xFFFD;");     /* a surrogate */
}

TEST(Html, survives_bytes_that_are_no_utf8)
{
	EXPECT_EQ(escaped("a\xFF\xC3"), "a&#xFFFD;&#xFFFD;");
	EXPECT_EQ(escaped("\xE2\x82"), "&#xFFFD;&#xFFFD;"); /* cut */
	EXPECT_EQ(escaped("\xC3<"), "&#xFFFD;&lt;");        /* does not swallow what follows */
	EXPECT_EQ(escaped("\xC0\xBC"), "&#xFFFD;");         /* < in two bytes */
}

TEST(Html, writes_numbers_for_readers)
{
	EXPECT_EQ(shown(Count{0}), "0");
	EXPECT_EQ(shown(Count{999}), "999");
	EXPECT_EQ(shown(Count{1234567}), "1,234,567");
	EXPECT_EQ(shown(Bytes{std::uint64_t{48} << 30}), "48 GB");
}

TEST(Html, writes_durations_in_units_of_their_size)
{
	EXPECT_EQ(shown(Duration{0}), "0 ms");
	EXPECT_EQ(shown(Duration{0.04}), "0.0 ms");
	EXPECT_EQ(shown(Duration{9.94}), "9.9 ms");
	EXPECT_EQ(shown(Duration{9.96}), "10 ms");
	EXPECT_EQ(shown(Duration{999.4}), "999 ms");
	EXPECT_EQ(shown(Duration{999.6}), "1.0 s");
	EXPECT_EQ(shown(Duration{59'400}), "59 s");
	EXPECT_EQ(shown(Duration{59'600}), "1 min");
	EXPECT_EQ(shown(Duration{252'000}), "4 min 12 s");
	EXPECT_EQ(shown(Duration{3'600'000}), "1 h");
	EXPECT_EQ(shown(Duration{7'500'000}), "2 h 5 min");
	EXPECT_EQ(shown(Duration{7 * 86'400'000.0}), "7 d");
	EXPECT_EQ(shown(Duration{76 * 3'600'000.0}), "3 d 4 h");
}

TEST(Html, writes_no_number_that_is_none)
{
	EXPECT_EQ(shown(Duration{std::numeric_limits<double>::quiet_NaN()}), "0 ms");
	EXPECT_EQ(shown(Duration{std::numeric_limits<double>::infinity()}), "0 ms");
	EXPECT_EQ(shown(Duration{-1}), "0 ms");
	EXPECT_EQ(shown(Measure{std::numeric_limits<double>::infinity()}), "0");
}

TEST(Html, writes_measures_as_short_as_can_be)
{
	EXPECT_EQ(shown(Measure{12.5}), "12.5");
	EXPECT_EQ(shown(Measure{100}), "100");
	EXPECT_EQ(shown(Measure{0.004}), "0");
	EXPECT_EQ(shown(Measure{1.0 / 3}), "0.33");
}

}  // namespace
}  // namespace ddl_warden
