#include "internal_commits.hpp"

#include <algorithm>

namespace ddl_warden
{

namespace
{

/* What is done to a partitioned table is done to one partition after the other. */
bool
is_partitioned(const Facts &facts)
{
	return !facts.relations.empty() &&
		   facts.relations.front().kind == RelationKind::PartitionedTable;
}

bool
names_a_relation(const Facts &facts)
{
	return std::ranges::any_of(facts.relations, &Relation::named);
}

bool
detaches_concurrently(const Facts &facts)
{
	return std::ranges::any_of(facts.alterations, [](const Alteration &alteration) {
		return alteration.subcommand == Subcommand::DetachPartitionConcurrently;
	});
}

bool
reindexes_many(const Facts &facts)
{
	return (facts.object_kind != "INDEX" && facts.object_kind != "TABLE") || is_partitioned(facts);
}

}  // namespace

bool
commits_internally(const Facts &facts)
{
	if (!facts.judgeable || facts.temporary_only || facts.in_transaction)
	{
		return false;
	}
	switch (facts.kind)
	{
		case Kind::CreateIndex:
			return facts.concurrently && !facts.already_exists;
		case Kind::DropIndex:
			return facts.concurrently;
		case Kind::Reindex:
			return facts.concurrently || reindexes_many(facts);
		case Kind::AlterTable:
			return detaches_concurrently(facts);
		case Kind::Cluster:
			return !names_a_relation(facts) || is_partitioned(facts);
		case Kind::VacuumFull:
			return true;
		default:
			return false;
	}
}

}  // namespace ddl_warden
