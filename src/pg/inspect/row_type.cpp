/* Columns of a composite type keep ALTER TABLE from changing what their values look like. */
#include "pg/inspect/references.hpp"
#include "pg/inspect/refusal.hpp"

extern "C" {
#include "catalog/pg_type.h"
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
	check_stack_depth();
	for (const FormData_pg_depend &row : references_to(TypeRelationId, type))
	{
		if (row.classid == TypeRelationId ? is_used_by_columns(row.objid) : keeps_values(row, type))
		{
			return true;
		}
	}
	return false;
}

}  // namespace ddl_warden::pg
