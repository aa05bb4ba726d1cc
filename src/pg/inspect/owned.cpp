/* DROP OWNED and REASSIGN OWNED: what belongs to a role, by pg_shdepend. */
#include "pg/inspect/dependency.hpp"
#include "pg/inspect/families.hpp"
#include "pg/inspect/planning.hpp"

extern "C" {
#include "catalog/catalog.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_shdepend.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

struct RoleQuest
{
	const RoleSpec *name;
	Oid role;
};

void
find_role(void *argument)
{
	RoleQuest &quest = *static_cast<RoleQuest *>(argument);

	quest.role = get_rolespec_oid(quest.name, true);
}

/* InvalidOid: there is none of that name, or the server takes no such name here. */
Oid
role_of(const RoleSpec *name)
{
	RoleQuest quest = {name, InvalidOid};

	return attempt(find_role, &quest) ? quest.role : InvalidOid;
}

/* The roles that the statement names. As DropOwnedObjects and ReassignOwnedObjects of user.c, and
 * the first lines of shdepDropOwned: none that the server itself belongs to. */
List *
find_roles(Inspection &inspection, const List *names)
{
	List *roles = NIL;
	const ListCell *cell;

	foreach (cell, names)
	{
		const Oid role = role_of(lfirst_node(RoleSpec, cell));

		if (!OidIsValid(role) || !has_privs_of_role(GetUserId(), role) ||
			IsPinnedObject(AuthIdRelationId, role))
		{
			inspection.facts.judgeable = false;
			return NIL;
		}
		roles = list_append_unique_oid(roles, role);
	}
	return roles;
}

/* Calls once for each row of pg_shdepend that leads from this database to the role. */
void
for_each_of(Oid role, void (*found)(const FormData_pg_shdepend &row, void *argument),
			void *argument)
{
	ScanKeyData keys[2];
	HeapTuple row;
	::Relation catalog = table_open(SharedDependRelationId, AccessShareLock);

	ScanKeyInit(&keys[0], Anum_pg_shdepend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(AuthIdRelationId));
	ScanKeyInit(&keys[1], Anum_pg_shdepend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(role));
	SysScanDesc scan =
		systable_beginscan(catalog, SharedDependReferenceIndexId, true, nullptr, 2, keys);

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const FormData_pg_shdepend &form = *reinterpret_cast<Form_pg_shdepend>(GETSTRUCT(row));

		CHECK_FOR_INTERRUPTS();
		if (form.dbid == MyDatabaseId)
		{
			found(form, argument);
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

// ---- DROP OWNED

struct Owned
{
	const List *roles;
	ObjectAddress *objects;
	std::size_t count;
	std::size_t room;
};

void
add(Owned &owned, const ObjectAddress &object)
{
	if (owned.count == owned.room)
	{
		owned.room *= 2;
		owned.objects = static_cast<ObjectAddress *>(
			repalloc_huge(owned.objects, sizeof(ObjectAddress) * owned.room));
	}
	owned.objects[owned.count++] = object;
}

bool
are_all_among(const List *roles, HeapTuple policy, TupleDesc shape)
{
	bool is_null;
	const Datum datum = heap_getattr(policy, Anum_pg_policy_polroles, shape, &is_null);
	const ArrayType *array = DatumGetArrayTypeP(datum);
	const Oid *oids = reinterpret_cast<const Oid *>(ARR_DATA_PTR(array));

	for (int i = 0; i < ARR_DIMS(array)[0]; i++)
	{
		if (!list_member_oid(roles, oids[i]))
		{
			return false;
		}
	}
	return true;
}

/* A policy for other roles, too, stays: RemoveRoleFromObjectPolicy, which locks no table then. */
bool
goes_with(const List *roles, Oid policy)
{
	ScanKeyData key;
	::Relation catalog = table_open(PolicyRelationId, AccessShareLock);

	ScanKeyInit(&key, Anum_pg_policy_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(policy));

	SysScanDesc scan = systable_beginscan(catalog, PolicyOidIndexId, true, nullptr, 1, &key);
	const HeapTuple row = systable_getnext(scan);
	const bool goes = HeapTupleIsValid(row) && are_all_among(roles, row, RelationGetDescr(catalog));

	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return goes;
}

/* As shdepDropOwned in pg_shdepend.c. */
void
add_dropped(const FormData_pg_shdepend &row, void *argument)
{
	Owned &owned = *static_cast<Owned *>(argument);

	if (row.deptype == SHARED_DEPENDENCY_OWNER ||
		(row.deptype == SHARED_DEPENDENCY_POLICY && goes_with(owned.roles, row.objid)))
	{
		add(owned, address_of(row.classid, row.objid, row.objsubid));
	}
}

}  // namespace

void
inspect_drop_owned(Inspection &inspection, const DropOwnedStmt *statement)
{
	const ListCell *cell;

	inspection.facts.kind = Kind::DropOwned;

	const List *roles = find_roles(inspection, statement->roles);
	Owned owned = {roles, nullptr, 0, 64};

	owned.objects = static_cast<ObjectAddress *>(palloc(sizeof(ObjectAddress) * owned.room));
	foreach (cell, roles)
	{
		for_each_of(lfirst_oid(cell), add_dropped, &owned);
	}

	const std::span<ObjectAddress> objects = {owned.objects, owned.count};

	sort_for_deletion(objects);

	const Deletion deletion = find_deletion(objects, statement->behavior);

	inspection.facts.judgeable = inspection.facts.judgeable && !deletion.refused;
	if (inspection.facts.judgeable)
	{
		reach_deletion(inspection, deletion);
	}
}

// ---- REASSIGN OWNED

namespace
{

struct Reassigning
{
	Inspection &inspection;
	Oid to;
};

/* As shdepReassignOwned: a table with its indexes and its TOAST table, unless it has that owner
 * already (ATExecChangeOwner); a composite type is found by its row in pg_type. */
void
reach_reassigned(const FormData_pg_shdepend &row, void *argument)
{
	const Reassigning &reassigning = *static_cast<Reassigning *>(argument);
	const Oid relation = row.classid == RelationRelationId ? row.objid
						 : row.classid == TypeRelationId   ? get_typ_typrelid(row.objid)
														   : InvalidOid;

	if (row.deptype != SHARED_DEPENDENCY_OWNER || !OidIsValid(relation))
	{
		return;
	}

	const ObjectAddress owner = address_of(AuthIdRelationId, row.refobjid);

	const bool kept = row.refobjid == reassigning.to;

	reach_further(reassigning.inspection, relation,
				  {.relation = {},
				   .link = kept ? Link::KeptOwner : Link::Owned,
				   .alteration = 0,
				   .through = view(getObjectIdentity(&owner, true)),
				   .works = Answer::No,
				   .first = false});
}

}  // namespace

void
inspect_reassign_owned(Inspection &inspection, const ReassignOwnedStmt *statement)
{
	const Oid to = role_of(statement->newrole);
	const ListCell *cell;

	inspection.facts.kind = Kind::ReassignOwned;

	const List *roles = find_roles(inspection, statement->roles);

	if (!OidIsValid(to) || !has_privs_of_role(GetUserId(), to))
	{
		inspection.facts.judgeable = false;
		return;
	}
	Reassigning reassigning = {inspection, to};

	foreach (cell, roles)
	{
		for_each_of(lfirst_oid(cell), reach_reassigned, &reassigning);
	}
}

}  // namespace ddl_warden::pg
