#include "core/decision.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

TEST(Decision, names_outcomes_as_the_record_has_them)
{
	EXPECT_EQ(to_text(Outcome::Committed), "committed");
	EXPECT_EQ(to_text(Outcome::RolledBack), "rolled back");
	EXPECT_EQ(to_text(Outcome::Refused), "refused");
	EXPECT_EQ(to_text(Outcome::Failed), "failed");
	EXPECT_EQ(to_text(Outcome::GaveUpWaiting), "gave up waiting");
	EXPECT_EQ(to_text(Outcome::HeldTooLong), "held too long");
}

}  // namespace
}  // namespace ddl_warden
