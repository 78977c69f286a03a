// One datagram of nl80211's multicast groups, and of the control family's, as what it means for who looks at radios: a
// hint, never the state itself. Refuses nothing: what is not known here, or cannot be read, hints at nothing. Called by
// agent/io's AirEvents.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agent/codec/genetlink.h"
#include "agent/facts/wifi.h"

namespace karkara {

// Those of nl80211::kEventGroups that tell what hints are made of, with their numbers now.
struct AirGroups {
  std::uint16_t family = 0;          // 0: the kernel has no Wi-Fi
  std::vector<std::uint32_t> ids{};  // in no order
  friend bool operator==(const AirGroups&, const AirGroups&) = default;
};
// Of a family as it was listed or came; nothing: it is another one.
[[nodiscard]] std::optional<AirGroups> air_groups_of(const NetlinkMessage& message);

struct AirNews {
  static constexpr std::size_t kMostInterfaces = 16;
  AirChanged changed{};
  bool family = false;  // Wi-Fi came to the kernel or went: its numbers are others now
  [[nodiscard]] bool any() const { return changed != AirChanged{}; }
};
// Adds to 'news' what the datagram tells. family: nl80211's number.
void add_news(std::span<const std::byte> datagram, std::uint16_t family, AirNews& news);

}  // namespace karkara
