#include "core/recipe.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

/* A case names only the fields it is about. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace ddl_warden
{
namespace
{

using Statements = std::vector<std::string>;

/* A statement on one table, or on a tree of them, with at most one alteration. */
struct Given
{
	Facts facts{};
	std::array<Relation, 4> relations{};
	Alteration alteration{};
	Approach approach{};
	std::size_t tables = 1;

	explicit Given(Kind kind, std::string_view text, std::string_view table = "public.orders")
	{
		facts.kind = kind;
		facts.text = text;
		facts.relation_at = -1;
		relations[0] = {.oid = 1, .name = table, .kind = RelationKind::Table, .named = true};
	}

	static Given
	alter(std::string_view text, const Alteration &alteration)
	{
		Given setup(Kind::AlterTable, text);

		setup.alteration = alteration;
		return setup;
	}

	/* public.orders with two partitions, the second one partitioned again. */
	void
	make_tree()
	{
		constexpr auto Partitioned = RelationKind::PartitionedTable;

		relations[0].kind = Partitioned;
		relations[0].new_index_name = "orders_idx";
		relations[1] = {.oid = 2, .parent = 1, .name = "parts.p1", .new_index_name = "p1_idx"};
		relations[2] = {.oid = 3,
						.parent = 1,
						.name = "parts.p2",
						.kind = Partitioned,
						.new_index_name = "p2_idx"};
		relations[3] = {.oid = 4, .parent = 3, .name = "parts.p21", .new_index_name = "p21_idx"};
		relations[1].descendant = relations[2].descendant = relations[3].descendant = true;
		tables = 4;
	}

	Statements
	recipe()
	{
		TestArena arena;

		if (facts.kind == Kind::AlterTable && facts.alterations.empty())
		{
			facts.alterations = std::span(&alteration, 1);
		}

		facts.relations = std::span(relations).first(tables);

		Recipe recipe = recipe_for(facts, &relations[0], *arena);

		approach = recipe.approach;
		return {recipe.statements.begin(), recipe.statements.end()};
	}
};

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

// ---- ADD COLUMN

Alteration
volatile_column()
{
	return {.subcommand = Subcommand::AddColumn,
			.rewrites = Answer::Yes,
			.cause = Cause::VolatileDefault,
			.column = "u",
			.type = "uuid",
			.default_text = "gen_random_uuid()"};
}

TEST(AddColumn, fills_old_rows_after_new_ones_get_the_default)
{
	Statements recipe =
		Given::alter("ALTER TABLE orders ADD u uuid DEFAULT gen_random_uuid()", volatile_column())
			.recipe();

	ASSERT_EQ(recipe.size(), 3u);
	EXPECT_EQ(recipe[0], "ALTER TABLE public.orders ADD COLUMN u uuid;");
	EXPECT_EQ(recipe[1], "ALTER TABLE public.orders ALTER COLUMN u SET DEFAULT gen_random_uuid();");
	EXPECT_NE(recipe[2].find("UPDATE public.orders SET u = DEFAULT"), std::string::npos);
	EXPECT_NE(recipe[2].find("COMMIT;"), std::string::npos);
}

TEST(AddColumn, proves_not_null_and_builds_the_key_last)
{
	Alteration column = volatile_column();

	column.not_null = true;
	column.constraint = "orders_pkey";

	Statements recipe =
		Given::alter("ALTER TABLE orders ADD u uuid DEFAULT gen_random_uuid() PRIMARY KEY", column)
			.recipe();

	ASSERT_EQ(recipe.size(), 9u);
	EXPECT_EQ(
		recipe[3],
		"ALTER TABLE public.orders ADD CONSTRAINT u_not_null_proof CHECK (u IS NOT NULL) NOT VALID;");
	EXPECT_EQ(
		recipe[8],
		"ALTER TABLE public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_pkey;");
}

TEST(AddColumn, loses_nothing_of_the_column)
{
	for (const char *text :
		 {"ALTER TABLE orders ADD u uuid DEFAULT gen_random_uuid() CHECK (u IS NOT NULL)",
		  "ALTER TABLE orders ADD u uuid DEFAULT gen_random_uuid() REFERENCES t",
		  "ALTER TABLE orders ADD u text COLLATE \"C\" DEFAULT random()"})
	{
		Given setup = Given::alter(text, volatile_column());

		EXPECT_EQ(setup.recipe(), Statements{}) << text;
		EXPECT_EQ(setup.approach, Approach::SplitStatement) << text;
	}
}

TEST(AddColumn, gives_serial_a_sequence_of_its_own)
{
	Statements recipe =
		Given::alter("ALTER TABLE orders ADD n bigserial", {.subcommand = Subcommand::AddColumn,
															.rewrites = Answer::Yes,
															.cause = Cause::Serial,
															.column = "\"N\"",
															.type = "bigserial"})
			.recipe();

	ASSERT_GE(recipe.size(), 5u);
	EXPECT_EQ(recipe[0], "CREATE SEQUENCE public.\"orders_N_seq\" AS bigint;");
	EXPECT_EQ(recipe[1], "ALTER TABLE public.orders ADD COLUMN \"N\" bigint;");
	EXPECT_EQ(
		recipe[2],
		"ALTER TABLE public.orders ALTER COLUMN \"N\" SET DEFAULT nextval('public.\"orders_N_seq\"'::regclass);");
	EXPECT_EQ(recipe[4], "ALTER SEQUENCE public.\"orders_N_seq\" OWNED BY public.orders.\"N\";");
}

TEST(AddColumn, keeps_the_options_of_an_identity)
{
	Statements recipe =
		Given::alter("ALTER TABLE orders ADD n int GENERATED BY DEFAULT AS IDENTITY (START 5)",
					 {.subcommand = Subcommand::AddColumn,
					  .rewrites = Answer::Yes,
					  .cause = Cause::Identity,
					  .column = "n",
					  .type = "integer"})
			.recipe();

	ASSERT_EQ(recipe.size(), 9u);
	EXPECT_EQ(recipe[0], "CREATE SEQUENCE public.orders_n_fill_seq AS integer START 5;");
	EXPECT_NE(recipe[8].find("ADD GENERATED BY DEFAULT AS IDENTITY (START 5);"), std::string::npos);
}

TEST(AddColumn, has_no_online_form_for_what_is_computed_or_checked_per_row)
{
	for (Cause cause : {Cause::StoredGenerated, Cause::ConstrainedDomain})
	{
		Alteration column = volatile_column();

		column.cause = cause;

		Given setup = Given::alter("ALTER TABLE orders ADD u uuid", column);

		EXPECT_EQ(setup.recipe(), Statements{});
		EXPECT_EQ(setup.approach, Approach::None);
	}
}

// ---- ALTER COLUMN TYPE

TEST(ChangeType, keeps_a_new_column_in_step_and_swaps)
{
	Statements recipe = Given::alter("ALTER TABLE orders ALTER id TYPE bigint",
									 {.subcommand = Subcommand::AlterColumnType,
									  .rewrites = Answer::Yes,
									  .cause = Cause::TypeConversion,
									  .column = "id",
									  .type = "bigint",
									  .default_text = "nextval('orders_id_seq'::regclass)",
									  .sequence = "public.orders_id_seq",
									  .not_null = true})
							.recipe();

	ASSERT_EQ(recipe.size(), 10u);
	EXPECT_EQ(recipe[0], "ALTER TABLE public.orders ADD COLUMN id_new bigint;");
	EXPECT_NE(recipe[1].find("SELECT id INTO NEW.id_new FROM (SELECT NEW.*) AS orders;"),
			  std::string::npos);
	EXPECT_EQ(recipe[2], "CREATE TRIGGER zz_id_follows BEFORE INSERT OR UPDATE ON public.orders"
						 " FOR EACH ROW EXECUTE FUNCTION public.orders_id_follows();");
	EXPECT_LT(recipe[8].find("OWNED BY public.orders.id_new"), recipe[8].find("DROP COLUMN id;"));
	EXPECT_EQ(recipe[9], "DROP FUNCTION public.orders_id_follows();");
}

TEST(ChangeType, chooses_a_dollar_quote_that_no_name_ends)
{
	Statements recipe =
		Given::alter("ALTER TABLE orders ALTER \"a$$b\" TYPE bigint USING length('$do0$')",
					 {.subcommand = Subcommand::AlterColumnType,
					  .rewrites = Answer::Yes,
					  .column = "\"a$$b\"",
					  .type = "bigint",
					  .using_text = "length('$do0$')"})
			.recipe();

	ASSERT_EQ(recipe.size(), 6u);
	EXPECT_NE(recipe[1].find("AS $do1$\n"), std::string::npos) << recipe[1];
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
