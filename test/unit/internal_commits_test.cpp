#include "core/internal_commits.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

Relation
relation_of(RelationKind kind, bool named)
{
	Relation relation = {};

	relation.kind = kind;
	relation.named = named;
	return relation;
}

const Relation table = relation_of(RelationKind::Table, true);
const Relation partitioned = relation_of(RelationKind::PartitionedTable, true);
const Relation reached = relation_of(RelationKind::Table, false);

Facts
given(Kind kind, const Relation &relation, bool concurrently = false)
{
	Facts facts = {};

	facts.kind = kind;
	facts.concurrently = concurrently;
	facts.judgeable = true;
	facts.relations = std::span<const Relation>(&relation, 1);
	return facts;
}

Facts
reindex(std::string_view object_kind, const Relation &relation, bool concurrently = false)
{
	Facts facts = given(Kind::Reindex, relation, concurrently);

	facts.object_kind = object_kind;
	return facts;
}

TEST(InternalCommits, are_made_by_the_concurrent_forms)
{
	EXPECT_TRUE(commits_internally(given(Kind::CreateIndex, table, true)));
	EXPECT_FALSE(commits_internally(given(Kind::CreateIndex, table)));
	EXPECT_TRUE(commits_internally(given(Kind::DropIndex, table, true)));
	EXPECT_FALSE(commits_internally(given(Kind::DropIndex, table)));
	EXPECT_TRUE(commits_internally(reindex("INDEX", table, true)));
	EXPECT_FALSE(commits_internally(given(Kind::RefreshMaterializedView, table, true)));
}

TEST(InternalCommits, are_made_by_what_goes_through_many_relations)
{
	EXPECT_FALSE(commits_internally(reindex("INDEX", table)));
	EXPECT_FALSE(commits_internally(reindex("TABLE", table)));
	EXPECT_TRUE(commits_internally(reindex("TABLE", partitioned)));
	EXPECT_TRUE(commits_internally(reindex("SCHEMA", reached)));
	EXPECT_TRUE(commits_internally(given(Kind::VacuumFull, table)));
	EXPECT_FALSE(commits_internally(given(Kind::Cluster, table)));
	EXPECT_TRUE(commits_internally(given(Kind::Cluster, partitioned)));
	EXPECT_TRUE(commits_internally(given(Kind::Cluster, reached)));
}

TEST(InternalCommits, are_made_by_DETACH_PARTITION_CONCURRENTLY_only)
{
	Alteration detach = {};
	Facts facts = given(Kind::AlterTable, partitioned);

	detach.subcommand = Subcommand::DetachPartitionConcurrently;
	facts.alterations = std::span<const Alteration>(&detach, 1);
	EXPECT_TRUE(commits_internally(facts));
	detach.subcommand = Subcommand::DetachPartition;
	EXPECT_FALSE(commits_internally(facts));
}

TEST(InternalCommits, are_not_made_by_what_is_refused_or_has_nothing_to_do)
{
	Facts refused = given(Kind::CreateIndex, table, true);
	Facts in_block = refused;
	Facts temporary = refused;
	Facts existing = refused;

	refused.judgeable = false;
	in_block.in_transaction = true;
	temporary.temporary_only = true;
	existing.already_exists = true;
	EXPECT_FALSE(commits_internally(refused));
	EXPECT_FALSE(commits_internally(in_block));
	EXPECT_FALSE(commits_internally(temporary));
	EXPECT_FALSE(commits_internally(existing));
}

}  // namespace
}  // namespace ddl_warden
