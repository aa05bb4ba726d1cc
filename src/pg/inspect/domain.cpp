/* ALTER DOMAIN: the columns of the domain, wherever they are. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_depend.h"
#include "utils/fmgroids.h"
}

namespace ddl_warden::pg
{

namespace
{

struct Users
{
	List *tables;  /* of one domain */
	List *domains; /* it and those over it, OIDs in the order in which the server comes to them */
};

/* What depends on a domain directly: a column of it, a domain over it. Containers of other kinds
 * make the server refuse. */
void
add_user(Users &users, Form_pg_depend depend)
{
	if (depend->classid == TypeRelationId && get_typtype(depend->objid) == TYPTYPE_DOMAIN)
	{
		users.domains = list_append_unique_oid(users.domains, depend->objid);
	}
	else if (depend->classid == RelationRelationId && depend->objsubid > 0)
	{
		users.tables = list_append_unique_oid(users.tables, depend->objid);
	}
}

void
add_users(Users &users, Oid domain)
{
	ScanKeyData keys[2];
	HeapTuple row;
	const ::Relation catalog = table_open(DependRelationId, AccessShareLock);

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(TypeRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(domain));
	const SysScanDesc scan =
		systable_beginscan(catalog, DependReferenceIndexId, true, nullptr, 2, keys);

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		add_user(users, reinterpret_cast<Form_pg_depend>(GETSTRUCT(row)));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

std::string_view
type_name(Form_pg_type type)
{
	return view(
		quote_qualified_identifier(get_namespace_name(type->typnamespace), NameStr(type->typname)));
}

/* As get_rels_with_domain in typecmds.c: only what holds rows stays locked. */
void
link_tables(Inspection &inspection, const List *tables, Form_pg_type domain)
{
	const ListCell *cell;

	foreach (cell, tables)
	{
		const char kind = get_rel_relkind(lfirst_oid(cell));

		if (kind == RELKIND_RELATION || kind == RELKIND_MATVIEW)
		{
			reach_further(inspection, lfirst_oid(cell),
						  {.relation = {},
						   .link = Link::TypeUser,
						   .alteration = 0,
						   .through = type_name(domain),
						   .works = Answer::Yes,
						   .first = false});
		}
	}
}

void
link_users(Inspection &inspection, Oid domain)
{
	Users users = {NIL, list_make1_oid(domain)};

	for (int next = 0; next < list_length(users.domains); next++)
	{
		const Oid one = list_nth_oid(users.domains, next);
		const Form_pg_type row = type_row(one);

		users.tables = NIL;
		add_users(users, one);
		if (row != nullptr)
		{
			link_tables(inspection, users.tables, row);
		}
	}
}

/* Are the values that are there compared with a constraint? */
bool
verifies(const AlterDomainStmt *statement, Form_pg_type domain)
{
	const Constraint *constraint = nullptr;

	switch (statement->subtype)
	{
		case 'O': /* SET NOT NULL */
			return !domain->typnotnull;
		case 'V': /* VALIDATE CONSTRAINT */
			return true;
		case 'C': /* ADD CONSTRAINT */
			constraint = castNode(Constraint, statement->def);
			return !constraint->skip_validation &&
				   !(constraint->contype == CONSTR_NOTNULL && domain->typnotnull);
		default:
			return false;
	}
}

}  // namespace

void
inspect_alter_domain(Inspection &inspection, const AlterDomainStmt *statement)
{
	const Oid oid = find_type(inspection, statement->typeName);
	const Form_pg_type domain = OidIsValid(oid) ? type_row(oid) : nullptr;

	inspection.facts.kind = Kind::AlterDomain;
	if (domain == nullptr || domain->typtype != TYPTYPE_DOMAIN)
	{
		demand(inspection, false);
		return;
	}
	demand(inspection, owns(TypeRelationId, oid, GetUserId()));
	if (verifies(statement, domain))
	{
		link_users(inspection, oid);
	}
}

}  // namespace ddl_warden::pg
