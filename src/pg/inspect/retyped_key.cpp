/* ALTER COLUMN TYPE makes the foreign keys over the column anew: are they checked again? */
#include "pg/inspect/foreign_key.hpp"
#include "pg/inspect/index_definition.hpp"
#include "pg/inspect/lookup.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "access/stratnum.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parse_type.h"
}

namespace ddl_warden::pg
{

namespace
{

/* The types of the columns once the statement has run. */
Oid
future_type(const Altering &altering, Oid table, AttrNumber column)
{
	const char *name = get_attname(table, column, true);
	const ListCell *cell;

	if (name == nullptr || place_of(altering.inspection, table) == no_place)
	{
		return get_atttype(table, column);
	}
	foreach (cell, altering.commands)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_AlterColumnType && strcmp(command->name, name) == 0)
		{
			return written_type(castNode(ColumnDef, command->def)->typeName);
		}
	}
	return get_atttype(table, column);
}

/* The operator class that the index of the key will have. */
Oid
future_class(const ForeignKey &key, int number, Oid future)
{
	IndexDefinition index = {};
	const Oid present = get_atttype(key.referenced, key.referenced_columns[number]);

	if (!read_index(key.index, index))
	{
		return InvalidOid;
	}
	for (int i = 0; i < index.keys; i++)
	{
		if (index.columns[i] == key.referenced_columns[number])
		{
			const bool by_default =
				GetDefaultOpClass(present, index.access_method) == index.classes[i];

			return !OidIsValid(future) ? InvalidOid
				   : by_default        ? GetDefaultOpClass(future, index.access_method)
									   : index.classes[i];
		}
	}
	return InvalidOid;
}

struct Comparison
{
	Oid operation; /* referenced = referring */
	Oid right;     /* its type on the referring side */
};

/* As ATAddForeignKeyConstraint in tablecmds.c finds it. */
Comparison
comparison_of(Oid operator_class, Oid referenced, Oid referring)
{
	if (!OidIsValid(operator_class) || !OidIsValid(referring))
	{
		return {InvalidOid, InvalidOid};
	}

	const Oid family = get_opclass_family(operator_class);
	const Oid input = get_opclass_input_type(operator_class);
	const Oid base = getBaseType(referring);
	const Oid exact = get_opfamily_member(family, input, base, BTEqualStrategyNumber);
	const Oid types[] = {referenced, referring};
	const Oid targets[] = {input, input};

	if (OidIsValid(exact) &&
		OidIsValid(get_opfamily_member(family, base, base, BTEqualStrategyNumber)))
	{
		return {exact, base};
	}
	if (can_coerce_type(2, types, targets, COERCION_IMPLICIT))
	{
		return {get_opfamily_member(family, input, input, BTEqualStrategyNumber), input};
	}
	return {InvalidOid, InvalidOid};
}

}  // namespace

bool
are_comparable(Oid operator_class, Oid referenced, Oid referring)
{
	return OidIsValid(comparison_of(operator_class, referenced, referring).operation);
}

namespace
{

struct Cast
{
	CoercionPathType path;
	Oid function;
};

/* findFkeyCast */
Cast
cast_of(Oid target, Oid source)
{
	Cast cast = {COERCION_PATH_RELABELTYPE, InvalidOid};

	if (target != source)
	{
		cast.path = find_coercion_pathway(target, source, COERCION_IMPLICIT, &cast.function);
	}
	return cast;
}

/* Are the values compared as before? The conditions of old_check_ok in ATAddForeignKeyConstraint.
 */
bool
compares_as_before(const Altering &altering, const ForeignKey &key, int number)
{
	const Oid present = get_atttype(key.table, key.columns[number]);
	const Oid referring = future_type(altering, key.table, key.columns[number]);
	const Oid referenced = future_type(altering, key.referenced, key.referenced_columns[number]);
	const Comparison future =
		comparison_of(future_class(key, number, referenced), referenced, referring);

	if (future.operation != key.operators[number])
	{
		return false;
	}

	const Cast before = cast_of(future.right, present);
	const Cast after = cast_of(future.right, referring);

	return before.path == after.path && before.function == after.function &&
		   (!IsPolymorphicType(future.right) || present == referring);
}

/* Known when ALTER TABLE makes its constraints anew: what ADD COLUMN rewrites is not. */
bool
is_rewritten_by_then(const Facts &facts)
{
	for (const Alteration &alteration : facts.alterations)
	{
		const bool by_kind = alteration.subcommand == Subcommand::SetLogged ||
							 alteration.subcommand == Subcommand::SetUnlogged ||
							 alteration.subcommand == Subcommand::SetAccessMethod;

		if ((alteration.subcommand == Subcommand::AlterColumnType &&
			 alteration.rewrites != Answer::No) ||
			(by_kind && !alteration.exempt))
		{
			return true;
		}
	}
	return false;
}

Answer
is_checked_again(const Altering &altering, const ForeignKey &key)
{
	if (!key.valid)
	{
		return Answer::No;
	}
	if (is_rewritten_by_then(altering.inspection.facts))
	{
		return Answer::Yes;
	}
	for (int i = 0; i < key.keys; i++)
	{
		if (!compares_as_before(altering, key, i))
		{
			return Answer::Yes;
		}
	}
	return Answer::No;
}

}  // namespace

void
ask_retyped_keys(Altering &altering)
{
	for (const Relation &relation : altering.inspection.relations)
	{
		const AttrNumber column = column_number(relation.oid, altering.command->name);
		const ListCell *cell;

		if (column == InvalidAttrNumber)
		{
			continue;
		}
		foreach (cell, foreign_keys_over(relation.oid, column))
		{
			const ForeignKey *key = static_cast<const ForeignKey *>(lfirst(cell));

			/* its parts for partitions come and go with it */
			if (!OidIsValid(key->parent) && !is_dropped_first(altering, key))
			{
				reach_ends(altering, key, is_checked_again(altering, *key));
			}
		}
	}
}

}  // namespace ddl_warden::pg
