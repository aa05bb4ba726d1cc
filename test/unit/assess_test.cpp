#include "core/assess.hpp"

#include "assess_given.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

// ---- rows

TEST(Rows, tell_indexes_from_tables_and_trees_apart)
{
	Tree tree;
	TestArena arena;
	Facts facts = facts_of(Kind::Truncate, tree.relations);

	tree.index[0].valid = false;
	tree.relations[1].created_here = true;
	tree.relations[2].temporary = true;

	const Impact impact = assess(facts, *arena);

	ASSERT_EQ(impact.relations.size(), 4U);
	EXPECT_EQ(impact.relations[0].oid, 2U);
	EXPECT_FALSE(impact.relations[0].harmless);
	EXPECT_NE(impact.relations[1].kind, RelationKind::Index);
	EXPECT_EQ(impact.relations[2].kind, RelationKind::Index);
	EXPECT_FALSE(impact.relations[2].valid);
	EXPECT_TRUE(impact.relations[2].harmless);
	EXPECT_TRUE(impact.relations[3].harmless);
	EXPECT_EQ(impact.relations[2].root, "p");
}

TEST(Rows, know_the_top_of_their_own_tree)
{
	const Tree tree;
	Relation relations[] = {relation_with(1, "t", RelationKind::Table, 1000), tree.relations[0],
							tree.relations[1]};

	relations[2].parent_at = 1;

	const Facts facts = facts_of(Kind::Cluster, relations);
	TestArena arena;
	const Impact impact = assess(facts, *arena);

	EXPECT_EQ(render(impact), "t AX rewrite=1000, p AX, p1 AX rewrite=100, p1i AX index_build=10");
	EXPECT_EQ(impact.relations[0].root, "t");
	EXPECT_EQ(impact.relations[3].root, "p");
	EXPECT_EQ(reasons(facts, 2).substr(0, 17), "Partition of \"p\".");
}

TEST(Rows, are_doubtful_where_it_cannot_be_known_what_is_done)
{
	const PlainTable table;

	for (const Answer answer : {Answer::Yes, Answer::Unknown})
	{
		const Alteration alteration[] = {
			rewriting(Subcommand::AddColumn, Cause::NotPlanned, answer)};
		Facts facts = facts_of(Kind::AlterTable, table.relations);
		TestArena arena;

		facts.level = LockMode::AccessExclusive;
		facts.alterations = alteration;
		EXPECT_EQ(assess(facts, *arena).relations[0].doubtful, answer == Answer::Unknown);
	}
}

// ---- the statement as a whole

TEST(Statement, without_a_row_is_unknown_and_bound)
{
	TestArena arena;
	const Impact impact = assess(facts_of(Kind::Other, {}), *arena);

	EXPECT_FALSE(impact.known);
	EXPECT_TRUE(impact.bound_locks);
	EXPECT_EQ(impact.relations.size(), 0U);
	ASSERT_EQ(impact.remarks.size(), 1U);
	EXPECT_EQ(impact.remarks[0], "What this command locks is not known.");
}

TEST(Statement, remarks_on_a_missing_relation)
{
	TestArena arena;
	Facts facts = facts_of(Kind::DropTable, {});

	facts.missing = "public.gone";

	const Impact impact = assess(facts, *arena);

	EXPECT_TRUE(impact.known);
	ASSERT_EQ(impact.remarks.size(), 1U);
	EXPECT_EQ(impact.remarks[0], "Relation \"public.gone\" does not exist.");
}

TEST(Statement, that_locks_nothing_says_so_and_is_not_bound)
{
	TestArena arena;
	const Impact impact = assess(facts_of(Kind::NoRelation, {}), *arena);

	EXPECT_TRUE(impact.known);
	EXPECT_FALSE(impact.bound_locks);
	ASSERT_EQ(impact.remarks.size(), 1U);
	EXPECT_EQ(impact.remarks[0], "It locks no existing relation.");
}

TEST(Statement, that_may_lock_anything_is_unknown_and_bound)
{
	for (const Kind kind : {Kind::ExtensionScript, Kind::RunsCode})
	{
		TestArena arena;
		const Impact impact = assess(facts_of(kind, {}), *arena);

		EXPECT_FALSE(impact.known);
		EXPECT_TRUE(impact.bound_locks);
		ASSERT_EQ(impact.remarks.size(), 1U);
		EXPECT_NE(impact.remarks[0].find("cannot be known"), std::string_view::npos);
	}
}

// ---- code of the users' own

std::string
calls(Facts facts, Event event)
{
	const EventTrigger triggers[] = {{event, "public.f()"}, {event, "public.f()"}};

	facts.event_triggers = triggers;
	return reasons(facts, 0);
}

constexpr const char runs[] =
	"An event trigger runs \"public.f()\": what that does cannot be known.";
constexpr const char may_run[] =
	"An event trigger may run \"public.f()\": what that does cannot be known.";

TEST(EventTriggers, of_commands_run_for_all_that_the_server_accepts)
{
	const PlainTable table;
	Facts facts = facts_of(Kind::Comment, table.relations);

	EXPECT_EQ(calls(facts, Event::Command), runs);
	facts.judgeable = false;
	EXPECT_EQ(calls(facts, Event::Command).find("event trigger"), std::string::npos);
}

TEST(EventTriggers, of_drops_may_run_where_something_is_dropped)
{
	const PlainTable table;
	const Alteration drop[] = {alteration_of(SetStatistics), alteration_of(DropColumn)};

	EXPECT_EQ(calls(facts_of(Kind::DropTable, table.relations), Event::Drop), may_run);
	EXPECT_EQ(calls(alter(table.relations, drop), Event::Drop), may_run);
	EXPECT_EQ(calls(alter(table.relations, {drop, 1}), Event::Drop), "");
}

TEST(EventTriggers, of_rewrites_run_where_ALTER_TABLE_rewrites)
{
	const PlainTable table;
	const Alteration rewrite[] = {alteration_of(SetUnlogged)};
	const Alteration other[] = {alteration_of(SetTablespace)};

	EXPECT_NE(calls(alter(table.relations, rewrite), Event::Rewrite).find(runs), std::string::npos);
	EXPECT_EQ(calls(alter(table.relations, other), Event::Rewrite).find(runs), std::string::npos);
	EXPECT_EQ(calls(facts_of(Kind::Cluster, table.relations), Event::Rewrite).find(runs),
			  std::string::npos);
}

TEST(EventTriggers, are_a_remark_where_nothing_is_locked)
{
	TestArena arena;
	const EventTrigger triggers[] = {{Event::Command, "public.f()"}};
	Facts facts = facts_of(Kind::NoRelation, {});

	facts.event_triggers = triggers;

	const Impact impact = assess(facts, *arena);

	ASSERT_EQ(impact.remarks.size(), 2U);
	EXPECT_EQ(impact.remarks[1], runs);
}

TEST(Statement, that_makes_a_table_is_bound_by_what_it_locks_beside_it)
{
	TestArena arena;
	Further further = {};
	Facts facts = facts_of(Kind::CreateTable, {});

	EXPECT_FALSE(assess(facts, *arena).bound_locks);
	further.relation = relation_with(1, "r", RelationKind::Table, 8192);
	further.relation.named = false;
	further.link = Link::ReferencedTable;
	further.through = "f";
	facts.further = {&further, 1};
	EXPECT_EQ(render(facts), "r SRX");
	EXPECT_TRUE(assess(facts, *arena).bound_locks);
	EXPECT_EQ(reasons(facts, 0), "A foreign key of \"f\" refers to it.");

	further.link = Link::InheritanceParent;
	EXPECT_EQ(render(facts), "r SUX");
	EXPECT_FALSE(assess(facts, *arena).bound_locks);
	facts.missing = "gone";
	EXPECT_TRUE(assess(facts, *arena).bound_locks);
}

TEST(Statement, that_is_refused_does_no_work)
{
	PlainTable table{Fate::Rebuilt};
	Facts facts = facts_of(Kind::Reindex, table.relations);

	facts.object_kind = "TABLE";
	EXPECT_NE(render(facts).find("index_build"), std::string::npos);
	facts.judgeable = false;
	EXPECT_EQ(render(facts).find("index_build"), std::string::npos);
	EXPECT_EQ(reasons(facts, 0), "This role may not run it, or PostgreSQL refuses it.");

	const Facts rewrite = [&] {
		Facts one = facts_of(Kind::Cluster, table.relations);

		one.judgeable = false;
		return one;
	}();

	EXPECT_EQ(render(rewrite).find("rewrite"), std::string::npos);
}

TEST(Statement, has_a_remark_on_what_its_row_cannot_show)
{
	const PlainTable table;

	EXPECT_EQ(reasons(facts_of(Kind::CopyFrom, table.relations), 0),
			  "Of a partitioned table, the partitions that get rows, too.");
}

TEST(Statement, is_bound_where_it_blocks_others)
{
	PlainTable table;
	TestArena arena;
	const Alteration options[] = {alteration_of(SetOptions)};
	const Alteration detach[] = {alteration_of(DetachPartitionConcurrently),
								 alteration_of(SetDefault)};
	Facts refresh = facts_of(Kind::RefreshMaterializedView, table.relations);
	Facts reindex = facts_of(Kind::Reindex, table.relations);

	refresh.concurrently = true;
	reindex.concurrently = true;
	EXPECT_TRUE(assess(facts_of(Kind::CreateIndex, table.relations), *arena).bound_locks);
	EXPECT_TRUE(assess(refresh, *arena).bound_locks);
	EXPECT_FALSE(assess(reindex, *arena).bound_locks);
	EXPECT_FALSE(assess(alter(table.relations, options), *arena).bound_locks);
	EXPECT_FALSE(assess(alter(table.relations, detach), *arena).bound_locks);

	table.relations[0].created_here = true;

	const Impact harmless = assess(facts_of(Kind::CreateIndex, table.relations), *arena);

	EXPECT_FALSE(harmless.bound_locks);
	EXPECT_EQ(harmless.strongest, LockMode::None);
}

TEST(Statement, that_drops_an_index_concurrently_is_not_bound)
{
	const PlainTable table{Fate::Dropped};
	TestArena arena;
	Facts facts = facts_of(Kind::DropIndex, table.relations);

	facts.concurrently = true;
	EXPECT_FALSE(assess(facts, *arena).bound_locks);
	EXPECT_EQ(assess(facts, *arena).strongest, AX);
}

TEST(Assess, reports_that_there_is_no_memory)
{
	const PlainTable table;
	const Arena none = {[](void *, std::size_t) noexcept -> void * { return nullptr; }, nullptr};

	EXPECT_THROW(assess(facts_of(Kind::Truncate, table.relations), none), std::bad_alloc);
}

// ---- what the statement does not name

Further
further_to(const Relation &relation, Link link, unsigned alteration)
{
	Further further = {};

	further.relation = relation;
	further.relation.named = false;
	further.link = link;
	further.alteration = alteration;
	further.through = "t";
	return further;
}

TEST(Assess, lists_what_a_link_leads_to_and_says_why)
{
	PlainTable table;
	const Relation other = relation_with(9, "r", RelationKind::Table, 50);
	const Alteration alterations[] = {alteration_of(AddForeignKey)};
	const Further further[] = {further_to(other, Link::ReferencedTable, 0)};
	Facts facts = alter(table.relations, alterations);

	facts.further = further;
	EXPECT_EQ(render(facts), "t SRX foreign_key_check=1000, r SRX");
	EXPECT_EQ(reasons(facts, 1), "A foreign key of \"t\" refers to it.");
}

TEST(Assess, makes_one_row_of_all_ways_to_a_relation)
{
	PlainTable table;
	const Relation other = relation_with(9, "r", RelationKind::Table, 50);
	const Alteration alterations[] = {exempt(ValidateConstraint), exempt(AddForeignKey)};
	Further further[] = {further_to(other, Link::ReferencedTable, 0),
						 further_to(other, Link::ReferencedTable, 1),
						 further_to(table.relations[0], Link::ReferencedTable, 1)};
	Facts facts = alter(table.relations, alterations);

	further[0].first = true;
	facts.further = further;
	EXPECT_EQ(render(facts), "r SRX, t SRX");
	EXPECT_EQ(reasons(facts, 0), "A foreign key of \"t\" refers to it.");
}

}  // namespace
}  // namespace ddl_warden
