#include "link_table.hpp"

#include "table.hpp"

namespace ddl_warden
{
namespace
{

/* Short names, so that the tables can stand in columns. */
using enum Subcommand;
using L = Link;
using C = Companions;
constexpr LockMode OWN = LockMode::None; /* that of the whole statement */
constexpr LockMode RX = LockMode::RowExclusive;
constexpr LockMode SUX = LockMode::ShareUpdateExclusive;
constexpr LockMode S = LockMode::Share;
constexpr LockMode SRX = LockMode::ShareRowExclusive;
constexpr LockMode RS = LockMode::RowShare;
constexpr LockMode AX = LockMode::AccessExclusive;

struct AlterLink
{
	Subcommand subcommand;
	Link link;
	LinkedEffect effect;
};

/* Source: tablecmds.c; RemoveTriggerById in trigger.c; AlterSequence and ResetSequence in
 * sequence.c. */
// clang-format off
constexpr AlterLink alter_links[] = {
	{AddColumn,                   L::ReferencedTable,   {SRX}},
	{AddColumn,                   L::UsedSequence,      {RX}},
	{AddUniqueUsingIndex,         L::NamedIndex,        {SUX}},
	{AddPrimaryKeyUsingIndex,     L::NamedIndex,        {SUX}},
	{AddForeignKey,               L::ReferencedTable,   {SRX}},
	{AddForeignKey,               L::TakenForeignKey,   {AX}},
	{ValidateConstraint,          L::ReferencedTable,   {RS}},
	{EnforceForeignKey,           L::ReferencedTable,   {SRX}},
	{UnenforceForeignKey,         L::ReferencedTable,   {AX}},
	{AlterColumnType,             L::ReferencedTable,   {AX}},
	{AlterColumnType,             L::ReferencingTable,  {AX, C::None, Work::ForeignKeyCheck, Cause::ForeignKey}},
	{AlterColumnType,             L::OwnedSequence,     {SRX}},
	{ChangeOwner,                 L::OwnedSequence,     {AX}},
	{ClusterOn,                   L::NamedIndex,        {OWN}},
	{SetLogged,                   L::OwnedSequence,     {AX}},
	{SetUnlogged,                 L::OwnedSequence,     {AX}},
	{AddInherit,                  L::InheritanceParent, {SUX}},
	{ReplicaIdentity,             L::NamedIndex,        {S}},
	{SetIdentity,                 L::OwnedSequence,     {SRX}},
	{DropIdentity,                L::OwnedSequence,     {AX}},
	{AttachPartition,             L::ReferencedTable,   {SRX}},
	{AttachPartition,             L::ReferencingTable,  {SRX}},
	{AttachPartition,             L::PartitionParent,   {AX}},
	{AttachPartition,             L::CheckedTable,      {OWN, C::None, Work::ForeignKeyCheck, Cause::ForeignKey}},
	{AttachPartition,             L::TakenForeignKey,   {AX}},
	{DetachPartition,             L::DefaultPartition,  {AX}},
	{DetachPartition,             L::ReferencedTable,   {SRX, C::None, Work::Scan, Cause::ForeignKey}},
	{DetachPartition,             L::ReferencingTable,  {AX, C::None, Work::Scan, Cause::ForeignKey}},
	{DetachPartitionConcurrently, L::ReferencedTable,   {SRX, C::None, Work::Scan, Cause::ForeignKey}},
	{DetachPartitionConcurrently, L::ReferencingTable,  {AX, C::None, Work::Scan, Cause::ForeignKey}},
	{DetachPartitionFinalize,     L::ReferencedTable,   {SRX}},
	{DetachPartitionFinalize,     L::ReferencingTable,  {AX}},
};
// clang-format on

struct StatementLink
{
	Kind kind;
	Link link;
	LinkedEffect effect;
};

// clang-format off
constexpr StatementLink statement_links[] = {
	{Kind::Truncate,              L::ReferencingTable,  {AX, C::All}},
	{Kind::Truncate,              L::OwnedSequence,     {AX}},
	{Kind::ReassignOwned,         L::Owned,             {AX, C::All}},
	{Kind::ReassignOwned,         L::KeptOwner,         {AX}},
	{Kind::CreateTable,           L::ReferencedTable,   {SRX}},
	{Kind::CreateTable,           L::InheritanceParent, {SUX}},
	{Kind::CreateTable,           L::PartitionParent,   {AX}},
	{Kind::CreateTable,           L::DefaultPartition,
	 {AX, C::None, Work::Scan, Cause::NewPartition}},
	{Kind::CreateTable,           L::ParentIndex,       {SUX}},
	{Kind::CreateTable,           L::ReferencingTable,  {SRX}},
	{Kind::CreateRule,            L::WrittenTable,      {RX}},
	{Kind::CreateFunction,        L::WrittenTable,      {RX}},
	{Kind::RenameColumn,          L::TypedTable,        {AX}},
	{Kind::SetSchema,             L::OwnedSequence,     {AX}},
	{Kind::SetSchema,             L::ExtensionMember,   {AX}},
	{Kind::AlterDomain,           L::TypeUser,
	 {S, C::None, Work::Scan, Cause::DomainConstraint}},
	{Kind::Publication,           L::PublishedTable,    {SUX}},
};
// clang-format on

struct DeletionLink
{
	Link link;
	LinkedEffect effect;
};

/* What is deleted is locked by AcquireDeletionLock of dependency.c; what loses a part of itself by
 * the function that deletes the part: heap_drop_with_catalog, index_drop, RemoveAttributeById,
 * RemoveAttrDefaultById, RemoveConstraintById, RemoveTriggerById, RemoveRewriteRuleById,
 * RemovePolicyById, RemoveStatisticsById. */
// clang-format off
constexpr DeletionLink deletion_links[] = {
	{L::Dependent,                {AX, C::All}},
	{L::SchemaMember,             {AX, C::All}},
	{L::ExtensionMember,          {AX, C::All}},
	{L::Owned,                    {AX, C::All}},
	{L::TypedTable,               {AX, C::All}},
	{L::Partition,                {AX, C::All}},
	{L::InheritanceChild,         {AX, C::All}},
	{L::OwnedSequence,            {AX, C::All}},
	{L::PartitionParent,          {AX}},
	{L::DefaultPartition,         {AX}},
	{L::ReferencedTable,          {AX}},
	{L::ReferencingTable,         {AX}},
	{L::IndexedTable,             {AX}},
	{L::TypeUser,                 {AX}},
	{L::DependentColumn,          {AX}},
	{L::DependentDefault,         {AX}},
	{L::DependentConstraint,      {AX}},
	{L::DependentTrigger,         {AX}},
	{L::DependentRule,            {AX}},
	{L::DependentPolicy,          {AX}},
	{L::StatisticsTable,          {SUX}},
};
// clang-format on

// clang-format off
constexpr LinkWords link_words[] = {
	{L::ReferencedTable,   "A foreign key of \"",                    "\" refers to it."},
	{L::ReferencingTable,  "A foreign key of it refers to \"",       "\"."},
	{L::PartitionParent,   "Parent of the partition \"",             "\"."},
	{L::DefaultPartition,  "Default partition of \"",                "\"."},
	{L::InheritanceParent, "Parent of \"",                           "\"."},
	{L::OwnedSequence,     "Sequence of a column of \"",             "\"."},
	{L::UsedSequence,      "A default of \"",                        "\" draws from it."},
	{L::TypedTable,        "Table of the type \"",                   "\"."},
	{L::TypeUser,          "A column of it is of the type \"",       "\"."},
	{L::ParentIndex,       "An index of \"",                         "\" becomes a part of it."},
	{L::IndexedTable,      "Table of the index \"",                  "\"."},
	{L::StatisticsTable,   "Table of the statistics object \"",      "\"."},
	{L::Dependent,         "It depends on \"",                       "\"."},
	{L::SchemaMember,      "It is in the schema \"",                 "\"."},
	{L::ExtensionMember,   "It belongs to the extension \"",         "\"."},
	{L::Owned,             "It is owned by \"",                      "\"."},
	{L::PublishedTable,    "It is in the publication \"",            "\"."},
	{L::WrittenTable,      "\"",                                     "\" writes to it."},
	{L::Partition,           "Partition of \"",                      "\"."},
	{L::InheritanceChild,    "Inheritance child of \"",              "\"."},
	{L::DependentColumn,     "A column of it depends on \"",         "\"."},
	{L::DependentDefault,    "A default of it depends on \"",        "\"."},
	{L::DependentConstraint, "A constraint of it depends on \"",     "\"."},
	{L::DependentTrigger,    "A trigger of it depends on \"",        "\"."},
	{L::DependentRule,       "A rule of it depends on \"",           "\"."},
	{L::DependentPolicy,     "A policy of it depends on \"",         "\"."},
	{L::NamedIndex,        "",                                       ""},
	{L::CheckedTable,      "",                                       ""},
	{L::TakenForeignKey,   "A foreign key of \"",                    "\" to it becomes a part of that of its new parent."},
	{L::KeptOwner,         "It is owned by \"",                      "\" already."},
};
// clang-format on

static_assert(is_complete(link_words, &LinkWords::link, last_link));

}  // namespace

const LinkedEffect *
effect_at(Subcommand subcommand, Link link)
{
	for (const AlterLink &row : alter_links)
	{
		if (row.subcommand == subcommand && row.link == link)
		{
			return &row.effect;
		}
	}
	return nullptr;
}

const LinkedEffect *
effect_at(Kind kind, Link link)
{
	for (const StatementLink &row : statement_links)
	{
		if (row.kind == kind && row.link == link)
		{
			return &row.effect;
		}
	}
	return nullptr;
}

const LinkedEffect *
effect_of_deletion(Link link)
{
	for (const DeletionLink &row : deletion_links)
	{
		if (row.link == link)
		{
			return &row.effect;
		}
	}
	return nullptr;
}

const LinkedEffect *
effect_at(const Facts &facts, const Further &further)
{
	if (further.deletion)
	{
		return effect_of_deletion(further.link);
	}
	return facts.kind == Kind::AlterTable
			   ? effect_at(facts.alterations[further.alteration].subcommand, further.link)
			   : effect_at(facts.kind, further.link);
}

const LinkWords &
words_of(Link link)
{
	return link_words[static_cast<std::size_t>(link)];
}

}  // namespace ddl_warden
