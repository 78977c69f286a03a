// batman-adv over generic netlink (linux/batman_adv.h): a mesh's settings and the interfaces it runs on, to read and to
// change. Refuses to create meshes and to add interfaces: those are rtnetlink's. Called by agent/io's mesh adapters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/codec/genetlink.h"
#include "agent/codec/netlink_request.h"
#include "agent/facts/mac_address.h"

namespace karkara::batadv {

inline constexpr const char* kFamilyName = "batadv";
inline constexpr const char* kEventGroup = "config";  // tells changes of Mesh and HardInterface
inline constexpr std::uint64_t kBandwidthStepKbit = 100;

// enum batadv_gw_modes, with its numbers.
enum class GatewayMode : std::uint8_t { Off, Client, Server };

// What is left out was not told. Comments name BATADV_ATTR_...
struct Mesh {
  std::uint32_t link = 0;   // MESH_IFINDEX
  std::string name{};       // MESH_IFNAME
  MacAddress address{};     // MESH_ADDRESS: of the interface, not the one that others know as originator
  std::string version{};    // of the module
  std::string algorithm{};  // "BATMAN_IV", "BATMAN_V"
  std::optional<std::uint32_t> primary_link{};  // HARD_IFINDEX
  std::optional<MacAddress> primary_address{};  // HARD_ADDRESS: as which originators know us
  std::optional<GatewayMode> gateway_mode{};
  std::optional<std::uint64_t> bandwidth_down_kbit{};
  std::optional<std::uint64_t> bandwidth_up_kbit{};
  std::optional<std::uint32_t> gateway_class{};  // GW_SEL_CLASS: with IV 1..255, with V steps of 100 kbit/s
  std::optional<std::uint32_t> originator_interval_ms{};
  std::optional<std::uint8_t> hop_penalty{};
  std::optional<bool> ap_isolation{};
  std::optional<bool> bridge_loop_avoidance{};
  std::optional<bool> distributed_arp_table{};
  std::optional<bool> fragmentation{};
  std::optional<bool> aggregation{};
  std::optional<bool> multicast_flood{};  // MULTICAST_FORCEFLOOD_ENABLED
  std::optional<std::uint32_t> multicast_fanout{};
  friend bool operator==(const Mesh&, const Mesh&) = default;
};

// What is left out stays as it is.
struct MeshChange {
  std::optional<GatewayMode> gateway_mode{};
  std::optional<std::uint64_t> bandwidth_down_kbit{};  // rounded down to 100, at least 100
  std::optional<std::uint64_t> bandwidth_up_kbit{};
  std::optional<std::uint32_t> gateway_class{};
  std::optional<std::uint32_t> originator_interval_ms{};  // EINVAL below 40
  std::optional<std::uint8_t> hop_penalty{};
  std::optional<bool> ap_isolation{};
  std::optional<bool> bridge_loop_avoidance{};
  std::optional<bool> distributed_arp_table{};
  std::optional<bool> fragmentation{};
  std::optional<bool> aggregation{};
  std::optional<bool> multicast_flood{};
};

// EINVAL, ENODEV: the interface is no mesh.
[[nodiscard]] NetlinkBytes encode_get_mesh(std::uint16_t family, std::uint32_t mesh_link);
[[nodiscard]] NetlinkBytes encode_set_mesh(std::uint16_t family, std::uint32_t mesh_link, const MeshChange& change);
// Nothing for what is none; also of the event. Errors: DataLoss, InvalidArgument for attributes that cannot be.
[[nodiscard]] Result<std::optional<Mesh>> decode_mesh(const NetlinkMessage& message, std::uint16_t family);

// An interface that the mesh runs on.
struct HardInterface {
  std::uint32_t mesh_link = 0;
  std::uint32_t link = 0;  // HARD_IFINDEX
  std::string name{};      // HARD_IFNAME
  MacAddress address{};
  bool active = false;
  std::optional<std::uint8_t> hop_penalty{};
  std::optional<std::uint32_t> probe_interval_ms{};         // ELP_INTERVAL, of V
  std::optional<std::uint64_t> throughput_override_kbit{};  // of V; 0: it measures
  friend bool operator==(const HardInterface&, const HardInterface&) = default;
};
struct HardInterfaceChange {
  std::optional<std::uint8_t> hop_penalty{};
  std::optional<std::uint32_t> probe_interval_ms{};
  std::optional<std::uint64_t> throughput_override_kbit{};  // rounded down to 100; 0: it measures
};
[[nodiscard]] NetlinkBytes encode_get_hard_interfaces(std::uint16_t family, std::uint32_t mesh_link);
[[nodiscard]] NetlinkBytes encode_set_hard_interface(std::uint16_t family, std::uint32_t mesh_link, std::uint32_t link,
                                                     const HardInterfaceChange& change);
// As decode_mesh().
[[nodiscard]] Result<std::optional<HardInterface>> decode_hard_interface(const NetlinkMessage& message,
                                                                         std::uint16_t family);

}  // namespace karkara::batadv
