#include "pg/inspect/foreign_key.hpp"
#include "pg/inspect/index_definition.hpp"
#include "pg/inspect/references.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

const ForeignKey *
read_foreign_key(HeapTuple row)
{
	const Form_pg_constraint form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));
	ForeignKey *key = static_cast<ForeignKey *>(palloc0(sizeof(ForeignKey)));

	key->oid = form->oid;
	key->parent = form->conparentid;
	key->table = form->conrelid;
	key->referenced = form->confrelid;
	key->index = form->conindid;
	key->name = form->conname;
	key->valid = form->convalidated;
	key->deferrable = form->condeferrable;
	key->deferred = form->condeferred;
	key->on_update = form->confupdtype;
	key->on_delete = form->confdeltype;
	key->match = form->confmatchtype;
	DeconstructFkConstraintRow(row, &key->keys, key->columns, key->referenced_columns,
							   key->operators, nullptr, nullptr, nullptr, nullptr);
	return key;
}

List *
foreign_keys_by(AttrNumber column, Oid index, Oid value)
{
	List *keys = NIL;
	ScanKeyData scan_key;
	HeapTuple row;
	const ::Relation catalog = table_open(ConstraintRelationId, AccessShareLock);

	ScanKeyInit(&scan_key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(value));
	const SysScanDesc scan = systable_beginscan(catalog, index, true, nullptr, 1, &scan_key);

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		if (reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->contype == CONSTRAINT_FOREIGN)
		{
			keys = lappend(keys, const_cast<ForeignKey *>(read_foreign_key(row)));
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return keys;
}

/* A foreign key depends on the columns at both its ends; pg_constraint has no index for the one
 * that is referred to. */
List *
foreign_keys_among(std::span<const FormData_pg_depend> references)
{
	List *constraints = NIL;
	List *keys = NIL;
	ListCell *cell;

	for (const FormData_pg_depend &row : references)
	{
		if (row.classid == ConstraintRelationId)
		{
			constraints = lappend_oid(constraints, row.objid);
		}
	}
	list_sort(constraints, list_oid_cmp); /* one depends on several columns */
	list_deduplicate_oid(constraints);
	foreach (cell, constraints)
	{
		const ForeignKey *key = foreign_key(lfirst_oid(cell));

		keys = key == nullptr ? keys : lappend(keys, const_cast<ForeignKey *>(key));
	}
	return keys;
}

}  // namespace

namespace
{

/* On its columns or as a whole. */
bool
may_refer_to(Oid table)
{
	return pg_class_aclcheck(table, GetUserId(), ACL_REFERENCES) == ACLCHECK_OK ||
		   pg_attribute_aclcheck_all(table, GetUserId(), ACL_REFERENCES, ACLMASK_ANY) ==
			   ACLCHECK_OK;
}

}  // namespace

void
reach_end(Altering &altering, Oid relation, Link link, Oid through, Answer works)
{
	reach_further(altering.inspection, relation,
				  {.relation = {},
				   .link = link,
				   .alteration = altering.number,
				   .through = qualified_name(through),
				   .works = works,
				   .first = false});
}

const ForeignKey *
foreign_key(Oid constraint)
{
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	const ForeignKey *key = nullptr;

	if (!HeapTupleIsValid(row))
	{
		return nullptr;
	}
	if (reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->contype == CONSTRAINT_FOREIGN)
	{
		key = read_foreign_key(row);
	}
	ReleaseSysCache(row);
	return key;
}

List *
foreign_keys_of(Oid table)
{
	return foreign_keys_by(Anum_pg_constraint_conrelid, ConstraintRelidTypidNameIndexId, table);
}

List *
foreign_keys_to(Oid table)
{
	List *keys = NIL;
	const ListCell *cell;

	foreach (cell, foreign_keys_among(references_to_columns(table)))
	{
		if (static_cast<const ForeignKey *>(lfirst(cell))->referenced == table)
		{
			keys = lappend(keys, lfirst(cell));
		}
	}
	return keys;
}

List *
foreign_keys_over(Oid table, AttrNumber column)
{
	return foreign_keys_among(references_to_column(table, column));
}

List *
foreign_key_tree(const ForeignKey *top)
{
	List *tree = list_make1(const_cast<ForeignKey *>(top));

	for (int i = 0; i < list_length(tree); i++)
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(list_nth(tree, i));

		tree = list_concat(tree, foreign_keys_by(Anum_pg_constraint_conparentid,
												 ConstraintParentIndexId, key->oid));
	}
	return tree;
}

void
reach_ends(Altering &altering, const ForeignKey *top, Answer works)
{
	const Oid named = altering.table->oid;
	const ListCell *cell;

	foreach (cell, foreign_key_tree(top))
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

		if (key->referenced != named)
		{
			reach_end(altering, key->referenced, Link::ReferencedTable, key->table, works);
		}
		if (key->table != named || works != Answer::No)
		{
			reach_end(altering, key->table, Link::ReferencingTable, key->referenced, works);
		}
	}
}

void
reach_referenced(Altering &altering, Oid referenced, Oid referring, Link link)
{
	const ListCell *cell;

	foreach (cell, find_all_inheritors(referenced, NoLock, nullptr))
	{
		if (lfirst_oid(cell) == referenced ||
			get_rel_relkind(referenced) == RELKIND_PARTITIONED_TABLE)
		{
			reach_end(altering, lfirst_oid(cell), link, referring, Answer::No);
		}
	}
}

bool
is_same_key(const ForeignKey &present, const ForeignKey &wanted)
{
	if (present.referenced != wanted.referenced || OidIsValid(present.parent) || !present.valid ||
		present.keys != wanted.keys || present.deferrable != wanted.deferrable ||
		present.deferred != wanted.deferred || present.on_update != wanted.on_update ||
		present.on_delete != wanted.on_delete || present.match != wanted.match)
	{
		return false;
	}
	for (int i = 0; i < wanted.keys; i++)
	{
		const char *column = get_attname(wanted.table, wanted.columns[i], true);

		if (column == nullptr || present.columns[i] != column_number(present.table, column) ||
			present.referenced_columns[i] != wanted.referenced_columns[i])
		{
			return false;
		}
	}
	return true;
}

bool
has_same_key(Oid partition, const ForeignKey &wanted)
{
	const ListCell *cell;

	foreach (cell, foreign_keys_of(partition))
	{
		if (is_same_key(*static_cast<const ForeignKey *>(lfirst(cell)), wanted))
		{
			return true;
		}
	}
	return false;
}

bool
is_dropped_first(const Altering &altering, const ForeignKey *key)
{
	const bool own = key->table == altering.table->oid;

	for (int i = 0; own && i < key->keys; i++)
	{
		const char *column = get_attname(key->table, key->columns[i], true);

		if (column != nullptr && is_commanded(altering.commands, AT_DropColumn, column))
		{
			return true;
		}
	}
	return own && is_commanded(altering.commands, AT_DropConstraint, NameStr(key->name));
}

// ---- ADD FOREIGN KEY, ADD COLUMN ... REFERENCES, VALIDATE and ALTER CONSTRAINT

namespace
{

/* The role may be kept from it, or the relation be none that can be referred to: the server says
 * so. */
Oid
find_referenced(Altering &altering, const RangeVar *name)
{
	const Oid referenced = find_relation(altering.inspection, name);
	const char kind = OidIsValid(referenced) ? get_rel_relkind(referenced) : '\0';
	const bool known = kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE;

	refuse_unless(altering, known && may_refer_to(referenced));
	return known ? referenced : InvalidOid;
}

/* The key that is asked for, without its operators; of_column: without its column, which is new.
 * False: the server refuses it. */
bool
read_wanted(const Constraint *wanted, Oid table, Oid referenced, ForeignKey &key,
			bool of_column = false)
{
	const ListCell *cell;
	Oid primary_key = InvalidOid;

	key.table = table;
	key.referenced = referenced;
	key.deferrable = wanted->deferrable;
	key.deferred = wanted->initdeferred;
	key.on_update = wanted->fk_upd_action;
	key.on_delete = wanted->fk_del_action;
	key.match = wanted->fk_matchtype;
	key.keys = of_column ? 1 : list_length(wanted->fk_attrs);
	if (key.keys > INDEX_MAX_KEYS || list_length(wanted->pk_attrs) > INDEX_MAX_KEYS)
	{
		return false;
	}
	foreach (cell, wanted->fk_attrs)
	{
		key.columns[foreach_current_index(cell)] = column_number(table, string_value(lfirst(cell)));
	}
	foreach (cell, wanted->pk_attrs)
	{
		key.referenced_columns[foreach_current_index(cell)] =
			column_number(referenced, string_value(lfirst(cell)));
	}
	if (wanted->pk_attrs == NIL)
	{
		get_primary_key_attnos(referenced, true, &primary_key);
		return constraint_keys(primary_key, key.referenced_columns) == key.keys;
	}
	return list_length(wanted->pk_attrs) == key.keys;
}

/* Partitions may have the key already: it becomes a part of the new one, and is not checked. */
void
reach_partitions_of_key(Altering &altering, const Constraint *wanted, Oid referenced)
{
	const std::span<const Relation> relations = altering.inspection.relations;
	const std::span<Reach> reach = begin_descent(altering.inspection);
	ForeignKey key = {};

	if (relations.size() < 2 || !read_wanted(wanted, altering.table->oid, referenced, key))
	{
		return;
	}
	for (std::size_t i = 1; i < relations.size(); i++)
	{
		reach[i] = reach_below(altering.inspection, reach, i);
		if (reach[i] == Reach::Worked && has_same_key(relations[i].oid, key))
		{
			reach[i] = Reach::Locked;
			reach_referenced(altering, referenced, relations[i].oid, Link::TakenForeignKey);
		}
		if (constraint_locks_tree_first && relations[i].descendant)
		{
			reach[i] = std::max(reach[i], Reach::Locked);
		}
	}
	altering.answer.reach = reach;
}

/* Does one of them add a column or change its type, or add a unique index? */
bool
changes_columns(const List *commands)
{
	const ListCell *cell;

	foreach (cell, commands)
	{
		const AlterTableType type = lfirst_node(AlterTableCmd, cell)->subtype;

		if (type == AT_AddColumn || type == AT_AlterColumnType)
		{
			return true;
		}
	}
	return false;
}

bool
makes_unique(const Constraint *constraint)
{
	return constraint->contype == CONSTR_UNIQUE || constraint->contype == CONSTR_PRIMARY;
}

bool
adds_unique(const List *commands)
{
	const ListCell *cell;
	const ListCell *part;

	foreach (cell, commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_AddConstraint &&
			makes_unique(castNode(Constraint, command->def)))
		{
			return true;
		}
		if (command->subtype != AT_AddColumn)
		{
			continue;
		}
		foreach (part, castNode(ColumnDef, command->def)->constraints)
		{
			if (makes_unique(lfirst_node(Constraint, part)))
			{
				return true;
			}
		}
	}
	return false;
}

/* Of which key of the index the column is; -1: of none. */
int
key_of(const IndexDefinition &index, AttrNumber column)
{
	for (int key = 0; key < index.keys; key++)
	{
		if (index.columns[key] == column)
		{
			return key;
		}
	}
	return -1;
}

/* transformFkeyCheckAttrs: its keys are the columns that are referred to, in any order. compares:
 * are the types of the columns known? */
bool
serves(const IndexDefinition &index, const ForeignKey &key, bool compares)
{
	if (!index.unique || !index.valid || !index.plain || !index.immediate || index.keys != key.keys)
	{
		return false;
	}
	for (int i = 0; i < key.keys; i++)
	{
		const int at = key_of(index, key.referenced_columns[i]);

		if (at < 0 ||
			(compares && !are_comparable(index.classes[at],
										 get_atttype(key.referenced, key.referenced_columns[i]),
										 get_atttype(key.table, key.columns[i]))))
		{
			return false;
		}
	}
	return true;
}

/* By a constraint that the statement drops. */
bool
is_index_dropped_first(const Altering &altering, Oid table, Oid index)
{
	const Oid constraint = table == altering.table->oid ? get_index_constraint(index) : InvalidOid;
	const char *name = OidIsValid(constraint) ? get_constraint_name(constraint) : nullptr;

	return name != nullptr && is_commanded(altering.commands, AT_DropConstraint, name);
}

/* Is there a unique index for it, over columns that can be compared? */
bool
can_be_referred_to(const Altering &altering, const ForeignKey &key, bool compares)
{
	const ListCell *cell;

	foreach (cell, index_oids(key.referenced))
	{
		IndexDefinition index = {};

		if (read_index(lfirst_oid(cell), index) && serves(index, key, compares) &&
			!is_index_dropped_first(altering, key.referenced, lfirst_oid(cell)))
		{
			return true;
		}
	}
	return false;
}

/* Are its columns dropped before? */
bool
loses_columns(const Altering &altering, const Constraint *wanted)
{
	const ListCell *cell;

	foreach (cell, wanted->fk_attrs)
	{
		const char *name = string_value(lfirst(cell));

		if (is_commanded(altering.commands, AT_DropColumn, name) &&
			!is_added(altering.commands, name))
		{
			return true;
		}
	}
	return false;
}

bool
has_columns(const ForeignKey &key)
{
	for (int i = 0; i < key.keys; i++)
	{
		if (key.columns[i] <= 0)
		{
			return false;
		}
	}
	return true;
}

/* ATAddForeignKeyConstraint: what is permanent refers to what is permanent only. */
bool
outlasts(Form_pg_class table, Form_pg_class referenced)
{
	switch (table->relpersistence)
	{
		case RELPERSISTENCE_PERMANENT:
			return referenced->relpersistence != RELPERSISTENCE_PERMANENT;
		case RELPERSISTENCE_UNLOGGED:
			return referenced->relpersistence == RELPERSISTENCE_TEMP;
		default:
			return referenced->relpersistence != RELPERSISTENCE_TEMP;
	}
}

bool
is_generated_definition(const ColumnDef *column)
{
	const ListCell *cell;

	foreach (cell, column->constraints)
	{
		if (lfirst_node(Constraint, cell)->contype == CONSTR_GENERATED)
		{
			return true;
		}
	}
	return false;
}

/* As it is, or as the statement adds it. */
bool
is_generated(const Altering &altering, const char *name)
{
	const Form_pg_attribute column =
		column_row(altering.table->oid, column_number(altering.table->oid, name));
	const ListCell *cell;

	foreach (cell, altering.commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);
		const ColumnDef *added =
			command->subtype == AT_AddColumn ? castNode(ColumnDef, command->def) : nullptr;

		if (added != nullptr && strcmp(added->colname, name) == 0)
		{
			return is_generated_definition(added);
		}
	}
	return column != nullptr && column->attgenerated != '\0' &&
		   !is_commanded(altering.commands, AT_DropExpression, name);
}

/* ATAddForeignKeyConstraint: nobody but the table itself writes to a generated column. */
bool
writes_generated(const Altering &altering, const Constraint *wanted)
{
	const bool sets = wanted->fk_upd_action == FKCONSTR_ACTION_SETNULL ||
					  wanted->fk_upd_action == FKCONSTR_ACTION_SETDEFAULT ||
					  wanted->fk_upd_action == FKCONSTR_ACTION_CASCADE ||
					  wanted->fk_del_action == FKCONSTR_ACTION_SETNULL ||
					  wanted->fk_del_action == FKCONSTR_ACTION_SETDEFAULT;
	const ListCell *cell;

	if (sets && altering.answer.subcommand == Subcommand::AddColumn)
	{
		return is_generated_definition(castNode(ColumnDef, altering.command->def));
	}
	foreach (cell, sets ? wanted->fk_attrs : NIL)
	{
		if (is_generated(altering, string_value(lfirst(cell))))
		{
			return true;
		}
	}
	return false;
}

/* addFkRecurseReferencing: each partition gets a part of the key. */
bool
can_go_down(const Altering &altering)
{
	for (const Relation &relation : altering.inspection.relations)
	{
		if (relation.descendant && relation.kind == RelationKind::ForeignTable)
		{
			return false;
		}
	}
	return !altering.inspection.facts.only;
}

/* Other subcommands may make the columns and the index first, or change their types. */
bool
is_key_refused(const Altering &altering, const Constraint *wanted, Oid referenced)
{
	const bool of_column = altering.answer.subcommand == Subcommand::AddColumn;
	const bool changed = of_column || changes_columns(altering.commands);
	const bool own_part = altering.table->relkind == RELKIND_PARTITIONED_TABLE &&
						  referenced != altering.table->oid &&
						  place_of(altering.inspection, referenced) != no_place;
	ForeignKey key = {};

	const bool partitioned = altering.table->relkind == RELKIND_PARTITIONED_TABLE;

	if (own_part || (partitioned && !can_go_down(altering)) || writes_generated(altering, wanted) ||
		outlasts(altering.table, class_row(referenced)))
	{
		return true;
	}
	if (referenced == altering.table->oid && adds_unique(altering.commands))
	{
		return false;
	}
	return !read_wanted(wanted, altering.table->oid, referenced, key, of_column) ||
		   loses_columns(altering, wanted) || (!changed && !has_columns(key)) ||
		   !can_be_referred_to(altering, key, !changed);
}

void
add_foreign_key(Altering &altering, const Constraint *wanted)
{
	const Oid referenced = find_referenced(altering, wanted->pktable);

	if (!OidIsValid(referenced))
	{
		return;
	}
	refuse_unless(altering, !is_key_refused(altering, wanted, referenced));
	if (referenced != altering.table->oid)
	{
		reach_referenced(altering, referenced, altering.table->oid, Link::ReferencedTable);
	}
	if (altering.answer.subcommand == Subcommand::AddForeignKey &&
		altering.table->relkind == RELKIND_PARTITIONED_TABLE)
	{
		refuse_unless(altering, partitioned_foreign_key_can_wait || !wanted->skip_validation);
		reach_partitions_of_key(altering, wanted, referenced);
	}
}

void
add_column(Altering &altering, const ColumnDef *column)
{
	const ListCell *cell;

	foreach (cell, column->constraints)
	{
		const Constraint *constraint = lfirst_node(Constraint, cell);

		if (constraint->contype == CONSTR_FOREIGN)
		{
			add_foreign_key(altering, constraint);
		}
	}
}

/* What the statement adds before it validates has its table locked already. */
void
validate(Altering &altering)
{
	const ForeignKey *key =
		foreign_key(find_constraint(altering.table->oid, altering.command->name));

	if (key != nullptr && !key->valid && key->referenced != altering.table->oid)
	{
		reach_end(altering, key->referenced, Link::ReferencedTable, key->table, Answer::No);
	}
}

/* The triggers on what is referred to come and go. */
void
change_enforcement(Altering &altering)
{
	const ForeignKey *top = foreign_key(
		find_constraint(altering.table->oid, change_of_constraint(altering.command).name));
	const ListCell *cell;

	if (top == nullptr || altering.answer.exempt)
	{
		return;
	}
	foreach (cell, foreign_key_tree(top))
	{
		const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

		if (key->referenced != altering.table->oid)
		{
			reach_end(altering, key->referenced, Link::ReferencedTable, key->table, Answer::No);
		}
	}
}

}  // namespace

void
ask_foreign_keys(Altering &altering)
{
	const Node *definition = altering.command->def;

	switch (altering.answer.subcommand)
	{
		case Subcommand::AddColumn:
			add_column(altering, castNode(ColumnDef, const_cast<Node *>(definition)));
			break;
		case Subcommand::AddForeignKey:
			add_foreign_key(altering, castNode(Constraint, const_cast<Node *>(definition)));
			break;
		case Subcommand::EnforceForeignKey:
		case Subcommand::UnenforceForeignKey:
			change_enforcement(altering);
			break;
		default:
			validate(altering);
			break;
	}
}

}  // namespace ddl_warden::pg
