/*
 * The differences between PostgreSQL 15 and 18, and nothing else. A wrapper has the newest
 * signature; its comment says what changed in which major.
 */
#pragma once

#include "pg/postgres.hpp"

extern "C" {
#include "catalog/catalog.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_database.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_tablespace.h"
#include "catalog/pg_type.h"
#include "commands/event_trigger.h"
#include "common/relpath.h"
#include "nodes/nodeFuncs.h"
#include "storage/procarray.h"
#include "storage/sinvaladt.h"
#include "utils/backend_status.h"
#include "utils/guc_tables.h"
#include "utils/relmapper.h"
}

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

/* Among all PGPROCs. 17: PGPROC.pgprocno became a variable. */
inline int
my_process_number()
{
#if PG_VERSION_NUM >= 170000
	return MyProcNumber;
#else
	return MyProc->pgprocno;
#endif
}

/* 17: LockHeldByMe can ask for stronger modes, too. */
inline bool
holds_lock(const LOCKTAG &tag, LOCKMODE mode)
{
#if PG_VERSION_NUM >= 170000
	return LockHeldByMe(&tag, mode, false);
#else
	return LockHeldByMe(&tag, mode);
#endif
}

/* Of this mode. CheckRelationOidLockedByMe came with later minors of 15 and 16. */
inline bool
holds_relation_lock(Oid relation, LOCKMODE mode)
{
	LOCKTAG tag;

	SET_LOCKTAG_RELATION(tag, IsSharedRelation(relation) ? InvalidOid : MyDatabaseId, relation);
	return holds_lock(tag, mode);
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

/* The server's record of a setting that is there. 16: find_option became visible, and the array of
 * records a hash table. */
inline config_generic *
find_setting(const char *name)
{
#if PG_VERSION_NUM >= 160000
	return find_option(name, false, false, ERROR);
#else
	config_generic **settings = get_guc_variables();

	while (strcmp((*settings)->name, name) != 0)
	{
		settings++;
	}
	return *settings;
#endif
}

/* 16: pg_class_ownercheck and its like became object_ownercheck. */
inline bool
owns(Oid class_id, Oid object, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(class_id, object, role);
#else
	switch (class_id)
	{
		case RelationRelationId:
			return pg_class_ownercheck(object, role);
		case NamespaceRelationId:
			return pg_namespace_ownercheck(object, role);
		case TypeRelationId:
			return pg_type_ownercheck(object, role);
		case ExtensionRelationId:
			return pg_extension_ownercheck(object, role);
		case PublicationRelationId:
			return pg_publication_ownercheck(object, role);
		default:
			return pg_database_ownercheck(object, role);
	}
#endif
}

/* 17: the privilege MAINTAIN, for those who do not own the relation. */
inline bool
may_maintain(Oid relation, Oid role)
{
#if PG_VERSION_NUM >= 170000
	return pg_class_aclcheck(relation, role, ACL_MAINTAIN) == ACLCHECK_OK;
#else
	return owns(RelationRelationId, relation, role);
#endif
}

/* The path of a relation's main fork, relative to the data directory, as pg_relation_filepath finds
 * it; NULL without storage. 16: RelFileNode became RelFileLocator; 17: BackendId became ProcNumber;
 * 18: GetRelationPath returns a struct. */
inline char *
main_fork_path(Form_pg_class relation)
{
	Oid space =
		OidIsValid(relation->reltablespace) ? relation->reltablespace : MyDatabaseTableSpace;
	Oid database = space == GLOBALTABLESPACE_OID ? InvalidOid : MyDatabaseId;
	bool temporary = relation->relpersistence == RELPERSISTENCE_TEMP;
	bool own = temporary && isTempOrTempToastNamespace(relation->relnamespace);

	if (!RELKIND_HAS_STORAGE(relation->relkind))
	{
		return nullptr;
	}

#if PG_VERSION_NUM >= 170000
	ProcNumber owner = !temporary ? INVALID_PROC_NUMBER
					   : own      ? ProcNumberForTempRelations()
								  : GetTempNamespaceProcNumber(relation->relnamespace);
#else
	BackendId owner = !temporary ? InvalidBackendId
					  : own      ? BackendIdForTempRelations()
								 : GetTempNamespaceBackendId(relation->relnamespace);
#endif
#if PG_VERSION_NUM >= 160000
	Oid file = OidIsValid(relation->relfilenode)
				   ? relation->relfilenode
				   : RelationMapOidToFilenumber(relation->oid, relation->relisshared);
#else
	Oid file = OidIsValid(relation->relfilenode)
				   ? relation->relfilenode
				   : RelationMapOidToFilenode(relation->oid, relation->relisshared);
#endif
	if (!OidIsValid(file))
	{
		return nullptr;
	}
#if PG_VERSION_NUM >= 180000
	return pstrdup(GetRelationPath(database, space, file, owner, MAIN_FORKNUM).str);
#else
	return GetRelationPath(database, space, file, owner, MAIN_FORKNUM);
#endif
}

/* 16: pg_namespace_aclcheck became object_aclcheck. */
inline bool
may_use_schema(Oid schema)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#else
	return pg_namespace_aclcheck(schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#endif
}

inline bool
may_create_in_schema(Oid schema)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schema, GetUserId(), ACL_CREATE) == ACLCHECK_OK;
#else
	return pg_namespace_aclcheck(schema, GetUserId(), ACL_CREATE) == ACLCHECK_OK;
#endif
}

/* 16: pg_tablespace_aclcheck became object_aclcheck. */
inline bool
may_create_in_tablespace(Oid space)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(TableSpaceRelationId, space, GetUserId(), ACL_CREATE) == ACLCHECK_OK;
#else
	return pg_tablespace_aclcheck(space, GetUserId(), ACL_CREATE) == ACLCHECK_OK;
#endif
}

/* 16: PROCESS_MAIN, SKIP_DATABASE_STATS, ONLY_DATABASE_STATS, BUFFER_USAGE_LIMIT. */
inline constexpr bool vacuum_takes_main_and_statistics = PG_VERSION_NUM >= 160000;

/* 16: the walker takes functions of the right type. */
inline bool
walk_raw_expression(Node *tree, bool (*walker)(Node *, void *), void *argument)
{
#if PG_VERSION_NUM >= 160000
	return raw_expression_tree_walker(tree, walker, argument);
#else
	return raw_expression_tree_walker(
		tree, reinterpret_cast<bool (*)()>(reinterpret_cast<void *>(walker)), argument);
#endif
}

/* 18: GRANT and REVOKE lock the relations that they name. */
inline constexpr bool grant_locks_relations = PG_VERSION_NUM >= 180000;

/* 18: VACUUM and ANALYZE go down to inheritance children, unless ONLY. */
inline constexpr bool vacuum_goes_down_inheritance = PG_VERSION_NUM >= 180000;

/* Has a constraint of this type the same name in partitions and children? 18: NOT NULL, too. */
inline bool
is_inherited_by_name(char type)
{
#if PG_VERSION_NUM >= 180000
	return type == CONSTRAINT_CHECK || type == CONSTRAINT_NOTNULL;
#else
	return type == CONSTRAINT_CHECK;
#endif
}

/* 16: CLUSTER of a partitioned table is no longer the database owner's where a partition is not. */
inline constexpr bool database_owner_may_cluster = PG_VERSION_NUM < 160000;

/* 16: REINDEX DATABASE leaves the system catalogs to REINDEX SYSTEM. */
inline constexpr bool reindex_database_takes_catalogs = PG_VERSION_NUM < 160000;

/* 18: ADD PRIMARY KEY and the like lock the whole partition tree before they begin. */
inline constexpr bool constraint_locks_tree_first = PG_VERSION_NUM >= 180000;

/* 17: ADD, SET and DROP IDENTITY go down to partitions. */
inline constexpr bool identity_goes_down = PG_VERSION_NUM >= 170000;

/* 18: ADD FOREIGN KEY ... NOT VALID of a partitioned table. */
inline constexpr bool partitioned_foreign_key_can_wait = PG_VERSION_NUM >= 180000;

/* 17: SET ACCESS METHOD of a partitioned table. */
inline constexpr bool partitioned_access_method = PG_VERSION_NUM >= 170000;

/* 18: WITHOUT OVERLAPS makes a unique constraint one that excludes. */
inline void
take_over_periods([[maybe_unused]] IndexStmt *index, [[maybe_unused]] const Constraint *constraint)
{
#if PG_VERSION_NUM >= 180000
	index->iswithoutoverlaps = constraint->without_overlaps;
#endif
}

inline bool
excludes(const IndexStmt *index)
{
#if PG_VERSION_NUM >= 180000
	return index->excludeOpNames != NIL || index->iswithoutoverlaps;
#else
	return index->excludeOpNames != NIL;
#endif
}

/* 17: ADD EXCLUDE of a partitioned table. */
inline constexpr bool exclusion_spans_partitions = PG_VERSION_NUM >= 170000;

/* 17: event_triggers, a setting that switches them off. */
inline bool
event_triggers_fire()
{
#if PG_VERSION_NUM >= 170000
	return IsUnderPostmaster && event_triggers;
#else
	return IsUnderPostmaster;
#endif
}

/* 16: CREATE RULE ... ON SELECT is for views only. */
inline constexpr bool rule_may_make_view = PG_VERSION_NUM < 160000;

/* The name in ALTER CONSTRAINT. 18: a node of its own has it. */
inline const char *
altered_constraint(const AlterTableCmd *command)
{
#if PG_VERSION_NUM >= 180000
	return castNode(ATAlterConstraint, command->def)->conname;
#else
	return castNode(Constraint, command->def)->conname;
#endif
}

/* Constraints that inheritance children get, too. 18: NOT NULL has become one. */
inline bool
is_inherited_kind(char type)
{
	return type == CONSTRAINT_CHECK || (PG_VERSION_NUM >= 180000 && type == 'n');
}

/* 17: ALTER COLUMN SET EXPRESSION. */
#if PG_VERSION_NUM >= 170000
inline constexpr int set_expression_type = AT_SetExpression;
#else
inline constexpr int set_expression_type = -1;
#endif

/* Can the second constraint become the first one's in a partition? 17: it must be of the same kind.
 */
inline bool
may_join_constraints([[maybe_unused]] Oid parent, [[maybe_unused]] Oid partition)
{
#if PG_VERSION_NUM >= 170000
	return get_constraint_type(parent) == get_constraint_type(partition);
#else
	return true;
#endif
}

/* 18: index_beginscan takes the counters of EXPLAIN ANALYZE. */
inline IndexScanDesc
begin_index_scan(::Relation table, ::Relation index, Snapshot snapshot, int keys)
{
#if PG_VERSION_NUM >= 180000
	return index_beginscan(table, index, snapshot, nullptr, keys, 0);
#else
	return index_beginscan(table, index, snapshot, keys, 0);
#endif
}

/* 16: expression_tree_walker takes a walker of the type that it has. */
inline bool
walk_expression(Node *node, bool (*walker)(Node *, void *), void *context)
{
#if PG_VERSION_NUM >= 160000
	return expression_tree_walker_impl(node, walker, context);
#else
	using Untyped = void (*)();

	return expression_tree_walker(
		node, reinterpret_cast<bool (*)()>(reinterpret_cast<Untyped>(walker)), context);
#endif
}

/* 16: expression_tree_mutator takes a mutator of the type that it has. */
inline Node *
mutate_expression(Node *node, Node *(*mutator)(Node *, void *), void *context)
{
#if PG_VERSION_NUM >= 160000
	return expression_tree_mutator_impl(node, mutator, context);
#else
	using Untyped = void (*)();

	return expression_tree_mutator(
		node, reinterpret_cast<Node *(*) ()>(reinterpret_cast<Untyped>(mutator)), context);
#endif
}

/* 18: CHECK and foreign key constraints can be NOT ENFORCED. The grammar says nothing of the
 * others. */
inline bool
is_not_enforced([[maybe_unused]] const Constraint *constraint)
{
#if PG_VERSION_NUM >= 180000
	return (constraint->contype == CONSTR_CHECK || constraint->contype == CONSTR_FOREIGN) &&
		   !constraint->is_enforced;
#else
	return false;
#endif
}

inline bool
is_enforced([[maybe_unused]] Form_pg_constraint constraint)
{
#if PG_VERSION_NUM >= 180000
	return constraint->conenforced;
#else
	return true;
#endif
}

/* 18: ALTER CONSTRAINT does more than DEFERRABLE, and has a node of its own. */
struct ConstraintChange
{
	const char *name;
	bool enforces;
	bool stops_enforcing;
	bool inherits;
};

inline ConstraintChange
change_of_constraint([[maybe_unused]] const AlterTableCmd *command)
{
#if PG_VERSION_NUM >= 180000
	const ATAlterConstraint *change = castNode(ATAlterConstraint, command->def);

	return {change->conname, change->alterEnforceability && change->is_enforced,
			change->alterEnforceability && !change->is_enforced,
			change->alterInheritability && !change->noinherit};
#else
	return {nullptr, false, false, false};
#endif
}

/* 18: NOT NULL is a constraint; the column of one. */
inline AttrNumber
column_of_not_null([[maybe_unused]] HeapTuple constraint)
{
#if PG_VERSION_NUM >= 180000
	return extractNotNullColumn(constraint);
#else
	return InvalidAttrNumber;
#endif
}

/* 18: generated columns can be VIRTUAL. */
inline bool
is_virtual([[maybe_unused]] const Constraint *generated)
{
#if PG_VERSION_NUM >= 180000
	return generated->generated_kind == ATTRIBUTE_GENERATED_VIRTUAL;
#else
	return false;
#endif
}

inline bool
is_virtual_column([[maybe_unused]] const FormData_pg_attribute *column)
{
#if PG_VERSION_NUM >= 180000
	return column != nullptr && column->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL;
#else
	return false;
#endif
}

/* 18: NOT NULL is a constraint with a name, NULL before and without one. */
inline char *
not_null_constraint_name([[maybe_unused]] const FormData_pg_attribute *column)
{
#if PG_VERSION_NUM >= 180000
	const HeapTuple row = findNotNullConstraintAttnum(column->attrelid, column->attnum);

	if (HeapTupleIsValid(row))
	{
		return pstrdup(NameStr(reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->conname));
	}
#endif
	return nullptr;
}

/* 18: NOT NULL is a constraint, and one that is NOT VALID or NO INHERIT does for no primary key. */
inline bool
forbids_primary_key([[maybe_unused]] const FormData_pg_attribute *column)
{
#if PG_VERSION_NUM >= 180000
	const HeapTuple row = findNotNullConstraintAttnum(column->attrelid, column->attnum);

	if (HeapTupleIsValid(row))
	{
		const Form_pg_constraint form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));

		return form->connoinherit || !form->convalidated;
	}
#endif
	return false;
}

/* 18: a column can be marked NOT NULL by a constraint that is NOT VALID. */
inline bool
is_verified_not_null(const FormData_pg_attribute *column)
{
	bool verified = column->attnotnull;

#if PG_VERSION_NUM >= 180000
	if (verified)
	{
		const HeapTuple row = findNotNullConstraintAttnum(column->attrelid, column->attnum);

		verified = !HeapTupleIsValid(row) ||
				   reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->convalidated;
	}
#endif
	return verified;
}

}  // namespace ddl_warden::pg
