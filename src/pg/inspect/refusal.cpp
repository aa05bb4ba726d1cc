#include "pg/inspect/refusal.hpp"

#include "pg/inspect/columns.hpp"
#include "pg/inspect/foreign_key.hpp"
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/options.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_type.h"
#include "parser/parse_type.h"
}

#include <algorithm>

namespace ddl_warden::pg
{

namespace
{

// ---- the kinds of relations that a subcommand takes: ATSimplePermissions in tablecmds.c

struct Taken
{
	Subcommand subcommand;
	const char *kinds; /* as pg_class.relkind has them */
};

// clang-format off
constexpr Taken taken[] = {
	{Subcommand::AddColumn,             "rpcf"},
	{Subcommand::AddColumnIfNotExists,  "rpcf"},
	{Subcommand::SetDefault,            "rpvf"},
	{Subcommand::AddIdentity,           "rpvf"},
	{Subcommand::SetIdentity,           "rpvf"},
	{Subcommand::DropIdentity,          "rpvf"},
	{Subcommand::DropNotNull,           "rpf"},
	{Subcommand::SetNotNull,            "rpf"},
	{Subcommand::DropExpression,        "rpf"},
	{Subcommand::SetStatistics,         "rpmiIf"},
	{Subcommand::SetColumnOptions,      "rpmf"},
	{Subcommand::SetStorage,            "rpmf"},
	{Subcommand::SetCompression,        "rpm"},
	{Subcommand::DropColumn,            "rpcf"},
	{Subcommand::AddCheck,              "rpf"},
	{Subcommand::AddNotNull,            "rpf"},
	{Subcommand::AddUnique,             "rp"},
	{Subcommand::AddPrimaryKey,         "rp"},
	{Subcommand::AddExclusion,          "rp"},
	{Subcommand::AddUniqueUsingIndex,   "r"},
	{Subcommand::AddPrimaryKeyUsingIndex, "r"},
	{Subcommand::AddForeignKey,         "rp"},
	{Subcommand::AlterConstraint,       "rp"},
	{Subcommand::ValidateConstraint,    "rpf"},
	{Subcommand::DropConstraint,        "rpf"},
	{Subcommand::AlterColumnType,       "rpcf"},
	{Subcommand::ColumnForeignOptions,  "f"},
	{Subcommand::ForeignOptions,        "f"},
	{Subcommand::ClusterOn,             "rpm"},
	{Subcommand::DropCluster,           "rpm"},
	{Subcommand::SetLogged,             "rpS"},
	{Subcommand::SetUnlogged,           "rpS"},
	{Subcommand::SetAccessMethod,       "rpm"},
	{Subcommand::SetTablespace,         "rpmiI"},
	{Subcommand::SetOptions,            "rpvmi"},
	{Subcommand::Trigger,               "rpf"},
	{Subcommand::RewriteRule,           "rpv"},
	{Subcommand::AddInherit,            "rf"},
	{Subcommand::DropInherit,           "rpf"},
	{Subcommand::AddOf,                 "rp"},
	{Subcommand::DropOf,                "rp"},
	{Subcommand::ReplicaIdentity,       "rpm"},
	{Subcommand::RowSecurity,           "rp"},
	{Subcommand::WithoutOids,           "rpf"},
};
// clang-format on

bool
is_taken(Subcommand subcommand, char kind)
{
	for (const Taken &row : taken)
	{
		if (row.subcommand == subcommand)
		{
			return strchr(row.kinds, kind) != nullptr;
		}
	}
	return true;
}

// ---- what other subcommands of the statement do

/* Of that kind, one before this one has something to do. */
bool
is_second(const Altering &altering, bool (*same)(Subcommand))
{
	const std::span<const Alteration> alterations = altering.inspection.facts.alterations;

	for (unsigned i = 0; i < altering.number; i++)
	{
		if (same(alterations[i].subcommand) && !alterations[i].exempt)
		{
			return true;
		}
	}
	return false;
}

bool
changes_persistence(Subcommand subcommand)
{
	return subcommand == Subcommand::SetLogged || subcommand == Subcommand::SetUnlogged;
}

bool
changes_access_method(Subcommand subcommand)
{
	return subcommand == Subcommand::SetAccessMethod;
}

/* Also where the first one moves nothing. */
bool
is_second_move(const Altering &altering)
{
	const std::span<const Alteration> before =
		altering.inspection.facts.alterations.first(altering.number);

	return std::any_of(before.begin(), before.end(), [](const Alteration &other) {
		return other.subcommand == Subcommand::SetTablespace;
	});
}

// ---- columns

bool
has_children(const Altering &altering)
{
	return find_inheritance_children(altering.table->oid, NoLock) != NIL;
}

bool
only_with_children(const Altering &altering)
{
	return altering.inspection.facts.only && has_children(altering);
}

bool
is_identity_definition(const ColumnDef *column)
{
	const ListCell *cell;

	foreach (cell, column->constraints)
	{
		if (lfirst_node(Constraint, cell)->contype == CONSTR_IDENTITY)
		{
			return true;
		}
	}
	return false;
}

bool
is_added_before(const Altering &altering)
{
	const char *name = castNode(ColumnDef, altering.command->def)->colname;
	const ListCell *cell;

	foreach (cell, altering.commands)
	{
		const AlterTableCmd *other = lfirst_node(AlterTableCmd, cell);

		if (other == altering.command)
		{
			return false;
		}
		if (other->subtype == AT_AddColumn && !altering.command->missing_ok &&
			strcmp(castNode(ColumnDef, other->def)->colname, name) == 0)
		{
			return true;
		}
	}
	return false;
}

/* A child that has the column already must have it of the same type. */
bool
clashes_below(const Altering &altering)
{
	const ColumnDef *column = castNode(ColumnDef, altering.command->def);
	const Oid type = written_type(column->typeName);
	const std::span<const Reach> reach = altering.answer.reach;

	for (std::size_t i = 1; OidIsValid(type) && i < reach.size(); i++)
	{
		const Oid child = altering.inspection.relations[i].oid;
		const AttrNumber number = column_number(child, column->colname);

		if (reach[i] == Reach::Locked && number > 0 && get_atttype(child, number) != type)
		{
			return true;
		}
	}
	return false;
}

/* ATExecAddColumn */
bool
is_column_refused(const Altering &altering)
{
	const bool partitioned = altering.table->relkind == RELKIND_PARTITIONED_TABLE;
	const bool identity = is_identity_definition(castNode(ColumnDef, altering.command->def));

	return is_added_before(altering) || clashes_below(altering) || altering.table->relispartition ||
		   OidIsValid(altering.table->reloftype) || only_with_children(altering) ||
		   (identity && !(partitioned && identity_goes_down) && has_children(altering));
}

/* ATExecDropColumn; NULL: there is no such column. */
bool
is_drop_refused(const Altering &altering, Form_pg_attribute column)
{
	if (column == nullptr)
	{
		return !altering.command->missing_ok;
	}
	return column->attnum < 0 || column->attinhcount > 0 || OidIsValid(altering.table->reloftype) ||
		   is_partitioned_by(altering.table->oid, column->attnum) ||
		   (altering.table->relkind == RELKIND_PARTITIONED_TABLE && only_with_children(altering));
}

/* Values of its row type in other tables cannot follow. */
bool
is_row_type_used(const Altering &altering, bool with_partitioned)
{
	for (const Relation &relation : altering.inspection.relations)
	{
		const bool asked = with_partitioned || has_storage(relation.kind);
		FormData_pg_class row;

		if (asked && read_class_row(relation.oid, row) && OidIsValid(row.reltype) &&
			is_used_by_columns(row.reltype))
		{
			return true;
		}
	}
	return false;
}

bool
is_partitioning_below(const Altering &altering)
{
	for (const Relation &relation : altering.inspection.relations)
	{
		const AttrNumber column = column_number(relation.oid, altering.command->name);

		if (column != InvalidAttrNumber && is_partitioned_by(relation.oid, column))
		{
			return true;
		}
	}
	return false;
}

/* Its sequence takes the type over, which must be one of integers: init_params in sequence.c. */
bool
is_identity_type_refused(const Altering &altering, Form_pg_attribute column)
{
	const ColumnDef *definition = castNode(ColumnDef, altering.command->def);
	const Oid type = written_type(definition->typeName);

	return column->attidentity != '\0' && OidIsValid(type) && type != INT2OID && type != INT4OID &&
		   type != INT8OID &&
		   !is_commanded(altering.commands, AT_DropIdentity, altering.command->name);
}

/* ATExecAlterColumnType: a second change of type is none where the first one was none, but for a
 * collation, say. Modifiers are not compared: what may be accepted is judged. */
bool
has_changed_type(const AlterTableCmd *command, Form_pg_attribute column)
{
	const Oid type = written_type(castNode(ColumnDef, command->def)->typeName);

	return column != nullptr && OidIsValid(type) && type != column->atttypid;
}

/* ATPrepAlterColumnType */
bool
is_type_refused(const Altering &altering, Form_pg_attribute column)
{
	const std::span<const Alteration> alterations = altering.inspection.facts.alterations;

	for (unsigned i = 0; i < altering.number; i++)
	{
		const AlterTableCmd *other =
			static_cast<const AlterTableCmd *>(list_nth(altering.commands, i));

		if (alterations[i].subcommand == Subcommand::AlterColumnType &&
			strcmp(other->name, altering.command->name) == 0 && has_changed_type(other, column))
		{
			return true;
		}
	}
	return column == nullptr || column->attnum < 0 || column->attinhcount > 0 ||
		   is_commanded(altering.commands, AT_DropColumn, altering.command->name) ||
		   is_identity_type_refused(altering, column) || OidIsValid(altering.table->reloftype) ||
		   is_partitioning_below(altering) || only_with_children(altering) ||
		   is_row_type_used(altering, true) || is_definition_refused(altering);
}

// ---- constraints

/* ATExecDropConstraint */
bool
is_constraint_drop_refused(const Altering &altering)
{
	const Oid constraint = find_constraint(altering.table->oid, altering.command->name);
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool inherited;

	if (!HeapTupleIsValid(row))
	{
		return !altering.command->missing_ok;
	}
	inherited = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->coninhcount > 0;
	ReleaseSysCache(row);
	return inherited;
}

/* DefineIndex in indexcmds.c, for every partitioned table of the tree. */
bool
is_split(const Altering &altering, const List *columns)
{
	for (const Relation &relation : altering.inspection.relations)
	{
		const bool partitioned = altering.table->relkind == RELKIND_PARTITIONED_TABLE;

		if ((partitioned && relation.kind == RelationKind::ForeignTable) ||
			(relation.kind == RelationKind::PartitionedTable &&
			 !cover_partition_key(relation.oid, columns)))
		{
			return true;
		}
	}
	return false;
}

bool
has_primary_key(const Altering &altering)
{
	const Oid table = altering.table->oid;
	AttrNumber columns[INDEX_MAX_KEYS];
	Oid constraint = InvalidOid;

	get_primary_key_attnos(table, true, &constraint);

	const int count = OidIsValid(constraint) ? constraint_keys(constraint, columns) : 0;
	const char *name = OidIsValid(constraint) ? get_constraint_name(constraint) : nullptr;

	for (int i = 0; i < count; i++)
	{
		const char *column = get_attname(table, columns[i], true);

		if (column != nullptr && is_commanded(altering.commands, AT_DropColumn, column))
		{
			return false;
		}
	}
	return name != nullptr && !is_commanded(altering.commands, AT_DropConstraint, name);
}

bool
are_columns(const Altering &altering, const List *names)
{
	const ListCell *cell;

	foreach (cell, names)
	{
		const char *name = string_value(lfirst(cell));

		const bool there = column_number(altering.table->oid, name) != InvalidAttrNumber &&
						   !is_commanded(altering.commands, AT_DropColumn, name);

		if (!there && !is_added(altering.commands, name))
		{
			return false;
		}
	}
	return true;
}

bool
drops_not_null(const List *commands)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableType type = lfirst_node(AlterTableCmd, cell)->subtype;

		if (type == AT_DropConstraint || type == AT_DropNotNull)
		{
			return true;
		}
	}
	return false;
}

/* ATPrepAddPrimaryKey, by the NOT NULL constraints that are there. */
bool
is_key_kept_away(const Altering &altering)
{
	const ListCell *cell;

	foreach (cell, constraint_columns(altering))
	{
		const Form_pg_attribute column = column_row(
			altering.table->oid, column_number(altering.table->oid, string_value(lfirst(cell))));

		if (column != nullptr && forbids_primary_key(column) && !drops_not_null(altering.commands))
		{
			return true;
		}
	}
	return false;
}

/* ADD NOT NULL: a constraint that is there on the way down, NOT VALID, is not made valid by it. */
bool
is_not_null_refused(const Altering &altering)
{
	const Constraint *constraint = castNode(Constraint, altering.command->def);

	if (constraint->is_no_inherit)
	{
		return altering.table->relkind == RELKIND_PARTITIONED_TABLE;
	}
	for (const Relation &relation : altering.inspection.relations)
	{
		const Form_pg_attribute column = column_row(
			relation.oid, column_number(relation.oid, string_value(linitial(constraint->keys))));

		if (column != nullptr && column->attnotnull && !is_verified_not_null(column) &&
			!constraint->skip_validation && !drops_not_null(altering.commands))
		{
			return true;
		}
	}
	return false;
}

/* ADD UNIQUE, PRIMARY KEY, EXCLUDE, USING INDEX. */
bool
is_index_refused(const Altering &altering)
{
	const Constraint *constraint = castNode(Constraint, altering.command->def);
	const bool primary = constraint->contype == CONSTR_PRIMARY;
	const bool partitioned = altering.table->relkind == RELKIND_PARTITIONED_TABLE;

	if (primary && (has_primary_key(altering) || is_key_kept_away(altering)))
	{
		return true;
	}
	if (constraint->contype == CONSTR_EXCLUSION)
	{
		return partitioned && !exclusion_spans_partitions;
	}
	return constraint->indexname == nullptr &&
		   (!are_columns(altering, constraint->keys) || is_split(altering, constraint->keys));
}

/* ADD COLUMN ... UNIQUE, PRIMARY KEY: no partition was made by the new column. */
bool
is_column_index_refused(const Altering &altering)
{
	const ListCell *cell;

	foreach (cell, castNode(ColumnDef, altering.command->def)->constraints)
	{
		const ConstrType type = lfirst_node(Constraint, cell)->contype;

		if ((type == CONSTR_PRIMARY && has_primary_key(altering)) ||
			((type == CONSTR_PRIMARY || type == CONSTR_UNIQUE) && is_split(altering, NIL)))
		{
			return true;
		}
	}
	return false;
}

/* The table's own: one that is inherited only may become it. */
bool
is_own_constraint(Oid table, const char *name)
{
	const HeapTuple row =
		SearchSysCache1(CONSTROID, ObjectIdGetDatum(find_constraint(table, name)));
	bool own = false;

	if (HeapTupleIsValid(row))
	{
		own = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->conislocal;
		ReleaseSysCache(row);
	}
	return own;
}

/* ATAddCheckConstraint, MergeWithExistingConstraint in heap.c */
bool
is_check_refused(const Altering &altering)
{
	const Constraint *constraint = castNode(Constraint, altering.command->def);
	const bool partitioned = altering.table->relkind == RELKIND_PARTITIONED_TABLE;

	return (partitioned && constraint->is_no_inherit) ||
		   (is_constraint_name_taken(altering, constraint->conname) &&
			is_own_constraint(altering.table->oid, constraint->conname)) ||
		   (!constraint->is_no_inherit && only_with_children(altering)) ||
		   (list_length(altering.commands) == 1 &&
			!is_accepted(altering.table, constraint->raw_expr, EXPR_KIND_CHECK_CONSTRAINT));
}

/* ATPrepChangePersistence */
bool
is_persistence_refused(const Altering &altering)
{
	const Oid table = altering.table->oid;
	const bool to_logged = altering.answer.subcommand == Subcommand::SetLogged;
	const ListCell *cell;

	if (altering.table->relpersistence == RELPERSISTENCE_TEMP ||
		(!to_logged && GetRelationPublications(table) != NIL) || is_row_type_used(altering, false))
	{
		return true;
	}
	foreach (cell, to_logged ? foreign_keys_of(table) : foreign_keys_to(table))
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));
		const Oid other = to_logged ? key->referenced : key->table;
		const bool permanent = get_rel_persistence(other) == RELPERSISTENCE_PERMANENT;

		if (other != table && permanent != to_logged)
		{
			return true;
		}
	}
	return false;
}

char
constraint_kind(const Altering &altering, const char *name)
{
	const Oid constraint = find_constraint(altering.table->oid, name);
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	char kind = '\0';

	if (HeapTupleIsValid(row))
	{
		kind = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->contype;
		ReleaseSysCache(row);
	}
	return kind;
}

/* One that is not there may be made before. 18: also NOT NULL. */
bool
can_be_altered(char kind)
{
	return kind == '\0' || kind == CONSTRAINT_FOREIGN || kind == 'n';
}

bool
can_be_validated(char kind)
{
	return can_be_altered(kind) || kind == CONSTRAINT_CHECK;
}

/* ATPrepDropExpression */
bool
is_expression_refused(const Altering &altering)
{
	const Form_pg_attribute column =
		column_row(altering.table->oid, column_number(altering.table->oid, altering.command->name));

	return column != nullptr && (column->attinhcount > 0 || only_with_children(altering));
}

/* A value of this type cannot be longer than a row: it is neither compressed nor moved out. */
bool
is_plain(const Altering &altering)
{
	const Form_pg_attribute column =
		column_row(altering.table->oid, column_number(altering.table->oid, altering.command->name));
	const char *wanted = string_value(altering.command->def);

	return column != nullptr && get_typstorage(column->atttypid) == TYPSTORAGE_PLAIN &&
		   pg_strcasecmp(wanted, "plain") != 0 && pg_strcasecmp(wanted, "default") != 0 &&
		   !is_commanded(altering.commands, AT_AlterColumnType, altering.command->name);
}

bool
is_no_identity(const Altering &altering)
{
	const Form_pg_attribute column =
		column_row(altering.table->oid, column_number(altering.table->oid, altering.command->name));

	return column != nullptr && column->attidentity == '\0';
}

/* ATExecSetExpression */
bool
is_no_expression(const Altering &altering)
{
	const Form_pg_attribute column =
		column_row(altering.table->oid, column_number(altering.table->oid, altering.command->name));

	return column != nullptr && column->attgenerated == '\0';
}

/* ATExecAddIdentity, ATExecSetIdentity, ATExecDropIdentity: they go down from the partitioned table
 * as a whole. */
bool
is_parted_identity(const Altering &altering)
{
	const bool partitioned = altering.table->relkind == RELKIND_PARTITIONED_TABLE;

	return identity_goes_down &&
		   (altering.table->relispartition || (partitioned && altering.inspection.facts.only));
}

/* What comes last of all, when the other subcommands are through. */
bool
is_settled_refused(const Altering &altering)
{
	const AlterTableCmd *command = altering.command;

	switch (altering.answer.subcommand)
	{
		case Subcommand::AlterConstraint:
			return !can_be_altered(constraint_kind(altering, altered_constraint(command)));
		case Subcommand::ValidateConstraint:
			return !can_be_validated(constraint_kind(altering, command->name));
		case Subcommand::DropExpression:
			return is_expression_refused(altering);
		case Subcommand::SetStorage:
		case Subcommand::SetCompression:
			return is_plain(altering);
		case Subcommand::SetExpression:
			return is_no_expression(altering);
		case Subcommand::AddIdentity:
			return is_parted_identity(altering);
		case Subcommand::SetIdentity:
			return is_parted_identity(altering) ||
				   (is_no_identity(altering) &&
					!is_commanded(altering.commands, AT_AddIdentity, command->name));
		case Subcommand::DropIdentity:
			return is_parted_identity(altering) ||
				   (is_no_identity(altering) && !command->missing_ok);
		case Subcommand::SetOptions:
			return !are_options_accepted(altering.table,
										 reinterpret_cast<const List *>(command->def),
										 command->subtype == AT_ResetRelOptions);
		case Subcommand::AddForeignKey:
			return is_constraint_name_taken(altering, castNode(Constraint, command->def)->conname);
		case Subcommand::AddOf:
			return is_of_refused(altering);
		case Subcommand::ClusterOn:
			return is_cluster_refused(altering);
		case Subcommand::ReplicaIdentity:
		{
			const char *name = castNode(ReplicaIdentityStmt, command->def)->name;

			return name != nullptr && is_identity_refused(altering, name);
		}
		default:
			return false;
	}
}

}  // namespace

bool
is_refused(const Altering &altering)
{
	const AlterTableCmd *command = altering.command;
	const Oid table = altering.table->oid;
	const Subcommand subcommand = altering.answer.subcommand;
	const bool of_column = command->name != nullptr;

	if (!is_taken(subcommand, altering.table->relkind) ||
		(subcommand == Subcommand::SetAccessMethod && !partitioned_access_method &&
		 altering.table->relkind == RELKIND_PARTITIONED_TABLE))
	{
		return true;
	}
	switch (subcommand)
	{
		case Subcommand::AddColumn:
			return is_column_refused(altering) || is_column_index_refused(altering) ||
				   (altering.answer.rewrites != Answer::No && is_row_type_used(altering, false));
		case Subcommand::AddColumnIfNotExists:
			return altering.table->relispartition || OidIsValid(altering.table->reloftype);
		case Subcommand::DropColumn:
			return is_drop_refused(altering,
								   column_row(table, column_number(table, command->name)));
		case Subcommand::AlterColumnType:
			return is_type_refused(altering,
								   column_row(table, column_number(table, command->name)));
		case Subcommand::SetNotNull:
			return of_column && !is_added(altering.commands, command->name) &&
				   column_number(table, command->name) == InvalidAttrNumber;
		case Subcommand::SetDefault:
			return is_default_refused(altering);
		case Subcommand::DropNotNull:
			return is_null_refused(altering);
		case Subcommand::DropConstraint:
			return is_constraint_drop_refused(altering);
		case Subcommand::AddUnique:
		case Subcommand::AddPrimaryKey:
		case Subcommand::AddExclusion:
		case Subcommand::AddUniqueUsingIndex:
		case Subcommand::AddPrimaryKeyUsingIndex:
			return is_index_refused(altering);
		case Subcommand::AddCheck:
			return is_check_refused(altering);
		case Subcommand::AddNotNull:
			return is_not_null_refused(altering);
		case Subcommand::SetLogged:
		case Subcommand::SetUnlogged:
			return is_second(altering, changes_persistence) ||
				   (!altering.answer.exempt && is_persistence_refused(altering));
		case Subcommand::SetAccessMethod:
			return is_second(altering, changes_access_method) ||
				   (!altering.answer.exempt && is_row_type_used(altering, false));
		case Subcommand::SetTablespace:
			return is_second_move(altering);
		default:
			return is_settled_refused(altering);
	}
}

}  // namespace ddl_warden::pg
