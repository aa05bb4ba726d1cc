/* The objects that a DROP names, beside relations: found by name, without a lock. */
#pragma once

#include "pg/inspect/relation.hpp"

extern "C" {
#include "catalog/objectaddress.h"
}

namespace ddl_warden::pg
{

struct NamedObject
{
	ObjectAddress address; /* objectId 0: there is none of that name */
	Oid relation;          /* of a trigger, a rule, a policy: the relation that is named with it; of
							* a composite type, its own; else 0 */
	bool accepted;         /* false: the server refuses the name or the role */
};

NamedObject find_named_object(Inspection &inspection, ObjectType type, Node *name);

}  // namespace ddl_warden::pg
