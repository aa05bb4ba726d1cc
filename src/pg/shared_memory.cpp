#include "pg/shared_memory.hpp"

#include "pg/metrics.hpp"
#include "pg/record/queue.hpp"
#include "pg/underway.hpp"

extern "C" {
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
}

namespace ddl_warden::pg
{

namespace
{

struct Part
{
	const char *name;
	Size (*size)();
	void (*start)(void *memory, bool found);
};

constexpr Part parts[] = {
	{"ddl_warden metrics", metrics_size, start_metrics},
	{"ddl_warden queue", queue_size, start_queue},
	{"ddl_warden underway", underway_size, start_underway},
};

shmem_request_hook_type request_before = nullptr;
shmem_startup_hook_type startup_before = nullptr;

void
request()
{
	if (request_before != nullptr)
	{
		request_before();
	}
	for (const Part &part : parts)
	{
		RequestAddinShmemSpace(MAXALIGN(part.size()));
	}
	request_queue_lock();
}

void
start()
{
	if (startup_before != nullptr)
	{
		startup_before();
	}
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	for (const Part &part : parts)
	{
		bool found = false;
		void *memory = ShmemInitStruct(part.name, part.size(), &found);

		part.start(memory, found);
	}
	LWLockRelease(AddinShmemInitLock);
}

}  // namespace

void
request_shared_memory()
{
	request_before = shmem_request_hook;
	shmem_request_hook = request;
	startup_before = shmem_startup_hook;
	shmem_startup_hook = start;
}

}  // namespace ddl_warden::pg
