#include "lock.hpp"

#include "table.hpp"

#include <array>

namespace ddl_warden
{
namespace
{

struct ModeRow
{
	LockMode mode;
	std::string_view text;
	Blocks blocks;
};

// clang-format off
constexpr std::array<ModeRow, 9> modes = {{
	{LockMode::None,                 "",                         Blocks::Nothing},
	{LockMode::AccessShare,          "AccessShareLock",          Blocks::Nothing},
	{LockMode::RowShare,             "RowShareLock",             Blocks::Nothing},
	{LockMode::RowExclusive,         "RowExclusiveLock",         Blocks::Nothing},
	{LockMode::ShareUpdateExclusive, "ShareUpdateExclusiveLock", Blocks::Maintenance},
	{LockMode::Share,                "ShareLock",                Blocks::Writes},
	{LockMode::ShareRowExclusive,    "ShareRowExclusiveLock",    Blocks::Writes},
	{LockMode::Exclusive,            "ExclusiveLock",            Blocks::Writes},
	{LockMode::AccessExclusive,      "AccessExclusiveLock",      Blocks::ReadsAndWrites},
}};
// clang-format on

static_assert(is_complete(modes, &ModeRow::mode, LockMode::AccessExclusive));

constexpr std::array<std::string_view, 4> blocks_texts = {"nothing", "maintenance", "writes",
														  "reads and writes"};

}  // namespace

Blocks
blocked_by(LockMode mode)
{
	return modes[static_cast<std::size_t>(mode)].blocks;
}

std::string_view
to_text(LockMode mode)
{
	return modes[static_cast<std::size_t>(mode)].text;
}

std::string_view
to_text(Blocks blocks)
{
	return blocks_texts[static_cast<std::size_t>(blocks)];
}

}  // namespace ddl_warden
