#include "recipe.hpp"

#include "lexer.hpp"

#include <algorithm>

namespace ddl_warden
{

namespace
{

/* A recipe has parts of the statement in it, once for each partition: more would be memory by the
 * gigabyte, and a row that does not fit. */
constexpr std::size_t longest_rewritten = 64 * 1024;

/* What of CREATE INDEX stays the same on every table. */
struct IndexText
{
	std::string_view unique; /* "UNIQUE " or nothing */
	std::string_view head;   /* between INDEX and the table: " IF NOT EXISTS name ON " */
	std::string_view name;   /* empty: the server chooses */
	std::string_view tail;   /* after the table: " USING btree (a) WHERE …" */
	bool readable;
};

std::string_view
between(std::string_view text, std::size_t begin, std::size_t end)
{
	return text.substr(begin, end - begin);
}

/* Where the possibly qualified name that begins here ends. */
std::size_t
end_of_name(std::string_view text, std::size_t begin)
{
	Lexer lexer(text, begin);
	Token part = lexer.next_significant();

	for (;;)
	{
		Token dot = lexer.next_significant();

		if (!is_symbol(lexer, dot, '.'))
		{
			return part.end;
		}
		part = lexer.next_significant();
	}
}

/* CREATE [UNIQUE] INDEX [[IF NOT EXISTS] name] ON [ONLY] table … */
IndexText
read_create_index(const Facts &facts)
{
	IndexText index{};
	std::string_view text = bare_statement(facts.text);
	std::size_t table = static_cast<std::size_t>(facts.relation_at);
	Lexer lexer(text);
	Token token = lexer.next_significant();

	if (facts.relation_at < 0 || table >= text.size() || text.data() != facts.text.data())
	{
		return index;
	}
	token = lexer.next_significant();
	if (is_word(lexer, token, "UNIQUE"))
	{
		index.unique = "UNIQUE ";
		token = lexer.next_significant();
	}

	std::size_t head = token.end;

	index.readable = is_word(lexer, token, "INDEX");
	for (token = lexer.next_significant(); token.begin < table; token = lexer.next_significant())
	{
		if (is_word(lexer, token, "ON"))
		{
			break;
		}
		index.name = lexer.source(token);
	}
	index.head = between(text, head, table);
	index.tail = text.substr(end_of_name(text, table));
	return index;
}

/* Partitions of the table in lock order, so that each comes after its parent. */
bool
is_partition_of(const Facts &facts, const Relation &relation, const Relation &table)
{
	if (!relation.descendant || relation.kind == RelationKind::ForeignTable)
	{
		return false;
	}

	const Relation &parent = facts.relations[relation.parent_at];

	return &parent == &table || is_partition_of(facts, parent, table);
}

/* The qualified name of the index that a partition gets; root_name is that of the root's. */
std::string_view
new_index(const Arena &arena, const Relation &relation, const Relation &root,
		  std::string_view root_name)
{
	return concat(arena, {qualifier(relation.name),
						  &relation == &root ? root_name : relation.new_index_name});
}

/* Each partition's index becomes a part of its parent's: from the leaves up. */
void
attach_indexes(Script &script, const Facts &facts, const Relation &root, std::string_view root_name)
{
	for (auto it = facts.relations.rbegin(); it != facts.relations.rend(); ++it)
	{
		if (is_partition_of(facts, *it, root))
		{
			const Relation &parent = facts.relations[it->parent_at];

			script.add({"ALTER INDEX ", new_index(script.arena, parent, root, root_name),
						" ATTACH PARTITION ", new_index(script.arena, *it, root, root_name)});
		}
	}
}

bool
partitions_have_names(const Facts &facts, const Relation &root)
{
	return std::all_of(
		facts.relations.begin(), facts.relations.end(), [&](const Relation &relation) {
			return !is_partition_of(facts, relation, root) || !relation.new_index_name.empty();
		});
}

void
create_index_on(Script &script, const IndexText &index, const Relation &relation,
				std::string_view name)
{
	bool parent = relation.kind == RelationKind::PartitionedTable;

	script.add({"CREATE ", index.unique, "INDEX ", parent ? "" : "CONCURRENTLY ", name,
				parent ? " ON ONLY " : " ON ", relation.name, index.tail});
}

Approach
create_index_per_partition(Script &script, const Facts &facts, const IndexText &index,
						   const Relation &root)
{
	std::string_view name = index.name.empty() ? root.new_index_name : index.name;

	if (name.empty() || !partitions_have_names(facts, root))
	{
		return Approach::None;
	}
	create_index_on(script, index, root, name);
	for (const Relation &relation : facts.relations)
	{
		if (is_partition_of(facts, relation, root))
		{
			create_index_on(script, index, relation, relation.new_index_name);
		}
	}
	attach_indexes(script, facts, root, name);
	return Approach::BuildPerPartition;
}

Approach
create_index_recipe(Script &script, const Facts &facts, const Relation &table)
{
	IndexText index = read_create_index(facts);

	if (!index.readable)
	{
		return Approach::None;
	}
	if (table.kind == RelationKind::PartitionedTable)
	{
		return create_index_per_partition(script, facts, index, table);
	}
	script.add({"CREATE ", index.unique, "INDEX CONCURRENTLY", index.head, table.name, index.tail});
	return Approach::BuildConcurrently;
}

/* "(VERBOSE, TABLESPACE fast) " as the statement has it; CONCURRENTLY after it has the last word.
 */
std::string_view
reindex_options(const Arena &arena, std::string_view text)
{
	Lexer lexer(text);

	lexer.next_significant();

	Token open = lexer.next_significant();

	if (!is_symbol(lexer, open, '('))
	{
		return "";
	}

	Token close = open;

	while (!is_symbol(lexer, close, ')') && close.kind != TokenKind::End)
	{
		close = lexer.next_significant();
	}
	return concat(arena, {between(text, open.begin, close.end), " "});
}

/* The index that REINDEX INDEX names, as a relation of its own or among those of its table. */
std::string_view
named_index(const Facts &facts)
{
	for (const Relation &relation : facts.relations)
	{
		if (relation.named && relation.kind == RelationKind::Index)
		{
			return relation.name;
		}
		for (const Index &index : relation.indexes)
		{
			if (index.named)
			{
				return index.name;
			}
		}
	}
	return {};
}

Approach
reindex_recipe(Script &script, const Facts &facts, const Relation *subject)
{
	std::string_view name = facts.object;

	if (facts.object_kind == "INDEX")
	{
		name = named_index(facts);
	}
	else if (facts.object_kind == "TABLE")
	{
		name = subject == nullptr ? std::string_view() : subject->name;
	}
	if (name.empty() || facts.object_kind == "SYSTEM")
	{
		return Approach::None;
	}
	script.add({"REINDEX ", reindex_options(script.arena, bare_statement(facts.text)),
				facts.object_kind, " CONCURRENTLY ", name});
	return Approach::ReindexConcurrently;
}

/* What of a constraint's index only the text tells. */
void
read_index_options(std::string_view text, Uniqueness &unique)
{
	Lexer lexer(text);
	Token before{};
	Token last{};

	for (Token token = lexer.next_significant(); token.kind != TokenKind::End;
		 before = last, last = token, token = lexer.next_significant())
	{
		if (is_word(lexer, last, "WITH") && is_symbol(lexer, token, '('))
		{
			std::size_t begin = last.begin;

			while (!is_symbol(lexer, token, ')') && token.kind != TokenKind::End)
			{
				token = lexer.next_significant();
			}
			unique.parameters = between(text, begin, token.end);
		}
		if (is_word(lexer, before, "INDEX") && is_word(lexer, last, "TABLESPACE"))
		{
			unique.tablespace = between(text, last.begin, token.end);
		}
	}
}

Approach
add_constraint_recipe(Script &script, const Facts &facts, const Alteration &alteration,
					  const Relation &table)
{
	bool partitioned = table.kind == RelationKind::PartitionedTable;
	Uniqueness unique{
		alteration, alteration.keys, alteration.subcommand == Subcommand::AddPrimaryKey, {}, {}};

	if (alteration.keys.empty() || alteration.constraint.empty() ||
		!partitions_have_names(facts, table))
	{
		return Approach::None;
	}
	read_index_options(bare_statement(facts.text), unique);
	if (unique.primary && !alteration.not_null)
	{
		add_not_null(script, table.name, alteration.keys, alteration.constraint);
	}
	add_uniqueness(script, facts, table, unique);
	return partitioned ? Approach::IndexPerPartition : Approach::IndexFirst;
}

Approach
alter_table_recipe(Script &script, const Facts &facts, const Relation &table)
{
	if (facts.alterations.size() != 1)
	{
		return Approach::SplitStatement;
	}

	const Alteration &alteration = facts.alterations.front();

	switch (alteration.subcommand)
	{
		case Subcommand::AddColumn:
			return add_column_recipe(script, facts, alteration, table);
		case Subcommand::AlterColumnType:
			return change_type_recipe(script, facts, alteration, table);
		case Subcommand::AddUnique:
		case Subcommand::AddPrimaryKey:
			return add_constraint_recipe(script, facts, alteration, table);
		case Subcommand::AttachPartition:
			return Approach::IndexBeforeAttach;
		default:
			return Approach::None;
	}
}

Approach
choose(Script &script, const Facts &facts, const Relation *subject)
{
	if (facts.kind == Kind::Reindex)
	{
		return reindex_recipe(script, facts, subject);
	}
	if (subject == nullptr || bare_statement(facts.text).empty())
	{
		return Approach::None;
	}
	switch (facts.kind)
	{
		case Kind::CreateIndex:
			return create_index_recipe(script, facts, *subject);
		case Kind::AlterTable:
			return alter_table_recipe(script, facts, *subject);
		default:
			return Approach::None;
	}
}

/* ALTER TABLE … ADD CONSTRAINT … USING INDEX, on a table whose index is there. */
void
add_constraint_using_index(Script &script, const Relation &table, std::string_view name,
						   const Uniqueness &unique)
{
	const Alteration &asked = unique.alteration;

	script.add({"ALTER TABLE ", table.name, " ADD CONSTRAINT ", name,
				unique.primary ? " PRIMARY KEY" : " UNIQUE", " USING INDEX ", name,
				asked.deferrable ? " DEFERRABLE" : "",
				asked.initially_deferred ? " INITIALLY DEFERRED" : ""});
}

/* The part of a partitioned table itself: no storage, so nothing is built. */
void
add_constraint_to_parent(Script &script, const Relation &table, std::string_view name,
						 const Uniqueness &unique, std::string_view definition)
{
	const Alteration &asked = unique.alteration;
	bool null_is_one = asked.nulls_not_distinct;

	script.add({"ALTER TABLE ONLY ", table.name, " ADD CONSTRAINT ", name,
				unique.primary ? " PRIMARY KEY" : " UNIQUE",
				null_is_one ? " NULLS NOT DISTINCT" : "", definition,
				asked.deferrable ? " DEFERRABLE" : "",
				asked.initially_deferred ? " INITIALLY DEFERRED" : ""});
}

void
add_unique_to(Script &script, const Relation &table, std::string_view name,
			  const Uniqueness &unique)
{
	const Alteration &asked = unique.alteration;
	const Arena &arena = script.arena;
	std::string_view space = " ";
	std::string_view columns =
		concat(arena, {" (", unique.keys, ")", asked.included.empty() ? "" : " INCLUDE (",
					   asked.included, asked.included.empty() ? "" : ")"});

	if (table.kind == RelationKind::PartitionedTable)
	{
		add_constraint_to_parent(script, table, name, unique, columns);
		return;
	}
	script.add({"CREATE UNIQUE INDEX CONCURRENTLY ", name, " ON ", table.name, columns,
				asked.nulls_not_distinct ? " NULLS NOT DISTINCT" : "",
				unique.parameters.empty() ? "" : space, unique.parameters,
				unique.tablespace.empty() ? "" : space, unique.tablespace});
	add_constraint_using_index(script, table, name, unique);
}

}  // namespace

void
add_uniqueness(Script &script, const Facts &facts, const Relation &table, const Uniqueness &unique)
{
	std::string_view name = unique.alteration.constraint;

	add_unique_to(script, table, name, unique);
	for (const Relation &relation : facts.relations)
	{
		if (is_partition_of(facts, relation, table))
		{
			add_unique_to(script, relation, relation.new_index_name, unique);
		}
	}
	attach_indexes(script, facts, table, name);
}

/* VALIDATE scans while reads and writes go on; SET NOT NULL then finds the proof and scans nothing.
 */
void
add_not_null(Script &script, std::string_view table, std::string_view keys, std::string_view name)
{
	const Arena &arena = script.arena;
	std::string_view proof = derived_name(arena, bare_name(arena, name), "not_null_proof");
	String condition{ArenaAllocator<char>(arena)};
	String changes{ArenaAllocator<char>(arena)};
	Lexer lexer(keys);

	for (Token key = lexer.next(); key.kind != TokenKind::End; key = lexer.next())
	{
		if (!is_symbol(lexer, key, ','))
		{
			condition.append(condition.empty() ? "" : " AND ");
			condition.append(lexer.source(key)).append(" IS NOT NULL");
			changes.append(changes.empty() ? "" : ", ");
			changes.append("ALTER COLUMN ").append(lexer.source(key)).append(" SET NOT NULL");
		}
	}
	script.add({"ALTER TABLE ", table, " ADD CONSTRAINT ", proof, " CHECK (", keep(condition),
				") NOT VALID"});
	script.add({"ALTER TABLE ", table, " VALIDATE CONSTRAINT ", proof});
	script.add({"ALTER TABLE ", table, " ", keep(changes)});
	script.add({"ALTER TABLE ", table, " DROP CONSTRAINT ", proof});
}

std::string_view
bare_statement(std::string_view text)
{
	Lexer lexer(text);
	Token first = lexer.next_significant();
	Token last = first;

	for (Token token = first; token.kind != TokenKind::End; token = lexer.next_significant())
	{
		if (token.kind == TokenKind::Broken)
		{
			return {};
		}
		last = is_symbol(lexer, token, ';') ? last : token;
	}
	return between(text, first.begin, last.end);
}

Recipe
recipe_for(const Facts &facts, const Relation *subject, const Arena &arena)
{
	if (facts.text.size() > longest_rewritten)
	{
		return {Approach::TooLong, {}};
	}

	Script script(arena);
	Approach approach = choose(script, facts, subject);
	bool whole = approach < Approach::IndexBeforeAttach;

	return {approach, whole ? script.take() : std::span<const std::string_view>()};
}

}  // namespace ddl_warden
