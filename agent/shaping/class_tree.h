// The trees that are wanted now: one on each uplink for what leaves, and one for all that goes to the village with a
// part for each uplink. Refuses to guess: what an uplink's rate is, what schedule and quota say and what the kernel can
// do are told to it. A pure function; called by whoever owns shaping whenever one of these changes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/shaping/leaf_choice.h"
#include "agent/shaping/settings.h"

namespace karkara {

struct ShapedLink {
  std::uint32_t link = 0;  // interface index
  std::uint32_t mtu = 1500;
  friend bool operator==(const ShapedLink&, const ShapedLink&) = default;
};

struct UplinkNow {
  std::uint32_t slot = 0;
  std::optional<ShapedLink> link{};     // none: the interface is not there
  std::optional<BitsPerSecond> down{};  // none: not shaped in this direction
  std::optional<BitsPerSecond> up{};
  friend bool operator==(const UplinkNow&, const UplinkNow&) = default;
};

// A tunnel's packets are told apart before they are wrapped, so that it has a tree of its own.
struct TunnelNow {
  ShapedLink link;
  std::uint32_t slot = 0;      // of the uplink over which it goes
  std::int16_t wrapping = 60;  // bytes around each packet; 80 over IPv6
  friend bool operator==(const TunnelNow&, const TunnelNow&) = default;
};

struct ShapingNow {
  std::vector<UplinkNow> uplinks{};    // as in the settings
  std::vector<ShapedLink> lan{};       // of the village's interfaces, those that are there
  std::optional<ShapedLink> guests{};  // the interface of the settings' guests, if it is there
  std::optional<TunnelNow> tunnel{};
  std::vector<ClassState> classes{};            // as in the settings; shorter: the rest is as configured
  std::optional<TrafficAbilities> abilities{};  // none: not known yet
  std::uint64_t router_memory = 64ULL << 20U;   // bytes; an eighth of it is for queues unless the settings say
  friend bool operator==(const ShapingNow&, const ShapingNow&) = default;
};

[[nodiscard]] WantedTraffic wanted_traffic(const ShapingSettings& settings, const ShapingNow& now);
// What all classes queue in; the abilities are known.
[[nodiscard]] QueuePlan queues_of(const ShapingSettings& settings, const ShapingNow& now);

// Number of the class that takes what fits none, of 'classes' configured ones; its leaf is leaf_minor(slot, number).
[[nodiscard]] constexpr std::uint32_t other_class(std::size_t classes) {
  return static_cast<std::uint32_t>(classes) + 1;
}

}  // namespace karkara
