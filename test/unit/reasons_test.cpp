#include "core/reasons.hpp"

#include "assess_given.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

struct ReasonCase
{
	Alteration alteration;
	const char *expected;
};

TEST(Reasons, say_why_a_table_is_worked_on)
{
	const PlainTable table;
	// clang-format off
	const ReasonCase cases[] = {
		{rewriting(AddColumn, Cause::VolatileDefault),
		 "The table is rewritten for column \"c\", because its default is volatile and gives each row a value of its own."},
		{rewriting(AddColumn, Cause::NotPlanned, Answer::Unknown),
		 "The table is taken to be rewritten for column \"c\": it cannot be known, because its expression could not be planned."},
		{alteration_of(SetTablespace),
		 "The table is copied, because it moves to another tablespace."},
		{alteration_of(AddCheck),
		 "The table is scanned, because a CHECK constraint is verified."},
		{alteration_of(AddForeignKey),
		 "The table is read, because a foreign key is verified."},
		{alteration_of(AddUnique),
		 "An index over the table is built."},
		{alteration_of(SetDefault), ""},
	};
	// clang-format on

	for (const ReasonCase &each : cases)
	{
		EXPECT_EQ(reasons(alter(table.relations, {&each.alteration, 1}), 0), each.expected);
	}
}

TEST(Reasons, tell_what_triggers_run)
{
	PlainTable table;

	table.relations[0].runs = "public.f(), public.g()";
	EXPECT_EQ(reasons(facts_of(Kind::Truncate, table.relations), 0),
			  "Triggers of it run \"public.f(), public.g()\": what they do cannot be known.");
}

TEST(Reasons, give_the_certain_reason_first)
{
	const PlainTable table;
	const Alteration alterations[] = {
		rewriting(AddColumn, Cause::NotPlanned, Answer::Unknown),
		rewriting(AlterColumnType, Cause::TypeConversion),
		rewriting(AddColumn, Cause::Serial),
	};

	EXPECT_EQ(reasons(alter(table.relations, alterations), 0),
			  "The table is rewritten for column \"c\", "
			  "because its values are stored in another form.");
}

TEST(Reasons, say_why_a_relation_is_locked_that_is_not_named)
{
	const PlainTable table{Fate::Locked};
	const PlainTable passed_over{Fate::PassedOver};
	const Tree tree;
	const Tree inherited{RelationKind::Table};
	const Alteration type[] = {alteration_of(AlterColumnType)};
	const Alteration rewrite[] = {rewriting(AddColumn, Cause::Serial)};
	const Alteration plain[] = {alteration_of(SetDefault)};

	EXPECT_EQ(reasons(alter(table.relations, type), 1),
			  "Index of \"t\", defined anew while its storage is kept.");
	Facts reindex = facts_of(Kind::Reindex, passed_over.relations);

	reindex.object_kind = "TABLE";
	reindex.concurrently = true;
	EXPECT_EQ(reasons(reindex, 3), "Index of \"t\", which REINDEX CONCURRENTLY passes over.");
	EXPECT_EQ(reasons(alter(table.relations, rewrite), 1), "TOAST table of \"t\".");
	EXPECT_EQ(reasons(alter(table.relations, rewrite), 2), "Index of the TOAST table of \"t\".");
	EXPECT_EQ(reasons(alter(table.relations, rewrite), 4),
			  "Index of \"t\". The index is built anew, because its table is rewritten.");
	EXPECT_EQ(reasons(alter(tree.relations, plain), 1), "Partition of \"p\".");
	EXPECT_EQ(reasons(alter(inherited.relations, plain), 1), "Inheritance child of \"p\".");
}

}  // namespace
}  // namespace ddl_warden
