#include "pg/record/row.hpp"

#include "pg/extension.hpp"
#include "pg/memory.hpp"
#include "pg/own_table.hpp"

extern "C" {
#include "catalog/pg_type_d.h"
#include "utils/fmgrprotos.h"
#include "utils/xid8.h"
}

namespace ddl_warden::pg
{

namespace
{

Datum
absent(bool &isnull)
{
	isnull = true;
	return static_cast<Datum>(0);
}

template <auto field>
Datum
text_of(const Pending &decision, bool &isnull)
{
	const char *text = decision.*field;

	return text == nullptr || text[0] == '\0' ? absent(isnull) : CStringGetTextDatum(text);
}

template <auto field>
Datum
varlena_of(const Pending &decision, bool &isnull)
{
	return decision.*field == 0 ? absent(isnull) : decision.*field;
}

Datum
id_of(const Pending &decision, bool &)
{
	return Int64GetDatum(decision.id);
}

Datum
decided_at_of(const Pending &decision, bool &)
{
	return TimestampTzGetDatum(decision.decided_at);
}

Datum
backend_started_of(const Pending &decision, bool &)
{
	return TimestampTzGetDatum(decision.backend_started);
}

Datum
client_addr_of(const Pending &decision, bool &isnull)
{
	return decision.client_addr == 0 ? absent(isnull) : decision.client_addr;
}

Datum
backend_pid_of(const Pending &decision, bool &)
{
	return Int32GetDatum(decision.backend_pid);
}

Datum
transaction_id_of(const Pending &decision, bool &isnull)
{
	return decision.transaction_id == 0
			   ? absent(isnull)
			   : FullTransactionIdGetDatum(FullTransactionIdFromU64(decision.transaction_id));
}

Datum
query_id_of(const Pending &decision, bool &isnull)
{
	return decision.query_id == 0 ? absent(isnull)
								  : Int64GetDatum(static_cast<int64>(decision.query_id));
}

Datum
run_ms_of(const Pending &decision, bool &isnull)
{
	return decision.ran ? Float8GetDatum(decision.run_ms) : absent(isnull);
}

Datum
outcome_of(const Pending &decision, bool &)
{
	const std::string_view outcome = to_text(decision.outcome);

	return PointerGetDatum(
		cstring_to_text_with_len(outcome.data(), static_cast<int>(outcome.size())));
}

Datum
sqlstate_of(const Pending &decision, bool &isnull)
{
	return decision.sqlstate[0] == '\0' ? absent(isnull) : CStringGetTextDatum(decision.sqlstate);
}

}  // namespace

struct Column
{
	const char *name;
	Oid type;
	Datum (*value)(const Pending &decision, bool &isnull);
};

namespace
{

/* Of all tables. Columns are found by name: a table takes those that it has, and between an update
 * of the library and ALTER EXTENSION UPDATE it is the table of another version. */
constexpr Column known_columns[] = {
	{"id", INT8OID, id_of},
	{"decided_at", TIMESTAMPTZOID, decided_at_of},
	{"begun_at", TIMESTAMPTZOID, decided_at_of},
	{"role_name", TEXTOID, text_of<&Pending::role_name>},
	{"session_role", TEXTOID, text_of<&Pending::session_role>},
	{"application_name", TEXTOID, text_of<&Pending::application_name>},
	{"client_addr", INETOID, client_addr_of},
	{"backend_pid", INT4OID, backend_pid_of},
	{"backend_started", TIMESTAMPTZOID, backend_started_of},
	{"transaction_id", XID8OID, transaction_id_of},
	{"query_id", INT8OID, query_id_of},
	{"context", TEXTOID, text_of<&Pending::note>},
	{"command", TEXTOID, text_of<&Pending::command>},
	{"statement", TEXTOID, text_of<&Pending::statement>},
	{"relation", TEXTOID, text_of<&Pending::relation>},
	{"relations", OIDARRAYOID, varlena_of<&Pending::relations>},
	{"verdict", TEXTOID, text_of<&Pending::verdict>},
	{"rule", TEXTOID, text_of<&Pending::rule>},
	{"findings", JSONBOID, varlena_of<&Pending::findings>},
	{"override_reason", TEXTOID, text_of<&Pending::override_reason>},
	{"impact", JSONBOID, varlena_of<&Pending::impact>},
	{"run_ms", FLOAT8OID, run_ms_of},
	{"outcome", TEXTOID, outcome_of},
	{"sqlstate", TEXTOID, sqlstate_of},
	{"misprediction", JSONBOID, varlena_of<&Pending::misprediction>},
};

/* NULL for a column of another version, or one that is not of our type. */
const Column *
column_for(const FormData_pg_attribute &attribute)
{
	if (attribute.attisdropped || attribute.attgenerated != '\0')
	{
		return nullptr;
	}
	for (const Column &column : known_columns)
	{
		if (attribute.atttypid == column.type &&
			strcmp(NameStr(attribute.attname), column.name) == 0)
		{
			return &column;
		}
	}
	return nullptr;
}

void
map_columns(RecordTable &table)
{
	TupleDesc descriptor = RelationGetDescr(table.relation);

	table.columns = allocate_array<const Column *>(descriptor->natts);
	for (int i = 0; i < descriptor->natts; i++)
	{
		table.columns[i] = column_for(*TupleDescAttr(descriptor, i));
	}
}

/* False: a column that must not be NULL would be. */
bool
fill(const RecordTable &table, const Pending &decision, Datum *values, bool *nulls)
{
	TupleDesc descriptor = RelationGetDescr(table.relation);

	for (std::size_t i = 0; i < table.columns.size(); i++)
	{
		const Column *column = table.columns[i];

		nulls[i] = column == nullptr;
		values[i] = column == nullptr ? 0 : column->value(decision, nulls[i]);
		if (nulls[i] && TupleDescAttr(descriptor, i)->attnotnull)
		{
			return false;
		}
	}
	return true;
}

}  // namespace

const char *
open_record_table(RecordTable &table, Oid extension_owner, const char *name)
{
	const Oid oid = own_relation(extension_owner, name);

	table = {};
	table.holds_decisions = strcmp(name, decision_table) == 0;
	if (!OidIsValid(oid))
	{
		return "there is no table for it";
	}
	table.relation = open_without_waiting(oid, RowExclusiveLock);
	if (table.relation == nullptr)
	{
		return table_is_locked;
	}
	if (!is_heap(table.relation))
	{
		return "its table is no heap";
	}
	if (!lock_toast(table.relation) || !open_indexes(table.relation, table.indexes))
	{
		return "its table has an index that is locked or not plain";
	}
	map_columns(table);
	table.row_context =
		AllocSetContextCreate(CurrentMemoryContext, "ddl_warden row", ALLOCSET_DEFAULT_SIZES);
	return nullptr;
}

void
close_record_table(RecordTable &table)
{
	close_relation_table(table.further);
	close_indexes(table.indexes);
	if (table.relation != nullptr)
	{
		table_close(table.relation, NoLock);
	}
}

const char *
write_row(RecordTable &table, const Pending &decision)
{
	const bool has_further = table.holds_decisions && decision.further != 0;
	const char *obstacle =
		has_further ? open_relation_table(table.further, decision.extension_owner) : nullptr;

	if (obstacle != nullptr)
	{
		return obstacle;
	}
	const MemoryContext before = MemoryContextSwitchTo(table.row_context);
	std::span<Datum> values = allocate_array<Datum>(table.columns.size());
	std::span<bool> nulls = allocate_array<bool>(table.columns.size());
	const bool fits = fill(table, decision, values.data(), nulls.data());

	if (fits)
	{
		insert_into(table.relation, table.indexes, values.data(), nulls.data());
		if (has_further)
		{
			write_relation_rows(table.further, decision);
		}
	}
	MemoryContextSwitchTo(before);
	MemoryContextReset(table.row_context);
	return fits ? nullptr : "its table has a column that must not be NULL";
}

}  // namespace ddl_warden::pg
