// A mesh interface's membership and settings over nl80211 (enum nl80211_meshconf_params): join, leave, read, change.
// Refuses secured meshes: SAE is wpa_supplicant's, which joins by itself. Called by agent/io's wireless adapters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/codec/nl80211_station.h"
#include "agent/codec/nl80211_types.h"

namespace karkara::nl80211 {

// What is left out stays as it is, or was not told. Comments name NL80211_MESHCONF_...; a TU is 1.024 ms.
struct MeshSettings {
  std::optional<std::uint16_t> retry_timeout_ms{};
  std::optional<std::uint16_t> confirm_timeout_ms{};
  std::optional<std::uint16_t> holding_timeout_ms{};
  std::optional<std::uint16_t> max_peer_links{};
  std::optional<std::uint8_t> max_retries{};
  std::optional<std::uint8_t> ttl{};
  std::optional<std::uint8_t> element_ttl{};
  std::optional<bool> auto_open_peer_links{};          // AUTO_OPEN_PLINKS
  std::optional<bool> forwarding{};                    // off below batman-adv
  std::optional<std::int32_t> rssi_threshold_dbm{};    // no peering below; 0: any
  std::optional<std::uint32_t> peer_link_timeout_s{};  // PLINK_TIMEOUT, of silence; 0: never
  std::optional<MeshPowerMode> power_mode{};
  std::optional<std::uint16_t> awake_window_tu{};
  std::optional<std::uint16_t> ht_opmode{};
  std::optional<bool> gate_announcements{};
  std::optional<bool> connected_to_gate{};
  std::optional<bool> no_learn{};
  std::optional<std::uint8_t> root_mode{};  // HWMP_ROOTMODE
  std::optional<std::uint8_t> path_request_retries{};
  std::optional<std::uint32_t> path_refresh_ms{};
  std::optional<std::uint16_t> min_discovery_timeout_ms{};
  std::optional<std::uint32_t> active_path_timeout_tu{};
  std::optional<std::uint16_t> path_request_interval_tu{};
  std::optional<std::uint16_t> diameter_traversal_tu{};
  friend bool operator==(const MeshSettings&, const MeshSettings&) = default;
};

struct JoinMesh {
  std::uint32_t link = 0;                              // interface index, a mesh point that is up
  std::string mesh_id{};                               // any bytes, 1 to 32
  ChannelUse channel{};                                // frequency 0: the one that it has
  std::optional<std::uint32_t> multicast_rate_kbit{};  // of legacy modulation, as 6000
  std::optional<std::uint32_t> beacon_interval_tu{};   // 10 to 10000
  bool radar_by_us = false;  // NL80211_ATTR_HANDLE_DFS: somebody here moves the mesh away from radar
  MeshSettings settings{};
};
// InvalidArgument: an impossible mesh id. The kernel answers EINVAL for a channel that may not be used, EBUSY while the
// radio is on another, EALREADY for a member.
[[nodiscard]] Result<NetlinkBytes> encode_join_mesh(std::uint16_t family, const JoinMesh& wanted);
[[nodiscard]] NetlinkBytes encode_leave_mesh(std::uint16_t family, std::uint32_t link);

// ENOTCONN while it is no member, for changes.
[[nodiscard]] NetlinkBytes encode_get_mesh_settings(std::uint16_t family, std::uint32_t link);
[[nodiscard]] NetlinkBytes encode_set_mesh_settings(std::uint16_t family, std::uint32_t link,
                                                    const MeshSettings& wanted);
// Nothing for what is none. Errors: DataLoss, InvalidArgument for attributes that cannot be.
[[nodiscard]] Result<std::optional<MeshSettings>> decode_mesh_settings(const NetlinkMessage& message,
                                                                       std::uint16_t family);

}  // namespace karkara::nl80211
