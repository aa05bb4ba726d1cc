#include "manual.hpp"

#include "core/link_table.hpp"
#include "core/statement_table.hpp"
#include "words.hpp"

#include <cctype>
#include <vector>

namespace ddl_warden
{
namespace
{

constexpr std::string_view head = R"(# What DDL locks and does in PostgreSQL 15 to 18

For each statement: the lock it takes on the relation it names, where it goes from there, and the work whose time grows with the
data. **This page is made from the rows that `ddl_warden.explain` predicts by** (`make manual`; do not edit it), and those are held
against what real servers did: [how](how_it_works.md). For one statement on your own tables, with the indexes, partitions, foreign keys and sizes that
you have, ask `SELECT * FROM ddl_warden.explain('ALTER TABLE …')`.

How to read it:

- **The lock is held to the end of the transaction**, whatever the work is. Short DDL behind a long query is an outage, too: whoever comes
  after it waits behind it.
- Subcommands of one ALTER TABLE share the strongest of their locks: `VALIDATE CONSTRAINT` beside `SET DEFAULT` scans under ACCESS EXCLUSIVE.
- What is so already (SET LOGGED of a logged table, SET NOT NULL of a NOT NULL column, IF NOT EXISTS) is locked all the same.
- A rewrite builds every index anew, verifies every constraint, and needs the space twice.
- Planning a query takes ACCESS SHARE on every index of its tables: ACCESS EXCLUSIVE on one index stops the reads of its table.
- ACCESS SHARE on what is merely read (the sources of a view, the index behind a foreign key) is left out: only ACCESS EXCLUSIVE waits for it.
- Work on an empty table, or on one made in the same transaction, is over at once; so is its wait.

| lock mode | stops |
|---|---|
| ACCESS SHARE, ROW SHARE, ROW EXCLUSIVE | no query of an application, by itself |
| SHARE UPDATE EXCLUSIVE | VACUUM, ANALYZE, index builds, other DDL of this kind |
| SHARE, SHARE ROW EXCLUSIVE, EXCLUSIVE | writes |
| ACCESS EXCLUSIVE | reads and writes |

)";

/* Several things to say in one cell. */
class Cell
{
public:
	void
	add(std::string_view text)
	{
		if (!text.empty())
		{
			content += (content.empty() ? "" : "; ") + std::string(text);
		}
	}

	std::string
	text() const
	{
		return content;
	}

private:
	std::string content;
};

/* What a heading is linked by: "ADD COLUMN" becomes "add-column". */
std::string
anchor(std::string_view text)
{
	std::string name;

	for (const unsigned char c : text)
	{
		if (std::isalnum(c))
		{
			name += static_cast<char>(std::tolower(c));
		}
		else if (!name.empty() && name.back() != '-')
		{
			name += '-';
		}
	}
	while (!name.empty() && name.back() == '-')
	{
		name.pop_back();
	}
	return name;
}

void
start_table(std::string &page, std::initializer_list<std::string_view> columns)
{
	std::string line = "|";

	for (const std::string_view column : columns)
	{
		page += "| " + std::string(column) + " ";
		line += "---|";
	}
	page += "|\n" + line + "\n";
}

void
add_row(std::string &page, std::initializer_list<std::string> cells)
{
	for (const std::string &cell : cells)
	{
		page += "| " + cell + (cell.empty() ? "" : " ");
	}
	page += "|\n";
}

std::string
named(std::string_view prefix, std::string_view sql)
{
	return "<a name=\"" + anchor(std::string(prefix) + std::string(sql)) + "\"></a>" +
		   std::string(sql);
}

std::string
with_mode(std::string_view what, LockMode mode)
{
	return std::string(what) + (mode == LockMode::None ? "" : ": " + std::string(sql_name(mode)));
}

/* The ends of links, each with its lock and its work. effect_at: of one who goes there. */
template <typename EffectAt>
void
add_links(Cell &cell, EffectAt effect_at)
{
	for (std::size_t i = 0; i <= static_cast<std::size_t>(last_link); i++)
	{
		const Link link = static_cast<Link>(i);
		const LinkedEffect *effect = effect_at(link);

		if (effect != nullptr)
		{
			const std::string_view companions = words_of(effect->companions);
			std::string text = with_mode(noun_of(link), effect->mode);

			text += companions.empty() ? "" : ", with " + std::string(companions);
			text += effect->work ? " (" + std::string(words_of(*effect->work)) + ")" : "";
			cell.add(text);
		}
	}
}

// ---- ALTER TABLE

std::string
work_of(const SubcommandRow &row)
{
	Cell cell;

	if (row.work)
	{
		cell.add(words_of(*row.work));
	}
	for (const QuestionWords &words : answers_in_words())
	{
		if (asks(row.questions, words.question))
		{
			cell.add(words.text);
		}
	}
	return cell.text();
}

std::string
also_locked(const SubcommandRow &row)
{
	Cell cell;

	cell.add(words_of(row.below));
	cell.add(words_of(row.companions));
	if (asks(row.questions, Question::DroppedIndexes))
	{
		cell.add("indexes that go with it: ACCESS EXCLUSIVE");
	}
	if (const PartitionRow *partition = partition_row_of(row.subcommand))
	{
		cell.add(with_mode("the partition", partition->partition));
		cell.add(with_mode("what hangs from it", partition->below));
	}
	add_links(cell, [&](Link link) { return effect_at(row.subcommand, link); });
	return cell.text();
}

void
add_alter_table(std::string &page)
{
	page += "## ALTER TABLE\n\nThe table itself, and, with the same lock, what hangs from it:\n\n";
	start_table(page, {"subcommand", "lock", "work", "also locked", "remarks"});
	for (std::size_t i = 0; i < static_cast<std::size_t>(Subcommand::Unrecognised); i++)
	{
		const SubcommandRow &row = row_of(static_cast<Subcommand>(i));
		const SubcommandWords &words = words_of(row.subcommand);

		add_row(page, {named("", words.sql), std::string(sql_name(row.level)), work_of(row),
					   also_locked(row), std::string(words.remark)});
	}
}

// ---- the other statements

std::string
locks_with(const StatementRow &row, const Modes &modes)
{
	Cell cell;

	if (row.unbounded)
	{
		return "cannot be known";
	}
	cell.add(sql_name(modes.relation));
	if (modes.indexes != LockMode::None)
	{
		cell.add(with_mode("its indexes", modes.indexes));
	}
	if (modes.toast != LockMode::None)
	{
		cell.add(with_mode("its TOAST table", modes.toast));
	}
	return cell.text();
}

std::string
work_of(const StatementRow &row)
{
	return row.work ? std::string(words_of(*row.work)) : "";
}

std::string
also_locked(const StatementRow &row)
{
	Cell cell;

	cell.add(words_of(row.below));
	add_links(cell, [&](Link link) { return effect_at(row.kind, link); });
	return cell.text();
}

void
add_statements(std::string &page)
{
	page += "\n## Other statements\n\n";
	start_table(page, {"statement", "lock", "work", "also locked", "remarks"});
	for (std::size_t i = 0; i <= static_cast<std::size_t>(last_kind); i++)
	{
		const StatementRow &row = row_of(static_cast<Kind>(i));
		const StatementWords &words = words_of(row.kind);

		if (words.sql.empty())
		{
			continue;
		}
		add_row(page, {named("", words.sql), locks_with(row, row.plainly), work_of(row),
					   also_locked(row), std::string(words.remark)});
		if (row.concurrently.relation != LockMode::None)
		{
			add_row(page, {named("", std::string(words.sql) + " CONCURRENTLY"),
						   locks_with(row, row.concurrently),
						   row.concurrent_work ? std::string(words_of(*row.concurrent_work)) : "",
						   also_locked(row), ""});
		}
	}
}

// ---- what goes with what is dropped

void
add_deletions(std::string &page)
{
	page += "\n## What a deletion takes along\n\n"
			"DROP in all its forms, with CASCADE or without, and DROP COLUMN, DROP CONSTRAINT, "
			"DROP OWNED: found through the dependency catalog.\n\n";
	start_table(page, {"relation", "lock"});
	for (std::size_t i = 0; i <= static_cast<std::size_t>(last_link); i++)
	{
		const Link link = static_cast<Link>(i);
		const LinkedEffect *effect = effect_of_deletion(link);

		if (effect != nullptr)
		{
			const std::string_view companions = words_of(effect->companions);

			add_row(page, {std::string(noun_of(link)),
						   std::string(sql_name(effect->mode)) +
							   (companions.empty() ? "" : ", with " + std::string(companions))});
		}
	}
}

}  // namespace

std::string
manual()
{
	std::string page(head);

	add_alter_table(page);
	add_statements(page);
	add_deletions(page);
	return page;
}

}  // namespace ddl_warden
