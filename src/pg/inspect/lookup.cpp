#include "pg/inspect/lookup.hpp"
#include "pg/inspect/references.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "commands/dbcommands.h"
#include "nodes/makefuncs.h"
}

namespace ddl_warden::pg
{

namespace
{

Oid
own_temporary_schema()
{
	Oid schema;
	Oid toast_schema;

	GetTempNamespaceState(&schema, &toast_schema);
	return schema;
}

/* A search path that begins with the temporary schema would make it, here and now. */
Oid
default_creation_schema()
{
	if (strstr(namespace_search_path, "pg_temp") != nullptr)
	{
		return InvalidOid;
	}
	const List *schemas = fetch_search_path(false);

	return schemas == NIL ? InvalidOid : linitial_oid(schemas);
}

bool
is_this_database(const char *name)
{
	return strcmp(name, get_database_name(MyDatabaseId)) == 0;
}

Oid
type_in_schema(const char *schema_name, const char *name)
{
	const Oid schema = strcmp(schema_name, "pg_temp") == 0 ? own_temporary_schema()
														   : get_namespace_oid(schema_name, true);

	if (!OidIsValid(schema) || !may_use_schema(schema))
	{
		return InvalidOid;
	}
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, PointerGetDatum(name),
						   ObjectIdGetDatum(schema));
}

Oid
type_by_names(const List *names)
{
	switch (list_length(names))
	{
		case 1:
			return TypenameGetTypid(string_value(linitial(names)));
		case 2:
			return type_in_schema(string_value(linitial(names)), string_value(lsecond(names)));
		case 3:
			return is_this_database(string_value(linitial(names)))
					   ? type_in_schema(string_value(lsecond(names)), string_value(lthird(names)))
					   : InvalidOid;
		default:
			return InvalidOid;
	}
}

}  // namespace

bool
makes_temporary(const RangeVar *name)
{
	return name->relpersistence == RELPERSISTENCE_TEMP ||
		   (name->schemaname != nullptr && strcmp(name->schemaname, "pg_temp") == 0);
}

Oid
creation_schema(const RangeVar *name)
{
	if (makes_temporary(name))
	{
		return own_temporary_schema();
	}
	return name->schemaname != nullptr ? get_namespace_oid(name->schemaname, true)
									   : default_creation_schema();
}

std::string_view
creation_name(const RangeVar *name)
{
	const Oid schema = creation_schema(name);
	const char *schema_name = makes_temporary(name) ? "pg_temp"
							  : OidIsValid(schema)  ? get_namespace_name(schema)
													: name->schemaname;

	return view(schema_name == nullptr ? quote_identifier(name->relname)
									   : quote_qualified_identifier(schema_name, name->relname));
}

Oid
present_relation(const RangeVar *name)
{
	const Oid schema = creation_schema(name);

	return OidIsValid(schema) ? get_relname_relid(name->relname, schema) : InvalidOid;
}

bool
may_create(const RangeVar *name)
{
	const Oid schema = creation_schema(name);

	return makes_temporary(name) || !OidIsValid(schema) || may_create_in_schema(schema);
}

Oid
find_listed(Inspection &inspection, const List *names, int last_ones)
{
	const int parts = list_length(names) - last_ones;

	if (parts < 1 || parts > 3)
	{
		inspection.facts.judgeable = false;
		return InvalidOid;
	}
	return find_relation(inspection,
						 makeRangeVarFromNameList(list_truncate(list_copy(names), parts)));
}

Oid
written_type(const TypeName *name)
{
	if (name->names == NIL || name->pct_type)
	{
		return name->pct_type ? InvalidOid : name->typeOid;
	}
	const Oid type = type_by_names(name->names);

	return OidIsValid(type) && name->arrayBounds != NIL ? get_array_type(type) : type;
}

Oid
find_type(Inspection &inspection, const List *names)
{
	const Oid type = type_by_names(names);

	demand(inspection, OidIsValid(type));
	return type;
}

Form_pg_type
type_row(Oid type)
{
	const HeapTuple row = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Form_pg_type copy;

	if (!HeapTupleIsValid(row))
	{
		return nullptr;
	}
	copy = static_cast<Form_pg_type>(palloc(sizeof(FormData_pg_type)));
	memcpy(copy, GETSTRUCT(row), sizeof(FormData_pg_type));
	ReleaseSysCache(row);
	return copy;
}

Oid
composite_relation(Oid type)
{
	const Form_pg_type row = OidIsValid(type) ? type_row(type) : nullptr;
	const bool composite = row != nullptr && row->typtype == TYPTYPE_COMPOSITE &&
						   get_rel_relkind(row->typrelid) == RELKIND_COMPOSITE_TYPE;

	return composite ? row->typrelid : InvalidOid;
}

bool
is_index(Oid relation)
{
	const char kind = get_rel_relkind(relation);

	return kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX;
}

bool
suits(ObjectType type, char relkind)
{
	switch (type)
	{
		case OBJECT_SEQUENCE:
			return relkind == RELKIND_SEQUENCE;
		case OBJECT_VIEW:
			return relkind == RELKIND_VIEW;
		case OBJECT_MATVIEW:
			return relkind == RELKIND_MATVIEW;
		case OBJECT_FOREIGN_TABLE:
			return relkind == RELKIND_FOREIGN_TABLE;
		case OBJECT_INDEX:
			return relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX;
		case OBJECT_TYPE:
			return relkind == RELKIND_COMPOSITE_TYPE;
		default:
			return relkind != RELKIND_COMPOSITE_TYPE;
	}
}

/* find_typed_table_dependencies in tablecmds.c reads all of pg_class for them. */
List *
typed_tables(Oid type)
{
	List *tables = NIL;

	for (const FormData_pg_depend &row : references_to(TypeRelationId, type))
	{
		const bool whole = row.classid == RelationRelationId && row.objsubid == 0;
		const Form_pg_class table = whole ? class_row(row.objid) : nullptr;

		if (table != nullptr && table->reloftype == type)
		{
			tables = lappend_oid(tables, table->oid);
		}
	}
	list_sort(tables, list_oid_cmp);
	return tables;
}

void
reach_only(Inspection &inspection, Oid relation)
{
	if (OidIsValid(relation))
	{
		reach(inspection, relation, false);
		describe_relations(inspection);
	}
}

void
demand(Inspection &inspection, bool accepted)
{
	inspection.facts.judgeable = inspection.facts.judgeable && accepted;
}

}  // namespace ddl_warden::pg
