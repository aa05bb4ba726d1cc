#include "pg/inspect/relation.hpp"

#include "pg/compat.hpp"

#include "core/link_table.hpp"

extern "C" {
#include "access/attnum.h"
#include "catalog/catalog.h"
#include "catalog/index.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/dbcommands.h"
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"
}

#include <sys/stat.h>

#include <algorithm>

namespace ddl_warden::pg
{

namespace
{

constexpr std::uint64_t segment_bytes = std::uint64_t{RELSEG_SIZE} * BLCKSZ;

/* The bytes of a relation's main fork, counted as dbsize.c does: segment by segment. The last one
 * is the one that is not full. */
std::uint64_t
main_fork_bytes(Form_pg_class relation)
{
	const char *path = main_fork_path(relation);
	std::uint64_t bytes = 0;
	struct stat file = {};

	CHECK_FOR_INTERRUPTS();
	if (path == nullptr || stat(path, &file) < 0)
	{
		return 0; /* dropped meanwhile */
	}
	bytes = file.st_size;
	for (unsigned int segment = 1; bytes == segment * segment_bytes; segment++)
	{
		if (stat(psprintf("%s.%u", path, segment), &file) < 0)
		{
			break;
		}
		bytes += file.st_size;
	}
	return bytes;
}

/* quote_qualified_identifier takes a kilobyte for each. */
std::string_view
qualified(const char *space, const char *name)
{
	const std::string_view first = view(space == nullptr ? "" : quote_identifier(space));
	const std::string_view last = view(quote_identifier(name));
	const std::size_t point = space == nullptr ? 0 : 1;
	char *text = static_cast<char *>(palloc(first.size() + point + last.size()));

	std::copy(first.begin(), first.end(), text);
	std::fill_n(text + first.size(), point, '.');
	std::copy(last.begin(), last.end(), text + first.size() + point);
	return {text, first.size() + point + last.size()};
}

std::string_view
name_of(Form_pg_class relation)
{
	const char *space = isTempNamespace(relation->relnamespace)
							? "pg_temp"
							: get_namespace_name(relation->relnamespace);

	return qualified(space, NameStr(relation->relname));
}

RelationKind
kind_of(char relkind)
{
	switch (relkind)
	{
		case RELKIND_PARTITIONED_TABLE:
			return RelationKind::PartitionedTable;
		case RELKIND_MATVIEW:
			return RelationKind::MaterializedView;
		case RELKIND_VIEW:
			return RelationKind::View;
		case RELKIND_SEQUENCE:
			return RelationKind::Sequence;
		case RELKIND_FOREIGN_TABLE:
			return RelationKind::ForeignTable;
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			return RelationKind::Index;
		case RELKIND_COMPOSITE_TYPE:
			return RelationKind::CompositeType;
		case RELKIND_TOASTVALUE:
			return RelationKind::Toast;
		default:
			return RelationKind::Table;
	}
}

/* Opens the relcache entry only under a lock that this backend holds: whoever created a relation
 * still has ACCESS EXCLUSIVE on it. */
bool
is_created_here(Oid relation)
{
	::Relation entry;
	bool created;

	if (!holds_relation_lock(relation, AccessExclusiveLock))
	{
		return false;
	}
	entry = RelationIdGetRelation(relation);
	if (!RelationIsValid(entry))
	{
		return false;
	}
	created = entry->rd_createSubid != InvalidSubTransactionId;
	RelationClose(entry);
	return created;
}

bool
is_system(Form_pg_class relation)
{
	const char *space;

	if (IsCatalogRelationOid(relation->oid) || IsCatalogNamespace(relation->relnamespace))
	{
		return true;
	}
	space = get_namespace_name(relation->relnamespace);
	return space != nullptr && strcmp(space, "information_schema") == 0;
}

/* Any privilege on the relation, or on one of its columns. An index is seen with its table. */
bool
is_visible(Form_pg_class relation)
{
	Oid seen = relation->oid;
	bool is_index =
		relation->relkind == RELKIND_INDEX || relation->relkind == RELKIND_PARTITIONED_INDEX;

	if (is_index)
	{
		seen = IndexGetRelation(relation->oid, true);
	}
	return pg_class_aclmask(seen, GetUserId(), ACL_ALL_RIGHTS_RELATION, ACLMASK_ANY) != 0 ||
		   pg_attribute_aclcheck_all(seen, GetUserId(), ACL_ALL_RIGHTS_COLUMN, ACLMASK_ANY) ==
			   ACLCHECK_OK;
}

Index
describe_index(Oid oid)
{
	FormData_pg_class row;
	HeapTuple index = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(oid));
	Index facts = {};

	facts.oid = oid;
	if (read_class_row(oid, row))
	{
		facts.name = name_of(&row);
		facts.bytes = main_fork_bytes(&row);
		facts.partitioned = row.relkind == RELKIND_PARTITIONED_INDEX;
	}
	if (HeapTupleIsValid(index))
	{
		facts.valid = reinterpret_cast<Form_pg_index>(GETSTRUCT(index))->indisvalid;
		ReleaseSysCache(index);
	}
	return facts;
}

std::span<Index>
describe_indexes(Oid relation)
{
	List *oids = index_oids(relation);
	std::span<Index> indexes = allocate_array<Index>(list_length(oids));
	ListCell *cell;

	foreach (cell, oids)
	{
		indexes[foreach_current_index(cell)] = describe_index(lfirst_oid(cell));
	}
	return indexes;
}

Toast
describe_toast(Oid oid)
{
	FormData_pg_class row;
	Toast facts = {};

	if (!OidIsValid(oid) || !read_class_row(oid, row))
	{
		return facts;
	}
	facts.oid = oid;
	facts.name = name_of(&row);
	facts.bytes = main_fork_bytes(&row);
	for (const Index &index : describe_indexes(oid))
	{
		facts.index = index.oid;
		facts.index_name = index.name;
		facts.index_bytes = index.bytes;
	}
	return facts;
}

/* The first parent of a relation that the statement has reached too. */
Oid
find_reached_parent(const Inspection &inspection, Oid relation)
{
	Oid parent = InvalidOid;
	ScanKeyData key;
	HeapTuple row;
	::Relation catalog = table_open(InheritsRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relation));
	SysScanDesc scan =
		systable_beginscan(catalog, InheritsRelidSeqnoIndexId, true, nullptr, 1, &key);

	while (!OidIsValid(parent) && HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const Oid candidate = reinterpret_cast<Form_pg_inherits>(GETSTRUCT(row))->inhparent;

		parent = find(inspection.reached_as, candidate) != nullptr ? candidate : InvalidOid;
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return parent;
}

Relation
describe(Form_pg_class row)
{
	Relation facts = {};

	facts.oid = row->oid;
	facts.name = name_of(row);
	facts.kind = kind_of(row->relkind);
	facts.temporary = row->relpersistence == RELPERSISTENCE_TEMP;
	facts.created_here = is_created_here(row->oid);
	facts.system = is_system(row);
	facts.visible = is_visible(row);
	facts.heap_bytes = main_fork_bytes(row);
	return facts;
}

/* A parent may come after its child, when it was reached later. */
void
place_in_tree(const Inspection &inspection, Relation &relation)
{
	const Reached &reached = *find(inspection.reached_as, relation.oid);
	Oid parent = reached.parent;

	relation.named = reached.named;
	if (relation.named || inspection.relations.size() == 1)
	{
		return;
	}
	if (!OidIsValid(parent))
	{
		parent = find_reached_parent(inspection, relation.oid);
	}

	const std::size_t place = OidIsValid(parent) ? place_of(inspection, parent) : no_place;

	relation.descendant = place != no_place;
	relation.parent_at = relation.descendant ? place : 0;
}

Index *
find_index(const Inspection &inspection, Oid oid)
{
	Index *const *index = find(inspection.index_of, oid);

	return index == nullptr ? nullptr : *index;
}

std::string_view
written_name(const RangeVar *name)
{
	return view(name->schemaname == nullptr
					? quote_identifier(name->relname)
					: quote_qualified_identifier(name->schemaname, name->relname));
}

/* Another database's name, or a schema that the role may not use: the server refuses it. */
bool
is_in_reach(Inspection &inspection, const RangeVar *name)
{
	Oid schema =
		name->schemaname == nullptr ? InvalidOid : get_namespace_oid(name->schemaname, true);
	bool elsewhere = name->catalogname != nullptr &&
					 strcmp(name->catalogname, get_database_name(MyDatabaseId)) != 0;

	if (elsewhere || (OidIsValid(schema) && !may_use_schema(schema)))
	{
		inspection.facts.judgeable = false;
		return false;
	}
	return true;
}

}  // namespace

List *
index_oids(Oid relation)
{
	List *oids = NIL;
	ScanKeyData key;
	HeapTuple row;
	::Relation catalog = table_open(IndexRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relation));
	SysScanDesc scan = systable_beginscan(catalog, IndexIndrelidIndexId, true, nullptr, 1, &key);

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		Form_pg_index index = reinterpret_cast<Form_pg_index>(GETSTRUCT(row));

		if (index->indislive)
		{
			oids = lappend_oid(oids, index->indexrelid);
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	list_sort(oids, list_oid_cmp);
	return oids;
}

Oid
find_relation(Inspection &inspection, const RangeVar *name)
{
	Oid oid = InvalidOid;

	CHECK_FOR_INTERRUPTS(); /* a list of names may be as long as a text */
	if (is_in_reach(inspection, name))
	{
		oid = RangeVarGetRelidExtended(name, NoLock, RVR_MISSING_OK, nullptr, nullptr);
	}
	if (!OidIsValid(oid) && inspection.facts.missing.empty())
	{
		inspection.facts.missing = written_name(name);
	}
	return oid;
}

Form_pg_class
class_row(Oid relation)
{
	FormData_pg_class row;

	if (!read_class_row(relation, row))
	{
		return nullptr;
	}

	auto *copy = static_cast<Form_pg_class>(palloc(sizeof(FormData_pg_class)));

	*copy = row;
	return copy;
}

bool
read_class_row(Oid relation, FormData_pg_class &row)
{
	HeapTuple present;

	CHECK_FOR_INTERRUPTS(); /* asked for each relation of a tree, or of a schema */
	present = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	if (!HeapTupleIsValid(present))
	{
		return false;
	}
	memcpy(&row, GETSTRUCT(present), CLASS_TUPLE_SIZE);
	ReleaseSysCache(present);
	return true;
}

namespace
{

Reached &
come_to(Inspection &inspection, Oid relation, Oid parent)
{
	if (add(inspection.reached_as, relation, {parent, false, false, no_place}))
	{
		inspection.reached = lappend_oid(inspection.reached, relation);
	}

	Reached &reached = *find(inspection.reached_as, relation);

	reached.parent = OidIsValid(reached.parent) ? reached.parent : parent;
	return reached;
}

/* All below it that is wanted, in the order of find_all_inheritors. */
void
descend_from(Inspection &inspection, Oid relation, bool (*is_wanted)(Oid))
{
	List *tree = list_make1_oid(relation);
	const ListCell *above;
	const ListCell *below;

	foreach (above, tree) /* which grows, so that its cells move */
	{
		const Oid parent = lfirst_oid(above);
		Reached &reached = *find(inspection.reached_as, parent);

		CHECK_FOR_INTERRUPTS();
		if (reached.descended_from)
		{
			continue; /* by another parent */
		}
		reached.descended_from = true;
		foreach (below, find_inheritance_children(parent, NoLock))
		{
			if (is_wanted == nullptr || is_wanted(lfirst_oid(below)))
			{
				come_to(inspection, lfirst_oid(below), parent);
				tree = lappend_oid(tree, lfirst_oid(below));
			}
		}
	}
}

}  // namespace

void
reach(Inspection &inspection, Oid relation, bool descends)
{
	come_to(inspection, relation, InvalidOid).named = true;
	if (descends)
	{
		descend_from(inspection, relation, nullptr);
	}
}

void
reach_wanted(Inspection &inspection, Oid relation, bool (*is_wanted)(Oid))
{
	come_to(inspection, relation, InvalidOid).named = true;
	descend_from(inspection, relation, is_wanted);
}

void
reach_unnamed(Inspection &inspection, Oid relation)
{
	come_to(inspection, relation, InvalidOid);
}

void
reach_unnamed_tree(Inspection &inspection, Oid relation)
{
	come_to(inspection, relation, InvalidOid);
	descend_from(inspection, relation, nullptr);
}

bool
is_named(const Inspection &inspection, Oid relation)
{
	const Reached *reached = find(inspection.reached_as, relation);

	return reached != nullptr && reached->named;
}

std::size_t
place_of(const Inspection &inspection, Oid relation)
{
	const Reached *reached = find(inspection.reached_as, relation);

	return reached == nullptr ? no_place : reached->place;
}

void
reach_further(Inspection &inspection, Oid relation, Further how)
{
	FormData_pg_class row;
	const LinkedEffect *linked = effect_at(inspection.facts, how);

	if (linked == nullptr || !read_class_row(relation, row))
	{
		return;
	}
	how.relation = describe(&row);
	if (how.relation.kind == RelationKind::Index)
	{
		how.relation.table = qualified_name(IndexGetRelation(relation, true));
	}
	if (linked->companions != Companions::None)
	{
		how.relation.toast = describe_toast(row.reltoastrelid);
		how.relation.indexes = row.relhasindex ? describe_indexes(relation) : std::span<Index>();
	}

	auto *kept = static_cast<Further *>(palloc(sizeof(Further)));

	*kept = how;
	inspection.further = lappend(inspection.further, kept);
}

void
describe_relations(Inspection &inspection)
{
	std::size_t count = 0;
	std::span<Relation> relations = allocate_array<Relation>(list_length(inspection.reached));
	ListCell *cell;

	foreach (cell, inspection.reached)
	{
		FormData_pg_class row;

		if (read_class_row(lfirst_oid(cell), row))
		{
			find(inspection.reached_as, row.oid)->place = count;
			relations[count++] = describe(&row);
		}
		else if (is_named(inspection, lfirst_oid(cell)))
		{
			elog(ERROR, "relation %u is gone", lfirst_oid(cell)); /* another attempt tells */
		}
	}
	inspection.relations = relations.first(count);
	for (Relation &relation : inspection.relations)
	{
		place_in_tree(inspection, relation);
	}
	inspection.indexes = allocate_array<std::span<Index>>(count);
	inspection.facts.relations = inspection.relations;
}

void
describe_companions(Inspection &inspection)
{
	for (std::size_t i = 0; i < inspection.relations.size(); i++)
	{
		Relation &relation = inspection.relations[i];
		FormData_pg_class row;

		if (!read_class_row(relation.oid, row))
		{
			continue;
		}
		relation.toast = describe_toast(row.reltoastrelid);
		if (row.relhasindex)
		{
			inspection.indexes[i] = describe_indexes(row.oid);
			relation.indexes = inspection.indexes[i];
			for (Index &index : inspection.indexes[i])
			{
				add(inspection.index_of, index.oid, &index);
			}
		}
	}
}

void
describe_reached(Inspection &inspection)
{
	describe_relations(inspection);
	describe_companions(inspection);
}

void
set_fate(Inspection &inspection, Oid index, Fate fate)
{
	Index *found = find_index(inspection, index);

	if (found != nullptr && found->fate < fate)
	{
		found->fate = fate;
	}
}

void
mark_named(Inspection &inspection, Oid index)
{
	Index *found = find_index(inspection, index);

	if (found != nullptr)
	{
		found->named = true;
	}
}

List *
index_tree(Oid index)
{
	return find_all_inheritors(index, NoLock, nullptr);
}

namespace
{

/* Expressions and predicates keep their columns in a tree. A row as a whole depends on the table,
 * on none of its columns: find_expr_references_walker. */
bool
tree_uses(HeapTuple row, AttrNumber attribute, AttrNumber column)
{
	Bitmapset *columns = nullptr;
	bool is_null;
	const Datum tree = SysCacheGetAttr(INDEXRELID, row, attribute, &is_null);

	if (is_null)
	{
		return false;
	}
	pull_varattnos(static_cast<Node *>(stringToNode(TextDatumGetCString(tree))), 1, &columns);
	return bms_is_member(column - FirstLowInvalidHeapAttributeNumber, columns);
}

}  // namespace

bool
index_uses(Oid index, AttrNumber column)
{
	const HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool uses = false;

	if (!HeapTupleIsValid(row))
	{
		return false;
	}

	const Form_pg_index form = reinterpret_cast<Form_pg_index>(GETSTRUCT(row));

	for (int key = 0; key < form->indnatts; key++)
	{
		uses = uses || form->indkey.values[key] == column;
	}
	uses = uses || tree_uses(row, Anum_pg_index_indexprs, column) ||
		   tree_uses(row, Anum_pg_index_indpred, column);
	ReleaseSysCache(row);
	return uses;
}

bool
may_alter(Oid relation)
{
	Form_pg_class row = class_row(relation);

	if (row == nullptr || !owns(RelationRelationId, relation, GetUserId()))
	{
		return false;
	}
	return allowSystemTableMods || !IsSystemClass(relation, row);
}

bool
may_drop(Oid relation)
{
	Form_pg_class row = class_row(relation);

	if (row == nullptr || (!allowSystemTableMods && IsSystemClass(relation, row)))
	{
		return false;
	}
	return owns(RelationRelationId, relation, GetUserId()) ||
		   owns(NamespaceRelationId, row->relnamespace, GetUserId());
}

AttrNumber
column_number(Oid relation, const char *name)
{
	return get_attnum(relation, name);
}

Form_pg_attribute
column_row(Oid relation, AttrNumber column)
{
	HeapTuple row = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relation), Int16GetDatum(column));
	Form_pg_attribute copy;

	if (!HeapTupleIsValid(row))
	{
		return nullptr;
	}
	copy = static_cast<Form_pg_attribute>(palloc(sizeof(FormData_pg_attribute)));
	memcpy(copy, GETSTRUCT(row), ATTRIBUTE_FIXED_PART_SIZE);
	ReleaseSysCache(row);
	return copy->attisdropped ? nullptr : copy;
}

List *
relations_where(bool (*wanted)(Form_pg_class, const void *), const void *argument)
{
	List *oids = NIL;
	HeapTuple row;
	::Relation catalog = table_open(RelationRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 0, nullptr);

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		Form_pg_class relation = reinterpret_cast<Form_pg_class>(GETSTRUCT(row));

		if (wanted(relation, argument))
		{
			oids = lappend_oid(oids, relation->oid);
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return oids;
}

bool
has_storage(RelationKind kind)
{
	return kind == RelationKind::Table || kind == RelationKind::MaterializedView;
}

std::string_view
qualified_name(Oid relation)
{
	FormData_pg_class row;

	return read_class_row(relation, row) ? name_of(&row) : std::string_view();
}

std::string_view
quoted(const char *name)
{
	return view(name == nullptr ? "" : quote_identifier(name));
}

}  // namespace ddl_warden::pg
