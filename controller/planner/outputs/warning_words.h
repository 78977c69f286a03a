// What radio models warn of, and where ground is unknown, in French: sentences of a plan that hold words of a model or
// names of squares. Refuses sentences that it does not know. Called by ReportWords.
#pragma once

#include <optional>
#include <string>

namespace karkara::planner {

[[nodiscard]] std::optional<std::string> french_warning(const std::string& mark);

}  // namespace karkara::planner
