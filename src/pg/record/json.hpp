/* Findings and impact as the record keeps them. */
#pragma once

#include "pg/postgres.hpp"

#include "core/decide.hpp"

namespace ddl_warden::pg
{

/* jsonb: [{rule, action, relation, bytes, message, detail, hint}], the deciding one first. */
Datum findings_json(const Verdict &verdict);

/* jsonb: {strongest, known, relations: [{relation, lock_mode, work, bytes, because}], remarks}. At
 * most a thousand relations; the rest is counted in more_relations. */
Datum impact_json(const Impact &impact);

}  // namespace ddl_warden::pg
