/* Facts of one statement for the tests of recipes. */
#pragma once

#include "core/recipe.hpp"

#include "test_arena.hpp"

#include <array>
#include <string>
#include <vector>

/* A case names only the fields it is about. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace ddl_warden
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
		relations[1] = {.oid = 2, .parent_at = 0, .name = "parts.p1", .new_index_name = "p1_idx"};
		relations[2] = {.oid = 3,
						.parent_at = 0,
						.name = "parts.p2",
						.kind = Partitioned,
						.new_index_name = "p2_idx"};
		relations[3] = {.oid = 4, .parent_at = 2, .name = "parts.p21", .new_index_name = "p21_idx"};
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

inline Alteration
volatile_column()
{
	return {.subcommand = Subcommand::AddColumn,
			.rewrites = Answer::Yes,
			.cause = Cause::VolatileDefault,
			.column = "u",
			.type = "uuid",
			.default_text = "gen_random_uuid()"};
}

}  // namespace ddl_warden
