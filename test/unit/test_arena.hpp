/* An arena for unit tests: gives everything back when the test ends. */
#pragma once

#include "core/containers.hpp"

#include <memory>
#include <vector>

namespace ddl_warden
{

class TestArena
{
public:
	const Arena &
	operator*() const
	{
		return arena;
	}

private:
	static void *
	allocate(void *context, std::size_t size) noexcept
	{
		auto *blocks = static_cast<std::vector<std::unique_ptr<char[]>> *>(context);

		return blocks->emplace_back(new char[size]).get();
	}

	std::vector<std::unique_ptr<char[]>> blocks;
	Arena arena{allocate, &blocks};
};

}  // namespace ddl_warden
