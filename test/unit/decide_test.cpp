#include "core/decide.hpp"

#include "core/assess.hpp"
#include "test_arena.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;
constexpr std::uint64_t gigabyte = std::uint64_t{1} << 30;

/* A table of a gigabyte with one index of a hundred megabytes, and what is done to it. */
struct Scene
{
	explicit Scene(Kind kind)
	{
		index[0].oid = 2;
		index[0].name = "public.i";
		index[0].bytes = 100 * megabyte;
		index[0].valid = true;
		relations[0].oid = 1;
		relations[0].name = "public.t";
		relations[0].named = true;
		relations[0].visible = true;
		relations[0].heap_bytes = gigabyte;
		relations[0].indexes = index;
		facts.kind = kind;
		facts.judgeable = true;
		facts.level = LockMode::AccessExclusive;
		facts.object_kind = "TABLE";
		facts.relations = relations;
	}

	explicit Scene(Subcommand subcommand) : Scene(Kind::AlterTable)
	{
		alteration[0].subcommand = subcommand;
		facts.alterations = alteration;
	}

	Scene &
	with_fate(Fate fate)
	{
		index[0].fate = fate;
		return *this;
	}

	Verdict
	judge(bool overridden = false) const
	{
		return decide(facts, assess(facts, *arena), rules, default_rates(), {overridden}, *arena);
	}

	/* "index_without_concurrently 1073741824", one after the other. */
	std::string
	found() const
	{
		std::string text;

		for (const Finding &finding : judge().findings)
		{
			text += (text.empty() ? "" : ", ") + std::string(to_text(finding.rule)) + " " +
					std::to_string(finding.bytes);
		}
		return text;
	}

	RuleInForce &
	rule(Rule which)
	{
		return rules[static_cast<std::size_t>(which)];
	}

	TestArena arena;
	Index index[1] = {};
	Relation relations[1] = {};
	Alteration alteration[1] = {};
	Facts facts = {};
	RuleSet rules = default_rules();
};

// ---- what is found

TEST(Decide, finds_a_plain_index_build)
{
	Scene scene{Kind::CreateIndex};

	EXPECT_EQ(scene.found(), "index_without_concurrently 1073741824");
	EXPECT_EQ(scene.judge().ruling, Ruling::Deny);
	EXPECT_EQ(scene.judge().findings[0].relation, "public.t");

	scene.facts.concurrently = true;
	EXPECT_EQ(scene.found(), "");
	EXPECT_EQ(scene.judge().ruling, Ruling::Allow);
}

TEST(Decide, lets_an_index_on_an_empty_table_pass)
{
	Scene scene{Kind::CreateIndex};

	scene.relations[0].heap_bytes = 0;
	EXPECT_EQ(scene.found(), "");
}

TEST(Decide, leaves_out_what_nobody_else_uses)
{
	for (bool Relation::*flag : {&Relation::temporary, &Relation::created_here, &Relation::system})
	{
		Scene scene{Kind::CreateIndex};

		scene.relations[0].*flag = true;
		EXPECT_EQ(scene.found(), "");
	}
}

TEST(Decide, finds_a_plain_reindex_of_a_valid_index)
{
	Scene scene = Scene{Kind::Reindex};

	scene.with_fate(Fate::Rebuilt);
	EXPECT_EQ(scene.found(), "reindex_without_concurrently 104857600");

	scene.index[0].valid = false;
	EXPECT_EQ(scene.found(), "");

	scene.index[0].valid = true;
	scene.with_fate(Fate::RebuiltConcurrently).facts.concurrently = true;
	EXPECT_EQ(scene.found(), "");
}

TEST(Decide, counts_a_rewrite_once_and_not_its_index_builds)
{
	Scene scene{Subcommand::AddColumn};

	scene.alteration[0].rewrites = Answer::Yes;
	EXPECT_EQ(scene.found(), "table_rewrite 1073741824");

	scene.alteration[0].rewrites = Answer::Unknown;
	EXPECT_EQ(scene.found(), "table_rewrite 1073741824");

	scene.alteration[0].rewrites = Answer::No;
	EXPECT_EQ(scene.found(), "");
}

TEST(Decide, counts_the_toast_table_of_a_rewrite)
{
	Scene scene{Subcommand::SetUnlogged};

	scene.relations[0].toast = {7, "pg_toast.t", 8, "pg_toast.i", gigabyte, megabyte};
	EXPECT_EQ(scene.found(), "table_rewrite 2147483648");
}

TEST(Decide, finds_every_statement_that_rewrites_or_copies)
{
	EXPECT_EQ(Scene{Kind::Cluster}.found(), "table_rewrite 1073741824");
	EXPECT_EQ(Scene{Kind::VacuumFull}.found(), "table_rewrite 1073741824");
	EXPECT_EQ(Scene{Subcommand::SetTablespace}.found(), "table_rewrite 1073741824");
	EXPECT_EQ(Scene{Kind::RefreshMaterializedView}.found(), "");
	EXPECT_EQ(Scene{Kind::Truncate}.found(), "");
}

TEST(Decide, finds_index_builds_in_an_alter)
{
	Scene rebuilt{Subcommand::AlterColumnType};

	rebuilt.with_fate(Fate::Rebuilt);
	EXPECT_EQ(rebuilt.found(), "index_build_in_alter 104857600");
	EXPECT_EQ(rebuilt.judge().findings[0].relation, "public.t");
	EXPECT_EQ(Scene{Subcommand::AddUnique}.found(), "index_build_in_alter 1073741824");
}

// ---- over a tree

TEST(Decide, measures_the_whole_tree_and_names_its_top)
{
	Scene scene{Subcommand::AddUnique};
	Relation tree[3] = {scene.relations[0], scene.relations[0], scene.relations[0]};

	tree[0].kind = RelationKind::PartitionedTable;
	for (Oid i : {1, 2})
	{
		tree[i].oid = 10 + i;
		tree[i].parent_at = 0;
		tree[i].name = "public.part";
		tree[i].named = false;
		tree[i].descendant = true;
		tree[i].heap_bytes = 20 * megabyte;
	}
	scene.facts.relations = tree;
	EXPECT_EQ(scene.found(), "index_build_in_alter 41943040");
	EXPECT_EQ(scene.judge().findings[0].relation, "public.t");
}

// ---- limits and actions

TEST(Decide, drops_a_finding_within_its_limit)
{
	Scene scene{Subcommand::SetUnlogged};

	scene.relations[0].heap_bytes = 32 * megabyte;
	EXPECT_EQ(scene.judge().ruling, Ruling::Allow);
	scene.relations[0].heap_bytes++;
	EXPECT_EQ(scene.judge().ruling, Ruling::Deny);
	scene.rule(Rule::TableRewrite).tolerate_bytes = gigabyte;
	EXPECT_EQ(scene.judge().ruling, Ruling::Allow);
}

struct ActionCase
{
	Action action;
	Ruling ruling;
	Ruling overridden;
	std::size_t findings;
};

TEST(Decide, rules_by_the_action_in_force)
{
	// clang-format off
	const ActionCase cases[] = {
		{Action::Off,    Ruling::Allow,  Ruling::Allow,    0},
		{Action::Record, Ruling::Record, Ruling::Record,   1},
		{Action::Warn,   Ruling::Warn,   Ruling::Override, 1},
		{Action::Deny,   Ruling::Deny,   Ruling::Override, 1},
	};
	// clang-format on

	for (const ActionCase &each : cases)
	{
		Scene scene{Kind::CreateIndex};

		scene.rule(Rule::IndexWithoutConcurrently).action = each.action;
		EXPECT_EQ(scene.judge().ruling, each.ruling) << to_text(each.action);
		EXPECT_EQ(scene.judge(true).ruling, each.overridden) << to_text(each.action);
		EXPECT_EQ(scene.judge(true).findings.size(), each.findings) << to_text(each.action);
	}
}

/* A table that is rewritten beside a partition that only gets an index: two findings. */
TEST(Decide, lets_the_most_severe_finding_decide)
{
	Scene scene{Subcommand::AttachPartition};
	Relation two[2] = {scene.relations[0], scene.relations[0]};
	Alteration rewrite = {};

	rewrite.subcommand = Subcommand::SetUnlogged;
	two[1].oid = 9;
	two[1].name = "public.u";
	two[1].named = false;
	two[1].descendant = true;
	two[1].indexes = {};
	scene.index[0].fate = Fate::Untouched;

	Index rebuilt[1] = {scene.index[0]};

	rebuilt[0].fate = Fate::Rebuilt;
	two[1].indexes = rebuilt;

	Alteration alterations[2] = {rewrite, {}};

	alterations[1].subcommand = Subcommand::SetDefault;
	scene.facts.relations = two;
	scene.facts.alterations = alterations;
	EXPECT_EQ(scene.found(), "table_rewrite 1073741824, index_build_in_alter 104857600");

	scene.rule(Rule::TableRewrite).action = Action::Warn;
	EXPECT_EQ(scene.found(), "index_build_in_alter 104857600, table_rewrite 1073741824");
	EXPECT_EQ(scene.judge().ruling, Ruling::Deny);
}

TEST(Decide, allows_what_it_must_not_or_cannot_judge)
{
	Scene refused{Kind::CreateIndex};

	refused.facts.judgeable = false;
	EXPECT_EQ(refused.judge().ruling, Ruling::Allow);
	EXPECT_EQ(refused.judge().findings.size(), 0U);
	EXPECT_EQ(Scene{Kind::Other}.judge().ruling, Ruling::Allow);
}

TEST(Decide, gives_every_finding_its_texts)
{
	const Scene scene{Kind::CreateIndex};

	EXPECT_FALSE(scene.judge().findings[0].message.empty());
	EXPECT_FALSE(scene.judge().findings[0].detail.empty());
}

TEST(Decide, says_how_long_the_work_takes)
{
	const Scene scene{Kind::CreateIndex};

	EXPECT_NE(scene.judge().findings[0].detail.find("  That takes about 30 s at 32 MB/s assumed."),
			  std::string_view::npos);
}

TEST(Ruling, is_named_as_the_record_has_it)
{
	EXPECT_EQ(to_text(Ruling::Allow), "allow");
	EXPECT_EQ(to_text(Ruling::Record), "record");
	EXPECT_EQ(to_text(Ruling::Warn), "warn");
	EXPECT_EQ(to_text(Ruling::Deny), "deny");
	EXPECT_EQ(to_text(Ruling::Override), "override");
}

}  // namespace
}  // namespace ddl_warden
