/* Tables that a statement which is only looked at would write to. */
#pragma once

#include "pg/inspect/relation.hpp"

namespace ddl_warden::pg
{

/* Parse analysis of these raw trees locks the target of each INSERT, UPDATE, DELETE and MERGE in
 * them. by: what they belong to. */
void reach_written(Inspection &inspection, const List *raw, std::string_view by);

}  // namespace ddl_warden::pg
