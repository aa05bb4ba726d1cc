/* Which tables does the server read to verify the bound of a new partition? */
#pragma once

#include "pg/inspect/relation.hpp"

namespace ddl_warden::pg
{

/* A table that the verification comes to, and locks; Unknown when it could not be followed. */
struct Verified
{
	Oid relation;
	Answer scan;
};

struct NewPartition
{
	Oid parent;
	Oid partition;         /* InvalidOid: it is still to be made, empty */
	Oid default_partition; /* of the parent; InvalidOid if it has none */
	const PartitionBoundSpec *bound;
};

struct Verification
{
	Oid partition;
	bool accepted;      /* false: the server refuses the bound with a message of its own */
	List *of_partition; /* Verified *, parents first */
	List *of_default;   /* the default partition must not hold what goes to the new one */
};

/* As ATExecAttachPartition and QueuePartitionConstraintValidation in tablecmds.c. */
Verification verify_partition(const NewPartition &attached);

}  // namespace ddl_warden::pg
