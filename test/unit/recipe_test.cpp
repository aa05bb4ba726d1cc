#include "recipe_given.hpp"

#include <gtest/gtest.h>

namespace ddl_warden
{
namespace
{

Given
create_index(std::string_view text, std::string_view table = "public.orders")
{
	Given setup(Kind::CreateIndex, text, table);

	setup.facts.relation_at = static_cast<int>(text.find("@"));
	return setup;
}

// ---- CREATE INDEX

struct IndexCase
{
	const char *name;
	const char *before; /* the table's name, as written */
	const char *table;
	const char *after;
	const char *expected;
};

class CreateIndex : public testing::TestWithParam<IndexCase>
{};

TEST_P(CreateIndex, becomes_concurrent)
{
	const IndexCase &given = GetParam();
	std::string text = std::string(given.before) + given.table + given.after;
	Given setup(Kind::CreateIndex, text);

	setup.facts.relation_at = static_cast<int>(std::string_view(given.before).size());
	EXPECT_EQ(setup.recipe(), Statements{given.expected});
}

// clang-format off
const IndexCase index_cases[] = {
	{"plain", "CREATE INDEX i ON ", "orders", " (a)", "CREATE INDEX CONCURRENTLY i ON public.orders (a);"},
	{"lower_case", "create unique index i on only ", "orders", " using btree (a) where b > 0", "CREATE UNIQUE INDEX CONCURRENTLY i on only public.orders using btree (a) where b > 0;"},
	{"without_name", "CREATE INDEX ON ", "orders", "(a)", "CREATE INDEX CONCURRENTLY ON public.orders(a);"},
	{"if_not_exists", "CREATE INDEX IF NOT EXISTS \"on\" ON ", "orders", " (a)", "CREATE INDEX CONCURRENTLY IF NOT EXISTS \"on\" ON public.orders (a);"},
	{"qualified", "CREATE INDEX i ON ", "public . /* c */ \"orders\"", " (a)", "CREATE INDEX CONCURRENTLY i ON public.orders (a);"},
	{"comments", "CREATE /* INDEX */ INDEX -- i\n i ON ", "orders", " (a) -- end", "CREATE INDEX CONCURRENTLY -- i\n i ON public.orders (a);"},
	{"literals", "CREATE INDEX i ON ", "orders", " ((a || 'ON t;' || $$;'$$))", "CREATE INDEX CONCURRENTLY i ON public.orders ((a || 'ON t;' || $$;'$$));"},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Texts, CreateIndex, testing::ValuesIn(index_cases),
						 [](const auto &info) { return info.param.name; });

TEST(CreateIndexOnTree, goes_partition_by_partition)
{
	Given setup(Kind::CreateIndex, "CREATE UNIQUE INDEX ON orders (a)");

	setup.facts.relation_at = 23;
	setup.make_tree();
	EXPECT_EQ(setup.recipe(), (Statements{
								  "CREATE UNIQUE INDEX orders_idx ON ONLY public.orders (a);",
								  "CREATE UNIQUE INDEX CONCURRENTLY p1_idx ON parts.p1 (a);",
								  "CREATE UNIQUE INDEX p2_idx ON ONLY parts.p2 (a);",
								  "CREATE UNIQUE INDEX CONCURRENTLY p21_idx ON parts.p21 (a);",
								  "ALTER INDEX parts.p2_idx ATTACH PARTITION parts.p21_idx;",
								  "ALTER INDEX public.orders_idx ATTACH PARTITION parts.p2_idx;",
								  "ALTER INDEX public.orders_idx ATTACH PARTITION parts.p1_idx;",
							  }));
	EXPECT_EQ(setup.approach, Approach::BuildPerPartition);
}

TEST(CreateIndexOnTree, leaves_foreign_tables_out)
{
	Given setup(Kind::CreateIndex, "CREATE INDEX i ON orders (a)");

	setup.facts.relation_at = 18;
	setup.make_tree();
	setup.relations[1].kind = RelationKind::ForeignTable;
	setup.tables = 2;
	EXPECT_EQ(setup.recipe(), Statements{"CREATE INDEX i ON ONLY public.orders (a);"});
}

TEST(CreateIndexText, gives_no_recipe_when_it_cannot_be_read)
{
	EXPECT_EQ(create_index("CREATE INDEX i ON orders (a)").recipe(), Statements{});

	Given unterminated(Kind::CreateIndex, "CREATE INDEX i ON orders ('a)");

	unterminated.facts.relation_at = 18;
	EXPECT_EQ(unterminated.recipe(), Statements{});
	EXPECT_EQ(unterminated.approach, Approach::None);
}

TEST(CreateIndexText, gives_no_recipe_when_it_is_too_long)
{
	std::string text =
		"CREATE INDEX i ON orders (a) /*" + std::string(64 * 1024, 'x') + "*/ WHERE a > 0";
	Given setup(Kind::CreateIndex, text);

	setup.facts.relation_at = 18;
	EXPECT_EQ(setup.recipe(), Statements{});
	EXPECT_EQ(setup.approach, Approach::TooLong);
}

// ---- REINDEX

TEST(Reindex, becomes_concurrent_with_its_options)
{
	Given setup(Kind::Reindex, "reindex (verbose, tablespace \"a)b\") table orders");

	setup.facts.object_kind = "TABLE";
	EXPECT_EQ(
		setup.recipe(),
		Statements{"REINDEX (verbose, tablespace \"a)b\") TABLE CONCURRENTLY public.orders;"});
}

TEST(Reindex, names_the_index_qualified)
{
	Given setup(Kind::Reindex, "REINDEX INDEX i");
	std::array<Index, 2> indexes{};

	indexes[1] = {.name = "public.i", .named = true};
	setup.relations[0].indexes = indexes;
	setup.facts.object_kind = "INDEX";
	EXPECT_EQ(setup.recipe(), Statements{"REINDEX INDEX CONCURRENTLY public.i;"});
}

TEST(Reindex, takes_schemas_but_no_catalogs)
{
	Given setup(Kind::Reindex, "REINDEX SCHEMA a");

	setup.facts.object_kind = "SCHEMA";
	setup.facts.object = "\"A\"";
	EXPECT_EQ(setup.recipe(), Statements{"REINDEX SCHEMA CONCURRENTLY \"A\";"});
	setup.facts.object_kind = "SYSTEM";
	EXPECT_EQ(setup.recipe(), Statements{});
}

// ---- ADD UNIQUE, PRIMARY KEY

TEST(AddConstraint, builds_its_index_first)
{
	Given setup = Given::alter(
		"ALTER TABLE orders ADD UNIQUE (a, b) INCLUDE (c) WITH (fillfactor = 70) USING INDEX TABLESPACE fast",
		{.subcommand = Subcommand::AddUnique,
		 .constraint = "u",
		 .keys = "a, b",
		 .included = "c",
		 .deferrable = true,
		 .initially_deferred = true,
		 .nulls_not_distinct = true});

	EXPECT_EQ(setup.recipe(),
			  (Statements{"CREATE UNIQUE INDEX CONCURRENTLY u ON public.orders (a, b) INCLUDE (c)"
						  " NULLS NOT DISTINCT WITH (fillfactor = 70) TABLESPACE fast;",
						  "ALTER TABLE public.orders ADD CONSTRAINT u UNIQUE USING INDEX u"
						  " DEFERRABLE INITIALLY DEFERRED;"}));
}

TEST(AddConstraint, proves_the_columns_of_a_primary_key)
{
	Given setup = Given::alter("ALTER TABLE orders ADD PRIMARY KEY (a, \"b,c\")",
							   {.subcommand = Subcommand::AddPrimaryKey,
								.constraint = "\"Orders_pkey\"",
								.keys = "a, \"b,c\""});
	Statements recipe = setup.recipe();

	ASSERT_EQ(recipe.size(), 6u);
	EXPECT_EQ(recipe[0], "ALTER TABLE public.orders ADD CONSTRAINT \"Orders_pkey_not_null_proof\""
						 " CHECK (a IS NOT NULL AND \"b,c\" IS NOT NULL) NOT VALID;");
	EXPECT_EQ(recipe[1],
			  "ALTER TABLE public.orders VALIDATE CONSTRAINT \"Orders_pkey_not_null_proof\";");
	EXPECT_EQ(recipe[2], "ALTER TABLE public.orders ALTER COLUMN a SET NOT NULL,"
						 " ALTER COLUMN \"b,c\" SET NOT NULL;");
	EXPECT_EQ(recipe[3],
			  "ALTER TABLE public.orders DROP CONSTRAINT \"Orders_pkey_not_null_proof\";");

	setup.alteration.not_null = true;
	EXPECT_EQ(setup.recipe().size(), 2u);
}

TEST(AddConstraint, attaches_the_indexes_of_partitions)
{
	Given setup =
		Given::alter("ALTER TABLE orders ADD UNIQUE (a)",
					 {.subcommand = Subcommand::AddUnique, .constraint = "u", .keys = "a"});

	setup.make_tree();
	setup.tables = 2;
	EXPECT_EQ(setup.recipe(),
			  (Statements{"ALTER TABLE ONLY public.orders ADD CONSTRAINT u UNIQUE (a);",
						  "CREATE UNIQUE INDEX CONCURRENTLY p1_idx ON parts.p1 (a);",
						  "ALTER TABLE parts.p1 ADD CONSTRAINT p1_idx UNIQUE USING INDEX p1_idx;",
						  "ALTER INDEX public.u ATTACH PARTITION parts.p1_idx;"}));
}

// ---- what has no recipe

TEST(NoRecipe, for_several_subcommands_together)
{
	std::array<Alteration, 2> both{volatile_column(),
								   Alteration{.subcommand = Subcommand::DropColumn}};
	Given setup(Kind::AlterTable,
				"ALTER TABLE orders ADD u uuid DEFAULT gen_random_uuid(), DROP b");

	setup.facts.alterations = both;
	EXPECT_EQ(setup.recipe(), Statements{});
	EXPECT_EQ(setup.approach, Approach::SplitStatement);
}

TEST(NoRecipe, but_advice_for_a_partition_without_indexes)
{
	std::array<Alteration, 1> attach{Alteration{.subcommand = Subcommand::AttachPartition}};
	Given setup(Kind::AlterTable, "ALTER TABLE orders ATTACH PARTITION p1 DEFAULT");

	setup.facts.alterations = attach;
	EXPECT_EQ(setup.recipe(), Statements{});
	EXPECT_EQ(setup.approach, Approach::IndexBeforeAttach);
}

TEST(NoRecipe, for_rewrites_as_such)
{
	Given cluster(Kind::Cluster, "CLUSTER orders USING i");
	Given logged =
		Given::alter("ALTER TABLE orders SET UNLOGGED", {.subcommand = Subcommand::SetUnlogged});

	EXPECT_EQ(cluster.recipe(), Statements{});
	EXPECT_EQ(cluster.approach, Approach::None);
	EXPECT_EQ(logged.recipe(), Statements{});
	EXPECT_EQ(logged.approach, Approach::None);
}

}  // namespace
}  // namespace ddl_warden
