/* How the manual calls what the rows know. */
#pragma once

#include "core/facts.hpp"
#include "core/impact.hpp"
#include "core/lock_table.hpp"

#include <span>
#include <string_view>

namespace ddl_warden
{

struct SubcommandWords
{
	Subcommand subcommand;
	std::string_view sql;
	std::string_view remark; /* what its row does not know */
};

const SubcommandWords &words_of(Subcommand subcommand);

struct StatementWords
{
	Kind kind;
	std::string_view sql;
	std::string_view remark;
};

const StatementWords &words_of(Kind kind);

/* "ACCESS EXCLUSIVE" */
std::string_view sql_name(LockMode mode);

std::string_view words_of(Below below);
std::string_view words_of(Companions companions);
std::string_view words_of(Work work);

/* The relation at the other end of a link. */
std::string_view noun_of(Link link);

struct QuestionWords
{
	Question question;
	std::string_view text;
};

/* What the answers to questions decide. */
std::span<const QuestionWords> answers_in_words();

}  // namespace ddl_warden
