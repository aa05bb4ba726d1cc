#include "pg/inspect/named_object.hpp"

#include "pg/inspect/lookup.hpp"

#include "pg/inspect/planning.hpp"

#include "pg/compat.hpp"

extern "C" {
#include "catalog/pg_am.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_language.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "commands/event_trigger.h"
#include "commands/policy.h"
#include "commands/proclang.h"
#include "commands/trigger.h"
#include "foreign/foreign.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "parser/parse_oper.h"
#include "parser/parse_type.h"
#include "rewrite/rewriteSupport.h"
#include "utils/typcache.h"
}

namespace ddl_warden::pg
{

namespace
{

// ---- by the name as the parse tree has it: InvalidOid when there is none

List *
as_list(Node *name)
{
	return castNode(List, name);
}

Oid
find_type(Node *name)
{
	return LookupTypeNameOid(nullptr, castNode(TypeName, name), true);
}

template <Oid (*find)(const char *, bool)>
Oid
by_word(ObjectType, Node *name)
{
	return find(string_value(name), true);
}

template <Oid (*find)(List *, bool)>
Oid
by_words(ObjectType, Node *name)
{
	return find(as_list(name), true);
}

Oid
by_type(ObjectType type, Node *name)
{
	const Oid oid = find_type(name);
	const bool suits =
		type == OBJECT_TYPE || !OidIsValid(oid) || get_typtype(oid) == TYPTYPE_DOMAIN;

	return suits ? oid : InvalidOid;
}

Oid
by_arguments(ObjectType type, Node *name)
{
	const Oid oid = LookupFuncWithArgs(type, castNode(ObjectWithArgs, name), true);
	const bool suits =
		type != OBJECT_FUNCTION || !OidIsValid(oid) || get_func_prokind(oid) != PROKIND_AGGREGATE;

	return suits ? oid : InvalidOid;
}

Oid
by_operands(ObjectType, Node *name)
{
	return LookupOperWithArgs(castNode(ObjectWithArgs, name), true);
}

/* The access method's name stands before that of the class or family. */
Oid
by_method(ObjectType type, Node *name)
{
	const Oid method = get_index_am_oid(string_value(linitial(as_list(name))), true);
	List *words = list_copy_tail(as_list(name), 1);

	if (!OidIsValid(method))
	{
		return InvalidOid;
	}
	return type == OBJECT_OPCLASS ? get_opclass_oid(method, words, true)
								  : get_opfamily_oid(method, words, true);
}

Oid
by_cast(ObjectType, Node *name)
{
	const Oid source = find_type(static_cast<Node *>(linitial(as_list(name))));
	const Oid target = find_type(static_cast<Node *>(lsecond(as_list(name))));

	return OidIsValid(source) && OidIsValid(target) ? get_cast_oid(source, target, true)
													: InvalidOid;
}

Oid
by_transform(ObjectType, Node *name)
{
	const Oid type = find_type(static_cast<Node *>(linitial(as_list(name))));
	const Oid language = get_language_oid(string_value(lsecond(as_list(name))), true);

	return OidIsValid(type) && OidIsValid(language) ? get_transform_oid(type, language, true)
													: InvalidOid;
}

struct Finder
{
	ObjectType type;
	Oid catalog;
	Oid (*find)(ObjectType type, Node *name);
};

constexpr Finder finders[] = {
	{OBJECT_ACCESS_METHOD, AccessMethodRelationId, by_word<get_am_oid>},
	{OBJECT_AGGREGATE, ProcedureRelationId, by_arguments},
	{OBJECT_CAST, CastRelationId, by_cast},
	{OBJECT_COLLATION, CollationRelationId, by_words<get_collation_oid>},
	{OBJECT_CONVERSION, ConversionRelationId, by_words<get_conversion_oid>},
	{OBJECT_DOMAIN, TypeRelationId, by_type},
	{OBJECT_EVENT_TRIGGER, EventTriggerRelationId, by_word<get_event_trigger_oid>},
	{OBJECT_EXTENSION, ExtensionRelationId, by_word<get_extension_oid>},
	{OBJECT_FDW, ForeignDataWrapperRelationId, by_word<get_foreign_data_wrapper_oid>},
	{OBJECT_FOREIGN_SERVER, ForeignServerRelationId, by_word<get_foreign_server_oid>},
	{OBJECT_FUNCTION, ProcedureRelationId, by_arguments},
	{OBJECT_LANGUAGE, LanguageRelationId, by_word<get_language_oid>},
	{OBJECT_OPCLASS, OperatorClassRelationId, by_method},
	{OBJECT_OPERATOR, OperatorRelationId, by_operands},
	{OBJECT_OPFAMILY, OperatorFamilyRelationId, by_method},
	{OBJECT_PROCEDURE, ProcedureRelationId, by_arguments},
	{OBJECT_PUBLICATION, PublicationRelationId, by_word<get_publication_oid>},
	{OBJECT_ROUTINE, ProcedureRelationId, by_arguments},
	{OBJECT_SCHEMA, NamespaceRelationId, by_word<get_namespace_oid>},
	{OBJECT_STATISTIC_EXT, StatisticExtRelationId, by_words<get_statistics_object_oid>},
	{OBJECT_TRANSFORM, TransformRelationId, by_transform},
	{OBJECT_TSCONFIGURATION, TSConfigRelationId, by_words<get_ts_config_oid>},
	{OBJECT_TSDICTIONARY, TSDictionaryRelationId, by_words<get_ts_dict_oid>},
	{OBJECT_TSPARSER, TSParserRelationId, by_words<get_ts_parser_oid>},
	{OBJECT_TSTEMPLATE, TSTemplateRelationId, by_words<get_ts_template_oid>},
	{OBJECT_TYPE, TypeRelationId, by_type},
};

struct PartFinder
{
	ObjectType type;
	Oid catalog;
	Oid (*find)(Oid relation, const char *name, bool missing_ok);
};

constexpr PartFinder part_finders[] = {
	{OBJECT_POLICY, PolicyRelationId, get_relation_policy_oid},
	{OBJECT_RULE, RewriteRelationId, get_rewrite_oid},
	{OBJECT_TRIGGER, TriggerRelationId, get_trigger_oid},
};

// ---- with what the server asks of the role

/* As RemoveObjects of dropcmds.c: the owner of its schema may, too. The error says no. */
void
check_owner(ObjectType type, const ObjectAddress &address, Node *name)
{
	const Oid schema = get_object_namespace(&address);

	if (!OidIsValid(schema) || !owns(NamespaceRelationId, schema, GetUserId()))
	{
		check_object_ownership(GetUserId(), type, address, name, nullptr);
	}
}

/* The relation of a composite type. That of a table's row type goes with the table only. */
Oid
relation_of_type(Oid type)
{
	const Oid relation = get_typ_typrelid(type);

	return OidIsValid(relation) && get_rel_relkind(relation) == RELKIND_COMPOSITE_TYPE ? relation
																					   : InvalidOid;
}

struct Quest
{
	const Finder &finder;
	Node *name;
	NamedObject &found;
};

void
find(void *argument)
{
	const Quest &quest = *static_cast<Quest *>(argument);
	const Oid oid = quest.finder.find(quest.finder.type, quest.name);

	quest.found.address = {quest.finder.catalog, oid, 0};
	if (OidIsValid(oid))
	{
		check_owner(quest.finder.type, quest.found.address, quest.name);
	}
	if (OidIsValid(oid) && quest.finder.catalog == TypeRelationId)
	{
		quest.found.relation = relation_of_type(oid);
	}
}

/* "trigger ON table" comes as the names of the table with that of the trigger behind them. */
NamedObject
find_part(Inspection &inspection, const PartFinder &finder, List *name)
{
	const char *word = string_value(llast(name));
	const Oid relation = find_listed(inspection, name, 1);

	if (!OidIsValid(relation))
	{
		return {{finder.catalog, InvalidOid, 0}, InvalidOid, true};
	}
	return {{finder.catalog, finder.find(relation, word, true), 0}, relation, may_alter(relation)};
}

}  // namespace

NamedObject
find_named_object(Inspection &inspection, ObjectType type, Node *name)
{
	NamedObject found = {{}, InvalidOid, false};

	for (const PartFinder &finder : part_finders)
	{
		if (finder.type == type)
		{
			return find_part(inspection, finder, as_list(name));
		}
	}
	for (const Finder &finder : finders)
	{
		if (finder.type == type)
		{
			Quest quest = {finder, name, found};

			found.accepted = attempt(find, &quest);
		}
	}
	return found;
}

}  // namespace ddl_warden::pg
