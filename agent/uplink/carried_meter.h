// How much comes in over each uplink, and how much of all of it is the guests': rates between looks at the counters of
// our nftables table, smoothed over some seconds. Refuses to guess: without two looks that belong together there is no
// rate. Called by the uplink feature.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "agent/facts/flows.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

class CarriedMeter {
 public:
  static constexpr Duration kPace = std::chrono::seconds{2};    // looks come more often than that
  static constexpr Duration kStale = std::chrono::seconds{30};  // after that nothing is known

  void on(const FlowCountersRead& event, Instant now);
  // To others than guests, over the uplink of this slot. It counts the guests' as its own only where it is theirs.
  [[nodiscard]] std::optional<BitsPerSecond> beside_guests(std::uint32_t slot, Instant now) const;

 private:
  struct Rate {
    std::uint64_t bytes = 0;  // as last seen
    std::optional<double> bits_per_second{};
  };
  static void see(Rate& rate, std::uint64_t bytes, double seconds);

  std::map<std::string, Rate> uplinks_;  // by name of counter
  std::map<std::string, Rate> guests_;
  std::optional<Instant> at_;
};

}  // namespace karkara
