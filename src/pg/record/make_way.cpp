#include "pg/record/make_way.hpp"

#include "pg/compat.hpp"
#include "pg/record/queue_state.hpp"

extern "C" {
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "storage/ipc.h"
#include "storage/procarray.h"
}

namespace ddl_warden::pg
{

namespace
{

constexpr int patience = 1000; /* ms for a recorder to leave */
constexpr long poll = 2;       /* ms */

Oid kept_by_us = InvalidOid;

const DefElem *
option(const List *options, const char *name)
{
	const ListCell *cell;

	foreach (cell, options)
	{
		const auto *element = static_cast<const DefElem *>(lfirst(cell));

		if (strcmp(element->defname, name) == 0)
		{
			return element;
		}
	}
	return nullptr;
}

/* As createdb() in dbcommands.c has it: template1 where none is named. */
const char *
template_of(const CreatedbStmt *create)
{
	const DefElem *given = option(create->options, "template");

	return given != nullptr && given->arg != nullptr ? defGetString(const_cast<DefElem *>(given))
													 : "template1";
}

/* NULL: the statement is none of these. */
const char *
name_of_database(Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_DropdbStmt:
			return castNode(DropdbStmt, tree)->dbname;
		case T_CreatedbStmt:
			return template_of(castNode(CreatedbStmt, tree));
		case T_AlterDatabaseStmt:
			return option(castNode(AlterDatabaseStmt, tree)->options, "tablespace") == nullptr
					   ? nullptr
					   : castNode(AlterDatabaseStmt, tree)->dbname;
		case T_RenameStmt:
			return castNode(RenameStmt, tree)->renameType == OBJECT_DATABASE
					   ? castNode(RenameStmt, tree)->subname
					   : nullptr;
		default:
			return nullptr;
	}
}

bool
may_create_databases()
{
	const HeapTuple role = SearchSysCache1(AUTHOID, ObjectIdGetDatum(GetUserId()));
	bool may = superuser();

	if (HeapTupleIsValid(role))
	{
		may = may || reinterpret_cast<Form_pg_authid>(GETSTRUCT(role))->rolcreatedb;
		ReleaseSysCache(role);
	}
	return may;
}

/* Anybody who may create databases may copy it. */
bool
is_template(Oid database)
{
	const HeapTuple row = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(database));
	bool is = false;

	if (HeapTupleIsValid(row))
	{
		is = reinterpret_cast<Form_pg_database>(GETSTRUCT(row))->datistemplate;
		ReleaseSysCache(row);
	}
	return is;
}

/* Who only tries must not get the record out of the way: neither of a database that he has no right
 * to, nor of the one that he is in, which can be copied and nothing else. */
bool
may_have_it(Node *tree, Oid database)
{
	const bool is_owner = owns(DatabaseRelationId, database, GetUserId());

	return IsA(tree, CreatedbStmt) ? may_create_databases() && (is_owner || is_template(database))
								   : is_owner && database != MyDatabaseId;
}

void
release_at_exit(int, Datum)
{
	if (OidIsValid(kept_by_us))
	{
		let_recorder_back(kept_by_us, false);
	}
}

/* Not only has it said so: its process is no longer in the list of those connected. */
bool
has_left(Oid database)
{
	LWLockAcquire(queue_lock(), LW_SHARED);
	const DatabaseQueue *queue = find_queue(database);
	const bool working = queue->recorder != RecorderState::None;
	const pid_t pid = queue->recorder_pid;

	LWLockRelease(queue_lock());
	return !working && (pid == 0 || BackendPidGetProc(pid) == nullptr);
}

}  // namespace

Oid
database_to_be_left(Node *tree)
{
	const char *name = queue_state() == nullptr ? nullptr : name_of_database(tree);

	if (name == nullptr || !IsTransactionState())
	{
		return InvalidOid;
	}
	const Oid database = get_database_oid(name, true);

	return OidIsValid(database) && may_have_it(tree, database) ? database : InvalidOid;
}

void
keep_recorder_away(Oid database)
{
	static bool registered = false;
	const TimestampTz deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), patience);

	if (!registered)
	{
		before_shmem_exit(release_at_exit, 0);
		registered = true;
	}
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	DatabaseQueue *queue = queue_of(database);

	if (queue != nullptr)
	{
		queue->kept_away_by++;
		kept_by_us = database;
		wake(queue->recorder == RecorderState::Running ? queue->recorder_number : nobody);
	}
	LWLockRelease(queue_lock());
	while (queue != nullptr && !has_left(database) && GetCurrentTimestamp() < deadline)
	{
		pg_usleep(poll * 1000);
		CHECK_FOR_INTERRUPTS();
	}
}

void
let_recorder_back(Oid database, bool gone)
{
	if (!OidIsValid(kept_by_us))
	{
		return;
	}
	kept_by_us = InvalidOid;
	LWLockAcquire(queue_lock(), LW_EXCLUSIVE);
	DatabaseQueue *queue = find_queue(database);

	queue->kept_away_by--;
	queue->is_gone = queue->is_gone || gone; /* whoever else wanted it does not bring it back */
	wake(queue_state()->launcher_number);
	LWLockRelease(queue_lock());
}

}  // namespace ddl_warden::pg
