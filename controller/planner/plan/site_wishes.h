// What the ids of sites that must and must not be mean: settlements, masts that stand, high ground. A standing mast
// goes before the settlement of the same id: it costs least, and there it is. Refuses nothing; check() of the input
// does, by what conflict() says. Called there, and where a plan's model is made.
#pragma once

#include <string>
#include <unordered_set>

#include "controller/planner/plan/plan_input.h"

namespace karkara::planner {

class SiteWishes {
 public:
  explicit SiteWishes(const PlanInput& input);

  [[nodiscard]] bool is_forbidden(const std::string& id) const { return forbidden_.contains(id); }
  // By their numbers in the input: a mast of its own, an access radio on one that stands.
  [[nodiscard]] bool must_build(std::size_t settlement) const { return settlements_.contains(settlement); }
  [[nodiscard]] bool must_carry(std::size_t mast) const { return masts_.contains(mast); }
  // Why they cannot be met; empty where they can.
  [[nodiscard]] const std::string& conflict() const { return conflict_; }

 private:
  std::unordered_set<std::string> forbidden_;
  std::unordered_set<std::size_t> settlements_;
  std::unordered_set<std::size_t> masts_;
  std::string conflict_;
};

// Of the so-many-th candidate of high ground, counted from 0: "relay 1".
[[nodiscard]] std::string relay_id(std::size_t number);

// Whether our radios may hang on it at some height of the book's.
[[nodiscard]] bool can_carry(const PlanInput& input, const ExistingMast& mast);

}  // namespace karkara::planner
