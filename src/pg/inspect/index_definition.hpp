/* An index as its rows in the catalog define it, read without a lock. */
#pragma once

#include "pg/postgres.hpp"

namespace ddl_warden::pg
{

struct IndexDefinition
{
	Oid oid;
	bool plain; /* no expressions, no predicate */
	bool valid;
	bool immediate;   /* no deferrable constraint */
	bool partitioned; /* has no storage */
	bool partition;   /* of a partitioned index, which builds it when it is defined again */
	bool unique;
	bool nulls_not_distinct;
	bool exclusion;
	int attributes; /* keys and included columns */
	int keys;
	const int16 *columns;
	const Oid *classes;    /* of each key */
	const Oid *collations; /* of each key */
	Oid access_method;
};

/* False when there is none. Allocates in the current memory context. */
bool read_index(Oid index, IndexDefinition &definition);

}  // namespace ddl_warden::pg
