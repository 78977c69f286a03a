// A plan made cheaper part by part: the sites around one mast are chosen anew while all others stand, their ways out
// mended, and what costs less is kept. Many small parts find what a search of the whole country cannot, which takes a
// change only when the sum of all its parts is better. Refuses to prove. Called by plan_search, round after round.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/plan/plan_fit.h"

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
  WindowSearch(const PlanTask& task, std::function<bool()> cancelled);

  // Some windows far from each other, of sizes and places by `seed`; those that make the plan cheaper go into it. True
  // when one did.
  bool improve(Attempt& plan, std::uint64_t seed, Executor& executor) const;

 private:
  struct Window {
    std::vector<std::uint32_t> nodes;  // ascending
    std::uint64_t seed = 0;
  };
  struct Part {
    CoverProblem problem;
    std::vector<std::uint32_t> option;  // of each site of the problem
    std::vector<std::uint32_t> start;   // the sites that the plan has
  };

  [[nodiscard]] std::vector<Window> windows(const Attempt& plan, std::uint64_t seed) const;
  [[nodiscard]] std::vector<std::uint32_t> around(const std::vector<std::uint32_t>& masts, std::uint32_t centre,
                                                  std::size_t count) const;
  [[nodiscard]] Attempt replanned(const Attempt& plan, const Window& window) const;
  [[nodiscard]] Part part_of(const Attempt& plan, const std::vector<std::uint32_t>& nodes) const;
  [[nodiscard]] std::vector<std::uint32_t> open_rows(const Attempt& plan,
                                                     const std::vector<std::uint32_t>& nodes) const;
  void add_unserved(Part& part, const std::vector<std::uint32_t>& row_number) const;
  [[nodiscard]] std::vector<MicroCost> costs(const Attempt& plan, const Part& part, std::uint64_t seed) const;
  [[nodiscard]] Attempt mended(const Attempt& before, Chosen chosen, std::vector<std::uint32_t> open) const;
  [[nodiscard]] std::uint32_t option_at(std::uint32_t node, std::int8_t height) const;
  bool take(Attempt& plan, const Attempt& base, Attempt tried) const;

  PlanTask task_;
  std::function<bool()> cancelled_;
  std::vector<std::uint32_t> first_option_;  // of each node, and one more; ascending
};

}  // namespace karkara::planner
