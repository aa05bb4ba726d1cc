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

}  // namespace
}  // namespace ddl_warden
