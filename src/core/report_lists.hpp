/* The lists of a report: each a section with a heading and a table, or a word that there is
 * nothing. */
#pragma once

#include "html.hpp"
#include "report.hpp"

namespace ddl_warden
{

void list_longest(Html &page, const Listed<TimedStatement> &statements);
void list_rules(Html &page, const Listed<RuleUse> &rules);
void list_roles(Html &page, const Listed<RoleUse> &roles);
void list_refusals(Html &page, const Listed<ToldStatement> &statements);
void list_overrides(Html &page, const Listed<ToldStatement> &statements);
void list_policy(Html &page, const Listed<PolicyChange> &changes);
void list_relations(Html &page, const Listed<RelationUse> &relations);
void list_failures(Html &page, const Listed<Failure> &failures);
void list_mispredictions(Html &page, const Listed<ToldStatement> &statements,
						 std::uint64_t compared);

}  // namespace ddl_warden
