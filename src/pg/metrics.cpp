#include "pg/metrics.hpp"

extern "C" {
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
}

namespace ddl_warden::pg
{

namespace
{

SharedState *state = nullptr;
shmem_request_hook_type request_before = nullptr;
shmem_startup_hook_type startup_before = nullptr;

void
request()
{
	if (request_before != nullptr)
	{
		request_before();
	}
	RequestAddinShmemSpace(MAXALIGN(sizeof(SharedState)));
}

void
start()
{
	bool found = false;

	if (startup_before != nullptr)
	{
		startup_before();
	}
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	state = static_cast<SharedState *>(ShmemInitStruct("ddl_warden", sizeof(SharedState), &found));
	if (!found)
	{
		pg_atomic_init_u64(&state->last_decision_id, 0);
		for (auto &counter : state->counters)
		{
			pg_atomic_init_u64(&counter, 0);
		}
		for (auto &rule : state->effects)
		{
			for (auto &counter : rule)
			{
				pg_atomic_init_u64(&counter, 0);
			}
		}
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

SharedState *
shared_state()
{
	return state;
}

void
count(Counter counter)
{
	if (state != nullptr)
	{
		pg_atomic_fetch_add_u64(&state->counters[static_cast<int>(counter)], 1);
	}
}

void
count(Rule rule, Effect effect)
{
	if (state != nullptr)
	{
		pg_atomic_fetch_add_u64(&state->effects[static_cast<int>(rule)][static_cast<int>(effect)],
								1);
	}
}

}  // namespace ddl_warden::pg
