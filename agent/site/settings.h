// The whole configuration of a site as the agent's own plain values: one struct per feature.
// agent/config_bind makes it from the proto; ConfigActivated carries the old and the new one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/cellular/settings.h"
#include "agent/devices/device_table.h"
#include "agent/mesh/neighbour_settings.h"
#include "agent/mesh/radio_settings.h"
#include "agent/power/settings.h"
#include "agent/shaping/settings.h"
#include "agent/telemetry/settings.h"
#include "agent/uplink/settings.h"
#include "agent/uplink/tunnel_settings.h"
#include "agent/vsat/settings.h"
#include "agent/wifi/wifi_settings.h"
#include "common/ids.h"
#include "common/units.h"

namespace karkara {

struct SiteSettings {
  SiteId id;
  std::string name;
  std::string commune;
  std::string region;
  std::optional<Degrees> latitude;
  std::optional<Degrees> longitude;
  bool set_system_clock = true;
  // Fixed at start; a change asks for a restart.
  std::string state_dir;
  std::string bundle;
  std::string local_socket;
  std::string resolver_file;
  std::string device_tables;
  std::vector<UnreadTable> unread_tables{};  // of that folder, when it was read

  UplinkFeatureSettings uplink;
  std::optional<TunnelSettings> tunnel{};
  ShapingSettings shaping{};
  CellularSettings cellular;
  VsatSettings vsat;
  PowerSettings power;
  std::vector<RelaySettings> feeds{};  // relays that feed modems; no stage has them
  RadiosSettings radios{};
  WifiSettings wifi{};
  std::optional<NeighbourSettings> neighbours{};
  TelemetrySettings telemetry;
  std::uint64_t hash = 0;  // of the configuration as read, told to the controller
  friend bool operator==(const SiteSettings&, const SiteSettings&) = default;
};

}  // namespace karkara
