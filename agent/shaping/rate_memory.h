// The rate that was last good on each uplink and direction, kept over restarts and reboots, so that a shaper begins
// where the link was and not at a guess. Refuses to write for small changes or often, and impossible rates. Called by
// the shaping feature.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/facts/effects.h"
#include "common/ids.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

enum class LinkDirection : std::uint8_t { Up, Down };
inline constexpr LinkDirection kBothDirections[] = {LinkDirection::Up, LinkDirection::Down};

class RateMemory {
 public:
  static constexpr std::string_view kStateKey = "shaping-rates";
  static constexpr std::size_t kMostUplinks = 64;
  static constexpr Duration kPersistPause = std::chrono::minutes{5};
  static constexpr double kWorthWriting = 0.15;  // a change of this part

  // What an earlier run kept. Returns what could not be read and why; the rest counts.
  std::vector<std::string> restore(std::string_view text);
  [[nodiscard]] std::optional<BitsPerSecond> find(const UplinkId& uplink, LinkDirection direction) const;
  // efficiency: bits a symbol of the link when it was good, where it tells that.
  void see(const UplinkId& uplink, LinkDirection direction, BitsPerSecond good, Instant now,
           std::optional<double> efficiency = {});
  [[nodiscard]] std::optional<double> efficiency_of(const UplinkId& uplink, LinkDirection direction) const;
  void keep_only(const std::set<UplinkId>& uplinks);  // others are configured no longer

  [[nodiscard]] std::optional<Persist> tick(Instant now);
  [[nodiscard]] Instant next_deadline() const { return save_at_; }
  [[nodiscard]] Persist state() const;

 private:
  struct Rate {
    BitsPerSecond good{};
    BitsPerSecond written{};
    std::optional<double> efficiency{};
  };
  std::map<std::pair<UplinkId, LinkDirection>, Rate> rates_;
  std::optional<Instant> saved_at_;
  Instant save_at_ = Instant::max();
};

}  // namespace karkara
