/* CREATE and ALTER PUBLICATION. */
#include "pg/inspect/families.hpp"
#include "pg/inspect/lookup.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_publication.h"
}

namespace ddl_warden::pg
{

namespace
{

/* With its inheritance children, but without partitions: OpenTableList in publicationcmds.c. */
void
reach_published(Inspection &inspection, const RangeVar *name)
{
	const Oid table = find_relation(inspection, name);

	if (OidIsValid(table))
	{
		demand(inspection, owns(RelationRelationId, table, GetUserId()));
		reach(inspection, table, name->inh && get_rel_relkind(table) != RELKIND_PARTITIONED_TABLE);
	}
}

void
reach_objects(Inspection &inspection, const List *objects)
{
	const ListCell *cell;

	foreach (cell, objects)
	{
		const PublicationObjSpec *object = lfirst_node(PublicationObjSpec, cell);

		if (object->pubtable != nullptr)
		{
			reach_published(inspection, object->pubtable->relation);
		}
	}
	describe_relations(inspection);
}

/* SET leaves out what is not named any more. */
void
link_former(Inspection &inspection, Oid publication, const char *name)
{
	const ListCell *cell;

	foreach (cell, GetPublicationRelations(publication, PUBLICATION_PART_ROOT))
	{
		if (find(inspection.reached_as, lfirst_oid(cell)) == nullptr)
		{
			reach_further(inspection, lfirst_oid(cell),
						  {.relation = {},
						   .link = Link::PublishedTable,
						   .alteration = 0,
						   .through = quoted(name),
						   .works = Answer::No,
						   .first = false});
		}
	}
}

void
settle(Inspection &inspection)
{
	if (inspection.relations.empty() && inspection.further == NIL &&
		inspection.facts.missing.empty())
	{
		inspection.facts.kind = Kind::NoRelation;
	}
}

}  // namespace

void
inspect_create_publication(Inspection &inspection, const CreatePublicationStmt *statement)
{
	inspection.facts.kind = Kind::Publication;
	reach_objects(inspection, statement->pubobjects);
	settle(inspection);
}

void
inspect_alter_publication(Inspection &inspection, const AlterPublicationStmt *statement)
{
	const Oid publication = get_publication_oid(statement->pubname, true);

	inspection.facts.kind = Kind::Publication;
	demand(inspection,
		   OidIsValid(publication) && owns(PublicationRelationId, publication, GetUserId()));
	reach_objects(inspection, statement->pubobjects);
	if (OidIsValid(publication) && statement->pubobjects != NIL &&
		statement->action == AP_SetObjects)
	{
		link_former(inspection, publication, statement->pubname);
	}
	settle(inspection);
}

}  // namespace ddl_warden::pg
