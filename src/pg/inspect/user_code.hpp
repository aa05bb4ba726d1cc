/* Code of the users' own that a statement runs: what that does, nobody can know beforehand. */
#pragma once

#include "pg/inspect/relation.hpp"

namespace ddl_warden::pg
{

/* The functions of event triggers that are on for the command. */
std::span<const EventTrigger> event_triggers_on(const Node *tree);

/* The functions of the table's triggers ON TRUNCATE, as Relation.runs has them. */
std::string_view truncate_functions(Oid table);

}  // namespace ddl_warden::pg
