#include "pg/metrics.hpp"
#include "pg/record/record.hpp"

namespace ddl_warden::pg
{

/* No sequence: nextval() fails in a read-only transaction and changes the user's lastval(). */
std::int64_t
next_decision_id()
{
	static pg_atomic_uint64 last_here = {0};
	SharedState *shared = shared_state();
	pg_atomic_uint64 *last = shared == nullptr ? &last_here : &shared->last_decision_id;
	const auto now = static_cast<uint64>(GetCurrentTimestamp());
	uint64 before = pg_atomic_read_u64(last);
	uint64 next;

	do
	{
		next = Max(before + 1, now);
	} while (!pg_atomic_compare_exchange_u64(last, &before, next));
	return static_cast<std::int64_t>(next);
}

}  // namespace ddl_warden::pg
