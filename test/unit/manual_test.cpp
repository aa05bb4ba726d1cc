#include "manual/manual.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace ddl_warden
{
namespace
{

TEST(Manual, is_what_the_rows_say)
{
	std::ifstream page(DOCS "/what-ddl-does.md");
	std::stringstream text;

	text << page.rdbuf();
	ASSERT_TRUE(page.good());
	EXPECT_EQ(text.str(), manual()) << "docs/what-ddl-does.md is not up to date: make manual";
}

}  // namespace
}  // namespace ddl_warden
