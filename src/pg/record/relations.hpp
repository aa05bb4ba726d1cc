/* The relations that a decision is filed under: ddl_warden.history() finds it by each of them. */
#pragma once

#include "pg/postgres.hpp"

#include "pg/record/record.hpp"

namespace ddl_warden::pg
{

struct RelationNames
{
	std::string_view first; /* empty: no relation is known */
	Datum further;          /* text[]; 0: no further one */
};

/* First the deciding finding's relation, or else the first one locked, or else the first one named;
 * then at most a thousand others, without indexes and TOAST tables: those go by their table.
 * Allocates in the current memory context. */
RelationNames relation_names(const Remembered &what);

/* The first of them alone. */
std::string_view first_relation(const Remembered &what);

}  // namespace ddl_warden::pg
