// Builders for what shaping would want, for tests of everything that carries it out.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "agent/facts/traffic_control.h"

namespace karkara {

inline const FqCodelLeaf kQueue{1024, 65'536, 5'000, 100'000, 256, 300, true};

inline FramedClass shaped(std::uint16_t minor, std::uint16_t parent, std::uint64_t rate, std::optional<Leaf> leaf) {
  ShaperClass made;
  made.minor = minor;
  made.parent = parent;
  made.rate = made.ceiling = rate;
  made.burst = made.ceiling_burst = 1600;
  made.quantum = 1514;
  made.leaf = std::move(leaf);
  return {{4, 64}, std::move(made)};
}

// An inner class for each slot, with a control class and 'classes' more.
inline Shaper tree(std::uint32_t link, const std::vector<std::uint32_t>& slots, std::uint64_t rate,
                   std::uint16_t classes) {
  Shaper shaper{link, leaf_minor(slots.front(), 0), {}};
  if (link == kDownloadLink) {
    shaper.default_minor = kLocalMinor;
    shaper.classes.push_back(shaped(kLocalMinor, 0, 1'000'000'000, kQueue));
  }
  for (const std::uint32_t slot : slots) {
    shaper.classes.push_back(shaped(slot_minor(slot), 0, rate, {}));
    for (std::uint16_t i = 0; i <= classes; ++i) {
      shaper.classes.push_back(shaped(leaf_minor(slot, i), slot_minor(slot), rate / 10, kQueue));
    }
  }
  return shaper;
}

}  // namespace karkara
