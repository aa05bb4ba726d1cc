/* Recipes that add a column or change its type: fill in batches first, then a short change. */
#include "recipe.hpp"

#include "lexer.hpp"

#include <algorithm>
#include <array>

namespace ddl_warden
{

namespace
{

/* What of ADD COLUMN only the text tells. */
struct ColumnText
{
	bool unique;
	bool primary;
	bool beyond_recipe;        /* CHECK, REFERENCES, COLLATE …: a part that would get lost */
	std::string_view identity; /* "GENERATED ALWAYS AS IDENTITY (START 5)" */
	std::string_view sequence_options; /* "START 5" */
};

constexpr std::array<std::string_view, 8> beyond_recipe = {
	"CHECK", "REFERENCES", "COLLATE", "COMPRESSION", "STORAGE", "DEFERRABLE", "INCLUDE", "OPTIONS",
};

bool
is_one_of_beyond(const Lexer &lexer, const Token &token)
{
	return std::any_of(beyond_recipe.begin(), beyond_recipe.end(),
					   [&](std::string_view word) { return is_word(lexer, token, word); });
}

/* GENERATED {ALWAYS | BY DEFAULT} AS IDENTITY [(options)]; the lexer stands after GENERATED. */
void
read_identity(Lexer &lexer, std::string_view text, const Token &generated, ColumnText &column)
{
	Token token = lexer.next_significant();

	while (token.kind == TokenKind::Word && !is_word(lexer, token, "IDENTITY"))
	{
		token = lexer.next_significant();
	}
	if (!is_word(lexer, token, "IDENTITY"))
	{
		return;
	}

	std::size_t end = token.end;
	Lexer ahead = lexer;
	Token open = ahead.next_significant();

	if (is_symbol(ahead, open, '('))
	{
		Token close = open;

		while (!is_symbol(ahead, close, ')') && close.kind != TokenKind::End)
		{
			close = ahead.next_significant();
			column.beyond_recipe |= is_word(ahead, close, "NAME");
		}
		column.sequence_options = text.substr(open.end, close.begin - open.end);
		end = close.end;
		lexer = ahead;
	}
	column.identity = text.substr(generated.begin, end - generated.begin);
}

ColumnText
read_column(std::string_view text)
{
	ColumnText column{};
	Lexer lexer(text);
	int depth = 0;

	for (Token token = lexer.next_significant(); token.kind != TokenKind::End;
		 token = lexer.next_significant())
	{
		depth += is_symbol(lexer, token, '(') ? 1 : is_symbol(lexer, token, ')') ? -1 : 0;
		if (depth > 0)
		{
			continue;
		}
		column.unique |= is_word(lexer, token, "UNIQUE");
		column.primary |= is_word(lexer, token, "PRIMARY");
		column.beyond_recipe |= is_one_of_beyond(lexer, token);
		if (is_word(lexer, token, "GENERATED"))
		{
			read_identity(lexer, text, token, column);
		}
	}
	return column;
}

bool
has_descendants(const Facts &facts)
{
	return std::any_of(facts.relations.begin(), facts.relations.end(),
					   [](const Relation &relation) { return relation.descendant; });
}

/* The size in bytes of the largest part of a tree, as an expression. */
std::string_view
size_expression(const Arena &arena, const Facts &facts, const Relation &table)
{
	std::string_view name = literal(arena, table.name);

	if (table.kind == RelationKind::PartitionedTable)
	{
		return concat(arena,
					  {"(SELECT max(pg_relation_size(relid)) FROM pg_partition_tree(", name, "))"});
	}
	if (!has_descendants(facts))
	{
		return concat(arena, {"pg_relation_size(", name, ")"});
	}
	return concat(arena,
				  {"(WITH RECURSIVE tree AS (SELECT ", name,
				   "::regclass::oid AS part UNION SELECT inhrelid FROM pg_inherits JOIN tree "
				   "ON inhparent = part) SELECT max(pg_relation_size(part)) FROM tree)"});
}

/*
 * An UPDATE that walks the table and commits every thousand blocks. A row that moves while others
 * work is met by a later pass; five of them are enough for all but a value that stays NULL.
 * Variables are written with their block's label: a column may have any name.
 */
std::string_view
fill(const Arena &arena, const Facts &facts, const Relation &table, std::string_view set,
	 std::string_view where)
{
	std::string_view body =
		concat(arena, {"\n#variable_conflict use_column\n"
					   "<<fill>>\n"
					   "DECLARE\n"
					   "\tblock bigint;\n"
					   "\tblocks bigint;\n"
					   "BEGIN\n"
					   "\tFOR pass IN 1..5 LOOP\n"
					   "\t\tfill.block := 0;\n"
					   "\t\tfill.blocks := ",
					   size_expression(arena, facts, table),
					   " / current_setting('block_size')::bigint;\n"
					   "\t\tWHILE fill.block <= fill.blocks LOOP\n"
					   "\t\t\tUPDATE ",
					   table.name, " SET ", set,
					   "\n\t\t\t\tWHERE ctid >= format('(%s,0)', fill.block)::tid"
					   " AND ctid < format('(%s,0)', fill.block + 100)::tid\n\t\t\t\t\tAND ",
					   where,
					   ";\n"
					   "\t\t\tCOMMIT;\n"
					   "\t\t\tfill.block := fill.block + 100;\n"
					   "\t\tEND LOOP;\n"
					   "\t\tEXIT WHEN NOT EXISTS (SELECT FROM ",
					   table.name, " WHERE ", where,
					   ");\n"
					   "\tEND LOOP;\n"
					   "END "});

	return concat(arena, {"DO ", dollar_quoted(arena, body)});
}

/* "public.orders_id_seq", as the server would call a column's sequence. */
std::string_view
object_of(const Arena &arena, const Relation &table, std::string_view column,
		  std::string_view suffix)
{
	std::string_view stem =
		concat(arena, {bare_name(arena, table.name), "_", bare_name(arena, column)});

	return concat(arena, {qualifier(table.name), derived_name(arena, stem, suffix)});
}

struct SerialType
{
	std::string_view name;
	std::string_view base;
};

constexpr std::array<SerialType, 6> serial_types = {{
	{"serial", "integer"},
	{"serial4", "integer"},
	{"bigserial", "bigint"},
	{"serial8", "bigint"},
	{"smallserial", "smallint"},
	{"serial2", "smallint"},
}};

std::string_view
base_type(std::string_view type)
{
	for (const SerialType &serial : serial_types)
	{
		if (serial.name == type)
		{
			return serial.base;
		}
	}
	return type;
}

/* A column whose old rows are NULL until they are filled, and whose new rows have the default. */
void
add_and_fill(Script &script, const Facts &facts, const Relation &table, const Alteration &asked,
			 std::string_view type, std::string_view default_text)
{
	const Arena &arena = script.arena;

	script.add({"ALTER TABLE ", table.name, " ADD COLUMN ", asked.column, " ", type});
	script.add({"ALTER TABLE ", table.name, " ALTER COLUMN ", asked.column, " SET DEFAULT ",
				default_text});
	script.add({fill(arena, facts, table, concat(arena, {asked.column, " = DEFAULT"}),
					 concat(arena, {asked.column, " IS NULL"}))});
}

/* The sequence that a serial or identity column owns, looked up where the recipe runs. */
std::string_view
own_sequence(const Arena &arena, const Relation &table, std::string_view column)
{
	return concat(arena, {"pg_get_serial_sequence(", literal(arena, table.name), ", ",
						  literal(arena, bare_name(arena, column)), ")"});
}

std::string_view
next_value(const Arena &arena, std::string_view sequence)
{
	return concat(arena, {"nextval(", literal(arena, sequence), "::regclass)"});
}

void
add_serial(Script &script, const Facts &facts, const Relation &table, const Alteration &asked)
{
	std::string_view type = base_type(asked.type);
	std::string_view sequence = object_of(script.arena, table, asked.column, "seq");

	script.add({"CREATE SEQUENCE ", sequence, " AS ", type});
	add_and_fill(script, facts, table, asked, type, next_value(script.arena, sequence));
	script.add({"ALTER SEQUENCE ", sequence, " OWNED BY ", table.name, ".", asked.column});
	add_not_null(script, table.name, asked.column, asked.column);
}

/* The identity's own sequence goes on where the one that filled the column has got to. */
std::string_view
turn_into_identity(const Arena &arena, const Relation &table, const Alteration &asked,
				   std::string_view identity, std::string_view sequence)
{
	std::string_view body =
		concat(arena, {"\nBEGIN\n\tALTER TABLE ", table.name, " ALTER COLUMN ", asked.column,
					   " DROP DEFAULT;\n"
					   "\tALTER TABLE ",
					   table.name, " ALTER COLUMN ", asked.column, " ADD ", identity,
					   ";\n"
					   "\tPERFORM setval(",
					   own_sequence(arena, table, asked.column), ", last_value, is_called) FROM ",
					   sequence,
					   ";\n"
					   "\tDROP SEQUENCE ",
					   sequence, ";\nEND "});

	return concat(arena, {"DO ", dollar_quoted(arena, body)});
}

void
add_identity(Script &script, const Facts &facts, const Relation &table, const Alteration &asked,
			 const ColumnText &text)
{
	const Arena &arena = script.arena;
	std::string_view sequence = object_of(arena, table, asked.column, "fill_seq");
	std::string_view space = text.sequence_options.empty() ? "" : " ";

	script.add({"CREATE SEQUENCE ", sequence, " AS ", asked.type, space, text.sequence_options});
	add_and_fill(script, facts, table, asked, asked.type, next_value(arena, sequence));
	add_not_null(script, table.name, asked.column, asked.column);
	script.add({turn_into_identity(arena, table, asked, text.identity, sequence)});
}

/* A default that is no work, or none: only the constraint is. */
void
add_plain(Script &script, const Relation &table, const Alteration &asked)
{
	std::string_view keyword = asked.default_text.empty() ? "" : " DEFAULT ";

	script.add({"ALTER TABLE ", table.name, " ADD COLUMN ", asked.column, " ", asked.type, keyword,
				asked.default_text});
	if (asked.not_null)
	{
		add_not_null(script, table.name, asked.column, asked.column);
	}
}

/* False: there is no recipe for what makes this column rewrite its table. */
bool
add_column(Script &script, const Facts &facts, const Relation &table, const Alteration &asked,
		   const ColumnText &text)
{
	if (asked.rewrites == Answer::No)
	{
		add_plain(script, table, asked);
		return true;
	}
	switch (asked.cause)
	{
		case Cause::Serial:
			add_serial(script, facts, table, asked);
			return true;
		case Cause::Identity:
			add_identity(script, facts, table, asked, text);
			return !text.identity.empty();
		case Cause::VolatileDefault:
			add_and_fill(script, facts, table, asked, asked.type, asked.default_text);
			if (asked.not_null)
			{
				add_not_null(script, table.name, asked.column, asked.column);
			}
			return !asked.default_text.empty();
		default:
			return false;
	}
}

/* The trigger's function: the new column follows the old one, whatever writes it. */
std::string_view
follow_function(const Arena &arena, const Relation &table, std::string_view column,
				std::string_view expression)
{
	std::string_view alias = table.name.substr(qualifier(table.name).size());

	return dollar_quoted(
		arena, concat(arena, {"\n#variable_conflict use_column\nBEGIN\n\tSELECT ", expression,
							  " INTO NEW.", column, " FROM (SELECT NEW.*) AS ", alias,
							  ";\n\tRETURN NEW;\nEND "}));
}

/* One change of type under way: the names that its statements share. */
struct Change
{
	const Alteration &asked;
	const Relation &table;
	std::string_view column;     /* the new one */
	std::string_view function;   /* qualified */
	std::string_view trigger;    /* the last in order, so that it sees what others changed */
	std::string_view expression; /* old to new */
	std::string_view
		own_sequence; /* an expression: the sequence of the old, then of the new column */
};

void
follow_and_fill(Script &script, const Facts &facts, const Change &change)
{
	const Arena &arena = script.arena;

	script.add(
		{"ALTER TABLE ", change.table.name, " ADD COLUMN ", change.column, " ", change.asked.type});
	script.add({"CREATE FUNCTION ", change.function,
				"() RETURNS trigger LANGUAGE plpgsql"
				" SET search_path FROM CURRENT SET TimeZone FROM CURRENT AS ",
				follow_function(arena, change.table, change.column, change.expression)});
	script.add({"CREATE TRIGGER ", change.trigger, " BEFORE INSERT OR UPDATE ON ",
				change.table.name, " FOR EACH ROW EXECUTE FUNCTION ", change.function, "()"});
	script.add(
		{fill(arena, facts, change.table, concat(arena, {change.column, " = ", change.expression}),
			  concat(arena, {change.column, " IS NULL AND ", change.expression, " IS NOT NULL"}))});
}

/* Before the old column goes: what would go with it. */
void
save_from_old(String &body, const Arena &arena, const Change &change)
{
	const Alteration &asked = change.asked;

	if (!asked.identity.empty())
	{
		body += concat(arena, {"\tswap.reached := nextval(", change.own_sequence, ");\n"});
	}
	else if (!asked.sequence.empty())
	{
		body += concat(arena, {"\tALTER SEQUENCE ", asked.sequence, " OWNED BY ", change.table.name,
							   ".", change.column, ";\n"});
	}
}

/* An identity starts where the one that went had got to. */
void
give_to_new(String &body, const Arena &arena, const Change &change)
{
	const Alteration &asked = change.asked;
	std::string_view alter =
		concat(arena, {"\tALTER TABLE ", change.table.name, " ALTER COLUMN ", asked.column});

	if (!asked.identity.empty())
	{
		body += concat(arena, {alter, " ADD GENERATED ", asked.identity, " AS IDENTITY;\n",
							   "\tPERFORM setval(", change.own_sequence, ", swap.reached);\n"});
	}
	else if (!asked.default_text.empty())
	{
		body += concat(arena, {alter, " SET DEFAULT ", asked.default_text, ";\n"});
	}
}

std::string_view
not_null_of_new(const Arena &arena, const Change &change)
{
	return derived_name(arena, bare_name(arena, change.column), "not_null");
}

/* 18: NOT NULL is a constraint with a name, which the new column gets in the end. */
void
require_new(Script &script, const Change &change)
{
	std::string_view table = change.table.name;
	std::string_view constraint = not_null_of_new(script.arena, change);

	if (change.asked.not_null_name.empty())
	{
		add_not_null(script, table, change.column, change.column);
		return;
	}
	script.add({"ALTER TABLE ", table, " ADD CONSTRAINT ", constraint, " NOT NULL ", change.column,
				" NOT VALID"});
	script.add({"ALTER TABLE ", table, " VALIDATE CONSTRAINT ", constraint});
}

/* The old column goes and the new one takes its name: catalog changes only, in one transaction. */
std::string_view
swap_columns(const Arena &arena, const Change &change)
{
	std::string_view table = change.table.name;
	std::string_view column = change.asked.column;
	String body{ArenaAllocator<char>(arena)};

	body += "\n<<swap>>\n";
	body += change.asked.identity.empty() ? "" : "DECLARE\n\treached bigint;\n";
	body += concat(arena, {"BEGIN\n\tDROP TRIGGER ", change.trigger, " ON ", table, ";\n"});
	save_from_old(body, arena, change);
	body += concat(arena, {"\tALTER TABLE ", table, " DROP COLUMN ", column, ";\n"});
	body += concat(
		arena, {"\tALTER TABLE ", table, " RENAME COLUMN ", change.column, " TO ", column, ";\n"});
	if (!change.asked.not_null_name.empty())
	{
		body += concat(arena,
					   {"\tALTER TABLE ", table, " RENAME CONSTRAINT ",
						not_null_of_new(arena, change), " TO ", change.asked.not_null_name, ";\n"});
	}
	give_to_new(body, arena, change);
	body += "END ";
	return concat(arena, {"DO ", dollar_quoted(arena, keep(body))});
}

Change
plan_change(const Arena &arena, const Alteration &asked, const Relation &table)
{
	std::string_view last_in_order = concat(arena, {"zz_", bare_name(arena, asked.column)});
	std::string_view expression =
		asked.using_text.empty() ? asked.column : concat(arena, {"(", asked.using_text, ")"});

	return {asked,
			table,
			derived_name(arena, bare_name(arena, asked.column), "new"),
			object_of(arena, table, asked.column, "follows"),
			derived_name(arena, last_in_order, "follows"),
			expression,
			own_sequence(arena, table, asked.column)};
}

/* ALTER TYPE ... CASCADE: a table made of the type takes no column of its own. */
bool
comes_from_type(const Facts &facts)
{
	return facts.relations.front().kind == RelationKind::CompositeType;
}

}  // namespace

Approach
add_column_recipe(Script &script, const Facts &facts, const Alteration &alteration,
				  const Relation &table)
{
	ColumnText text = read_column(bare_statement(facts.text));
	bool unique = text.unique || text.primary;

	if (text.beyond_recipe || (unique && alteration.constraint.empty()))
	{
		return Approach::SplitStatement;
	}
	if (!add_column(script, facts, table, alteration, text))
	{
		return Approach::None;
	}
	if (unique)
	{
		bool proved = alteration.not_null || alteration.cause == Cause::Serial ||
					  alteration.cause == Cause::Identity;

		if (text.primary && !proved)
		{
			add_not_null(script, table.name, alteration.column, alteration.column);
		}
		add_uniqueness(script, facts, table, {alteration, alteration.column, text.primary, {}, {}});
	}
	return Approach::FillInBatches;
}

/* In an inheritance tree each table would need a trigger of its own: no recipe for that. */
Approach
change_type_recipe(Script &script, const Facts &facts, const Alteration &alteration,
				   const Relation &table)
{
	bool inherited = table.kind == RelationKind::Table && has_descendants(facts);

	if (inherited || comes_from_type(facts) || alteration.type.empty() || alteration.column.empty())
	{
		return Approach::None;
	}

	Change change = plan_change(script.arena, alteration, table);

	follow_and_fill(script, facts, change);
	if (alteration.not_null)
	{
		require_new(script, change);
	}
	if (alteration.column_is_used)
	{
		return Approach::SwapByHand; /* dropping the old column would take them along, unseen */
	}
	script.add({swap_columns(script.arena, change)});
	script.add({"DROP FUNCTION ", change.function, "()"});
	return Approach::SwapColumn;
}

}  // namespace ddl_warden
