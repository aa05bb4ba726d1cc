#include "core/containers.hpp"

#include "core/text.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{

TEST(Containers, ABoostAssertionIsAnException)
{
	EXPECT_THROW(boost::assertion_failed("x", "f", "file", 1), std::logic_error);
	EXPECT_THROW(boost::assertion_failed_msg("x", "why", "f", "file", 1), std::logic_error);
}

TEST(Containers, AnAbsentTextIsAnEmptyOne)
{
	TestArena memory;

	EXPECT_EQ(concat(*memory, {"a", std::string_view(), "b"}), "ab");
}

}  // namespace ddl_warden
