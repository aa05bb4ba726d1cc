#include "verification.hpp"

#include <algorithm>
#include <bit>

namespace ddl_warden
{
namespace
{

using ByOid = Vector<const RelationImpact *>;

template <typename Key>
ByOid
sorted_by(Key key, const Impact &impact, const Arena &arena)
{
	ByOid rows{ArenaAllocator<const RelationImpact *>(arena)};

	for (const RelationImpact &row : impact.relations)
	{
		rows.push_back(&row);
	}
	std::ranges::sort(rows, {}, key);
	return rows;
}

template <typename Key, typename Value>
const RelationImpact *
find_by(Key key, const ByOid &rows, const Value &value)
{
	const auto found = std::ranges::lower_bound(rows, value, {}, key);

	return found != rows.end() && key(*found) == value ? *found : nullptr;
}

Oid
oid_of(const RelationImpact *row)
{
	return row->oid;
}

std::string_view
name_of(const RelationImpact *row)
{
	return row->name;
}

bool
does(const RelationImpact *row, Work work)
{
	return row != nullptr && row->does[static_cast<std::size_t>(work)];
}

// ---- locks

LockMode
strongest_of(LockModes modes)
{
	return modes == 0 ? LockMode::None : static_cast<LockMode>(std::bit_width(modes) - 1);
}

/* What was held before may have been taken once more: that cannot be seen. */
bool
locks_differ(const Observed &relation, LockMode predicted, LockMode taken)
{
	if (predicted == LockMode::None)
	{
		return taken > LockMode::AccessShare && !relation.system;
	}
	return taken > predicted || (relation.after & bit_of(predicted)) == 0;
}

// ---- files

/* What the impact says of a relation's file; nothing where either is right. */
struct Expected
{
	bool certain;
	File file;
};

constexpr Expected either = {false, File::Nowhere};

Expected
new_unless_doubtful(const RelationImpact *cause)
{
	return {!cause->doubtful, File::New};
}

/* TOAST tables go with their table, and an index that is dropped may have a successor of its name
 * that is counted among the table's index builds. */
Expected
expected_by_table(const RelationImpact *row, const RelationImpact *table, File observed)
{
	const bool copied = does(table, Work::Rewrite) || does(table, Work::Copy);

	if (copied && row->kind == RelationKind::Toast)
	{
		return new_unless_doubtful(table);
	}
	if (copied || (observed == File::NewSuccessor && does(table, Work::IndexBuild)))
	{
		return either;
	}
	return {true, File::Kept};
}

bool
empties(const Facts &facts)
{
	return facts.kind == Kind::Truncate || facts.skip_data;
}

Expected
expected_file(const Facts &facts, const RelationImpact *row, const RelationImpact *table,
			  File observed)
{
	if (empties(facts))
	{
		return either;
	}
	if (row == nullptr)
	{
		return {true, File::Kept};
	}
	if (row->kind == RelationKind::Index && does(row, Work::IndexBuild))
	{
		return new_unless_doubtful(table == nullptr ? row : table);
	}
	if (does(row, Work::Rewrite) || does(row, Work::Copy))
	{
		return new_unless_doubtful(row);
	}
	return expected_by_table(row, table, observed);
}

File
without_successor(File file)
{
	return file == File::NewSuccessor ? File::New : file;
}

}  // namespace

std::string_view
to_text(File file)
{
	return file == File::Kept ? "kept" : file == File::Nowhere ? "none" : "new";
}

Misprediction
misprediction_of(const Facts &facts, const Impact &impact, std::span<const Observed> observed,
				 bool locks_were_kept, const Arena &arena)
{
	const ByOid by_oid = sorted_by(oid_of, impact, arena);
	const ByOid by_name = sorted_by(name_of, impact, arena);
	Vector<LockDifference> locks{ArenaAllocator<LockDifference>(arena)};
	Vector<FileDifference> files{ArenaAllocator<FileDifference>(arena)};

	for (const Observed &relation : observed)
	{
		const RelationImpact *row = find_by(oid_of, by_oid, relation.oid);
		const RelationImpact *table =
			row == nullptr || row->table.empty() ? nullptr : find_by(name_of, by_name, row->table);
		const LockMode predicted = row == nullptr ? LockMode::None : row->mode;
		const LockMode taken = strongest_of(relation.after & ~relation.before);
		const Expected expected = expected_file(facts, row, table, relation.file);
		const File file = without_successor(relation.file);

		if (locks_were_kept && locks_differ(relation, predicted, taken))
		{
			locks.push_back({relation.name, predicted, taken});
		}
		if (expected.certain && file != File::Nowhere && file != expected.file)
		{
			files.push_back({relation.name, expected.file, file});
		}
	}
	return {keep(locks), keep(files)};
}

}  // namespace ddl_warden
