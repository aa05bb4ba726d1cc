#include "pg/memory.hpp"

namespace ddl_warden::pg
{

namespace
{

void *
allocate(void *context, std::size_t size)
{
	return MemoryContextAllocExtended(static_cast<MemoryContext>(context), size == 0 ? 1 : size,
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
}

}  // namespace

Arena
arena_in(MemoryContext context)
{
	return {allocate, context};
}

}  // namespace ddl_warden::pg
