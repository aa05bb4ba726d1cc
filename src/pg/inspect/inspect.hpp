/*
 * Statement in, facts out.
 *
 * Takes no heavyweight lock on a user relation and never waits: reads catalog rows through syscache
 * and systable scans, not the relcache. What parses or plans an expression works on a copy, in an
 * internal subtransaction with LockTimeout = 1; what fails there is a fact called Unknown.
 */
#pragma once

#include "pg/statement.hpp"

#include "core/facts.hpp"

namespace ddl_warden::pg
{

/* Allocates in the current memory context. May raise ERROR: a fault of the warden, not of the
 * statement; the caller runs it in a subtransaction and lets the statement through. */
Facts inspect(const Statement &statement);

/* Is this a statement that is not judged, but of which it can be told what it locks? */
bool is_explained(const Node *tree);

}  // namespace ddl_warden::pg
