/* The rules in force and the pause, read afresh for every judged statement. */
#pragma once

#include "pg/postgres.hpp"

#include "core/rules.hpp"

#include <string_view>

namespace ddl_warden::pg
{

struct Policy
{
	RuleSet rules;
	bool paused;                   /* ddl_warden.pause() is in force in this database */
	std::string_view pause_reason; /* in the current memory context */
	bool
		defaults_only; /* one of the tables could not be read without waiting: it counts as empty */
};

/* Reads ddl_warden.rule_change and ddl_warden.pause_log: conditional locks, a fresh snapshot, no
 * SPI. */
Policy read_policy(Oid extension_owner);

}  // namespace ddl_warden::pg
