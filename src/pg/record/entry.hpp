/* A decision as bytes, on its way from the session that made it to the process that writes it. */
#pragma once

#include "pg/record/pending.hpp"

namespace ddl_warden::pg
{

Size flat_size(const Pending &decision);

/* Writes flat_size() bytes. Memory only: called from the ABORT callback, too. */
void flatten(const Pending &decision, char *to);

/* A decision whose values point into the bytes, which must stay and be aligned. Allocates the
 * decision itself in the current memory context. */
Pending *unflatten(char *from);

/* Makes the decision fit: the impact and the further relations go
 * first, then the findings and the misprediction, then the end of the statement. What is left is
 * below the limit, which is at least a few kilobytes. */
void shrink(Pending &decision, Size limit);

}  // namespace ddl_warden::pg
