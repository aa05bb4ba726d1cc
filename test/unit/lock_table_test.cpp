#include "core/lock_table.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

using enum Subcommand;

TEST(LockTable, expects_the_level_of_the_server)
{
	EXPECT_EQ(row_of(AddForeignKey).level, LockMode::ShareRowExclusive);
	EXPECT_EQ(row_of(ValidateConstraint).level, LockMode::ShareUpdateExclusive);
	EXPECT_EQ(row_of(SetStorage).level, LockMode::AccessExclusive);
}

TEST(LockTable, knows_which_question_belongs_to_which_subcommand)
{
	EXPECT_TRUE(asks(row_of(AddColumn).questions, Question::PlannedDefault));
	EXPECT_FALSE(asks(row_of(AddColumn).questions, Question::TypeChange));
	EXPECT_TRUE(asks(row_of(AlterColumnType).questions, Question::IndexReuse));
	EXPECT_TRUE(asks(row_of(AddPrimaryKey).questions, Question::NotNullProof));
}

TEST(LockTable, knows_how_far_down_the_tree_a_subcommand_goes)
{
	EXPECT_TRUE(descends(row_of(SetDefault)));
	EXPECT_FALSE(descends(row_of(ChangeOwner)));
}

TEST(LockTable, has_a_row_for_each_subcommand_that_names_a_partition)
{
	ASSERT_NE(partition_row_of(AttachPartition), nullptr);
	EXPECT_EQ(partition_row_of(AttachPartition)->partition, LockMode::AccessExclusive);
	EXPECT_EQ(partition_row_of(AttachPartition)->partition_indexes, LockMode::None);
	ASSERT_NE(partition_row_of(DetachPartitionFinalize), nullptr);
	EXPECT_EQ(partition_row_of(AddInherit), nullptr);
}

}  // namespace
}  // namespace ddl_warden
