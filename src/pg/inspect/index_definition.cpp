#include "pg/inspect/index_definition.hpp"

#include "pg/inspect/relation.hpp"

extern "C" {
#include "catalog/pg_index.h"
}

namespace ddl_warden::pg
{

namespace
{

const void *
copied_vector(HeapTuple row, AttrNumber attribute)
{
	bool is_null;
	const Datum vector = SysCacheGetAttr(INDEXRELID, row, attribute, &is_null);

	return PG_DETOAST_DATUM_COPY(vector);
}

void
read_row(HeapTuple row, IndexDefinition &definition)
{
	const Form_pg_index form = reinterpret_cast<Form_pg_index>(GETSTRUCT(row));

	definition.plain = heap_attisnull(row, Anum_pg_index_indpred, nullptr) &&
					   heap_attisnull(row, Anum_pg_index_indexprs, nullptr);
	definition.valid = form->indisvalid;
	definition.immediate = form->indimmediate;
	definition.unique = form->indisunique;
	definition.nulls_not_distinct = form->indnullsnotdistinct;
	definition.exclusion = form->indisexclusion;
	definition.attributes = form->indnatts;
	definition.keys = form->indnkeyatts;
	definition.columns =
		static_cast<const int2vector *>(copied_vector(row, Anum_pg_index_indkey))->values;
	definition.classes =
		static_cast<const oidvector *>(copied_vector(row, Anum_pg_index_indclass))->values;
	definition.collations =
		static_cast<const oidvector *>(copied_vector(row, Anum_pg_index_indcollation))->values;
}

}  // namespace

bool
read_index(Oid index, IndexDefinition &definition)
{
	const HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	FormData_pg_class relation;

	if (HeapTupleIsValid(row))
	{
		read_row(row, definition);
		ReleaseSysCache(row);
	}
	if (!HeapTupleIsValid(row) || !read_class_row(index, relation))
	{
		return false;
	}
	definition.oid = index;
	definition.access_method = relation.relam;
	definition.partitioned = relation.relkind == RELKIND_PARTITIONED_INDEX;
	definition.partition = relation.relispartition;
	return true;
}

}  // namespace ddl_warden::pg
