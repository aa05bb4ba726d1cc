/* What PostgreSQL locks and does: one row per statement other than ALTER TABLE. */
#pragma once

#include "lock_table.hpp"

namespace ddl_warden
{

struct StatementRow
{
	Kind kind;
	Modes plainly;
	Modes concurrently;
	Below below;
	std::optional<Work> work; /* on each relation with storage */
	std::optional<Work> concurrent_work;
	Cause cause;                   /* of that work */
	std::string_view unnamed = {}; /* why it takes what it does not name; empty: it does not */
	std::string_view remark = {};  /* a sentence on what the row cannot show */
	bool unbounded = false;        /* it may lock anything */
};

const StatementRow &row_of(Kind kind);

}  // namespace ddl_warden
