/*
 * A setting whose variable holds a value of ours while a statement runs. Whoever changes the
 * setting meanwhile (SET LOCAL in an event trigger, a function with a SET clause) lets the server
 * keep ours as the prior value, and the end of the function or of the transaction would bring it
 * back for good.
 */
#pragma once

#include "pg/postgres.hpp"

#include <cstdint>

namespace ddl_warden::pg
{

enum class OverwrittenSetting : std::uint8_t
{
	LockTimeout,
	DeadlockTimeout,
};

/* Which prior values the server kept before ours came. */
struct StackMark
{
	const void *top; /* NULL: none */
	bool masks;      /* the topmost keeps a second one: of a SET that a SET LOCAL covers */
};

StackMark mark_stack(OverwrittenSetting setting);

/* Among the prior values kept since the mark, puts the session's own in the place of ours. */
void restore_in_stack(OverwrittenSetting setting, const StackMark &mark, int ours, int own);

}  // namespace ddl_warden::pg
