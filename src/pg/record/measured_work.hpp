/* Rows of ddl_warden.measured_work: what a finished statement tells of this server's speed. */
#pragma once

#include "pg/record/pending.hpp"

namespace ddl_warden::pg
{

/* With the row of a committed decision. Nothing, unless the statement did enough work to tell of;
 * nothing either where the table is locked, gone, or not as this library knows it. */
void write_measured_work(const Pending &decision);

}  // namespace ddl_warden::pg
