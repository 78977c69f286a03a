// A plan made cheaper part by part: the sites around one mast are searched as a small plan of their own (part_search)
// while all others stand, and what costs less is kept. Many small parts find what a search of the whole country cannot,
// which takes a change only when the sum of all its parts is better. Refuses to prove. Called by plan_search, round
// after round.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/plan/plan_part.h"

namespace karkara::planner {

struct PlanTask {
  const PlanModel& model;
  const PlanInput& input;
  const Wanted& wanted;
  const SiteOptions& options;
};

// Masts and ways out, and the price of whom they leave unserved.
[[nodiscard]] MicroCost price_of(const PlanTask& task, const Attempt& attempt);

// Without needless masts, and with their ways out; then once more with whom raised masts now reach.
[[nodiscard]] Attempt finished(const PlanTask& task, Chosen chosen);

class WindowSearch {
 public:
  // `steps`: plans that are tried in each window.
  WindowSearch(const PlanTask& task, std::size_t steps, std::function<bool()> cancelled);

  // Some windows far from each other, of sizes and places by `seed`; those that make the plan cheaper go into it. True
  // when one did.
  bool improve(Attempt& plan, std::uint64_t seed, Executor& executor) const;

 private:
  struct Window {
    std::vector<std::uint32_t> open;  // places, ascending
    std::uint64_t seed = 0;
  };
  struct Found {
    PlanPart part;
    Attempt best;
  };

  [[nodiscard]] std::vector<Window> windows(const Attempt& plan, std::uint64_t seed) const;
  [[nodiscard]] Metres reach_of(const std::vector<std::uint32_t>& masts, std::uint32_t centre, std::size_t count) const;
  [[nodiscard]] std::vector<std::uint32_t> opened(const Attempt& plan, const std::vector<std::size_t>& on_it,
                                                  std::uint32_t centre, Metres radius) const;
  bool take(Attempt& plan, const Found& found) const;

  PlanTask task_;
  std::size_t steps_;
  std::function<bool()> cancelled_;
};

}  // namespace karkara::planner
