// Sites, settlements, towers and operators of a plan by what people call them: an id, else a name. Refuses to guess:
// an unknown one is told with the nearest that there is, a name of several with their ids.
#pragma once

#include <cstdint>
#include <string>

#include "common/result.h"
#include "controller/planner/plan/plan.h"
#include "controller/planner/roadmap/network_losses.h"

namespace karkara::planner {

[[nodiscard]] Result<std::uint32_t> site_called(const Plan& plan, const std::string& word);
[[nodiscard]] Result<std::uint32_t> settlement_called(const Plan& plan, const std::string& word);

// NotFound: the plan knows no such tower or operator.
[[nodiscard]] Status check_known(const Plan& plan, const LostNetworks& lost);

}  // namespace karkara::planner
