/*
 * The differences between PostgreSQL 15 and 18, and nothing else. A wrapper has the newest
 * signature; its comment says what changed in which major.
 */
#pragma once

#include "pg/postgres.hpp"

extern "C" {
#include "catalog/pg_namespace.h"
#include "storage/procarray.h"
#include "storage/sinvaladt.h"
#include "utils/backend_status.h"
}

#if PG_VERSION_NUM < 150000 || PG_VERSION_NUM >= 190000
#error "ddl_warden supports PostgreSQL 15 to 18"
#endif

namespace ddl_warden::pg
{

/* 17: VirtualTransactionId.backendId became procNumber, BackendIdGetProc ProcNumberGetProc. */
inline PGPROC *
proc_of(const VirtualTransactionId &transaction)
{
#if PG_VERSION_NUM >= 170000
	return ProcNumberGetProc(transaction.procNumber);
#else
	return BackendIdGetProc(transaction.backendId);
#endif
}

/* 17: PGPROC.lxid moved into PGPROC.vxid. */
inline LocalTransactionId
local_transaction_of(const PGPROC *proc)
{
#if PG_VERSION_NUM >= 170000
	return proc->vxid.lxid;
#else
	return proc->lxid;
#endif
}

/* 16: pg_namespace_ownercheck and its like became object_ownercheck. */
inline bool
owns_schema(Oid schema)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(NamespaceRelationId, schema, GetUserId());
#else
	return pg_namespace_ownercheck(schema, GetUserId());
#endif
}

/* 16: pgstat_fetch_stat_local_beentry became pgstat_get_local_beentry_by_index. */
inline const PgBackendStatus *
backend_status_at(int index)
{
#if PG_VERSION_NUM >= 160000
	LocalPgBackendStatus *local = pgstat_get_local_beentry_by_index(index);
#else
	LocalPgBackendStatus *local = pgstat_fetch_stat_local_beentry(index);
#endif
	return local == nullptr ? nullptr : &local->backendStatus;
}

/* 16: guc.c frees the "extra" of a setting with guc_free; before, with free. */
inline void *
allocate_setting_extra(size_t size)
{
#if PG_VERSION_NUM >= 160000
	return guc_malloc(LOG, size);
#else
	return malloc(size);
#endif
}

}  // namespace ddl_warden::pg
