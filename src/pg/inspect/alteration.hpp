/* ALTER TABLE: one subcommand and the answers to what its row in core/lock_table.cpp asks. */
#pragma once

#include "pg/inspect/relation.hpp"

namespace ddl_warden::pg
{

struct Altering
{
	Inspection &inspection;
	const AlterTableCmd *command;
	const List *commands; /* of the whole statement: what it drops is dropped first */
	Form_pg_class table;  /* that the statement names */
	unsigned number;      /* of the answer in Facts.alterations */
	Alteration &answer;
};

/* current_state.cpp: Alteration.exempt, and what VALIDATE has to verify. */
void ask_current_state(Altering &altering);

/* add_column.cpp: rewrites, scans and index of ADD COLUMN, with its parts for advice. */
void ask_added_column(Altering &altering);

/* column_type.cpp: rewrites of ALTER COLUMN TYPE; when there is none, what happens to indexes and
 * CHECK constraints over the column. */
void ask_type_change(Altering &altering);

/* not_null.cpp: which relations must be scanned before these columns can be NOT NULL. */
void ask_not_null_proof(Altering &altering, const List *columns);

/* constraint.cpp: names and keys of new constraints, indexes named and dropped. */
void ask_constraint_index(Altering &altering);
void ask_partition_indexes(Altering &altering); /* after the proof of NOT NULL */
void ask_named_index(Altering &altering);
void ask_dropped_indexes(Altering &altering);

/* attach_partition.cpp: what ATTACH PARTITION verifies and builds. */
void ask_attached(Altering &altering);

/* foreign_key.cpp: Facts.further of a new foreign key, or of one to be validated; of the former its
 * reach, too. */
void ask_foreign_keys(Altering &altering);

/* retyped_key.cpp: Facts.further of ALTER COLUMN TYPE. All that rewrites must have been asked. */
void ask_retyped_keys(Altering &altering);

/* partition_key.cpp: Facts.further of ATTACH and DETACH PARTITION; the indexes that DETACH parts.
 */
void ask_attached_keys(Altering &altering);
void ask_detached_keys(Altering &altering);

/* dropped_part.cpp: Facts.further of DROP COLUMN and DROP CONSTRAINT. */
void ask_deletion(Altering &altering);

/* sequence.cpp: Facts.further. */
void ask_sequences(Altering &altering);

/* descent.cpp: Alteration.reach. */
void ask_descent(Altering &altering);

List *constraint_columns(const Altering &altering);

/* The columns of a constraint in its order: their number. */
int constraint_keys(Oid constraint, AttrNumber *columns);

/* A reach for every relation: at first only that of those that the statement names. */
std::span<Reach> begin_descent(const Inspection &inspection);

/* How far it would come to the relation at that place, from the one above. */
Reach reach_below(const Inspection &inspection, std::span<const Reach> reach, std::size_t place);

/* Does a subcommand that says ONLY come down nevertheless? */
enum class Only : std::uint8_t
{
	Itself,
	Children,
	Tree,
};

Only reach_of_only(const AlterTableCmd *command, Subcommand subcommand, Form_pg_class table);

/* The oid of the table's constraint of that name; InvalidOid if there is none. */
Oid find_constraint(Oid table, const char *name);

/* A constraint as a definition asks for it: nothing to verify now? */
bool skips_validation(const Constraint *constraint);

/* What parse analysis does not accept the server will not either: its own message comes, whatever
 * the rules say. User code runs in the planner only, so nobody can pretend. */
void refuse_unless(Altering &altering, bool accepted);

/* Whether one of the commands is of this kind and names this column or constraint. */
bool is_commanded(const List *commands, AlterTableType type, const char *name);

/* Whether one of the commands adds a column of that name. */
bool is_added(const List *commands, const char *column);

/* Answers parallel to the relations, all No. */
std::span<Answer> new_scans(const Inspection &inspection);

/* Yes for every relation that has storage. */
std::span<Answer> scan_all(const Inspection &inspection);

/* The text of an expression tree without columns, as in a definition. */
std::string_view expression_text(Node *expression);

}  // namespace ddl_warden::pg
