// What batman-adv knows of others (linux/batman_adv.h): originators, neighbours, gateways, and who is behind whom.
// Refuses to choose: batman-adv marks the best. Called by agent/io's mesh adapters; the dumps need CAP_NET_ADMIN.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/codec/genetlink.h"
#include "agent/codec/netlink_request.h"
#include "agent/facts/mac_address.h"

namespace karkara::batadv {

// One way to a node: there are several messages for an originator with several. Of the qualities IV tells the first, V
// the second. Comments name BATADV_ATTR_...
struct Originator {
  MacAddress address{};                   // ORIG_ADDRESS
  MacAddress neighbor{};                  // NEIGH_ADDRESS: the next hop
  std::uint32_t link = 0;                 // HARD_IFINDEX
  bool best = false;                      // FLAG_BEST: frames go this way
  std::optional<std::uint8_t> quality{};  // TQ, 255 best
  std::optional<std::uint64_t> throughput_kbit{};
  std::optional<std::uint32_t> last_seen_ms{};
  friend bool operator==(const Originator&, const Originator&) = default;
};
struct Neighbor {
  MacAddress address{};
  std::uint32_t link = 0;
  std::string link_name{};                         // HARD_IFNAME; empty in kernels before 5.14
  std::optional<std::uint64_t> throughput_kbit{};  // of V
  std::optional<std::uint32_t> last_seen_ms{};
  friend bool operator==(const Neighbor&, const Neighbor&) = default;
};
struct Gateway {
  MacAddress address{};    // ORIG_ADDRESS
  MacAddress router{};     // the next hop to it
  std::uint32_t link = 0;  // 0 in kernels before 5.14
  std::string link_name{};
  bool best = false;  // chosen; none is in other modes than GatewayMode::Client
  std::optional<std::uint8_t> quality{};
  std::optional<std::uint64_t> throughput_kbit{};
  std::optional<std::uint64_t> bandwidth_down_kbit{};  // as it announces
  std::optional<std::uint64_t> bandwidth_up_kbit{};
  friend bool operator==(const Gateway&, const Gateway&) = default;
};
// A station on somebody's side of the mesh, a row of a translation table.
struct Client {
  MacAddress address{};                    // TT_ADDRESS
  std::optional<MacAddress> originator{};  // whom it is behind; none: us
  std::uint16_t vlan = 0;                  // TT_VID: bit 15: the rest is a VLAN's number
  std::uint32_t flags = 0;                 // enum batadv_tt_client_flags
  bool best = false;
  std::optional<std::uint32_t> last_seen_ms{};  // of ours
  friend bool operator==(const Client&, const Client&) = default;
};

[[nodiscard]] NetlinkBytes encode_get_originators(std::uint16_t family, std::uint32_t mesh_link);
[[nodiscard]] NetlinkBytes encode_get_neighbors(std::uint16_t family, std::uint32_t mesh_link);
[[nodiscard]] NetlinkBytes encode_get_gateways(std::uint16_t family, std::uint32_t mesh_link);
[[nodiscard]] NetlinkBytes encode_get_own_clients(std::uint16_t family, std::uint32_t mesh_link);
[[nodiscard]] NetlinkBytes encode_get_far_clients(std::uint16_t family, std::uint32_t mesh_link);

// Nothing for what is none. Errors: DataLoss, InvalidArgument for attributes that cannot be, NotFound for a row without
// the address that it is about.
[[nodiscard]] Result<std::optional<Originator>> decode_originator(const NetlinkMessage& message, std::uint16_t family);
[[nodiscard]] Result<std::optional<Neighbor>> decode_neighbor(const NetlinkMessage& message, std::uint16_t family);
[[nodiscard]] Result<std::optional<Gateway>> decode_gateway(const NetlinkMessage& message, std::uint16_t family);
[[nodiscard]] Result<std::optional<Client>> decode_client(const NetlinkMessage& message, std::uint16_t family);

}  // namespace karkara::batadv
