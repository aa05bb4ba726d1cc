/* Looks at what a statement has done, and holds it against the prediction: ddl_warden.verify. */
#pragma once

#include "pg/postgres.hpp"

#include "core/verification.hpp"

namespace ddl_warden::pg
{

/* What there was before the statement. */
struct Beforehand;

/*
 * Reads pg_class and the lock manager, right before the statement runs. Allocates in the current
 * memory context, which must last until the statement has run. NULL when it failed: that is logged,
 * and does the statement no harm.
 */
const Beforehand *look_beforehand();

/* The statement has returned. Nothing differs, too, when the comparison failed, which is logged. */
Misprediction compare(const Beforehand &before, const Facts &facts, const Impact &impact);

}  // namespace ddl_warden::pg
