// How busy a radio heard its channel between two looks, from counters that only grow. Refuses a part across a
// beginning: another channel, or counters that ran backwards. Used by MeshWatch.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/facts/mesh.h"
#include "common/time.h"

namespace karkara {

class ChannelUse {
 public:
  void take(const MeshInterfaceSeen& seen);
  // 0 to 1; nothing until there were two counts, or when the radio did not listen between them.
  [[nodiscard]] std::optional<double> busy_ratio() const { return busy_ratio_; }

 private:
  struct Counts {
    std::uint32_t frequency = 0;
    Duration active{};
    Duration busy{};
  };
  std::optional<Counts> last_;
  std::optional<double> busy_ratio_;
};

}  // namespace karkara
