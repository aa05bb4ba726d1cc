#include "pg/record/entry.hpp"

extern "C" {
#include "mb/pg_wchar.h"
}

namespace ddl_warden::pg
{

namespace
{

/* What is behind a pointer, and so has to travel along. Whatever else a Pending has is copied as it
 * is, and means nothing to the other process where it is an address. */
constexpr const char *Pending::*texts[] = {
	&Pending::lost_because, &Pending::database,  &Pending::role_name,
	&Pending::session_role, &Pending::note,      &Pending::application_name,
	&Pending::command,      &Pending::verdict,   &Pending::statement,
	&Pending::rule,         &Pending::relation,  &Pending::override_reason,
	&Pending::message,      &Pending::lock_mode,
};

/* None of them is toasted or has a short header. */
constexpr Datum Pending::*varlenas[] = {
	&Pending::client_addr, &Pending::findings,  &Pending::impact,
	&Pending::further,     &Pending::relations, &Pending::misprediction,
};

constexpr Size
aligned(Size size)
{
	return MAXALIGN(size);
}

Size
text_size(const char *text)
{
	return text == nullptr ? 0 : aligned(strlen(text) + 1);
}

Size
varlena_size(Datum value)
{
	return value == 0 ? 0 : aligned(VARSIZE(DatumGetPointer(value)));
}

}  // namespace

Size
flat_size(const Pending &decision)
{
	Size size = aligned(sizeof(Pending));

	for (auto text : texts)
	{
		size += text_size(decision.*text);
	}
	for (auto varlena : varlenas)
	{
		size += varlena_size(decision.*varlena);
	}
	return size;
}

void
flatten(const Pending &decision, char *to)
{
	memcpy(to, &decision, sizeof(Pending));
	to += aligned(sizeof(Pending));
	for (auto text : texts)
	{
		if (decision.*text != nullptr)
		{
			memcpy(to, decision.*text, strlen(decision.*text) + 1);
			to += text_size(decision.*text);
		}
	}
	for (auto varlena : varlenas)
	{
		if (decision.*varlena != 0)
		{
			memcpy(to, DatumGetPointer(decision.*varlena),
				   VARSIZE(DatumGetPointer(decision.*varlena)));
			to += varlena_size(decision.*varlena);
		}
	}
}

Pending *
unflatten(char *from)
{
	auto *decision = static_cast<Pending *>(palloc(sizeof(Pending)));

	memcpy(decision, from, sizeof(Pending));
	from += aligned(sizeof(Pending));
	for (auto text : texts)
	{
		if (decision->*text != nullptr)
		{
			decision->*text = from;
			from += text_size(from);
		}
	}
	for (auto varlena : varlenas)
	{
		if (decision->*varlena != 0)
		{
			decision->*varlena = PointerGetDatum(from);
			from += varlena_size(PointerGetDatum(from));
		}
	}
	return decision;
}

void
shrink(Pending &decision, Size limit)
{
	if (flat_size(decision) <= limit)
	{
		return;
	}
	decision.impact = 0;
	decision.further = 0;
	if (flat_size(decision) > limit)
	{
		decision.findings = 0;
		decision.misprediction = 0;
	}
	const Size size = flat_size(decision);

	if (size <= limit)
	{
		return;
	}
	const Size length = strlen(decision.statement);
	const Size excess = size - limit + MAXIMUM_ALIGNOF;
	const Size kept = excess < length ? length - excess : 0;

	/* The text is the decision's own copy. */
	const_cast<char *>(decision.statement)[pg_mbcliplen(
		decision.statement, static_cast<int>(length), static_cast<int>(kept))] = '\0';
}

}  // namespace ddl_warden::pg
