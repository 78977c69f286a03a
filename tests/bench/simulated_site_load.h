// What the village's mast takes: router, VSAT, Wi-Fi and LTE by the hour, the day of the week and chance, visitors who
// charge telephones, and what each shedding stage leaves of it. Refuses to know the battery. Called by the simulated
// site.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/units.h"

namespace karkara {

inline constexpr unsigned kDeepestStage = 4;

class VillageYear {
 public:
  VillageYear(std::size_t days, std::uint64_t seed);
  // With everything on in stage 0, down to the router and one radio in the deepest.
  [[nodiscard]] Watts load(std::size_t step, unsigned stage) const;

 private:
  std::vector<float> busy_;      // share of what the radios can do
  std::vector<float> visitors_;  // W
};

}  // namespace karkara
