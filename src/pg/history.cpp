/* Names as the record has them, for ddl_warden.history(). */
#include "pg/memory.hpp"

extern "C" {
#include "catalog/index.h"
#include "catalog/pg_type_d.h"
#include "commands/dbcommands.h"
#include "utils/array.h"
#include "utils/varlena.h"

PG_FUNCTION_INFO_V1(ddl_warden_recorded_names);
}

namespace ddl_warden::pg
{

namespace
{

struct ParsedName
{
	const char *database; /* NULL: not said */
	const char *schema;   /* NULL: not said */
	const char *relation;
};

[[noreturn]] void
reject(const char *text)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_NAME), errmsg("invalid name of a relation: \"%s\"", text),
			 errhint("Write it as in SQL: orders, public.orders or public.\"Orders\".")));
}

ParsedName
parse_name(const char *text)
{
	List *parts;

	if (!SplitIdentifierString(pstrdup(text), '.', &parts) || parts == NIL ||
		list_length(parts) > 3)
	{
		reject(text);
	}
	const int count = list_length(parts);
	const auto part_from_last = [&](int place) {
		return place < count ? static_cast<const char *>(list_nth(parts, count - 1 - place))
							 : nullptr;
	};

	return {part_from_last(2), part_from_last(1), part_from_last(0)};
}

void
require_this_database(const ParsedName &name)
{
	if (name.database != nullptr && strcmp(name.database, get_database_name(MyDatabaseId)) != 0)
	{
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("record of database \"%s\" cannot be read from here", name.database),
						errhint("Each database has its own: connect to that one.")));
	}
}

/* Without asking for privileges: names are all that comes of it. */
Oid
find_relation(const ParsedName &name)
{
	if (name.schema == nullptr)
	{
		return RelnameGetRelid(name.relation);
	}
	const Oid schema = get_namespace_oid(name.schema, true);

	return OidIsValid(schema) ? get_relname_relid(name.relation, schema) : InvalidOid;
}

/* The record keeps an index under its table. */
Oid
filed_under(Oid relation)
{
	const char kind = get_rel_relkind(relation);

	return kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX
			   ? IndexGetRelation(relation, true)
			   : relation;
}

List *
add_name(List *names, const char *schema, const char *relation)
{
	return schema == nullptr || relation == nullptr
			   ? names
			   : lappend(names, cstring_to_text(quote_qualified_identifier(schema, relation)));
}

/* Of a relation that is not there. */
List *
possible_names(const ParsedName &name)
{
	List *names = NIL;
	const ListCell *cell;

	if (name.schema != nullptr)
	{
		return add_name(names, name.schema, name.relation);
	}
	foreach (cell, fetch_search_path(false))
	{
		names = add_name(names, get_namespace_name(lfirst_oid(cell)), name.relation);
	}
	return names;
}

List *
recorded_names(const char *text)
{
	const ParsedName name = parse_name(text);

	require_this_database(name);

	const Oid relation = find_relation(name);

	if (!OidIsValid(relation))
	{
		return possible_names(name);
	}
	const Oid filed = filed_under(relation);

	return add_name(NIL, get_namespace_name(get_rel_namespace(filed)), get_rel_name(filed));
}

Datum
text_array(const List *texts)
{
	const std::span<Datum> items = allocate_array<Datum>(list_length(texts));
	const ListCell *cell;

	foreach (cell, texts)
	{
		items[foreach_current_index(cell)] = PointerGetDatum(lfirst(cell));
	}
	return PointerGetDatum(construct_array(items.data(), static_cast<int>(items.size()), TEXTOID,
										   -1, false, TYPALIGN_INT));
}

}  // namespace

}  // namespace ddl_warden::pg

using namespace ddl_warden::pg;

/* ERROR 42602 for what is no name, also for NULL: better than an empty history. */
Datum
ddl_warden_recorded_names(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
	{
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("name of a relation must not be null")));
	}
	PG_RETURN_DATUM(text_array(recorded_names(text_to_cstring(PG_GETARG_TEXT_PP(0)))));
}
