// What differs between two plans, site by site and settlement by settlement. Refuses to say which is better: it shows
// what one has that the other has not, and what that costs. Sites and settlements are the same when their ids are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

struct SiteChange {
  std::string id;
  std::uint32_t before = kNoSite;  // number in the first plan; kNoSite: only the second has it
  std::uint32_t after = kNoSite;
  std::vector<std::string> what;  // "moved 120 m", "mast 30 -> 45 m", "VSAT -> hop"; empty where only one has it
  Money npv = 0;                  // after less before
};

struct SettlementChange {
  std::string id;
  std::uint32_t before = 0, after = 0;  // numbers in the plans
  bool gained = false;                  // else lost, unless both serve it
  bool lost = false;
  std::string what;  // "A -> B, margin +3.2 dB"
  std::int64_t people = 0;
};

struct PlanComparison {
  bool same_input = false;  // the plans rest on the same data
  PlanTotals before, after;
  std::optional<std::int64_t> before_most_cut_off, after_most_cut_off;  // people, by one failure
  std::vector<SiteChange> sites;                                        // by id
  std::vector<SettlementChange> settlements;  // by id; gained, lost, or by another site, or a margin that moved by 1 dB
  std::vector<std::string> only_before;       // ids of settlements that only one plan knows
  std::vector<std::string> only_after;
};

[[nodiscard]] PlanComparison compare(const Plan& before, const Plan& after);

}  // namespace karkara::planner
