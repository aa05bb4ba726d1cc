#include "reasons.hpp"

#include "table.hpp"
#include "text.hpp"

namespace ddl_warden
{
namespace
{

struct WorkWords
{
	Work work;
	std::string_view text;    /* as the interface has it */
	std::string_view subject; /* to which the relation's noun is added */
	std::string_view done;
};

// clang-format off
constexpr WorkWords work_words[] = {
	{Work::Rewrite,         "rewrite",           "The ",               "rewritten"},
	{Work::Copy,            "copy",              "The ",               "copied"},
	{Work::Scan,            "scan",              "The ",               "scanned"},
	{Work::IndexBuild,      "index_build",       "An index over the ", "built"},
	{Work::ForeignKeyCheck, "foreign_key_check", "The ",               "read"},
};
// clang-format on

struct CauseWords
{
	Cause cause;
	std::string_view reason;
};

// clang-format off
constexpr CauseWords cause_words[] = {
	{Cause::None,               ""},
	{Cause::VolatileDefault,    "its default is volatile and gives each row a value of its own"},
	{Cause::Identity,           "each row gets a number of its own"},
	{Cause::Serial,             "each row gets a number of its own"},
	{Cause::StoredGenerated,    "its generated value is stored in each row"},
	{Cause::ConstrainedDomain,  "the constraints of its domain are checked row by row"},
	{Cause::TypeConversion,     "its values are stored in another form"},
	{Cause::UsingExpression,    "the USING expression computes each value anew"},
	{Cause::DomainConversion,   "the constraints of its new domain are checked row by row"},
	{Cause::TimeZoneConversion, "the TimeZone of the session is not UTC and shifts each value"},
	{Cause::NotPlanned,         "its expression could not be planned"},
	{Cause::Persistence,        "it changes between logged and unlogged"},
	{Cause::AccessMethod,       "it changes its access method"},
	{Cause::Tablespace,         "it moves to another tablespace"},
	{Cause::NotNullUnproved,    "no valid CHECK constraint proves that it holds no null values"},
	{Cause::CheckConstraint,    "a CHECK constraint is verified"},
	{Cause::ForeignKey,         "a foreign key is verified"},
	{Cause::PartitionBound,     "a partition bound is verified"},
	{Cause::IndexOrder,         "its rows are put in the order of an index"},
	{Cause::Gaps,               "its rows are put together without gaps"},
	{Cause::Query,              "its query is run again"},
	{Cause::ParentIndex,        "its new parent has one that no index here equals"},
	{Cause::NewPartition,       "it must not hold rows of the new partition"},
	{Cause::DomainConstraint,   "a constraint of its domain is verified"},
};
// clang-format on

static_assert(is_complete(work_words, &WorkWords::work, work_kinds));
static_assert(is_complete(cause_words, &CauseWords::cause, Cause::DomainConstraint));

std::string_view
reason_of(Cause cause)
{
	return cause_words[static_cast<std::size_t>(cause)].reason;
}

std::string_view
noun_of(RelationKind kind)
{
	switch (kind)
	{
		case RelationKind::Index:
			return "index";
		case RelationKind::MaterializedView:
			return "materialized view";
		default:
			return "table";
	}
}

}  // namespace

std::string_view
to_text(Work work)
{
	return work_words[static_cast<std::size_t>(work)].text;
}

std::string_view
why_done(Work work, const Task &task, RelationKind kind, const Arena &arena)
{
	const WorkWords &words = work_words[static_cast<std::size_t>(work)];
	const std::string_view reason = reason_of(task.cause);
	const bool certain = task.certainty == Answer::Yes;
	const std::string_view quote = task.column.empty() ? "" : "\"";

	return concat(arena, {words.subject, noun_of(kind), certain ? " is " : " is taken to be ",
						  words.done, task.column.empty() ? "" : " for column ", quote, task.column,
						  quote, certain ? "" : ": it cannot be known",
						  reason.empty() ? "" : ", because ", reason, "."});
}

std::string_view
why_locked(const Further &further, const Arena &arena)
{
	const LinkWords &words = words_of(further.link);

	if (words.before.empty())
	{
		return {};
	}

	const std::string_view reason = concat(arena, {words.before, further.through, words.after});

	return further.more == 0 ? reason
							 : concat(arena, {reason, " There are ", std::to_string(further.more),
											  " more of this kind."});
}

std::string_view
why_locked(const Place &place, const Facts &facts, const Arena &arena)
{
	const Relation &relation = place.relation;

	if (!relation.descendant)
	{
		return row_of(facts.kind).unnamed;
	}
	return concat(arena, {in_partitions(place) ? "Partition of \"" : "Inheritance child of \"",
						  facts.relations[relation.parent_at].name, "\"."});
}

std::string_view
why_index_locked(const Index &index, const Relation &relation, const Arena &arena)
{
	std::string_view ending = "\".";

	if (index.fate == Fate::Dropped)
	{
		ending = "\", dropped with what it is built on.";
	}
	else if (index.fate == Fate::Parted)
	{
		ending = "\", no part of an index of its former parent any more.";
	}
	else if (index.fate == Fate::Taken)
	{
		ending = "\", which becomes a part of an index of its parent.";
	}
	else if (index.fate == Fate::Locked)
	{
		ending = "\", defined anew while its storage is kept.";
	}
	else if (index.fate == Fate::PassedOver)
	{
		ending = "\", which REINDEX CONCURRENTLY passes over.";
	}
	return concat(arena, {"Index of \"", relation.name, ending});
}

std::string_view
what_runs(const EventTrigger &trigger, const Arena &arena)
{
	const bool certain = trigger.event != Event::Drop;

	return concat(arena, {"An event trigger ", certain ? "runs" : "may run", " \"",
						  trigger.function, "\": what that does cannot be known."});
}

std::string_view
what_runs(const Relation &truncated, const Arena &arena)
{
	return concat(arena,
				  {"Triggers of it run \"", truncated.runs, "\": what they do cannot be known."});
}

}  // namespace ddl_warden
