/* Findings and impact as the record keeps them. */
#pragma once

#include "pg/postgres.hpp"

#include "core/decide.hpp"
#include "core/verification.hpp"

namespace ddl_warden::pg
{

/* jsonb: [{rule, action, relation, bytes, message, detail, hint}], the deciding one first. */
Datum findings_json(const Verdict &verdict);

/* jsonb: {strongest, known, relations: [{relation, table, lock_mode, work, bytes, because}],
 * remarks, forecast_ms}; table: of an index or a TOAST table. At most a thousand relations; the
 * rest is counted in more_relations. forecast_ms only where there is work. */
Datum impact_json(const Impact &impact, const Forecast &forecast);

/* jsonb: {locks: [{relation, predicted, held}], files: [{relation, predicted, observed}]}; a lock
 * that is none is null, a list that is empty is left out. At most a thousand of each; the rest is
 * counted in more_locks and more_files. */
Datum misprediction_json(const Misprediction &misprediction);

}  // namespace ddl_warden::pg
