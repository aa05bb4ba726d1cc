#include "pg/inspect/attach_partition.hpp"

#include "pg/inspect/attached_index.hpp"
#include "pg/inspect/partition_bound.hpp"
#include "pg/inspect/refusal.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/partition.h"
}

namespace ddl_warden::pg
{

namespace
{

/* Columns have to agree by name, type and collation, and in what must not be null:
 * MergeAttributesIntoExisting. */
bool
has_columns_of(Form_pg_class partition, Form_pg_class parent)
{
	for (int number = 1; number <= parent->relnatts; number++)
	{
		const Form_pg_attribute wanted = column_row(parent->oid, static_cast<AttrNumber>(number));

		if (wanted == nullptr)
		{
			continue;
		}

		const Form_pg_attribute present =
			column_row(partition->oid, column_number(partition->oid, NameStr(wanted->attname)));

		if (present == nullptr || present->atttypid != wanted->atttypid ||
			present->atttypmod != wanted->atttypmod ||
			present->attcollation != wanted->attcollation ||
			(wanted->attnotnull && !present->attnotnull))
		{
			return false;
		}
	}
	return true;
}

bool
has_only_columns_of(Form_pg_class partition, Form_pg_class parent)
{
	for (int number = 1; number <= partition->relnatts; number++)
	{
		const Form_pg_attribute column =
			column_row(partition->oid, static_cast<AttrNumber>(number));

		if (column != nullptr &&
			column_number(parent->oid, NameStr(column->attname)) == InvalidAttrNumber)
		{
			return false;
		}
	}
	return true;
}

/* What ATExecAttachPartition refuses before there is anything to wait for. */
bool
may_attach(Form_pg_class partition, Form_pg_class parent)
{
	const bool is_table = partition->relkind == RELKIND_RELATION ||
						  partition->relkind == RELKIND_PARTITIONED_TABLE ||
						  partition->relkind == RELKIND_FOREIGN_TABLE;

	return is_table && may_alter(partition->oid) && !partition->relispartition &&
		   !OidIsValid(partition->reloftype) && has_columns_of(partition, parent) &&
		   has_only_columns_of(partition, parent) && has_checks_of(partition->oid, parent->oid);
}

void
tell_scans(const Inspection &inspection, std::span<Answer> scans, const List *verified)
{
	const ListCell *cell;

	foreach (cell, verified)
	{
		const Verified *table = static_cast<const Verified *>(lfirst(cell));
		const std::size_t place = place_of(inspection, table->relation);

		if (place != no_place)
		{
			scans[place] = table->scan;
		}
	}
}

/* The default partition is always locked, what is below it when the verification comes there. */
void
reach_default(Inspection &inspection, Oid default_partition, const List *verified)
{
	const ListCell *cell;

	if (OidIsValid(default_partition))
	{
		reach_unnamed(inspection, default_partition);
	}
	foreach (cell, verified)
	{
		reach_unnamed(inspection, static_cast<const Verified *>(lfirst(cell))->relation);
	}
}

}  // namespace

void
reach_attached(Inspection &inspection, const Attached &attached)
{
	Facts &facts = inspection.facts;

	if (attached.partition == nullptr || !may_attach(attached.partition, attached.parent))
	{
		facts.judgeable = false;
		return;
	}

	const Oid default_partition = get_default_partition_oid(attached.parent->oid);
	Verification *verification = static_cast<Verification *>(palloc(sizeof(Verification)));

	*verification = verify_partition(
		{attached.parent->oid, attached.partition->oid, default_partition, attached.bound});
	facts.judgeable = facts.judgeable && verification->accepted;
	inspection.verification = verification;
	reach_default(inspection, default_partition, verification->of_default);
}

void
ask_attached(Altering &altering)
{
	Inspection &inspection = altering.inspection;
	const Verification *verification = inspection.verification;

	if (altering.table->relkind == RELKIND_PARTITIONED_INDEX)
	{
		return reach_completed(altering);
	}
	if (verification == nullptr)
	{
		return;
	}

	const std::span<Answer> scans = new_scans(inspection);

	tell_scans(inspection, scans, verification->of_default);
	tell_scans(inspection, scans, verification->of_partition);
	altering.answer.scans = scans;
	altering.answer.scan_cause = Cause::PartitionBound;
	altering.answer.builds =
		indexes_to_build(inspection, altering.table->oid, verification->partition);
}

}  // namespace ddl_warden::pg
