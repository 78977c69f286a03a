// Which sites stand near which: the nearest 16 within 150 km of each, with weights that sink with the distance. Refuses
// to let one of three outvote the others: no weight is more than what two others have together. Called by the
// comparison of the sun, once for a whole country.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/units.h"

namespace karkara {

struct Position {
  Degrees latitude;
  Degrees longitude;
};

struct Neighbour {
  std::uint32_t site = 0;
  float weight = 0;
};

class Neighbours {
 public:
  static constexpr std::size_t kMost = 16;
  static constexpr double kReachKm = 150;

  explicit Neighbours(std::span<const std::optional<Position>> sites);
  [[nodiscard]] std::span<const Neighbour> of(std::size_t site) const {
    return std::span{all_}.subspan(first_[site], first_[site + 1] - first_[site]);
  }

 private:
  std::vector<Neighbour> all_;
  std::vector<std::size_t> first_;  // of each site, and one for the end
};

}  // namespace karkara
