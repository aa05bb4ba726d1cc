/* Which relations a deletion locks: those that go, and those that lose a part of themselves. */
#include "pg/inspect/dependency.hpp"

extern "C" {
#include "catalog/index.h"
#include "catalog/partition.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
}

namespace ddl_warden::pg
{

namespace
{

/* So many ways of one kind to one relation are told, the others are counted. */
constexpr unsigned told_ways = 5;

struct WayKey
{
	Oid relation;
	Link link;
};

struct Way
{
	WayKey key; /* must be first */
	unsigned told;
	ObjectAddress sources[told_ways];
	ObjectAddress last;
	Further *further; /* of the last that was told */
};

struct Reaching
{
	Inspection &inspection;
	unsigned alteration;
	OidMap<bool> gone; /* relations that go as a whole */
	HTAB *ways;
};

/* The statement has it, and so has the subcommand that drops, which may not come down to it. */
bool
is_come_to(const Reaching &reaching, Oid relation)
{
	const Reached *reached = find(reaching.inspection.reached_as, relation);
	const std::span<const Alteration> alterations = reaching.inspection.facts.alterations;
	const std::span<const Reach> reach =
		alterations.empty() ? std::span<const Reach>() : alterations[reaching.alteration].reach;

	return reached != nullptr &&
		   (reached->place >= reach.size() || reach[reached->place] != Reach::Beyond);
}

/* Needs a relation no mention as one that loses something? It goes, or the statement has it. */
bool
is_known(const Reaching &reaching, Oid relation)
{
	return is_come_to(reaching, relation) || find(reaching.gone, relation) != nullptr;
}

// ---- one relation

std::string_view
name_of(const ObjectAddress &object)
{
	return object.classId == RelationRelationId ? qualified_name(object.objectId)
												: view(getObjectIdentity(&object, true));
}

bool
is_same(const ObjectAddress &a, const ObjectAddress &b)
{
	return a.classId == b.classId && a.objectId == b.objectId;
}

bool
is_told(const Way &way, const ObjectAddress &source)
{
	for (unsigned i = 0; i < way.told; i++)
	{
		if (is_same(way.sources[i], source))
		{
			return true;
		}
	}
	return way.told > 0 && is_same(way.last, source);
}

Way *
way_to(Reaching &reaching, Oid relation, Link link)
{
	WayKey key;
	bool found;

	memset(&key, 0, sizeof(key)); /* its padding is compared, too */
	key.relation = relation;
	key.link = link;

	Way *way = static_cast<Way *>(hash_search(reaching.ways, &key, HASH_ENTER, &found));

	if (!found)
	{
		memset(reinterpret_cast<char *>(way) + sizeof(key), 0, sizeof(Way) - sizeof(key));
	}
	return way;
}

/* What the sentence names: what takes it along, or itself where the statement wants it. */
const ObjectAddress &
reason_of(const Doomed &doomed)
{
	return OidIsValid(doomed.dependee.classId) ? doomed.dependee : doomed.object;
}

/* through: what the sentence names; it is the first of its kind, or one more. */
void
reach_by(Reaching &reaching, Oid relation, Link link, const ObjectAddress &through,
		 bool first = false)
{
	Way *way = way_to(reaching, relation, link);
	const List *before = reaching.inspection.further;
	const int count = list_length(before);

	if (is_told(*way, through))
	{
		return;
	}
	way->last = through;
	if (way->told == told_ways)
	{
		way->further->more++;
		return;
	}
	reach_further(reaching.inspection, relation,
				  {.relation = {},
				   .link = link,
				   .alteration = reaching.alteration,
				   .through = name_of(through),
				   .works = Answer::No,
				   .first = first,
				   .deletion = true});
	if (list_length(reaching.inspection.further) > count)
	{
		way->sources[way->told++] = through;
		way->further = static_cast<Further *>(llast(reaching.inspection.further));
	}
}

/* What loses a part of itself, unless it goes anyway or the statement has it. */
void
reach_loser(Reaching &reaching, Oid relation, Link link, const ObjectAddress &through,
			bool first = false)
{
	if (OidIsValid(relation) && !is_known(reaching, relation))
	{
		reach_by(reaching, relation, link, through, first);
	}
}

// ---- what goes

bool
is_table(char kind)
{
	return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE ||
		   kind == RELKIND_FOREIGN_TABLE;
}

bool
is_index(char kind)
{
	return kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX;
}

/* A table depends on another one as its partition or its child only. */
Link
link_to_relation(Form_pg_class row, Oid dependee)
{
	if (row->relkind == RELKIND_SEQUENCE)
	{
		return Link::OwnedSequence;
	}
	if (!is_table(row->relkind) || !is_table(get_rel_relkind(dependee)))
	{
		return Link::Dependent;
	}
	return row->relispartition ? Link::Partition : Link::InheritanceChild;
}

Link
link_to(Form_pg_class row, const ObjectAddress &dependee)
{
	switch (dependee.classId)
	{
		case NamespaceRelationId:
			return Link::SchemaMember;
		case ExtensionRelationId:
			return Link::ExtensionMember;
		case TypeRelationId:
			return row->reloftype == dependee.objectId ? Link::TypedTable : Link::Dependent;
		case RelationRelationId:
			return link_to_relation(row, dependee.objectId);
		default:
			return Link::Dependent;
	}
}

/* An index or a TOAST table comes with its table. */
bool
comes_along(const Reaching &reaching, Form_pg_class row)
{
	return row->relkind == RELKIND_TOASTVALUE ||
		   (is_index(row->relkind) && is_known(reaching, IndexGetRelation(row->oid, true)));
}

void
reach_whole(Reaching &reaching, const Doomed &doomed)
{
	FormData_pg_class row;

	if (!read_class_row(doomed.object.objectId, row) || comes_along(reaching, &row))
	{
		return;
	}
	if (!OidIsValid(doomed.dependee.classId))
	{
		return reach_by(reaching, row.oid, Link::Owned, address_of(AuthIdRelationId, row.relowner));
	}
	reach_by(reaching, row.oid, link_to(&row, doomed.dependee), doomed.dependee);
}

/* A column goes, its table stays. */
void
reach_column(Reaching &reaching, const Doomed &doomed)
{
	const bool by_type = doomed.dependee.classId == TypeRelationId;

	reach_loser(reaching, doomed.object.objectId, by_type ? Link::TypeUser : Link::DependentColumn,
				reason_of(doomed));
}

/* In the order in which the server locks them, while it looks for what depends on what. */
void
reach_gone(Reaching &reaching, const Deletion &deletion)
{
	for (const Doomed &doomed : deletion.objects)
	{
		CHECK_FOR_INTERRUPTS();
		if (doomed.object.classId != RelationRelationId)
		{
			continue;
		}
		if (doomed.object.objectSubId != 0)
		{
			reach_column(reaching, doomed);
			continue;
		}
		if (find(reaching.inspection.reached_as, doomed.object.objectId) == nullptr)
		{
			reach_whole(reaching, doomed);
		}
	}
}

// ---- what loses a part

/* A copy of the catalog's row with that OID, for catalogs without a cache; NULL: gone. */
HeapTuple
row_by_oid(Oid catalog_oid, Oid index, AttrNumber column, Oid oid)
{
	ScanKeyData key;
	::Relation catalog = table_open(catalog_oid, AccessShareLock);
	SysScanDesc scan;
	HeapTuple row;

	ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
	scan = systable_beginscan(catalog, index, true, nullptr, 1, &key);
	row = systable_getnext(scan);
	row = HeapTupleIsValid(row) ? heap_copytuple(row) : nullptr;
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return row;
}

template <typename Form>
Form
form_of(HeapTuple row)
{
	return reinterpret_cast<Form>(GETSTRUCT(row));
}

/* heap_drop_with_catalog: a partition's parent, and the default one, whose bound changes. */
void
reach_parent(Reaching &reaching, const ObjectAddress &partition)
{
	FormData_pg_class row;

	if (!read_class_row(partition.objectId, row) || !row.relispartition || is_index(row.relkind))
	{
		return;
	}

	const Oid parent = get_partition_parent(row.oid, true);
	const Oid rest = get_default_partition_oid(parent);
	const Reached *reached = find(reaching.inspection.reached_as, row.oid);
	const bool named = reached != nullptr && reached->named;

	reach_loser(reaching, parent, Link::PartitionParent, partition, named);
	reach_loser(reaching, rest, Link::DefaultPartition, address_of(RelationRelationId, parent));
}

/* The table of an index: index_drop. */
void
reach_relation_part(Reaching &reaching, const ObjectAddress &relation)
{
	if (relation.objectSubId == 0 && is_index(get_rel_relkind(relation.objectId)))
	{
		reach_loser(reaching, IndexGetRelation(relation.objectId, true), Link::IndexedTable,
					relation);
		return;
	}
	if (relation.objectSubId == 0)
	{
		reach_parent(reaching, relation);
	}
}

void
reach_constraint(Reaching &reaching, const Doomed &doomed)
{
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(doomed.object.objectId));

	if (!HeapTupleIsValid(row))
	{
		return;
	}

	const FormData_pg_constraint constraint = *form_of<Form_pg_constraint>(row);

	ReleaseSysCache(row);
	if (constraint.contype == CONSTRAINT_FOREIGN)
	{
		return reach_loser(reaching, constraint.conrelid, Link::ReferencingTable,
						   address_of(RelationRelationId, constraint.confrelid));
	}
	reach_loser(reaching, constraint.conrelid, Link::DependentConstraint, reason_of(doomed));
}

/* Either end of a foreign key. */
void
reach_key_trigger(Reaching &reaching, Oid table, Oid constraint_oid, const Doomed &doomed)
{
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint_oid));

	if (!HeapTupleIsValid(row))
	{
		return;
	}

	const FormData_pg_constraint constraint = *form_of<Form_pg_constraint>(row);
	const bool referencing = constraint.conrelid == table;

	ReleaseSysCache(row);
	if (constraint.contype != CONSTRAINT_FOREIGN)
	{
		return reach_loser(reaching, table, Link::DependentConstraint, reason_of(doomed));
	}
	reach_loser(
		reaching, table, referencing ? Link::ReferencingTable : Link::ReferencedTable,
		address_of(RelationRelationId, referencing ? constraint.confrelid : constraint.conrelid));
}

void
reach_trigger(Reaching &reaching, const Doomed &doomed)
{
	const HeapTuple row = row_by_oid(TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_oid,
									 doomed.object.objectId);

	if (row == nullptr)
	{
		return;
	}

	const Form_pg_trigger trigger = form_of<Form_pg_trigger>(row);

	if (OidIsValid(trigger->tgconstraint) && trigger->tgisinternal)
	{
		return reach_key_trigger(reaching, trigger->tgrelid, trigger->tgconstraint, doomed);
	}
	reach_loser(reaching, trigger->tgrelid, Link::DependentTrigger, reason_of(doomed));
}

void
reach_rule(Reaching &reaching, const Doomed &doomed)
{
	const HeapTuple row = row_by_oid(RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid,
									 doomed.object.objectId);

	if (row != nullptr)
	{
		reach_loser(reaching, form_of<Form_pg_rewrite>(row)->ev_class, Link::DependentRule,
					reason_of(doomed));
	}
}

void
reach_policy(Reaching &reaching, const Doomed &doomed)
{
	const HeapTuple row =
		row_by_oid(PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_oid, doomed.object.objectId);

	if (row != nullptr)
	{
		reach_loser(reaching, form_of<Form_pg_policy>(row)->polrelid, Link::DependentPolicy,
					reason_of(doomed));
	}
}

void
reach_statistics(Reaching &reaching, const Doomed &doomed)
{
	const HeapTuple row = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(doomed.object.objectId));

	if (!HeapTupleIsValid(row))
	{
		return;
	}

	const Oid table = form_of<Form_pg_statistic_ext>(row)->stxrelid;

	ReleaseSysCache(row);
	reach_loser(reaching, table, Link::StatisticsTable, doomed.object);
}

/* doDeletion. */
void
reach_by_part(Reaching &reaching, const Doomed &doomed)
{
	switch (doomed.object.classId)
	{
		case RelationRelationId:
			return reach_relation_part(reaching, doomed.object);
		case AttrDefaultRelationId:
			return reach_loser(reaching,
							   GetAttrDefaultColumnAddress(doomed.object.objectId).objectId,
							   Link::DependentDefault, reason_of(doomed));
		case ConstraintRelationId:
			return reach_constraint(reaching, doomed);
		case TriggerRelationId:
			return reach_trigger(reaching, doomed);
		case RewriteRelationId:
			return reach_rule(reaching, doomed);
		case PolicyRelationId:
			return reach_policy(reaching, doomed);
		case StatisticExtRelationId:
			return reach_statistics(reaching, doomed);
		default:
			return;
	}
}

}  // namespace

void
reach_deletion(Inspection &inspection, const Deletion &deletion, unsigned alteration)
{
	HASHCTL shape = {};

	shape.keysize = sizeof(WayKey);
	shape.entrysize = sizeof(Way);
	shape.hcxt = CurrentMemoryContext;

	Reaching reaching = {
		inspection,
		alteration,
		{},
		hash_create("ways to relations", 256, &shape, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT)};

	for (const Doomed &doomed : deletion.objects)
	{
		if (doomed.object.classId == RelationRelationId && doomed.object.objectSubId == 0)
		{
			add(reaching.gone, doomed.object.objectId, true);
		}
	}
	reach_gone(reaching, deletion);
	for (const unsigned number : deletion.deleted)
	{
		CHECK_FOR_INTERRUPTS();
		reach_by_part(reaching, deletion.objects[number]);
	}
}

}  // namespace ddl_warden::pg
