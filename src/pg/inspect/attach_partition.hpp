/* ALTER TABLE … ATTACH PARTITION: always the only subcommand of its statement. */
#pragma once

#include "pg/inspect/alteration.hpp"

namespace ddl_warden::pg
{

struct Attached
{
	Form_pg_class parent;
	Form_pg_class partition;
	const PartitionBoundSpec *bound;
};

/* Reaches the parent's default partition, and finds out what is verified. What the server refuses
 * is not to be judged. */
void reach_attached(Inspection &inspection, const Attached &attached);

}  // namespace ddl_warden::pg
