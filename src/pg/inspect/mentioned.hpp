/* Which relations a statement is about, by its text alone: for the record. */
#pragma once

#include "pg/statement.hpp"

#include <span>
#include <string_view>

namespace ddl_warden::pg
{

/*
 * The relations that a statement names, makes, drops or renames, the first named one first,
 * qualified and quoted; the table in place of its index. What does not exist is left out. At most a
 * thousand. Allocates in the current memory context.
 *
 * assessed: those that the statement is carried out on are known already, from its impact, and
 * left out.
 */
std::span<const std::string_view> mentioned_relations(const Node *tree, bool assessed);

}  // namespace ddl_warden::pg
