#include "core/verification.hpp"

#include "test_arena.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ddl_warden
{
namespace
{

using enum LockMode;

RelationImpact
row(Oid oid, std::string_view name, LockMode mode, RelationKind kind = RelationKind::Table)
{
	RelationImpact row = {};

	row.oid = oid;
	row.name = name;
	row.mode = mode;
	row.kind = kind;
	return row;
}

RelationImpact
of_table(RelationImpact row, std::string_view table)
{
	row.table = table;
	return row;
}

RelationImpact
doing(RelationImpact row, Work work, bool doubtful = false)
{
	row.does[static_cast<std::size_t>(work)] = true;
	row.doubtful = doubtful;
	return row;
}

Observed
seen(Oid oid, std::string_view name, LockModes after, File file = File::Kept, LockModes before = 0)
{
	return {oid, name, false, before, static_cast<LockModes>(before | after), file};
}

constexpr LockModes AX = bit_of(AccessExclusive);
constexpr LockModes SRX = bit_of(ShareRowExclusive);

class Verification : public testing::Test
{
protected:
	/* "t: AccessExclusiveLock, held none; i: kept, observed new" */
	std::string
	differences(std::initializer_list<RelationImpact> rows, std::initializer_list<Observed> seen,
				bool locks_were_kept = true)
	{
		Impact impact = {};

		impact.relations = std::span(rows.begin(), rows.size());
		return text_of(misprediction_of(facts, impact, std::span(seen.begin(), seen.size()),
										locks_were_kept, *arena));
	}

	Facts facts = {};

private:
	static std::string
	text_of(LockMode mode)
	{
		return mode == None ? "none" : std::string(to_text(mode));
	}

	static std::string
	text_of(const Misprediction &misprediction)
	{
		std::string text;

		for (const LockDifference &lock : misprediction.locks)
		{
			text += std::string(lock.relation) + ": " + text_of(lock.predicted) + ", held " +
					text_of(lock.held) + "; ";
		}
		for (const FileDifference &file : misprediction.files)
		{
			text += std::string(file.relation) + ": " + std::string(to_text(file.predicted)) +
					", observed " + std::string(to_text(file.observed)) + "; ";
		}
		return text;
	}

	TestArena arena;
};

TEST_F(Verification, finds_nothing_where_all_came_as_predicted)
{
	EXPECT_EQ(differences({row(1, "t", AccessExclusive), row(2, "r", ShareRowExclusive)},
						  {seen(1, "t", AX | SRX), seen(2, "r", SRX | bit_of(AccessShare))}),
			  "");
}

TEST_F(Verification, finds_a_lock_that_was_not_predicted)
{
	EXPECT_EQ(differences({}, {seen(2, "r", SRX)}), "r: none, held ShareRowExclusiveLock; ");
	EXPECT_EQ(differences({row(2, "r", ShareUpdateExclusive)},
						  {seen(2, "r", SRX | bit_of(ShareUpdateExclusive))}),
			  "r: ShareUpdateExclusiveLock, held ShareRowExclusiveLock; ");
}

TEST_F(Verification, finds_a_predicted_lock_that_is_not_there)
{
	EXPECT_EQ(differences({row(1, "t", AccessExclusive)}, {seen(1, "t", 0)}),
			  "t: AccessExclusiveLock, held none; ");
	EXPECT_EQ(differences({row(1, "t", AccessExclusive)}, {seen(1, "t", SRX)}),
			  "t: AccessExclusiveLock, held ShareRowExclusiveLock; ");
}

TEST_F(Verification, minds_no_access_share)
{
	EXPECT_EQ(differences({}, {seen(1, "t", bit_of(AccessShare))}), "");
	EXPECT_EQ(differences({row(1, "t", AccessShare)}, {seen(1, "t", 0)}),
			  "t: AccessShareLock, held none; ");
}

TEST_F(Verification, minds_no_catalog_that_the_statement_is_not_about)
{
	Observed catalog = seen(1259, "pg_catalog.pg_class", bit_of(RowExclusive));

	catalog.system = true;
	EXPECT_EQ(differences({}, {catalog}), "");
	EXPECT_EQ(differences({row(1259, "pg_catalog.pg_class", Share)}, {catalog}),
			  "pg_catalog.pg_class: ShareLock, held RowExclusiveLock; ");
}

TEST_F(Verification, leaves_out_what_the_transaction_held_before)
{
	EXPECT_EQ(differences({}, {seen(1, "t", 0, File::Kept, AX)}), "");
	EXPECT_EQ(differences({row(1, "t", AccessExclusive)}, {seen(1, "t", 0, File::Kept, AX)}), "");
	EXPECT_EQ(differences({row(1, "t", ShareRowExclusive)}, {seen(1, "t", 0, File::Kept, AX)}),
			  "t: ShareRowExclusiveLock, held none; ");
}

TEST_F(Verification, compares_no_locks_across_an_internal_commit)
{
	EXPECT_EQ(differences({row(1, "t", AccessExclusive)}, {seen(1, "t", 0)}, false), "");
	EXPECT_EQ(
		differences({doing(row(1, "t", AccessExclusive), Work::Rewrite)}, {seen(1, "t", 0)}, false),
		"t: new, observed kept; ");
}

TEST_F(Verification, finds_a_rewrite_that_was_not_predicted)
{
	EXPECT_EQ(differences({row(1, "t", AccessExclusive)}, {seen(1, "t", AX, File::New)}),
			  "t: kept, observed new; ");
	EXPECT_EQ(differences({}, {seen(1, "t", 0, File::New)}), "t: kept, observed new; ");
}

TEST_F(Verification, finds_a_predicted_rewrite_or_copy_that_did_not_happen)
{
	for (const Work work : {Work::Rewrite, Work::Copy})
	{
		const RelationImpact table = doing(row(1, "t", AccessExclusive), work);

		EXPECT_EQ(differences({table}, {seen(1, "t", AX)}), "t: new, observed kept; ");
		EXPECT_EQ(differences({table}, {seen(1, "t", AX, File::New)}), "");
	}
}

TEST_F(Verification, tells_indexes_that_are_built_from_those_that_are_kept)
{
	const RelationImpact kept = of_table(row(2, "i", AccessExclusive, RelationKind::Index), "t");
	const RelationImpact built = doing(kept, Work::IndexBuild);

	EXPECT_EQ(differences({kept}, {seen(2, "i", AX, File::NewSuccessor)}),
			  "i: kept, observed new; ");
	EXPECT_EQ(differences({kept}, {seen(2, "i", AX, File::Kept)}), "");
	EXPECT_EQ(differences({built}, {seen(2, "i", AX, File::NewSuccessor)}), "");
	EXPECT_EQ(differences({built}, {seen(2, "i", AX, File::Kept)}), "i: new, observed kept; ");
	EXPECT_EQ(differences({built}, {seen(2, "i", AX, File::Nowhere)}), "");
}

TEST_F(Verification, takes_a_successor_for_one_of_the_index_builds_of_the_table)
{
	const RelationImpact table = doing(row(1, "t", AccessExclusive), Work::IndexBuild);
	const RelationImpact index = of_table(row(2, "i", AccessExclusive, RelationKind::Index), "t");

	EXPECT_EQ(differences({table, index}, {seen(2, "i", AX, File::NewSuccessor)}), "");
	EXPECT_EQ(differences({table, index}, {seen(2, "i", AX, File::New)}),
			  "i: kept, observed new; ");
}

TEST_F(Verification, expects_of_a_toast_table_what_happens_to_its_table)
{
	const RelationImpact table = doing(row(1, "t", AccessExclusive), Work::Rewrite);
	const RelationImpact toast = of_table(row(3, "tt", AccessExclusive, RelationKind::Toast), "t");

	EXPECT_EQ(differences({table, toast},
						  {seen(1, "t", AX, File::New), seen(3, "tt", AX, File::NewSuccessor)}),
			  "");
	EXPECT_EQ(differences({table, toast}, {seen(1, "t", AX, File::New), seen(3, "tt", AX)}),
			  "tt: new, observed kept; ");
	EXPECT_EQ(differences({row(1, "t", AccessExclusive), toast},
						  {seen(1, "t", AX), seen(3, "tt", AX, File::New)}),
			  "tt: kept, observed new; ");
}

TEST_F(Verification, blames_nothing_on_a_prediction_that_said_it_cannot_know)
{
	const RelationImpact table = doing(row(1, "t", AccessExclusive), Work::Rewrite, true);
	const RelationImpact index =
		doing(of_table(row(2, "i", AccessExclusive, RelationKind::Index), "t"), Work::IndexBuild);

	EXPECT_EQ(differences({table, index}, {seen(1, "t", AX), seen(2, "i", AX)}), "");
	EXPECT_EQ(
		differences({table, index}, {seen(1, "t", AX, File::New), seen(2, "i", AX, File::New)}),
		"");
}

TEST_F(Verification, does_not_take_empty_files_for_work)
{
	facts.kind = Kind::Truncate;
	EXPECT_EQ(differences({row(1, "t", AccessExclusive)}, {seen(1, "t", AX, File::New)}), "");
	facts.kind = Kind::RefreshMaterializedView;
	facts.skip_data = true;
	EXPECT_EQ(differences({row(1, "m", AccessExclusive)}, {seen(1, "m", AX, File::New)}), "");
}

}  // namespace
}  // namespace ddl_warden
