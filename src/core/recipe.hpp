/* The safe sequence of statements that has the effect of a dangerous one, where there is one. */
#pragma once

#include "containers.hpp"
#include "facts.hpp"
#include "text.hpp"

#include <initializer_list>
#include <span>
#include <string_view>

namespace ddl_warden
{

/* How the same effect can be had. */
enum class Approach : std::uint8_t
{
	BuildConcurrently,
	BuildPerPartition,
	ReindexConcurrently,
	FillInBatches,
	SwapColumn,
	SwapByHand, /* all but the swap: something hangs on the old column */
	IndexFirst,
	IndexPerPartition,
	IndexBeforeAttach,
	SplitStatement, /* there may be a recipe for one subcommand, not for all together */
	TooLong,        /* nobody reads or pastes a statement of that size */
	None,           /* no online form */
};

/* A script under construction: statements with their semicolons. */
class Script
{
public:
	explicit Script(const Arena &where)
		: arena(where),
		  statements(ArenaAllocator<std::string_view>(where))
	{
	}

	void
	add(std::initializer_list<std::string_view> parts)
	{
		statements.push_back(concat(arena, {concat(arena, parts), ";"}));
	}

	std::span<const std::string_view>
	take() const
	{
		return keep(statements);
	}

	const Arena &arena;

private:
	Vector<std::string_view> statements;
};

struct Recipe
{
	Approach approach;
	std::span<const std::string_view> statements; /* empty from IndexBeforeAttach on */
};

/* subject: the relation that the finding is about; NULL when inspection found none. */
Recipe recipe_for(const Facts &facts, const Relation *subject, const Arena &arena);

/* The parts of recipe_for, by what is asked. What they add counts unless they say SplitStatement or
 * None. */
Approach add_column_recipe(Script &script, const Facts &facts, const Alteration &alteration,
						   const Relation &table);
Approach change_type_recipe(Script &script, const Facts &facts, const Alteration &alteration,
							const Relation &table);

/* What a UNIQUE or PRIMARY KEY constraint is to be. */
struct Uniqueness
{
	const Alteration &alteration;
	std::string_view keys;
	bool primary;
	std::string_view parameters; /* WITH (…) of its index */
	std::string_view tablespace; /* TABLESPACE … of its index */
};

void add_uniqueness(Script &script, const Facts &facts, const Relation &table,
					const Uniqueness &unique);

/* Makes columns NOT NULL without a scan under a strong lock. name: what the proof is called after.
 */
void add_not_null(Script &script, std::string_view table, std::string_view keys,
				  std::string_view name);

/* The statement from its first token to its last one; empty when it cannot be read to its end. */
std::string_view bare_statement(std::string_view text);

}  // namespace ddl_warden
