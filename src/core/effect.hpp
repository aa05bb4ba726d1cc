/* What a statement does to one of its relations: the rows of lock_table.cpp, with the facts. */
#pragma once

#include "link_table.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace ddl_warden
{

/* Work and where it comes from: the first certain reason, else the first. */
struct Task
{
	std::uint64_t times; /* 0: none; more than once only for index builds */
	Answer certainty;
	std::string_view column;
	Cause cause;
};

struct Effect
{
	Modes modes;
	LockMode named_index; /* on an index that is only named */
	std::array<Task, work_kinds> tasks;
	bool rebuilds_toast_index;
	bool refused; /* by the server: nothing is done, whatever the fate of an index says */
	bool idle;    /* ALTER TABLE: nothing changes, not even the catalog */
};

/* A relation and the one at the top of its tree, which tells partitions from children. */
struct Place
{
	const Relation &relation;
	const Relation &root;
	std::size_t index; /* in Facts.relations */
};

bool in_partitions(const Place &place);

bool does(const Effect &effect, Work work);

Effect effect_of(const Facts &facts, const Place &place);

/* On a relation that the statement does not name. */
Effect effect_of(const Facts &facts, const Further &further);

}  // namespace ddl_warden
