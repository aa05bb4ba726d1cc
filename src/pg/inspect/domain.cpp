/* ALTER DOMAIN: the columns of the domain, wherever they are. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/references.hpp"

#include "pg/compat.hpp"

namespace ddl_warden::pg
{

namespace
{

/* OIDs, each once, in the order in which the server comes to them. */
struct Users
{
	List *oids;
	OidMap<bool> present;
};

void
add_once(Users &users, Oid oid)
{
	if (add(users.present, oid, true))
	{
		users.oids = lappend_oid(users.oids, oid);
	}
}

/* What depends on a domain directly: columns of it, domains over it. Containers of other kinds make
 * the server refuse. */
void
add_users(Users &tables, Users &domains, Oid domain)
{
	for (const FormData_pg_depend &row : references_to(TypeRelationId, domain))
	{
		if (row.classid == TypeRelationId && get_typtype(row.objid) == TYPTYPE_DOMAIN)
		{
			add_once(domains, row.objid);
		}
		else if (row.classid == RelationRelationId && row.objsubid > 0)
		{
			add_once(tables, row.objid);
		}
	}
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
	Users domains = {};

	add_once(domains, domain);
	for (int next = 0; next < list_length(domains.oids); next++)
	{
		const Oid one = list_nth_oid(domains.oids, next);
		const Form_pg_type row = type_row(one);
		Users tables = {};

		add_users(tables, domains, one);
		if (row != nullptr)
		{
			link_tables(inspection, tables.oids, row);
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
