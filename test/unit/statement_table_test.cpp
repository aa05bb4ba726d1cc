#include "core/statement_table.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

TEST(StatementTable, has_a_row_for_each_statement)
{
	EXPECT_EQ(row_of(Kind::CreateIndex).plainly.relation, LockMode::Share);
	EXPECT_EQ(row_of(Kind::CreateIndex).concurrently.relation, LockMode::ShareUpdateExclusive);
	EXPECT_EQ(row_of(Kind::DropTable).plainly.indexes, LockMode::AccessExclusive);
}

TEST(StatementTable, tells_forms_apart_that_lock_differently)
{
	EXPECT_EQ(row_of(Kind::Rename).plainly.relation, LockMode::AccessExclusive);
	EXPECT_EQ(row_of(Kind::RenameIndex).plainly.relation, LockMode::ShareUpdateExclusive);
	EXPECT_EQ(row_of(Kind::Comment).plainly.relation, LockMode::ShareUpdateExclusive);
	EXPECT_EQ(row_of(Kind::CommentOnPart).plainly.relation, LockMode::AccessShare);
	EXPECT_EQ(row_of(Kind::CreateView).plainly.relation, LockMode::None);
	EXPECT_EQ(row_of(Kind::ReplaceView).plainly.relation, LockMode::AccessExclusive);
}

TEST(StatementTable, knows_what_cannot_be_known)
{
	EXPECT_TRUE(row_of(Kind::Other).unbounded);
	EXPECT_TRUE(row_of(Kind::ExtensionScript).unbounded);
	EXPECT_TRUE(row_of(Kind::RunsCode).unbounded);
	EXPECT_FALSE(row_of(Kind::NoRelation).unbounded);
}

}  // namespace
}  // namespace ddl_warden
