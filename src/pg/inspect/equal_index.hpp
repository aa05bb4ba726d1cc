/* Is an index of a partition what one of its parent would be there? As CompareIndexInfo in index.c,
 * which needs both of them open. */
#pragma once

#include "pg/inspect/index_definition.hpp"

#include "core/facts.hpp"

namespace ddl_warden::pg
{

/* An index that equals are looked for, one that is there or one that is to be made. */
struct ModelIndex
{
	Oid table; /* whose columns it is over */
	IndexDefinition definition;
	Node *expressions; /* as the planner would have them */
	Node *predicate;
	bool whole_row; /* they may be over a row as a whole, which partitions cannot have */
};

/* False when there is none, or what it is cannot be known. */
bool read_model(Oid index, Oid table, ModelIndex &model);
bool read_model(const IndexStmt *statement, Form_pg_class table, ModelIndex &model);

/* Is the index of this table an equal of the model? Unknown if its expressions cannot be looked at.
 */
Answer is_equal(Oid index, Oid table, const IndexDefinition &present, const ModelIndex &model);

}  // namespace ddl_warden::pg
