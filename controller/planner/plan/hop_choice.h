// The hops that a plan may choose among: of each pair of places one for each radio that is clear at its own frequency
// and keeps its year, but none that a cheaper one of the same pair makes needless. Refuses terrain; link/hop_table
// walks it. Called when a plan's model is made.
#pragma once

#include <string>
#include <vector>

#include "controller/planner/link/hop_quality.h"
#include "controller/planner/link/hop_table.h"
#include "controller/planner/plan/plan_input.h"

namespace karkara::planner {

class HopChoice {
 public:
  HopChoice(const PlanInput& input, std::vector<Place> places);

  // Of the farthest radio; 0 m where there is none.
  [[nodiscard]] Metres reach() const;
  // Ids of radios that keep their year over no distance.
  [[nodiscard]] const std::vector<std::string>& useless() const { return useless_; }
  // Adds them, the cheapest first; `radio` is the number in the input's backhaul.
  void judge(const Profile& profile, const HopPair& pair, std::vector<HopPair>& hops) const;
  [[nodiscard]] Money price(const HopPair& pair) const;
  [[nodiscard]] BitsPerSecond rate(const HopPair& pair) const;  // in still air; 0 where none

 private:
  struct Kind {
    std::uint8_t radio = 0;
    HopRule rule;
    HopYear year;
  };
  [[nodiscard]] Degrees middle(const HopPair& pair) const;
  [[nodiscard]] FarHeights heights(const Kind& kind, const Profile& profile, const HopPair& pair) const;
  [[nodiscard]] bool is_needless(const HopPair& hop, const HopPair& cheaper) const;

  const PlanInput& input_;
  std::vector<Place> places_;  // of the numbers in pairs
  std::vector<Kind> kinds_;
  std::vector<const HopPrice*> prices_;  // of each radio
  std::vector<std::string> useless_;
};

}  // namespace karkara::planner
