/* Relations and alterations to assess, and what comes of them, short enough to be compared. */
#pragma once

#include "core/assess.hpp"
#include "core/lock_table.hpp"
#include "test_arena.hpp"

#include <string>

namespace ddl_warden
{

using enum Subcommand;

inline constexpr LockMode SUX = LockMode::ShareUpdateExclusive;
inline constexpr LockMode SRX = LockMode::ShareRowExclusive;
inline constexpr LockMode AX = LockMode::AccessExclusive;

inline Index
index_with(Oid oid, std::string_view name, std::uint64_t bytes, Fate fate)
{
	Index index = {};

	index.oid = oid;
	index.name = name;
	index.bytes = bytes;
	index.fate = fate;
	index.valid = true;
	return index;
}

inline Relation
relation_with(Oid oid, std::string_view name, RelationKind kind, std::uint64_t bytes)
{
	Relation relation = {};

	relation.oid = oid;
	relation.name = name;
	relation.kind = kind;
	relation.named = true;
	relation.visible = true;
	relation.heap_bytes = bytes;
	return relation;
}

inline Relation
child_of(std::size_t parent_at, Oid oid, std::string_view name, std::uint64_t bytes)
{
	Relation relation = relation_with(oid, name, RelationKind::Table, bytes);

	relation.parent_at = parent_at;
	relation.named = false;
	relation.descendant = true;
	return relation;
}

/* t with a TOAST table and two indexes, of which the first meets the fate of the test. */
struct PlainTable
{
	explicit PlainTable(Fate fate = Fate::Untouched)
		: indexes{index_with(11, "ta", 30, fate), index_with(12, "tb", 40, Fate::Untouched)},
		  relations{relation_with(1, "t", RelationKind::Table, 1000)}
	{
		relations[0].toast = {13, "tt", 14, "tti", 200, 5};
		relations[0].indexes = indexes;
	}

	Index indexes[2];
	Relation relations[1];
};

/* p(p1, p2) or, with a plain table on top, an inheritance tree. */
struct Tree
{
	explicit Tree(RelationKind top = RelationKind::PartitionedTable)
		: top_index{index_with(21, "pi", 0, Fate::Untouched)},
		  index{index_with(22, "p1i", 10, Fate::Untouched)},
		  relations{relation_with(2, "p", top, 0), child_of(0, 3, "p1", 100),
					child_of(0, 4, "p2", 200)}
	{
		top_index[0].partitioned = true;
		relations[0].indexes = top_index;
		relations[1].indexes = index;
	}

	Index top_index[1];
	Index index[1];
	Relation relations[3];
};

inline Alteration
alteration_of(Subcommand subcommand)
{
	Alteration alteration = {};

	alteration.subcommand = subcommand;
	return alteration;
}

inline Alteration
exempt(Subcommand subcommand)
{
	Alteration alteration = alteration_of(subcommand);

	alteration.exempt = true;
	return alteration;
}

inline Alteration
rewriting(Subcommand subcommand, Cause cause, Answer answer = Answer::Yes)
{
	Alteration alteration = alteration_of(subcommand);

	alteration.rewrites = answer;
	alteration.cause = cause;
	alteration.column = "c";
	return alteration;
}

inline constexpr Answer every[] = {Answer::Yes, Answer::Yes, Answer::Yes};
inline constexpr Answer second_only[] = {Answer::No, Answer::Yes, Answer::No};

inline Alteration
scanning(Subcommand subcommand, Cause cause, std::span<const Answer> scans = every)
{
	Alteration alteration = alteration_of(subcommand);

	alteration.scans = scans;
	alteration.scan_cause = cause;
	return alteration;
}

inline Alteration
checking_key(Alteration alteration)
{
	alteration.checks_key = true;
	return alteration;
}

inline Facts
facts_of(Kind kind, std::span<const Relation> relations)
{
	Facts facts = {};

	facts.kind = kind;
	facts.judgeable = true;
	facts.relations = relations;
	return facts;
}

inline LockMode
level_of(std::span<const Alteration> alterations)
{
	LockMode level = SUX;

	for (const Alteration &alteration : alterations)
	{
		level = stronger(level, row_of(alteration.subcommand).level);
	}
	return level;
}

inline Facts
alter(std::span<const Relation> relations, std::span<const Alteration> alterations)
{
	Facts facts = facts_of(Kind::AlterTable, relations);

	facts.alterations = alterations;
	facts.level = level_of(alterations);
	return facts;
}

// ---- what came out, short enough to be compared

inline std::string
short_name(LockMode mode)
{
	static constexpr const char *names[] = {"-", "AS", "RS", "RX", "SUX", "S", "SRX", "X", "AX"};

	return names[static_cast<std::size_t>(mode)];
}

/* "t AX rewrite=1200, tt AX" */
inline std::string
render(const Impact &impact)
{
	std::string text;

	for (const RelationImpact &row : impact.relations)
	{
		text += (text.empty() ? "" : ", ") + std::string(row.name) + " " + short_name(row.mode);
		for (std::size_t work = 0; work < work_kinds; work++)
		{
			if (row.does[work])
			{
				text += " " + std::string(to_text(static_cast<Work>(work))) + "=" +
						std::to_string(row.bytes[work]);
			}
		}
	}
	return text;
}

inline std::string
render(const Facts &facts)
{
	TestArena arena;

	return render(assess(facts, *arena));
}

inline std::string
reasons(const Facts &facts, std::size_t row)
{
	TestArena arena;
	std::string text;

	for (std::string_view sentence : assess(facts, *arena).relations[row].because)
	{
		text += (text.empty() ? "" : " ") + std::string(sentence);
	}
	return text;
}

}  // namespace ddl_warden
