#include "core/lock.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

struct Case
{
	LockMode mode;
	const char *text;
	const char *blocks;
};

// clang-format off
const Case cases[] = {
	{LockMode::None,                 "",                         "nothing"},
	{LockMode::AccessShare,          "AccessShareLock",          "nothing"},
	{LockMode::RowShare,             "RowShareLock",             "nothing"},
	{LockMode::RowExclusive,         "RowExclusiveLock",         "nothing"},
	{LockMode::ShareUpdateExclusive, "ShareUpdateExclusiveLock", "maintenance"},
	{LockMode::Share,                "ShareLock",                "writes"},
	{LockMode::ShareRowExclusive,    "ShareRowExclusiveLock",    "writes"},
	{LockMode::Exclusive,            "ExclusiveLock",            "writes"},
	{LockMode::AccessExclusive,      "AccessExclusiveLock",      "reads and writes"},
};
// clang-format on

TEST(Lock, is_named_as_in_pg_locks)
{
	for (const Case &each : cases)
	{
		EXPECT_EQ(to_text(each.mode), each.text);
	}
}

TEST(Lock, says_what_it_blocks)
{
	for (const Case &each : cases)
	{
		EXPECT_EQ(to_text(blocked_by(each.mode)), each.blocks) << each.text;
	}
}

TEST(Lock, has_the_numbers_of_the_server)
{
	EXPECT_EQ(static_cast<int>(LockMode::AccessShare), 1);
	EXPECT_EQ(static_cast<int>(LockMode::ShareUpdateExclusive), 4);
	EXPECT_EQ(static_cast<int>(LockMode::AccessExclusive), 8);
}

TEST(Lock, of_two_the_stronger_holds)
{
	EXPECT_EQ(stronger(LockMode::Share, LockMode::ShareUpdateExclusive), LockMode::Share);
	EXPECT_EQ(stronger(LockMode::None, LockMode::AccessShare), LockMode::AccessShare);
}

}  // namespace
}  // namespace ddl_warden
