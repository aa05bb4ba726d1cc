#include "core/effect.hpp"

#include "assess_given.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

// ---- ALTER TABLE of one table

struct AlterCase
{
	const char *name;
	std::vector<Alteration> alterations;
	const char *expected;
	Fate fate = Fate::Untouched; /* of index ta */
};

void
PrintTo(const AlterCase &each, std::ostream *out)
{
	*out << each.name;
}

class AlterOneTable : public testing::TestWithParam<AlterCase>
{};

TEST_P(AlterOneTable, locks_and_works)
{
	const PlainTable table{GetParam().fate};

	EXPECT_EQ(render(alter(table.relations, GetParam().alterations)), GetParam().expected);
}

constexpr const char *rewritten =
	"t AX rewrite=1200, tt AX, tti AX, ta AX index_build=30, tb AX index_build=40";

// clang-format off
const AlterCase alter_cases[] = {
	{"plain_column",            {alteration_of(AddColumn)}, "t AX"},
	{"existing_column",         {alteration_of(AddColumnIfNotExists)}, "t AX"},
	{"volatile_default",        {rewriting(AddColumn, Cause::VolatileDefault)}, rewritten},
	{"unknown_default",         {rewriting(AddColumn, Cause::NotPlanned, Answer::Unknown)}, rewritten},
	{"two_rewrites_are_one",    {rewriting(AddColumn, Cause::Identity), rewriting(AlterColumnType, Cause::TypeConversion)}, rewritten},
	{"type_change_reuses",      {alteration_of(AlterColumnType)}, "t AX, ta AX", Fate::Locked},
	{"type_change_rebuilds",    {alteration_of(AlterColumnType)}, "t AX, ta AX index_build=30", Fate::Rebuilt},
	{"rebuilt_once_by_rewrite", {rewriting(AlterColumnType, Cause::TypeConversion)}, rewritten, Fate::Rebuilt},
	{"type_change_verifies",    {scanning(AlterColumnType, Cause::CheckConstraint)}, "t AX scan=1000"},
	{"rewrite_verifies_within", {rewriting(AddColumn, Cause::Serial), alteration_of(AddCheck)}, rewritten},
	{"dropped_while_rewritten", {rewriting(AddColumn, Cause::Serial), alteration_of(DropColumn)},
	 "t AX rewrite=1200, tt AX, tti AX, ta AX, tb AX index_build=40", Fate::Dropped},
	{"drop_column",             {alteration_of(DropColumn)}, "t AX, ta AX", Fate::Dropped},
	{"set_not_null_scans",      {scanning(SetNotNull, Cause::NotNullUnproved)}, "t AX scan=1000"},
	{"set_not_null_proved",     {alteration_of(SetNotNull)}, "t AX"},
	{"check",                   {alteration_of(AddCheck)}, "t AX scan=1000"},
	{"check_not_valid",         {exempt(AddCheck)}, "t AX"},
	{"scans_share_one",         {alteration_of(AddCheck), scanning(SetNotNull, Cause::NotNullUnproved)}, "t AX scan=1000"},
	{"validate_check",          {alteration_of(ValidateConstraint)}, "t SUX scan=1000"},
	{"validate_again",          {exempt(ValidateConstraint)}, "t SUX"},
	{"validate_merged",         {alteration_of(ValidateConstraint), alteration_of(SetDefault)}, "t AX scan=1000"},
	{"validate_foreign_key",    {scanning(ValidateConstraint, Cause::ForeignKey, {})}, "t SUX foreign_key_check=1000"},
	{"foreign_key",             {alteration_of(AddForeignKey)}, "t SRX foreign_key_check=1000"},
	{"foreign_key_not_valid",   {exempt(AddForeignKey)}, "t SRX"},
	{"column_references",       {scanning(AddColumn, Cause::ForeignKey)}, "t AX foreign_key_check=1000"},
	{"column_checked_and_references", {checking_key(scanning(AddColumn, Cause::CheckConstraint))}, "t AX scan=1000 foreign_key_check=1000"},
	{"without_oids",            {alteration_of(WithoutOids)}, "t AX"},
	{"foreign_key_of_rewritten", {rewriting(AddColumn, Cause::Serial), alteration_of(AddForeignKey)},
	 "t AX rewrite=1200 foreign_key_check=1000, tt AX, tti AX, ta AX index_build=30, tb AX index_build=40"},
	{"unique",                  {alteration_of(AddUnique)}, "t AX index_build=1000"},
	{"two_uniques",             {alteration_of(AddUnique), alteration_of(AddExclusion)}, "t AX index_build=2000"},
	{"primary_key_scans",       {scanning(AddPrimaryKey, Cause::NotNullUnproved)}, "t AX scan=1000 index_build=1000"},
	{"primary_key_using_index", {scanning(AddPrimaryKeyUsingIndex, Cause::NotNullUnproved)}, "t AX scan=1000"},
	{"unique_using_index",      {alteration_of(AddUniqueUsingIndex)}, "t AX"},
	{"replica_identity",        {alteration_of(ReplicaIdentity)}, "t AX"},
	{"cluster_on",              {alteration_of(ClusterOn)}, "t SUX"},
	{"owner",                   {alteration_of(ChangeOwner)}, "t AX, tt AX, tti AX, ta AX, tb AX"},
	{"same_owner",              {exempt(ChangeOwner)}, "t AX"},
	{"options",                 {alteration_of(SetOptions)}, "t SUX, tt SUX"},
	{"unlogged",                {alteration_of(SetUnlogged)}, rewritten},
	{"logged_already",          {exempt(SetLogged)}, "t AX"},
	{"access_method",           {alteration_of(SetAccessMethod)}, rewritten},
	{"tablespace",              {alteration_of(SetTablespace)}, "t AX copy=1200, tt AX, tti AX"},
	{"same_tablespace",         {exempt(SetTablespace)}, "t AX"},
	{"tablespace_and_rewrite",  {alteration_of(SetTablespace), rewriting(AddColumn, Cause::Serial)}, rewritten},
	{"stored_expression",       {alteration_of(SetExpression)}, rewritten},
	{"virtual_expression",      {exempt(SetExpression)}, "t AX"},
	{"statistics",              {alteration_of(SetStatistics)}, "t SUX"},
	{"trigger",                 {alteration_of(Trigger)}, "t SRX"},
	{"unrecognised",            {alteration_of(Unrecognised)}, "t AX"},
};
// clang-format on

std::string
name_of(const testing::TestParamInfo<AlterCase> &info)
{
	return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Effect, AlterOneTable, testing::ValuesIn(alter_cases), name_of);

TEST(Alter, builds_the_index_of_a_new_unique_column)
{
	const PlainTable table;
	Alteration alteration = alteration_of(AddColumn);

	alteration.builds_index = true;
	EXPECT_EQ(render(alter(table.relations, {&alteration, 1})), "t AX index_build=1000");
	alteration.subcommand = AddUnique;
	EXPECT_EQ(render(alter(table.relations, {&alteration, 1})), "t AX index_build=1000");
}

TEST(Alter, locks_an_index_that_it_names_as_its_subcommand_does)
{
	const PlainTable table;
	const Alteration alterations[] = {alteration_of(ClusterOn), alteration_of(ReplicaIdentity),
									  alteration_of(AddUniqueUsingIndex),
									  alteration_of(SetStatistics)};
	Further further[] = {{}};
	const auto rendered = [&](unsigned which, std::span<const Alteration> alterations) {
		Facts facts = alter(table.relations, alterations);

		further[0].relation = relation_with(12, "tb", RelationKind::Index, 40);
		further[0].link = Link::NamedIndex;
		further[0].alteration = which;
		facts.further = further;
		return render(facts);
	};

	EXPECT_EQ(rendered(0, {alterations, 1}), "t SUX, tb SUX");
	EXPECT_EQ(rendered(0, alterations), "t AX, tb AX");
	EXPECT_EQ(rendered(1, alterations), "t AX, tb S");
	EXPECT_EQ(rendered(2, alterations), "t AX, tb SUX");
	EXPECT_EQ(rendered(3, alterations), "t AX");
}

TEST(Alter, comes_down_as_far_as_there_is_something_to_do)
{
	const Tree tree{RelationKind::Table};
	Alteration alterations[] = {rewriting(AddColumn, Cause::VolatileDefault)};
	const Reach merged[] = {Reach::Worked, Reach::Locked, Reach::Beyond};

	alterations[0].reach = merged;
	EXPECT_EQ(render(alter(tree.relations, alterations)), "p AX rewrite=0, pi AX, p1 AX");
}

TEST(Alter, comes_down_with_only_where_its_reach_says_so)
{
	const Tree tree{RelationKind::Table};
	Alteration alterations[] = {alteration_of(DropColumn), alteration_of(SetDefault)};
	const Reach children[] = {Reach::Worked, Reach::Locked, Reach::Beyond};
	Facts facts = alter(tree.relations, alterations);

	facts.only = true;
	EXPECT_EQ(render(facts), "p AX");
	alterations[0].reach = children;
	EXPECT_EQ(render(facts), "p AX, p1 AX");
}

TEST(Alter, says_so_when_there_is_nothing_to_do)
{
	const PlainTable table;
	Alteration alterations[] = {exempt(SetLogged), alteration_of(SetDefault)};
	TestArena arena;

	alterations[0].idle = true;
	EXPECT_EQ(assess(alter(table.relations, {alterations, 1}), *arena).relations[0].because[0],
			  "There is nothing to do: the lock is taken to find that out.");
	EXPECT_TRUE(assess(alter(table.relations, alterations), *arena).relations[0].because.empty());
}

TEST(Alter, of_a_sequence_is_no_work)
{
	const Relation relation[] = {relation_with(1, "s", RelationKind::Sequence, 70)};
	const Alteration alteration[] = {alteration_of(SetUnlogged)};

	EXPECT_EQ(render(alter(relation, alteration)), "s AX");
}

TEST(Alter, of_what_has_no_storage_only_locks)
{
	for (RelationKind kind :
		 {RelationKind::View, RelationKind::ForeignTable, RelationKind::PartitionedTable})
	{
		const Relation relation[] = {relation_with(1, "v", kind, 0)};
		const Alteration alterations[] = {rewriting(AddColumn, Cause::VolatileDefault),
										  alteration_of(AddCheck)};

		EXPECT_EQ(render(alter(relation, alterations)), "v AX");
	}
}

TEST(Alter, moves_an_index_that_it_names)
{
	const Relation relation[] = {relation_with(1, "i", RelationKind::Index, 70)};
	const Alteration alteration[] = {alteration_of(SetTablespace)};
	TestArena arena;
	const Impact impact = assess(alter(relation, alteration), *arena);

	EXPECT_EQ(render(impact), "i AX copy=70");
	EXPECT_EQ(impact.relations[0].kind, RelationKind::Index);
}

TEST(Alter, locks_the_partition_that_it_names_more_than_its_parent)
{
	Tree tree;
	const std::span<const Relation> relations{tree.relations, 2};
	const Alteration attach[] = {scanning(AttachPartition, Cause::PartitionBound, second_only)};
	const Alteration detach[] = {alteration_of(DetachPartition)};
	const Alteration concurrently[] = {alteration_of(DetachPartitionConcurrently)};

	tree.relations[1].named = true;
	EXPECT_EQ(render(alter(relations, attach)), "p SUX, pi SUX, p1 AX scan=100");
	EXPECT_EQ(render(alter(relations, detach)), "p AX, p1 AX");
	EXPECT_EQ(render(alter(relations, concurrently)), "p SUX, p1 AX");
	tree.index[0].fate = Fate::Parted;
	EXPECT_EQ(render(alter(relations, detach)), "p AX, p1 AX, p1i AX");
}

/* p with its default partition p1; q, which is attached, with a partition of its own. */
TEST(Alter, builds_and_scans_below_what_it_attaches)
{
	Tree tree;
	Index present[] = {index_with(31, "q1i", 10, Fate::Taken)};
	Relation relations[] = {tree.relations[0], tree.relations[1],
							relation_with(5, "q", RelationKind::PartitionedTable, 0),
							child_of(2, 6, "q1", 100)};
	constexpr Answer scans[] = {Answer::No, Answer::Unknown, Answer::No, Answer::Yes};
	constexpr unsigned builds[] = {0, 0, 0, 2};
	Alteration attach[] = {scanning(AttachPartition, Cause::PartitionBound, scans)};

	attach[0].builds = builds;
	relations[3].indexes = present;
	EXPECT_EQ(render(alter(relations, attach)),
			  "p SUX, pi SUX, p1 AX scan=100, q AX, q1 AX scan=100 index_build=200, q1i S");
}

TEST(Alter, leaves_the_parents_indexes_alone_when_it_attaches_a_foreign_table)
{
	Tree tree;
	const Relation relations[] = {tree.relations[0],
								  relation_with(5, "f", RelationKind::ForeignTable, 0)};
	const Alteration attach[] = {alteration_of(AttachPartition)};

	EXPECT_EQ(render(alter(relations, attach)), "p SUX, f AX");
}

// ---- ALTER TABLE of a tree

struct TreeCase
{
	const char *name;
	Alteration alteration;
	const char *partitions;
	const char *children;
};

class AlterTree : public testing::TestWithParam<TreeCase>
{};

void
PrintTo(const TreeCase &each, std::ostream *out)
{
	*out << each.name;
}

TEST_P(AlterTree, goes_as_far_down_as_the_server)
{
	const Tree partitioned;
	const Tree inherited{RelationKind::Table};

	EXPECT_EQ(render(alter(partitioned.relations, {&GetParam().alteration, 1})),
			  GetParam().partitions);
	EXPECT_EQ(render(alter(inherited.relations, {&GetParam().alteration, 1})), GetParam().children);
}

Alteration
primary_key_of_not_null()
{
	Alteration alteration = alteration_of(AddPrimaryKey);

	alteration.not_null = true;
	return alteration;
}

// clang-format off
const TreeCase tree_cases[] = {
	{"default",        alteration_of(SetDefault), "p AX, p1 AX, p2 AX", "p AX, p1 AX, p2 AX"},
	{"statistics",     alteration_of(SetStatistics), "p SUX, p1 SUX, p2 SUX", "p SUX, p1 SUX, p2 SUX"},
	{"owner",          alteration_of(ChangeOwner), "p AX, pi AX", "p AX, pi AX"},
	{"options",        alteration_of(SetColumnOptions), "p SUX", "p SUX"},
	{"trigger",        alteration_of(Trigger), "p SRX, p1 SRX, p2 SRX", "p SRX"},
	{"rewrite",        rewriting(AddColumn, Cause::Serial),
	 "p AX, p1 AX rewrite=100, p1i AX index_build=10, p2 AX rewrite=200",
	 "p AX rewrite=0, pi AX, p1 AX rewrite=100, p1i AX index_build=10, p2 AX rewrite=200"},
	{"check",          alteration_of(AddCheck),
	 "p AX, p1 AX scan=100, p2 AX scan=200", "p AX scan=0, p1 AX scan=100, p2 AX scan=200"},
	{"proved_in_one",  scanning(SetNotNull, Cause::NotNullUnproved, second_only),
	 "p AX, p1 AX scan=100, p2 AX", "p AX, p1 AX scan=100, p2 AX"},
	{"nullable_already", exempt(DropNotNull), "p AX, p1 AX, p2 AX", "p AX, p1 AX, p2 AX"},
	{"not_null_already", exempt(SetNotNull), "p AX", "p AX, p1 AX, p2 AX"},
	{"validate",       alteration_of(ValidateConstraint),
	 "p SUX, p1 SUX scan=100, p2 SUX scan=200", "p SUX scan=0, p1 SUX scan=100, p2 SUX scan=200"},
	{"enforce",        scanning(EnforceForeignKey, Cause::ForeignKey, {}),
	 "p AX, p1 AX foreign_key_check=100, p2 AX foreign_key_check=200", "p AX foreign_key_check=0"},
	{"enforced_already", exempt(EnforceForeignKey), "p AX", "p AX"},
	{"inherit",        scanning(InheritNotNull, Cause::NotNullUnproved, second_only),
	 "p AX, p1 AX scan=100, p2 AX", "p AX, p1 AX scan=100, p2 AX"},
	{"inherited_already", exempt(InheritNotNull), "p AX", "p AX"},
	{"validate_again", exempt(ValidateConstraint), "p SUX", "p SUX"},
	{"validate_one",   scanning(ValidateConstraint, Cause::CheckConstraint, second_only),
	 "p SUX, p1 SUX scan=100, p2 SUX", "p SUX, p1 SUX scan=100, p2 SUX"},
	{"foreign_key",    alteration_of(AddForeignKey),
	 "p SRX, p1 SRX foreign_key_check=100, p2 SRX foreign_key_check=200", "p SRX foreign_key_check=0"},
	{"unique",         alteration_of(AddUnique),
	 "p AX, p1 S index_build=100, p2 S index_build=200", "p AX index_build=0"},
	{"primary_key",    alteration_of(AddPrimaryKey),
	 "p AX, p1 AX index_build=100, p2 AX index_build=200", "p AX index_build=0, p1 AX, p2 AX"},
	{"primary_key_of_not_null", primary_key_of_not_null(),
	 "p AX, p1 S index_build=100, p2 S index_build=200", "p AX index_build=0, p1 AX, p2 AX"},
	{"identity",       alteration_of(AddIdentity), "p AX", "p AX"},
};
// clang-format on

std::string
name_of_tree(const testing::TestParamInfo<TreeCase> &info)
{
	return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Effect, AlterTree, testing::ValuesIn(tree_cases), name_of_tree);

TEST(AlterOnly, leaves_descendants_alone)
{
	const Tree tree;
	const Alteration alteration[] = {alteration_of(SetDefault)};
	Facts facts = alter(tree.relations, alteration);

	facts.only = true;
	EXPECT_EQ(render(facts), "p AX");
}

TEST(AlterTreeMerged, takes_the_lock_of_the_whole_statement_down)
{
	const Tree tree;
	const Alteration alterations[] = {alteration_of(AddUnique), alteration_of(SetStatistics)};

	EXPECT_EQ(render(alter(tree.relations, alterations)),
			  "p AX, p1 AX index_build=100, p2 AX index_build=200");
}

TEST(AlterTree, leaves_a_partition_whose_index_it_takes_as_it_is)
{
	Tree tree;
	constexpr unsigned second[] = {0, 0, 1};
	constexpr Reach taken[] = {Reach::Worked, Reach::Locked, Reach::Worked};
	Alteration unique[] = {alteration_of(AddUnique)};
	Alteration primary_key[] = {alteration_of(AddPrimaryKey)};

	tree.index[0].fate = Fate::Taken;
	unique[0].builds = primary_key[0].builds = second;
	unique[0].reach = taken;
	EXPECT_EQ(render(alter(tree.relations, unique)), "p AX, p1 S, p1i S, p2 S index_build=200");
	unique[0].deferrable = true;
	EXPECT_EQ(render(alter(tree.relations, unique)), "p AX, p1 S, p1i S, p2 SRX index_build=200");
	EXPECT_EQ(render(alter(tree.relations, primary_key)),
			  "p AX, p1 AX, p1i S, p2 AX index_build=200");
}

TEST(AlterTreeOf18, locks_the_tree_before_it_adds_a_constraint)
{
	const Tree inherited{RelationKind::Table};
	const Alteration unique[] = {alteration_of(AddUnique)};
	const Alteration foreign_key[] = {alteration_of(AddForeignKey)};
	Facts facts = alter(inherited.relations, unique);

	facts.partition_merge_stronger = true;
	EXPECT_EQ(render(facts), "p AX index_build=0, p1 AX, p2 AX");
	facts = alter(inherited.relations, foreign_key);
	facts.partition_merge_stronger = true;
	EXPECT_EQ(render(facts), "p SRX foreign_key_check=0, p1 SRX, p2 SRX");
}

TEST(AlterTreeOf18, looks_at_the_top_before_it_drops_not_null)
{
	const Tree tree;
	const Alteration nullable[] = {exempt(DropNotNull)};
	const Alteration not_null[] = {alteration_of(DropNotNull)};
	Facts facts = alter(tree.relations, nullable);

	facts.partition_merge_stronger = true;
	EXPECT_EQ(render(facts), "p AX");
	facts = alter(tree.relations, not_null);
	facts.partition_merge_stronger = true;
	EXPECT_EQ(render(facts), "p AX, p1 AX, p2 AX");
}

TEST(AlterTreeOf18, locks_partitions_fully_for_a_primary_key)
{
	const Tree tree;
	const Alteration primary_key[] = {primary_key_of_not_null()};
	Facts facts = alter(tree.relations, primary_key);

	facts.partition_merge_stronger = true;
	EXPECT_EQ(render(facts), "p AX, p1 AX index_build=100, p2 AX index_build=200");
}

TEST(AlterTreeOf17, takes_identity_down_to_partitions)
{
	const Tree tree;
	const Alteration identity[] = {alteration_of(AddIdentity)};
	Facts facts = alter(tree.relations, identity);

	facts.identity_descends = true;
	EXPECT_EQ(render(facts), "p AX, p1 AX, p2 AX");
}

// ---- the other statements

struct StatementCase
{
	const char *name;
	Kind kind;
	const char *plainly;
	const char *concurrently;
	Fate fate = Fate::Untouched;
	Fate concurrent_fate = Fate::Untouched;
};

class OtherStatement : public testing::TestWithParam<StatementCase>
{};

void
PrintTo(const StatementCase &each, std::ostream *out)
{
	*out << each.name;
}

TEST_P(OtherStatement, locks_and_works)
{
	const PlainTable table{GetParam().fate};
	const PlainTable concurrent{GetParam().concurrent_fate};
	Facts facts = facts_of(GetParam().kind, table.relations);

	facts.object_kind = "TABLE";
	EXPECT_EQ(render(facts), GetParam().plainly);
	facts.relations = concurrent.relations;
	facts.concurrently = true;
	if (GetParam().concurrently != nullptr)
	{
		EXPECT_EQ(render(facts), GetParam().concurrently);
	}
}

// clang-format off
const StatementCase statement_cases[] = {
	{"create_index", Kind::CreateIndex, "t S index_build=1000", "t SUX index_build=1000"},
	{"drop_index",   Kind::DropIndex, "t AX, ta AX", "t SUX, ta AX", Fate::Dropped, Fate::Dropped},
	{"reindex",      Kind::Reindex,
	 "t S, tt S, tti AX index_build=5, ta AX index_build=30",
	 "t SUX, tt SUX, tti SUX index_build=5, ta SUX index_build=30",
	 Fate::Rebuilt, Fate::RebuiltConcurrently},
	{"reindex_passes_over", Kind::Reindex,
	 "t S, tt S, tti AX index_build=5, ta AX index_build=30",
	 "t SUX, tt SUX, tti SUX index_build=5, ta SUX",
	 Fate::Rebuilt, Fate::PassedOver},
	{"cluster",      Kind::Cluster, rewritten, nullptr},
	{"vacuum_full",  Kind::VacuumFull, rewritten, nullptr},
	{"refresh",      Kind::RefreshMaterializedView, rewritten, "t X scan=1000, ta RX, tb RX"},
	{"truncate",     Kind::Truncate, "t AX, tt AX, tti AX, ta AX, tb AX", nullptr},
	{"drop_table",   Kind::DropTable, "t AX, tt AX, tti AX, ta AX, tb AX", nullptr},
};
// clang-format on

std::string
name_of_statement(const testing::TestParamInfo<StatementCase> &info)
{
	return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Effect, OtherStatement, testing::ValuesIn(statement_cases),
						 name_of_statement);

TEST(CreateIndex, builds_on_every_partition_unless_only)
{
	const Tree tree;
	const Tree inherited{RelationKind::Table};
	Facts facts = facts_of(Kind::CreateIndex, tree.relations);

	EXPECT_EQ(render(facts), "p S, p1 S index_build=100, p2 S index_build=200");
	EXPECT_EQ(render(facts_of(Kind::CreateIndex, inherited.relations)), "p S index_build=0");
	facts.only = true;
	EXPECT_EQ(render(facts), "p S");
}

TEST(CreateIndex, takes_the_index_of_a_partition)
{
	Tree tree;

	tree.index[0].fate = Fate::Taken;
	tree.relations[1].index_is_there = Answer::Yes;
	EXPECT_EQ(render(facts_of(Kind::CreateIndex, tree.relations)),
			  "p S, p1 S, p1i S, p2 S index_build=200");
}

TEST(CreateIndex, is_in_doubt_where_the_index_of_a_partition_cannot_be_known)
{
	Tree tree;
	TestArena arena;

	tree.relations[1].index_is_there = Answer::Unknown;

	const Impact impact = assess(facts_of(Kind::CreateIndex, tree.relations), *arena);

	EXPECT_EQ(render(impact), "p S, p1 S index_build=100, p2 S index_build=200");
	EXPECT_TRUE(impact.relations[1].doubtful);
	EXPECT_FALSE(impact.relations[2].doubtful);
}

TEST(CreateIndex, that_exists_already_only_locks)
{
	const PlainTable table;
	Facts facts = facts_of(Kind::CreateIndex, table.relations);

	facts.already_exists = true;
	EXPECT_EQ(render(facts), "t S");
}

TEST(Truncate, goes_down_every_tree)
{
	const Tree partitioned;
	const Tree inherited{RelationKind::Table};

	EXPECT_EQ(render(facts_of(Kind::Truncate, partitioned.relations)),
			  "p AX, p1 AX, p1i AX, p2 AX");
	EXPECT_EQ(render(facts_of(Kind::Truncate, inherited.relations)),
			  "p AX, pi AX, p1 AX, p1i AX, p2 AX");
}

TEST(DropTable, takes_the_indexes_without_storage_too)
{
	const Tree tree;

	EXPECT_EQ(render(facts_of(Kind::DropTable, tree.relations)),
			  "p AX, pi AX, p1 AX, p1i AX, p2 AX");
}

TEST(Refresh, with_no_data_does_no_work)
{
	const PlainTable view;
	Facts facts = facts_of(Kind::RefreshMaterializedView, view.relations);

	facts.skip_data = true;
	EXPECT_EQ(render(facts), "t AX, tt AX, tti AX, ta AX, tb AX");
}

TEST(Reindex, of_one_index_finds_its_table_and_leaves_the_toast_table)
{
	PlainTable table{Fate::Rebuilt};
	Facts facts = facts_of(Kind::Reindex, table.relations);

	table.relations[0].named = false;
	table.indexes[0].named = true;
	facts.object_kind = "INDEX";
	EXPECT_EQ(render(facts), "t S, ta AX index_build=30");
	EXPECT_EQ(reasons(facts, 0), "An index of it is rebuilt.");
	EXPECT_EQ(reasons(facts, 1), "The index is built anew.");
}

TEST(Truncate, takes_the_tables_that_refer_to_its_own)
{
	PlainTable table;
	Further further = {};
	Facts facts = facts_of(Kind::Truncate, {});

	further.relation = table.relations[0];
	further.link = Link::ReferencingTable;
	further.through = "r";
	facts.further = {&further, 1};
	EXPECT_EQ(render(facts), "t AX, tt AX, tti AX, ta AX, tb AX");
	EXPECT_EQ(reasons(facts, 0), "A foreign key of it refers to \"r\".");
	further.relation.kind = RelationKind::PartitionedTable;
	further.relation.toast = {};
	EXPECT_EQ(render(facts), "t AX");
}

TEST(Deletion, locks_what_goes_as_a_whole_and_of_what_stays_only_the_table)
{
	PlainTable table;
	Further further = {};
	Facts facts = facts_of(Kind::DropObject, {});

	further.relation = table.relations[0];
	further.link = Link::SchemaMember;
	further.through = "s";
	further.deletion = true;
	facts.further = {&further, 1};
	EXPECT_EQ(render(facts), "t AX, tt AX, tti AX, ta AX, tb AX");
	EXPECT_EQ(reasons(facts, 0), "It is in the schema \"s\".");
	further.link = Link::DependentDefault;
	EXPECT_EQ(render(facts), "t AX");
	further.link = Link::StatisticsTable;
	EXPECT_EQ(render(facts), "t SUX");
}

TEST(Deletion, counts_the_ways_that_are_not_told)
{
	PlainTable table;
	Further further = {};
	Facts facts = facts_of(Kind::DropObject, {});

	further.relation = table.relations[0];
	further.link = Link::ReferencedTable;
	further.through = "r";
	further.deletion = true;
	further.more = 12;
	facts.further = {&further, 1};
	EXPECT_EQ(reasons(facts, 0),
			  "A foreign key of \"r\" refers to it. There are 12 more of this kind.");
}

TEST(FurtherRelations, have_no_row_of_their_own)
{
	PlainTable table;
	const Alteration alteration[] = {alteration_of(SetDefault)};

	table.relations[0].named = false;
	EXPECT_EQ(render(alter(table.relations, alteration)), "");
	EXPECT_EQ(render(facts_of(Kind::DropTable, table.relations)), "");
}

}  // namespace
}  // namespace ddl_warden
