#include "pg/inspect/references.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr int least_room = 8;

Form_pg_depend
with_room(Form_pg_depend rows, std::size_t room)
{
	const Size size = sizeof(FormData_pg_depend) * room;

	return static_cast<Form_pg_depend>(rows == nullptr ? palloc(size) : repalloc_huge(rows, size));
}

/* A server call may leave this at any moment: nothing here owns anything. */
std::span<const FormData_pg_depend>
rows_of(Oid index, std::span<ScanKeyData> keys)
{
	Form_pg_depend rows = nullptr;
	std::size_t count = 0;
	std::size_t room = 0;
	HeapTuple row;
	const ::Relation catalog = table_open(DependRelationId, AccessShareLock);
	const SysScanDesc scan = systable_beginscan(catalog, index, true, nullptr,
												static_cast<int>(keys.size()), keys.data());

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
		if (count == room)
		{
			room = room == 0 ? least_room : 2 * room;
			rows = with_room(rows, room);
		}
		rows[count++] = *reinterpret_cast<Form_pg_depend>(GETSTRUCT(row));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return {rows, count};
}

void
set_object(ScanKeyData *keys, AttrNumber catalog_column, AttrNumber object_column, Oid catalog,
		   Oid object)
{
	ScanKeyInit(&keys[0], catalog_column, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(catalog));
	ScanKeyInit(&keys[1], object_column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
}

std::span<const FormData_pg_depend>
rows_to_columns(Oid relation, StrategyNumber strategy, RegProcedure compare, AttrNumber column)
{
	ScanKeyData keys[3];

	set_object(keys, Anum_pg_depend_refclassid, Anum_pg_depend_refobjid, RelationRelationId,
			   relation);
	ScanKeyInit(&keys[2], Anum_pg_depend_refobjsubid, strategy, compare, Int32GetDatum(column));
	return rows_of(DependReferenceIndexId, keys);
}

}  // namespace

std::span<const FormData_pg_depend>
references_to(Oid catalog, Oid object)
{
	ScanKeyData keys[2];

	set_object(keys, Anum_pg_depend_refclassid, Anum_pg_depend_refobjid, catalog, object);
	return rows_of(DependReferenceIndexId, keys);
}

std::span<const FormData_pg_depend>
references_to_column(Oid relation, AttrNumber column)
{
	return rows_to_columns(relation, BTEqualStrategyNumber, F_INT4EQ, column);
}

std::span<const FormData_pg_depend>
references_to_columns(Oid relation)
{
	return rows_to_columns(relation, BTGreaterEqualStrategyNumber, F_INT4GE, 1);
}

std::span<const FormData_pg_depend>
references_from(Oid catalog, Oid object)
{
	ScanKeyData keys[2];

	set_object(keys, Anum_pg_depend_classid, Anum_pg_depend_objid, catalog, object);
	return rows_of(DependDependerIndexId, keys);
}

}  // namespace ddl_warden::pg
