/* Keeps secrets out of the record, by statement class and place, never by a list of words. */
#pragma once

#include "containers.hpp"

#include <cstdint>
#include <string_view>

namespace ddl_warden
{

/* Where a statement of this class can carry a secret. */
enum class Secrets : std::uint8_t
{
	None,
	Password,         /* CREATE and ALTER ROLE/USER/GROUP: the literal after PASSWORD */
	ConnectionString, /* CREATE and ALTER SUBSCRIPTION: the literal after CONNECTION */
	Options, /* SERVER, USER MAPPING, FOREIGN DATA WRAPPER, FOREIGN TABLE…: the literals in OPTIONS
				(…) */
	EveryLiteral, /* where a secret cannot be told from the rest */
};

/*
 * The statement cut to itself (blanks, comments before it and a semicolon after it removed) with
 * each secret literal replaced by '<redacted>'. A literal in any form: '…', E'…', U&'…',
 * $tag$…$tag$. Where there can be secrets, comments go too. What cannot be read to its end, or
 * means one thing or another by standard_conforming_strings, is cut off there and marked "..."
 * (plain, since the text must be valid in every encoding). Throws std::bad_alloc only.
 */
String redact(std::string_view text, Secrets secrets, const Arena &arena);

}  // namespace ddl_warden
