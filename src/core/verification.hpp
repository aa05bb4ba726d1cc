/* Predicted against observed: what a statement has done, held against its impact. */
#pragma once

#include "containers.hpp"
#include "impact.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace ddl_warden
{

/* What became of the file that holds a relation. */
enum class File : std::uint8_t
{
	Nowhere, /* there is none, or the relation is gone */
	Kept,
	New,
	NewSuccessor, /* the relation is gone; another one has its name, and a new file */
};

/* As misprediction prints it: "kept", "new". */
std::string_view to_text(File file);

/* A set of lock modes. */
using LockModes = std::uint16_t;

constexpr LockModes
bit_of(LockMode mode)
{
	return static_cast<LockModes>(1U << static_cast<unsigned>(mode));
}

/* A relation that was there before the transaction, which the statement locked or was expected to.
 */
struct Observed
{
	Oid oid;
	std::string_view name; /* qualified and quoted */
	bool system;
	LockModes before; /* held by this session when the statement began */
	LockModes after;
	File file;
};

struct LockDifference
{
	std::string_view relation;
	LockMode predicted; /* None: no lock */
	LockMode held;      /* the strongest that the statement took; None: no lock */
};

struct FileDifference
{
	std::string_view relation;
	File predicted;
	File observed;
};

struct Misprediction
{
	std::span<const LockDifference> locks;
	std::span<const FileDifference> files;
};

static_assert(std::is_trivially_destructible_v<Misprediction>);

/*
 * Where they differ. Locks are compared unless they went with an internal commit.
 *
 * ACCESS SHARE that was not predicted does not count, nor do locks on system catalogs that the
 * statement is not about. Files tell rewrites, copies and index builds; those of sequences, and
 * what TRUNCATE and WITH NO DATA empty, are new without any work.
 */
Misprediction misprediction_of(const Facts &facts, const Impact &impact,
							   std::span<const Observed> observed, bool locks_were_kept,
							   const Arena &arena);

}  // namespace ddl_warden
