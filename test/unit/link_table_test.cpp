#include "core/link_table.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

using enum Subcommand;

TEST(LinkTable, tells_what_a_subcommand_locks_beside_its_own_table)
{
	ASSERT_NE(effect_at(AddForeignKey, Link::ReferencedTable), nullptr);
	EXPECT_EQ(effect_at(AddForeignKey, Link::ReferencedTable)->mode, LockMode::ShareRowExclusive);
	EXPECT_EQ(effect_at(ValidateConstraint, Link::ReferencedTable)->mode, LockMode::RowShare);
	EXPECT_EQ(effect_at(SetStorage, Link::ReferencedTable), nullptr);
}

TEST(LinkTable, tells_what_a_statement_locks_beside_what_it_names)
{
	ASSERT_NE(effect_at(Kind::Truncate, Link::ReferencingTable), nullptr);
	EXPECT_EQ(effect_at(Kind::Truncate, Link::ReferencingTable)->mode, LockMode::AccessExclusive);
	EXPECT_EQ(effect_at(Kind::Truncate, Link::ReferencedTable), nullptr);
}

TEST(LinkTable, tells_what_a_new_table_locks_beside_it)
{
	EXPECT_EQ(effect_at(Kind::CreateTable, Link::PartitionParent)->mode, LockMode::AccessExclusive);
	EXPECT_EQ(effect_at(Kind::CreateTable, Link::DefaultPartition)->work, Work::Scan);
	EXPECT_EQ(effect_at(Kind::CreateTable, Link::InheritanceParent)->mode,
			  LockMode::ShareUpdateExclusive);
	EXPECT_EQ(effect_at(Kind::AlterDomain, Link::TypeUser)->mode, LockMode::Share);
}

TEST(LinkTable, asks_the_subcommand_whose_doing_it_is)
{
	Alteration alterations[2] = {};
	Facts facts = {};
	Further further = {};

	alterations[0].subcommand = SetStorage;
	alterations[1].subcommand = AddForeignKey;
	facts.kind = Kind::AlterTable;
	facts.alterations = alterations;
	further.link = Link::ReferencedTable;
	EXPECT_EQ(effect_at(facts, further), nullptr);
	further.alteration = 1;
	EXPECT_NE(effect_at(facts, further), nullptr);
}

TEST(LinkTable, tells_what_a_deletion_locks_whoever_deletes)
{
	Facts facts = {};
	Further further = {};

	facts.kind = Kind::AlterTable;
	further.link = Link::StatisticsTable;
	further.deletion = true;
	ASSERT_NE(effect_at(facts, further), nullptr);
	EXPECT_EQ(effect_at(facts, further)->mode, LockMode::ShareUpdateExclusive);
	further.link = Link::OwnedSequence;
	EXPECT_EQ(effect_at(facts, further)->companions, Companions::All);
	further.link = Link::PartitionParent;
	EXPECT_EQ(effect_at(facts, further)->companions, Companions::None);
	EXPECT_EQ(effect_of_deletion(Link::ParentIndex), nullptr);
}

TEST(LinkTable, has_words_for_each_link)
{
	EXPECT_EQ(words_of(Link::Dependent).before, "It depends on \"");
}

}  // namespace
}  // namespace ddl_warden
