#include "decision.hpp"

#include <array>

namespace ddl_warden
{
namespace
{

constexpr std::array<std::string_view, 6> outcomes = {
	"committed", "rolled back", "refused", "failed", "gave up waiting", "held too long"};

static_assert(outcomes.size() == static_cast<std::size_t>(Outcome::HeldTooLong) + 1);

}  // namespace

std::string_view
to_text(Outcome outcome)
{
	return outcomes[static_cast<std::size_t>(outcome)];
}

}  // namespace ddl_warden
