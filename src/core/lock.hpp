/*
 * Lock modes and what they keep others from doing.
 *
 * Source: PostgreSQL manual, "Explicit Locking", table of conflicting lock modes.
 */
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace ddl_warden
{

/* Same numbers as LOCKMODE in storage/lockdefs.h; the order is the order of strength. */
enum class LockMode : std::uint8_t
{
	None,
	AccessShare,
	RowShare,
	RowExclusive,
	ShareUpdateExclusive,
	Share,
	ShareRowExclusive,
	Exclusive,
	AccessExclusive,
};

/* What the sessions of an application cannot do while a mode is held. */
enum class Blocks : std::uint8_t
{
	Nothing,
	Maintenance,
	Writes,
	ReadsAndWrites,
};

constexpr LockMode
stronger(LockMode a, LockMode b)
{
	return std::max(a, b);
}

Blocks blocked_by(LockMode mode);

/* As pg_locks.mode prints it: "AccessExclusiveLock". */
std::string_view to_text(LockMode mode);

/* As ddl_warden.explain prints it: "reads and writes". */
std::string_view to_text(Blocks blocks);

}  // namespace ddl_warden
