/* ALTER DOMAIN: the columns of the domain, wherever they are. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"
#include "pg/inspect/references.hpp"
#include "pg/inspect/refusal.hpp"

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

/* Within values of another type it cannot be verified: an array, a range, a row that is a column of
 * another table. */
bool
is_contained(const FormData_pg_depend &user)
{
	if (user.classid == TypeRelationId)
	{
		return get_typtype(user.objid) != TYPTYPE_DOMAIN && is_used_by_columns(user.objid);
	}

	const Oid row_type = user.classid == RelationRelationId && user.objsubid > 0
							 ? get_rel_type_id(user.objid)
							 : InvalidOid;

	return OidIsValid(row_type) && is_used_by_columns(row_type);
}

/* What depends on a domain directly: columns of it, domains over it. Containers of other kinds make
 * the server refuse. */
void
add_users(Inspection &inspection, Users &tables, Users &domains, Oid domain)
{
	for (const FormData_pg_depend &row : references_to(TypeRelationId, domain))
	{
		demand(inspection, !is_contained(row));
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

		add_users(inspection, tables, domains, one);
		if (row != nullptr)
		{
			link_tables(inspection, tables.oids, row);
		}
	}
}

bool
has_check(Oid domain, const char *name)
{
	const Oid constraint = get_domain_constraint_oid(domain, name, true);
	const HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool is_check = false;

	if (HeapTupleIsValid(row))
	{
		is_check =
			reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row))->contype == CONSTRAINT_CHECK;
		ReleaseSysCache(row);
	}
	return is_check;
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
	demand(inspection, statement->subtype != 'V' || has_check(oid, statement->name));
	if (verifies(statement, domain))
	{
		link_users(inspection, oid);
	}
}

}  // namespace ddl_warden::pg
