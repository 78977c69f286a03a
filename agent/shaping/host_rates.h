// Who in the village fills the uplinks: what each address had over its flows from one count to the next. A flow that
// ended in between takes its bytes along, so that a rate may be told too low for one count. Refuses to name classes and
// to count by itself: somebody must be looking. Called by the shaping feature.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/flows.h"
#include "common/time.h"

namespace karkara {

struct HostRate {
  IpAddress host;
  std::uint32_t mark = 0;
  std::optional<double> down{};  // bits a second
  std::optional<double> up{};
  std::uint64_t bytes = 0;
};

class HostRates {
 public:
  static constexpr std::size_t kMost = 20;
  static constexpr std::size_t kMostCounted = 4096;                  // a count with so many left some out
  static constexpr Duration kPace = std::chrono::milliseconds{900};  // of counts: a dump takes the loop's time
  static constexpr Duration kStale = std::chrono::minutes{1};

  // True: the effect that counts is due. At most one is under way.
  bool ask(Instant now);
  void on(const HostsCounted& event, Instant now);
  // The busiest first; without rates after the first count. Nothing when the last count is old.
  [[nodiscard]] std::vector<HostRate> busiest(Instant now) const;
  [[nodiscard]] std::string trouble(Instant now) const;

 private:
  [[nodiscard]] bool is_fresh(Instant now) const { return counted_at_ && now - *counted_at_ < kStale; }

  std::vector<HostTraffic> last_;  // sorted
  std::vector<HostRate> rates_;
  std::optional<Instant> counted_at_;
  std::optional<Instant> asked_at_;
  std::string trouble_;
};

}  // namespace karkara
