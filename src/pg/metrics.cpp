#include "pg/metrics.hpp"

namespace ddl_warden::pg
{

namespace
{

SharedState *state = nullptr;

}  // namespace

Size
metrics_size()
{
	return sizeof(SharedState);
}

void
start_metrics(void *memory, bool found)
{
	state = static_cast<SharedState *>(memory);
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
