/* Columns of a composite type keep ALTER TABLE from changing what their values look like. */
#include "pg/inspect/refusal.hpp"

extern "C" {
#include "catalog/pg_depend.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

/* An index over an expression depends on the type as a whole. */
bool
has_column_of(Form_pg_class relation, Oid type)
{
	for (int number = 1; number <= relation->relnatts; number++)
	{
		const Form_pg_attribute column = column_row(relation->oid, static_cast<AttrNumber>(number));

		if (column != nullptr && column->atttypid == type)
		{
			return true;
		}
	}
	return false;
}

bool
keeps_values(const FormData_pg_depend &dependency, Oid type)
{
	const Form_pg_class relation =
		dependency.classid == RelationRelationId ? class_row(dependency.objid) : nullptr;

	if (relation == nullptr || (dependency.objsubid == 0 && !has_column_of(relation, type)))
	{
		return false;
	}
	return relation->relkind == RELKIND_COMPOSITE_TYPE
			   ? is_used_by_columns(relation->reltype)
			   : RELKIND_HAS_STORAGE(relation->relkind) ||
					 RELKIND_HAS_PARTITIONS(relation->relkind);
}

}  // namespace

bool
is_used_by_columns(Oid type)
{
	bool used = false;
	ScanKeyData keys[2];
	HeapTuple row;

	check_stack_depth();
	const ::Relation catalog = table_open(DependRelationId, AccessShareLock);

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(TypeRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(type));
	const SysScanDesc scan =
		systable_beginscan(catalog, DependReferenceIndexId, true, nullptr, 2, keys);

	while (!used && HeapTupleIsValid(row = systable_getnext(scan)))
	{
		const FormData_pg_depend &dependency = *reinterpret_cast<Form_pg_depend>(GETSTRUCT(row));

		used = dependency.classid == TypeRelationId ? is_used_by_columns(dependency.objid)
													: keeps_values(dependency, type);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return used;
}

}  // namespace ddl_warden::pg
