// A plan as a page to print: one HTML file that needs nothing else, in English or French. It shows what is proven and
// what is assumed, the curve of people against cost with its expensive tail, and who is left out and why. Refuses
// scripts and links: it is read on paper and on machines without a network.
#pragma once

#include <optional>
#include <string>

#include "controller/planner/outputs/text.h"
#include "controller/planner/plan/plan.h"
#include "controller/planner/roadmap/phases.h"
#include "controller/planner/roadmap/regions.h"

namespace karkara::planner {

struct ReportOptions {
  Language language = Language::English;
  std::string map_png;               // bytes of a picture; empty: none
  std::optional<PhaseTable> phases;  // none: the plan's phases alone, where it has any
  std::uint32_t first_year = 0;
};

[[nodiscard]] std::string to_html(const Plan& plan, const Regions& regions, const ReportOptions& options);

}  // namespace karkara::planner
