// What the uplink feature is told by configuration. agent/config_bind fills it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

enum class UplinkKind : std::uint8_t { Ethernet, Vsat, Cellular };

struct UplinkSettings {
  UplinkId id;
  UplinkKind kind = UplinkKind::Ethernet;
  std::string interface;
  std::optional<IpAddress> gateway;  // none: learned from the main table
  std::uint32_t preference = 100;    // lower is better
  bool metered = false;
  Duration active_echo_interval = std::chrono::seconds{1};
  Duration standby_echo_interval = std::chrono::seconds{10};
  std::optional<std::uint32_t> mtu;
  friend bool operator==(const UplinkSettings&, const UplinkSettings&) = default;
};

struct UplinkFeatureSettings {
  std::vector<UplinkSettings> uplinks;  // the order gives each its slot: table and mark
  Duration hold_down = std::chrono::seconds{5};
  Duration hold_down_max = std::chrono::minutes{5};
  Duration switch_back_after = std::chrono::seconds{60};
  Duration leave_metered_after = std::chrono::seconds{10};
  Duration min_dwell = std::chrono::seconds{30};
  std::vector<std::string> lan_interfaces;
  bool masquerade = true;
  friend bool operator==(const UplinkFeatureSettings&, const UplinkFeatureSettings&) = default;
};

}  // namespace karkara
