#include "core/advice.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

/* A case names only the fields it is about. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace ddl_warden
{
namespace
{

constexpr std::uint64_t gigabyte = 1ULL << 30;

/* One finding about public.orders, 48 GB. */
struct Refusal
{
	TestArena arena;
	Facts facts{};
	Alteration alteration{};
	std::array<Relation, 2> relations{};
	std::array<RelationImpact, 2> rows{};
	std::array<std::string_view, 2> because{};
	std::size_t tables = 1;
	Finding finding{};
	Rates rates = default_rates();

	Refusal(Rule rule, Kind kind, std::string_view command, std::string_view text)
	{
		facts.kind = kind;
		facts.command = command;
		facts.text = text;
		facts.relation_at = -1;
		relations[0] = {
			.oid = 1, .name = "public.orders", .kind = RelationKind::Table, .named = true};
		rows[0] = {.name = "public.orders",
				   .mode = LockMode::AccessExclusive,
				   .visible = true,
				   .root = "public.orders"};
		finding = {.rule = rule,
				   .action = Action::Deny,
				   .relation = "public.orders",
				   .bytes = 48 * gigabyte};
	}

	void
	work(Work kind, std::string_view sentence, LockMode mode = LockMode::AccessExclusive)
	{
		because = {"Partition of \"public.orders\".", sentence};
		for (RelationImpact &row : rows)
		{
			row.mode = mode;
			row.does[static_cast<std::size_t>(kind)] = true;
			row.because = because;
		}
	}

	const Finding &
	advised()
	{
		Impact impact{};

		facts.relations = std::span(relations).first(tables);
		facts.alterations = std::span(&alteration, facts.kind == Kind::AlterTable ? 1 : 0);
		impact.relations = std::span(rows).first(tables);
		impact.strongest = LockMode::AccessExclusive;
		advise(finding, facts, impact, rates, *arena);
		return finding;
	}
};

Refusal
index_build()
{
	return {Rule::IndexWithoutConcurrently, Kind::CreateIndex, "CREATE INDEX",
			"CREATE INDEX orders_customer_id_idx ON orders (customer_id)"};
}

TEST(Advice, for_an_index_build_is_that_of_the_documentation)
{
	Refusal refusal = index_build();

	refusal.facts.relation_at = 39;
	refusal.work(Work::IndexBuild, "An index over the table is built.", LockMode::Share);
	refusal.advised();
	EXPECT_EQ(refusal.finding.message,
			  "CREATE INDEX would block writes to \"public.orders\" (48 GB):"
			  " use CREATE INDEX CONCURRENTLY");
	EXPECT_EQ(refusal.finding.detail, "ShareLock is held while the index is built."
									  "  Rule \"index_without_concurrently\".");
	EXPECT_EQ(refusal.finding.hint,
			  "CREATE INDEX CONCURRENTLY orders_customer_id_idx ON public.orders (customer_id);");
	ASSERT_EQ(refusal.finding.recipe.size(), 1u);
	EXPECT_EQ(refusal.finding.recipe[0], refusal.finding.hint);
}

TEST(Advice, tells_that_a_transaction_block_is_in_the_way)
{
	Refusal refusal = index_build();

	refusal.facts.relation_at = 39;
	refusal.facts.in_transaction = true;
	EXPECT_TRUE(
		refusal.advised().hint.starts_with("-- outside a transaction block:\nCREATE INDEX CONC"));
}

TEST(Advice, withholds_the_size_of_what_the_role_may_not_see)
{
	Refusal refusal = index_build();

	refusal.rows[0].visible = false;
	EXPECT_TRUE(refusal.advised().message.starts_with(
		"CREATE INDEX would block writes to \"public.orders\": "));
}

TEST(Advice, says_how_long_it_takes)
{
	Refusal refusal = index_build();

	refusal.rates[index_of(Pace::IndexBuild)] = {210.0 * (1 << 20), 12};
	refusal.work(Work::IndexBuild, "An index over the table is built.", LockMode::Share);
	refusal.rows[0].bytes[static_cast<std::size_t>(Work::IndexBuild)] = 48 * gigabyte;
	EXPECT_EQ(refusal.advised().detail,
			  "ShareLock is held while the index is built.  That takes about 4 min at 210 MB/s"
			  " measured here.  Rule \"index_without_concurrently\".");

	refusal.rows[1].bytes[static_cast<std::size_t>(Work::IndexBuild)] = 48 * gigabyte;
	refusal.rows[1].visible = true;
	refusal.rows[1].root = "public.orders";
	refusal.tables = 2;
	refusal.finding.bytes = 96 * gigabyte;
	EXPECT_EQ(refusal.advised().detail,
			  "ShareLock is held while the index is built.  This concerns 2 tables of one tree."
			  "  In all that takes about 8 min at 210 MB/s measured here."
			  "  Rule \"index_without_concurrently\".");
}

TEST(Advice, withholds_how_long_work_takes_on_what_the_role_may_not_see)
{
	Refusal refusal = index_build();

	refusal.work(Work::IndexBuild, "An index over the table is built.", LockMode::Share);
	refusal.rows[0].bytes[static_cast<std::size_t>(Work::IndexBuild)] = 48 * gigabyte;
	refusal.rows[0].visible = false;
	EXPECT_EQ(refusal.advised().detail.find(" takes "), std::string_view::npos);
}

TEST(Advice, says_why_a_table_is_rewritten)
{
	Refusal refusal(Rule::TableRewrite, Kind::Cluster, "CLUSTER", "CLUSTER orders USING i;");

	refusal.work(Work::Rewrite, "The table is rewritten, because its rows are put in order.");
	refusal.advised();
	EXPECT_EQ(refusal.finding.message,
			  "CLUSTER would rewrite \"public.orders\" (48 GB)"
			  " while nobody can read or write it: there is no online form");
	EXPECT_EQ(refusal.finding.detail,
			  "AccessExclusiveLock is held while the table is rewritten,"
			  " because its rows are put in order.  Rule \"table_rewrite\".");
	EXPECT_EQ(refusal.finding.hint, "-- There is no online form.  In a maintenance window, with the"
									" privilege SET on ddl_warden.override:\n"
									"SET ddl_warden.override = 'maintenance window';\n"
									"CLUSTER orders USING i;");
	EXPECT_TRUE(refusal.finding.recipe.empty());
}

TEST(Advice, names_the_strongest_lock_of_the_tree)
{
	Refusal refusal = index_build();

	refusal.work(Work::IndexBuild, "An index over the table is built.", LockMode::Share);
	refusal.rows[1] = {.name = "public.p1", .mode = LockMode::Exclusive, .root = "public.orders"};
	refusal.tables = 2;
	EXPECT_TRUE(refusal.advised().detail.starts_with("ExclusiveLock is held"));
}

TEST(Advice, lets_an_override_end_with_its_transaction)
{
	Refusal refusal(Rule::TableRewrite, Kind::AlterTable, "ALTER TABLE",
					"ALTER TABLE orders SET UNLOGGED -- really");

	refusal.alteration.subcommand = Subcommand::SetUnlogged;
	EXPECT_TRUE(refusal.advised().hint.ends_with(
		":\nBEGIN;\nSET LOCAL ddl_warden.override = 'maintenance window';\n"
		"ALTER TABLE orders SET UNLOGGED;\nCOMMIT;"));
}

TEST(Advice, counts_the_tables_of_a_tree)
{
	Refusal refusal(Rule::TableRewrite, Kind::AlterTable, "ALTER TABLE", "ALTER TABLE orders …");

	refusal.rows[1] = {.name = "public.p1", .visible = true, .root = "public.orders"};
	refusal.relations[1] = {.oid = 2, .parent_at = 0, .name = "public.p1"};
	refusal.tables = 2;
	refusal.work(Work::Rewrite, "The table is rewritten.");
	EXPECT_EQ(refusal.advised().detail,
			  "AccessExclusiveLock is held while the table is rewritten."
			  "  This concerns 2 tables of one tree.  Rule \"table_rewrite\".");
}

TEST(Advice, cuts_a_hint_that_nobody_would_read)
{
	Refusal refusal = index_build();
	std::array<Relation, 30> relations{};

	refusal.facts.relation_at = 39;
	for (Relation &relation : relations)
	{
		relation = {.oid = 2,
					.parent_at = 0,
					.name = "public.p",
					.descendant = true,
					.new_index_name = "p_idx"};
	}
	relations[0] = {
		.oid = 1, .name = "public.orders", .kind = RelationKind::PartitionedTable, .named = true};
	refusal.facts.relations = relations;
	advise(refusal.finding, refusal.facts, Impact{}, refusal.rates, *refusal.arena);
	EXPECT_EQ(refusal.finding.recipe.size(), 59u);
	EXPECT_EQ(std::ranges::count(refusal.finding.hint, '\n'), 12);
	EXPECT_TRUE(refusal.finding.hint.ends_with(
		"\n-- 47 more: SELECT recipe FROM ddl_warden.lint(...) shows all of them"));
}

TEST(Advice, asks_to_split_what_has_no_recipe_as_a_whole)
{
	Refusal refusal(Rule::TableRewrite, Kind::AlterTable, "ALTER TABLE", "ALTER TABLE orders …");
	std::array<Alteration, 2> both{};

	refusal.facts.relations = refusal.relations;
	refusal.facts.alterations = both;
	advise(refusal.finding, refusal.facts, Impact{}, refusal.rates, *refusal.arena);
	EXPECT_TRUE(refusal.finding.message.ends_with(": give each part a statement of its own"));
	EXPECT_TRUE(refusal.finding.hint.starts_with("Give each column"));
	EXPECT_TRUE(refusal.finding.recipe.empty());
}

/* What pg_size_pretty of PostgreSQL 15 prints. */
TEST(SizeText, agrees_with_the_server)
{
	struct
	{
		std::uint64_t bytes;
		const char *text;
	} const sizes[] = {
		{0, "0 bytes"},
		{10239, "10239 bytes"},
		{10240, "10 kB"},
		{10751, "10 kB"},
		{10752, "11 kB"},
		{10485247, "10239 kB"},
		{10485248, "10 MB"},
		{48 * gigabyte, "48 GB"},
		{gigabyte * 1024 * 10, "10 TB"},
		{gigabyte * 1024 * 1024 * 20, "20 PB"},
	};

	for (const auto &size : sizes)
	{
		TestArena arena;

		EXPECT_EQ(size_text(size.bytes, *arena), size.text);
	}
}

}  // namespace
}  // namespace ddl_warden
