/* Text put together in the arena, and names as SQL writes them. */
#pragma once

#include "containers.hpp"

#include <initializer_list>
#include <string_view>

namespace ddl_warden
{

std::string_view concat(const Arena &arena, std::initializer_list<std::string_view> parts);

/* Cut to that many bytes, never within a UTF-8 character. */
std::string_view clipped(std::string_view text, std::size_t size);

/* A string constant, as quote_literal writes it. */
std::string_view literal(const Arena &arena, std::string_view text);

/* $$body$$, with a tag that does not occur in the body. */
std::string_view dollar_quoted(const Arena &arena, std::string_view body);

/* A name as the catalog has it: case folded, or without its quotes. Of a qualified one, the last
 * part. */
std::string_view bare_name(const Arena &arena, std::string_view name);

/* What stands before the last part of a qualified name, with its dot: 'public.'. Empty: none. */
std::string_view qualifier(std::string_view name);

/* <bare>_<suffix>, cut to what the server takes for a name, and quoted where it must be. */
std::string_view derived_name(const Arena &arena, std::string_view bare, std::string_view suffix);

}  // namespace ddl_warden
