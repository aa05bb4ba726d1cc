/*
 * Impact: what a statement would do. For each relation the strongest lock mode, and the work done
 * while it is held.
 */
#pragma once

#include "facts.hpp"
#include "lock.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace ddl_warden
{

/* Anything whose time grows with the data. */
enum class Work : std::uint8_t
{
	Rewrite,
	Copy,
	Scan,
	IndexBuild,
	ForeignKeyCheck,
};

inline constexpr std::size_t work_kinds = 5;

/* As ddl_warden.explain prints it: "index_build". */
std::string_view to_text(Work work);

struct RelationImpact
{
	Oid oid;
	std::string_view name;
	std::string_view table; /* of an index or a TOAST table that the statement reaches by way of
							   its table: that one's name; else empty */
	RelationKind kind;
	LockMode mode;
	bool harmless; /* temporary or created in this transaction: nobody can be kept waiting */
	bool visible;  /* false: sizes and reasons are withheld from this role */
	bool system;
	std::array<bool, work_kinds> does;           /* indexed by Work */
	std::array<std::uint64_t, work_kinds> bytes; /* indexed by Work */
	std::span<const std::string_view> because;
	std::string_view root; /* the relation at the top of its tree, which the statement is about */
	bool valid;            /* false: an index that no query uses */
	bool doubtful;         /* whether some of the work will be done cannot be known */
};

struct Impact
{
	std::span<const RelationImpact>
		relations;      /* in lock order; none when no existing relation is locked */
	LockMode strongest; /* on a relation that others can see */
	bool known;         /* false: the statement has no row in the table */
	bool bound_locks; /* ddl_warden.lock_timeout applies: it can block others and is no CONCURRENTLY
						 form */
	std::span<const std::string_view> remarks; /* about the statement as a whole */
};

static_assert(std::is_trivially_destructible_v<Impact>);

}  // namespace ddl_warden
