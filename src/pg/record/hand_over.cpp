#include "pg/record/hand_over.hpp"

#include "pg/metrics.hpp"
#include "pg/record/log_line.hpp"

namespace ddl_warden::pg
{

void
hand_over(const Pending &decision)
{
	count(decision.place == Place::Nowhere ? Counter::RowsLost : Counter::LoggedInsteadOfRow);
	log_decision(decision, decision.lost_because);
}

void
hand_over_rest(std::int64_t unlisted, std::int64_t rows)
{
	log_more_decisions(unlisted, rows);
}

}  // namespace ddl_warden::pg
