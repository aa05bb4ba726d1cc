#include "pg/verify.hpp"

#include "pg/boundary.hpp"
#include "pg/compat.hpp"
#include "pg/memory.hpp"
#include "pg/metrics.hpp"
#include "pg/subtransaction.hpp"

extern "C" {
#include "access/transam.h"
#include "utils/fmgroids.h"
}

#include <algorithm>

namespace ddl_warden::pg
{

namespace
{

/* A relation that was there before the transaction, as it was before the statement. */
struct Known
{
	Oid oid;
	Oid space; /* pg_namespace */
	Oid file;  /* relfilenode */
	char kind;
	NameData name;
};

struct Held
{
	Oid oid;
	LockModes modes;
};

}  // namespace

struct Beforehand
{
	LocalTransactionId transaction;
	std::span<const Known> relations; /* by OID */
	std::span<const Held> locks;      /* by OID */
};

namespace
{

// ---- locks of this session

bool
is_ours(const LockInstanceData &lock)
{
	return lock.pid == MyProcPid && lock.holdMask != 0 &&
		   lock.locktag.locktag_type == LOCKTAG_RELATION &&
		   (lock.locktag.locktag_field1 == MyDatabaseId ||
			lock.locktag.locktag_field1 == InvalidOid);
}

/* A relation may be there twice: by the fast path and in the main table. */
std::span<const Held>
held_locks()
{
	const LockData *all = GetLockStatusData();
	const std::span<Held> held = allocate_array<Held>(static_cast<std::size_t>(all->nelements));
	std::size_t count = 0;

	for (int i = 0; i < all->nelements; i++)
	{
		if (is_ours(all->locks[i]))
		{
			held[count++] = {all->locks[i].locktag.locktag_field2,
							 static_cast<LockModes>(all->locks[i].holdMask)};
		}
	}
	pfree(all->locks);
	std::sort(held.data(), held.data() + count,
			  [](const Held &a, const Held &b) { return a.oid < b.oid; });
	return {held.data(), count};
}

LockModes
modes_on(std::span<const Held> locks, Oid relation)
{
	LockModes modes = 0;
	auto lock = std::lower_bound(locks.begin(), locks.end(), relation,
								 [](const Held &held, Oid oid) { return held.oid < oid; });

	for (; lock != locks.end() && lock->oid == relation; ++lock)
	{
		modes |= lock->modes;
	}
	return modes;
}

// ---- relations

/* What this transaction has done is not there for it. */
Snapshot
register_snapshot_before_transaction()
{
	Snapshot snapshot = RegisterSnapshot(GetCatalogSnapshot(RelationRelationId));

	snapshot->curcid = FirstCommandId;
	return snapshot;
}

bool
is_seen_by(Snapshot snapshot, ::Relation catalog, Oid relation)
{
	ScanKeyData key;

	ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relation));

	SysScanDesc scan = systable_beginscan(catalog, ClassOidIndexId, true, snapshot, 1, &key);
	const bool found = HeapTupleIsValid(systable_getnext(scan));

	systable_endscan(scan);
	return found;
}

struct KnownRelations
{
	Known *rows;
	std::size_t count;
	std::size_t room;
};

void
add(KnownRelations &known, Form_pg_class relation)
{
	if (known.count == known.room)
	{
		known.room *= 2;
		known.rows = static_cast<Known *>(repalloc_huge(known.rows, known.room * sizeof(Known)));
	}
	known.rows[known.count++] = {relation->oid, relation->relnamespace, relation->relfilenode,
								 relation->relkind, relation->relname};
}

/* A row that this transaction has written may be of a relation that it has created. */
void
add_if_old(KnownRelations &known, HeapTuple row, ::Relation catalog, Snapshot earlier)
{
	Form_pg_class relation = reinterpret_cast<Form_pg_class>(GETSTRUCT(row));
	const TransactionId writer = HeapTupleHeaderGetXmin(row->t_data);

	if (!TransactionIdIsCurrentTransactionId(writer) || is_seen_by(earlier, catalog, relation->oid))
	{
		add(known, relation);
	}
}

std::span<const Known>
known_relations()
{
	constexpr std::size_t first_room = 1024;
	KnownRelations known = {
		static_cast<Known *>(palloc(first_room * sizeof(Known))),
		0,
		first_room,
	};
	::Relation catalog = table_open(RelationRelationId, AccessShareLock);
	Snapshot earlier = register_snapshot_before_transaction();
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 0, nullptr);
	HeapTuple row;

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		add_if_old(known, row, catalog, earlier);
	}
	systable_endscan(scan);
	UnregisterSnapshot(earlier);
	table_close(catalog, AccessShareLock);
	std::sort(known.rows, known.rows + known.count,
			  [](const Known &a, const Known &b) { return a.oid < b.oid; });
	return {known.rows, known.count};
}

const Known *
find_known(std::span<const Known> relations, Oid oid)
{
	const auto found =
		std::lower_bound(relations.begin(), relations.end(), oid,
						 [](const Known &known, Oid wanted) { return known.oid < wanted; });

	return found != relations.end() && found->oid == oid ? &*found : nullptr;
}

// ---- afterwards

/* InvalidOid when it is gone. */
Oid
file_now(Oid relation)
{
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid file = InvalidOid;

	if (HeapTupleIsValid(row))
	{
		file = reinterpret_cast<Form_pg_class>(GETSTRUCT(row))->relfilenode;
		ReleaseSysCache(row);
	}
	return file;
}

/* Mapped catalogs have no file in pg_class. Those of sequences are small, and new at every ALTER
 * SEQUENCE. */
File
fate_of_file(const Known &relation)
{
	if (!OidIsValid(relation.file) || relation.kind == RELKIND_SEQUENCE)
	{
		return File::Nowhere;
	}
	const Oid file = file_now(relation.oid);

	if (OidIsValid(file))
	{
		return file == relation.file ? File::Kept : File::New;
	}
	const Oid successor = file_now(get_relname_relid(NameStr(relation.name), relation.space));

	return !OidIsValid(successor)       ? File::Nowhere
		   : successor == relation.file ? File::Kept
										: File::NewSuccessor;
}

std::string_view
name_of(const Known &relation)
{
	return view(
		quote_qualified_identifier(get_namespace_name(relation.space), NameStr(relation.name)));
}

/* What the statement was expected to touch, and what it has locked. */
std::span<const Oid>
touched(const Beforehand &before, const Impact &impact, std::span<const Held> locks)
{
	const std::span<Oid> oids = allocate_array<Oid>(impact.relations.size() + locks.size());
	std::size_t count = 0;

	for (const RelationImpact &row : impact.relations)
	{
		oids[count++] = row.oid;
	}
	for (const Held &lock : locks)
	{
		if ((lock.modes & ~modes_on(before.locks, lock.oid)) != 0)
		{
			oids[count++] = lock.oid;
		}
	}
	std::sort(oids.data(), oids.data() + count);
	return {oids.data(),
			static_cast<std::size_t>(std::unique(oids.data(), oids.data() + count) - oids.data())};
}

std::span<const Observed>
observe(const Beforehand &before, const Impact &impact, std::span<const Held> locks)
{
	const std::span<const Oid> oids = touched(before, impact, locks);
	const std::span<Observed> observed = allocate_array<Observed>(oids.size());
	std::size_t count = 0;

	for (const Oid oid : oids)
	{
		const Known *known = find_known(before.relations, oid);

		if (known != nullptr)
		{
			observed[count++] = {oid,
								 name_of(*known),
								 oid < FirstNormalObjectId,
								 modes_on(before.locks, oid),
								 modes_on(locks, oid),
								 fate_of_file(*known)};
		}
	}
	return {observed.data(), count};
}

// ---- errors are the warden's own

struct Look
{
	const Beforehand *result;
};

void
look(void *argument)
{
	auto *before = static_cast<Beforehand *>(palloc0(sizeof(Beforehand)));

	before->transaction = local_transaction_of(MyProc);
	before->relations = known_relations();
	before->locks = held_locks();
	static_cast<Look *>(argument)->result = before;
}

struct Comparison
{
	const Beforehand &before;
	const Facts &facts;
	const Impact &impact;
	Misprediction result;
};

void
compare_now(void *argument)
{
	auto *comparison = static_cast<Comparison *>(argument);
	const Beforehand &before = comparison->before;
	const bool kept = before.transaction == local_transaction_of(MyProc);
	const std::span<const Held> locks = kept ? held_locks() : std::span<const Held>();

	comparison->result = misprediction_of(comparison->facts, comparison->impact,
										  observe(before, comparison->impact, locks), kept);
}

/* False when it failed. */
bool
succeeds(void (*work)(void *), void *argument)
{
	const ErrorData *error = in_subtransaction(work, argument, Ending::Kept);

	if (error != nullptr)
	{
		count(Counter::Faults);
		ereport(LOG_SERVER_ONLY,
				(errcode(error->sqlerrcode),
				 errmsg("ddl_warden could not compare a statement with its prediction: %s",
						error->message == nullptr ? "" : error->message),
				 errhidestmt(true), errhidecontext(true)));
	}
	return error == nullptr;
}

}  // namespace

const Beforehand *
look_beforehand()
{
	Look argument = {};

	return succeeds(look, &argument) ? argument.result : nullptr;
}

Misprediction
compare(const Beforehand &before, const Facts &facts, const Impact &impact)
{
	Comparison argument = {before, facts, impact, {}};

	return succeeds(compare_now, &argument) ? argument.result : Misprediction{};
}

}  // namespace ddl_warden::pg
