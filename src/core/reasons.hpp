/* Why a relation is locked and why work is done on it: the sentences of Impact.because. */
#pragma once

#include "containers.hpp"
#include "effect.hpp"

#include <string_view>

namespace ddl_warden
{

/* 'The table is rewritten for column "c", because its default is volatile …' */
std::string_view why_done(Work work, const Task &task, RelationKind kind, const Arena &arena);

/* Of a relation that the statement does not name. */
std::string_view why_locked(const Further &further, const Arena &arena);
std::string_view why_locked(const Place &place, const Facts &facts, const Arena &arena);
std::string_view why_index_locked(const Index &index, const Relation &relation, const Arena &arena);

/* Code of the users' own. */
std::string_view what_runs(const EventTrigger &trigger, const Arena &arena);
std::string_view what_runs(const Relation &truncated, const Arena &arena);

}  // namespace ddl_warden
