// The paths of a mesh interface (IEEE 802.11, 14.10, HWMP) over nl80211, and the proxies behind which others stand.
// Refuses nothing that is well-formed. Called by agent/io's wireless adapters; with batman-adv above, which sees to
// forwarding, the paths are those to direct neighbours.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/codec/nl80211_types.h"
#include "agent/facts/mac_address.h"

namespace karkara::nl80211 {

// What is left out the kernel does not tell; of proxies it tells no more than the addresses. Comments name
// NL80211_MPATH_INFO_...
struct MeshPath {
  std::uint32_t link = 0;  // interface index
  MacAddress destination{};
  MacAddress next_hop{};                         // of a proxied address: the mesh station it is behind
  std::optional<std::uint32_t> queued_frames{};  // FRAME_QLEN
  std::optional<std::uint32_t> sequence{};       // SN
  std::optional<std::uint32_t> metric{};         // airtime, 10.24 us a unit, less is better
  std::optional<std::uint32_t> expires_ms{};     // EXPTIME
  std::optional<std::uint32_t> discovery_timeout_ms{};
  std::optional<std::uint8_t> discovery_retries{};
  std::optional<std::uint8_t> hops{};      // HOP_COUNT
  std::optional<std::uint32_t> changes{};  // PATH_CHANGE
  std::uint8_t flags = 0;                  // enum nl80211_mpath_flags

  [[nodiscard]] bool active() const { return (flags & 1U) != 0; }     // NL80211_MPATH_FLAG_ACTIVE
  [[nodiscard]] bool resolving() const { return (flags & 2U) != 0; }  // NL80211_MPATH_FLAG_RESOLVING
  friend bool operator==(const MeshPath&, const MeshPath&) = default;
};

[[nodiscard]] NetlinkBytes encode_get_mesh_paths(std::uint16_t family, std::uint32_t link);
[[nodiscard]] NetlinkBytes encode_get_mesh_proxies(std::uint16_t family, std::uint32_t link);
// The answers to both. Nothing for what is no path. Errors as decode_station().
[[nodiscard]] Result<std::optional<MeshPath>> decode_mesh_path(const NetlinkMessage& message, std::uint16_t family);

}  // namespace karkara::nl80211
