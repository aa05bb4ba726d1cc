/*
 * findDependentObjects, performMultipleDeletions and reportDependentObjects of dependency.c, where
 * they only look: same rows, same order, same refusals. An object is found by hash where the server
 * goes through a list.
 */
#include "pg/inspect/dependency.hpp"

extern "C" {
#include "catalog/catalog.h"
#include "catalog/pg_depend.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
}

#include <algorithm>

namespace ddl_warden::pg
{

namespace
{

/* Doomed.reasons: the DEPFLAG_* of dependency.c. */
enum Reason
{
	wanted_itself = 1 << 0,
	by_normal = 1 << 1,
	by_auto = 1 << 2,
	by_internal = 1 << 3,
	by_partition = 1 << 4,
	by_extension = 1 << 5,
	by_owned = 1 << 6, /* reached from what it owns */
	is_part = 1 << 7,  /* is a part of something partitioned */
	is_within = 1 << 8 /* a column of a relation that goes as a whole */
};

/* None of these keeps RESTRICT from going on. */
constexpr int allowed_under_restrict =
	wanted_itself | by_auto | by_internal | by_partition | by_extension | is_within;

enum class State : std::uint8_t
{
	Pending, /* the statement wants it; not come to yet */
	Visited, /* what depends on it is being looked for */
	Listed,
};

constexpr unsigned none = ~0U;

/* An object that was come across: a relation or one of its columns is a node of its own. */
struct Node
{
	Doomed doomed;
	unsigned sibling; /* the next node of the same object and another column */
	State state;
	bool wanted;
};

/* Key and entry of the hash table of objects. */
struct ObjectKey
{
	Oid catalog;
	Oid object;
};

struct ObjectEntry
{
	ObjectKey key; /* must be first */
	unsigned first;
};

struct Search
{
	::Relation catalog; /* pg_depend */
	HTAB *objects;
	Node *nodes;
	unsigned count;
	unsigned room;
	unsigned *deleted;
	unsigned deleted_count;
	unsigned deleted_room;
	bool refused;
};

template <typename T>
T *
with_room(T *array, unsigned count, unsigned &room)
{
	if (count < room)
	{
		return array;
	}
	room *= 2;
	return static_cast<T *>(repalloc_huge(array, sizeof(T) * room));
}

bool
is_same(const ObjectAddress &a, const ObjectAddress &b)
{
	return a.classId == b.classId && a.objectId == b.objectId;
}

// ---- nodes

ObjectEntry *
entry_of(const Search &search, const ObjectAddress &object, HASHACTION action, bool *found)
{
	const ObjectKey key = {object.classId, object.objectId};

	return static_cast<ObjectEntry *>(hash_search(search.objects, &key, action, found));
}

/* The first node of the object and its columns. */
unsigned
first_node(const Search &search, const ObjectAddress &object)
{
	const ObjectEntry *entry = entry_of(search, object, HASH_FIND, nullptr);

	return entry == nullptr ? none : entry->first;
}

/* The node of exactly this, made when there is none. */
unsigned
node_of(Search &search, const ObjectAddress &object)
{
	bool found;
	ObjectEntry *entry = entry_of(search, object, HASH_ENTER, &found);
	unsigned number = found ? entry->first : none;

	for (; number != none; number = search.nodes[number].sibling)
	{
		if (search.nodes[number].doomed.object.objectSubId == object.objectSubId)
		{
			return number;
		}
	}
	search.nodes = with_room(search.nodes, search.count, search.room);
	search.nodes[search.count] = {
		{object, {}, 0}, found ? entry->first : none, State::Pending, false};
	entry->first = search.count;
	return search.count++;
}

/* Is it there in this state, itself or with the whole of it? Then it was reached on one more way.
 * Columns of it that are there get the reasons of the whole. As stack_address_present_add_flags
 * and object_address_present_add_flags. */
bool
is_present(Search &search, const ObjectAddress &object, State state, int reasons)
{
	bool present = false;

	for (unsigned number = first_node(search, object); number != none;
		 number = search.nodes[number].sibling)
	{
		Node &node = search.nodes[number];

		if (node.state != state)
		{
			continue;
		}
		if (node.doomed.object.objectSubId == object.objectSubId)
		{
			node.doomed.reasons |= reasons;
			present = true;
		}
		else if (node.doomed.object.objectSubId == 0)
		{
			present = true;
		}
		else if (object.objectSubId == 0 && reasons != 0)
		{
			node.doomed.reasons |= reasons | is_within;
		}
	}
	return present;
}

/* Does the statement want it, or the whole of it, too? As object_address_present. */
bool
is_wanted(const Search &search, const ObjectAddress &object)
{
	for (unsigned number = first_node(search, object); number != none;
		 number = search.nodes[number].sibling)
	{
		const Node &node = search.nodes[number];
		const int32 column = node.doomed.object.objectSubId;

		if (node.wanted && (column == 0 || column == object.objectSubId))
		{
			return true;
		}
	}
	return false;
}

void
list(Search &search, unsigned number, const ObjectAddress &dependee)
{
	search.nodes[number].doomed.dependee = dependee;
	search.nodes[number].state = State::Listed;
	search.deleted = with_room(search.deleted, search.deleted_count, search.deleted_room);
	search.deleted[search.deleted_count++] = number;
}

// ---- pg_depend

SysScanDesc
scan_from(const Search &search, const ObjectAddress &object, const AttrNumber (&columns)[3],
		  Oid index, ScanKeyData *keys)
{
	ScanKeyInit(&keys[0], columns[0], BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object.classId));
	ScanKeyInit(&keys[1], columns[1], BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object.objectId));
	ScanKeyInit(&keys[2], columns[2], BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(object.objectSubId));
	/* of a whole object, the rows of its columns, too */
	return systable_beginscan(search.catalog, index, true, nullptr, object.objectSubId != 0 ? 3 : 2,
							  keys);
}

/* A row that links a column to its own table: that goes without saying. */
bool
is_within_itself(const ObjectAddress &object, const ObjectAddress &other)
{
	return object.objectSubId == 0 && is_same(object, other);
}

// ---- what it is a part of

struct Owners
{
	ObjectAddress next; /* to be deleted instead of it; classId 0: none */
	ObjectAddress part_of;
	int reasons;     /* is_part */
	bool is_not_own; /* the outermost object belongs to another one */
	bool later;      /* the outermost object goes with another one that the statement wants */
};

bool
owns_whole(char type)
{
	return type == DEPENDENCY_INTERNAL || type == DEPENDENCY_EXTENSION;
}

/* Adds what one row says; false: nothing more needs to be known. */
bool
add_owner(Search &search, Owners &owners, const FormData_pg_depend &row, bool outermost)
{
	const ObjectAddress owner = address_of(row.refclassid, row.refobjid, row.refobjsubid);

	if (row.deptype == DEPENDENCY_PARTITION_PRI || row.deptype == DEPENDENCY_PARTITION_SEC)
	{
		if (row.deptype == DEPENDENCY_PARTITION_PRI || (owners.reasons & is_part) == 0)
		{
			owners.part_of = owner;
		}
		owners.reasons |= is_part;
		return true;
	}
	if (!owns_whole(row.deptype))
	{
		return true;
	}
	if (outermost)
	{
		owners.is_not_own = true;
		owners.later = is_wanted(search, owner);
		return !owners.later;
	}
	if (is_present(search, owner, State::Visited, 0))
	{
		return true;
	}
	owners.next = owner;
	return false;
}

Owners
find_owners(Search &search, const ObjectAddress &object, bool outermost)
{
	constexpr AttrNumber columns[] = {Anum_pg_depend_classid, Anum_pg_depend_objid,
									  Anum_pg_depend_objsubid};
	ScanKeyData keys[3];
	SysScanDesc scan = scan_from(search, object, columns, DependDependerIndexId, keys);
	Owners owners = {};
	HeapTuple tuple;
	bool more = true;

	while (more && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		const FormData_pg_depend &row = *reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));

		if (!is_within_itself(object, address_of(row.refclassid, row.refobjid, row.refobjsubid)))
		{
			more = add_owner(search, owners, row, outermost);
		}
	}
	systable_endscan(scan);
	return owners;
}

// ---- what depends on it

struct Dependent
{
	ObjectAddress object;
	int reason;
};

struct Dependents
{
	Dependent *array;
	unsigned count;
	unsigned room;
};

int
reason_of(char type)
{
	switch (type)
	{
		case DEPENDENCY_AUTO:
		case DEPENDENCY_AUTO_EXTENSION:
			return by_auto;
		case DEPENDENCY_INTERNAL:
			return by_internal;
		case DEPENDENCY_PARTITION_PRI:
		case DEPENDENCY_PARTITION_SEC:
			return by_partition;
		case DEPENDENCY_EXTENSION:
			return by_extension;
		default:
			return by_normal;
	}
}

void
add_dependent(Dependents &dependents, const Dependent &one)
{
	if (dependents.array == nullptr)
	{
		dependents.room = 16;
		dependents.array = static_cast<Dependent *>(palloc(sizeof(Dependent) * dependents.room));
	}
	dependents.array = with_room(dependents.array, dependents.count, dependents.room);
	dependents.array[dependents.count++] = one;
}

/* As object_address_comparator: younger ones first. */
bool
goes_before(const ObjectAddress &a, const ObjectAddress &b)
{
	if (a.objectId != b.objectId)
	{
		return a.objectId > b.objectId;
	}
	if (a.classId != b.classId)
	{
		return a.classId < b.classId;
	}
	return static_cast<uint32>(a.objectSubId) < static_cast<uint32>(b.objectSubId);
}

/* In the order in which the server goes on from them; each has a node from here on, as the server
 * locks them here. */
Dependents
find_dependents(Search &search, const ObjectAddress &object)
{
	constexpr AttrNumber columns[] = {Anum_pg_depend_refclassid, Anum_pg_depend_refobjid,
									  Anum_pg_depend_refobjsubid};
	ScanKeyData keys[3];
	SysScanDesc scan = scan_from(search, object, columns, DependReferenceIndexId, keys);
	Dependents dependents = {};
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		const FormData_pg_depend &row = *reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
		const ObjectAddress other = address_of(row.classid, row.objid, row.objsubid);

		if (!is_within_itself(object, other))
		{
			add_dependent(dependents, {other, reason_of(row.deptype)});
			node_of(search, other);
		}
	}
	systable_endscan(scan);
	std::sort(
		dependents.array, dependents.array + dependents.count,
		[](const Dependent &a, const Dependent &b) { return goes_before(a.object, b.object); });
	return dependents;
}

// ---- the search

void visit(Search &search, ObjectAddress object, int reasons, const ObjectAddress &from);

void
visit_dependents(Search &search, const ObjectAddress &object)
{
	const Dependents dependents = find_dependents(search, object);

	for (unsigned i = 0; i < dependents.count && !search.refused; i++)
	{
		visit(search, dependents.array[i].object, dependents.array[i].reason, object);
	}
	if (dependents.array != nullptr)
	{
		pfree(dependents.array);
	}
}

/* Goes to the owner in place of what it owns, which comes along with it. */
void
visit_owner(Search &search, const ObjectAddress &object, int reasons, const ObjectAddress &owner,
			const ObjectAddress &from)
{
	visit(search, owner, by_owned, from);
	search.refused = search.refused || !is_present(search, object, State::Listed, reasons);
}

/* findDependentObjects. from.classId 0: the outermost level. */
void
visit(Search &search, ObjectAddress object, int reasons, const ObjectAddress &from)
{
	const bool outermost = !OidIsValid(from.classId);

	CHECK_FOR_INTERRUPTS();
	check_stack_depth();
	if (is_present(search, object, State::Visited, reasons) ||
		is_present(search, object, State::Listed, reasons))
	{
		return;
	}
	search.refused = search.refused || IsPinnedObject(object.classId, object.objectId);

	const Owners owners = find_owners(search, object, outermost);

	if (owners.later)
	{
		return;
	}
	search.refused = search.refused || owners.is_not_own;
	if (OidIsValid(owners.next.classId))
	{
		return visit_owner(search, object, reasons, owners.next, from);
	}

	const unsigned number = node_of(search, object);

	search.nodes[number].doomed.reasons |= reasons | owners.reasons;
	search.nodes[number].state = State::Visited;
	visit_dependents(search, object);
	list(search, number, (owners.reasons & is_part) != 0 && !outermost ? owners.part_of : from);
}

/* reportDependentObjects, where it says no. */
bool
is_refused(const Doomed &doomed, DropBehavior behavior)
{
	const bool torn_off = (doomed.reasons & is_part) != 0 && (doomed.reasons & by_partition) == 0;

	return torn_off ||
		   (behavior == DROP_RESTRICT && (doomed.reasons & allowed_under_restrict) == 0);
}

Search
new_search()
{
	HASHCTL shape = {};
	Search search = {};

	shape.keysize = sizeof(ObjectKey);
	shape.entrysize = sizeof(ObjectEntry);
	shape.hcxt = CurrentMemoryContext;
	search.objects =
		hash_create("objects to be dropped", 256, &shape, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	search.room = search.deleted_room = 256;
	search.nodes = static_cast<Node *>(palloc(sizeof(Node) * search.room));
	search.deleted = static_cast<unsigned *>(palloc(sizeof(unsigned) * search.deleted_room));
	return search;
}

Deletion
result_of(const Search &search, DropBehavior behavior)
{
	const std::span<Doomed> objects = allocate_array<Doomed>(search.count);
	bool refused = search.refused;

	for (unsigned i = 0; i < search.count; i++)
	{
		objects[i] = search.nodes[i].doomed;
	}
	for (unsigned i = 0; i < search.deleted_count; i++)
	{
		refused = refused || is_refused(objects[search.deleted[i]], behavior);
	}
	return {objects, {search.deleted, search.deleted_count}, refused};
}

}  // namespace

void
sort_for_deletion(std::span<ObjectAddress> objects)
{
	std::sort(objects.begin(), objects.end(), goes_before);
}

Deletion
find_deletion(std::span<const ObjectAddress> wanted, DropBehavior behavior)
{
	Search search = new_search();

	search.catalog = table_open(DependRelationId, AccessShareLock);
	for (const ObjectAddress &object : wanted)
	{
		const unsigned number = node_of(search, object); /* may move the nodes */

		search.nodes[number].wanted = true;
	}
	for (const ObjectAddress &object : wanted)
	{
		if (!search.refused)
		{
			visit(search, object, wanted_itself, {});
		}
	}
	table_close(search.catalog, AccessShareLock);
	return result_of(search, behavior);
}

}  // namespace ddl_warden::pg
