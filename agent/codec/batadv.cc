#include "agent/codec/batadv.h"

#include <linux/batman_adv.h>
#include <linux/genetlink.h>
#include <linux/if.h>

#include <algorithm>
#include <limits>

#include "agent/codec/attribute_value.h"

namespace karkara::batadv {
namespace {

using genetlink::Attribute;
using genetlink::each_attribute;
using genetlink::take;

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kLongestName = IFNAMSIZ - 1;
constexpr std::size_t kLongestText = 64;

NetlinkRequest request_of(std::uint16_t family, int command, int flags, std::uint32_t mesh_link) {
  const genlmsghdr header{static_cast<std::uint8_t>(command), kVersion, 0};
  NetlinkRequest request{family, NLM_F_REQUEST | flags, 0, header};
  request.u32(BATADV_ATTR_MESH_IFINDEX, mesh_link);
  return request;
}

std::uint32_t steps_of(std::uint64_t kbit, std::uint64_t least) {
  return static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(kbit / kBandwidthStepKbit, least, std::numeric_limits<std::uint32_t>::max()));
}

Status take_steps(const Attribute& attribute, std::optional<std::uint64_t>& kbit) {
  std::uint32_t steps = 0;
  const Status status = take(attribute, steps);
  kbit = status ? std::optional{steps * kBandwidthStepKbit} : std::nullopt;
  return status;
}

Status take_truth(const Attribute& attribute, std::optional<bool>& into) {
  bool value = false;
  const Status status = genetlink::take_switch(attribute, value);
  into = status ? std::optional{value} : std::nullopt;
  return status;
}

void put_truth(int type, const std::optional<bool>& value, NetlinkRequest& request) {
  if (value) {
    request.u8(type, *value ? 1 : 0);
  }
}

Status take_switch_of_mesh(const Attribute& attribute, Mesh& mesh) {
  switch (attribute.type) {
    case BATADV_ATTR_AP_ISOLATION_ENABLED: return take_truth(attribute, mesh.ap_isolation);
    case BATADV_ATTR_BRIDGE_LOOP_AVOIDANCE_ENABLED: return take_truth(attribute, mesh.bridge_loop_avoidance);
    case BATADV_ATTR_DISTRIBUTED_ARP_TABLE_ENABLED: return take_truth(attribute, mesh.distributed_arp_table);
    case BATADV_ATTR_FRAGMENTATION_ENABLED: return take_truth(attribute, mesh.fragmentation);
    case BATADV_ATTR_AGGREGATED_OGMS_ENABLED: return take_truth(attribute, mesh.aggregation);
    case BATADV_ATTR_MULTICAST_FORCEFLOOD_ENABLED: return take_truth(attribute, mesh.multicast_flood);
    default: return {};  // foreign: batman-adv has many more
  }
}

Status take_detail(const Attribute& attribute, Mesh& mesh) {
  switch (attribute.type) {
    case BATADV_ATTR_MESH_IFINDEX: return take(attribute, mesh.link);
    case BATADV_ATTR_MESH_IFNAME: return genetlink::take_name(attribute, kLongestName, mesh.name);
    case BATADV_ATTR_MESH_ADDRESS: return take(attribute, mesh.address);
    case BATADV_ATTR_VERSION: return genetlink::take_name(attribute, kLongestText, mesh.version);
    case BATADV_ATTR_ALGO_NAME: return genetlink::take_name(attribute, kLongestText, mesh.algorithm);
    case BATADV_ATTR_HARD_IFINDEX: return take(attribute, mesh.primary_link);
    case BATADV_ATTR_HARD_ADDRESS: return take(attribute, mesh.primary_address);
    case BATADV_ATTR_GW_MODE: return take(attribute, mesh.gateway_mode);
    case BATADV_ATTR_GW_BANDWIDTH_DOWN: return take_steps(attribute, mesh.bandwidth_down_kbit);
    case BATADV_ATTR_GW_BANDWIDTH_UP: return take_steps(attribute, mesh.bandwidth_up_kbit);
    case BATADV_ATTR_GW_SEL_CLASS: return take(attribute, mesh.gateway_class);
    case BATADV_ATTR_ORIG_INTERVAL: return take(attribute, mesh.originator_interval_ms);
    case BATADV_ATTR_HOP_PENALTY: return take(attribute, mesh.hop_penalty);
    case BATADV_ATTR_MULTICAST_FANOUT: return take(attribute, mesh.multicast_fanout);
    default: return take_switch_of_mesh(attribute, mesh);  // foreign: batman-adv has many more
  }
}

Status take_detail(const Attribute& attribute, HardInterface& interface) {
  switch (attribute.type) {
    case BATADV_ATTR_MESH_IFINDEX: return take(attribute, interface.mesh_link);
    case BATADV_ATTR_HARD_IFINDEX: return take(attribute, interface.link);
    case BATADV_ATTR_HARD_IFNAME: return genetlink::take_name(attribute, kLongestName, interface.name);
    case BATADV_ATTR_HARD_ADDRESS: return take(attribute, interface.address);
    case BATADV_ATTR_ACTIVE: interface.active = true; return {};
    case BATADV_ATTR_HOP_PENALTY: return take(attribute, interface.hop_penalty);
    case BATADV_ATTR_ELP_INTERVAL: return take(attribute, interface.probe_interval_ms);
    case BATADV_ATTR_THROUGHPUT_OVERRIDE: return take_steps(attribute, interface.throughput_override_kbit);
    default: return {};  // foreign: batman-adv has many more
  }
}

// The event of a change has the command that made it.
template <class T>
Result<std::optional<T>> decode(const NetlinkMessage& message, std::uint16_t family, int answer, int event) {
  const auto body = genetlink::take_body(message, family);
  if (!body) {
    return body.error();
  }
  if (!*body || ((*body)->command != answer && (*body)->command != event)) {
    return std::optional<T>{};
  }
  T object;
  const Status status = each_attribute((*body)->attributes, [&](const Attribute& a) { return take_detail(a, object); });
  if (!status) {
    return status.error().in("batadv");
  }
  return std::optional{std::move(object)};
}

}  // namespace

NetlinkBytes encode_get_mesh(std::uint16_t family, std::uint32_t mesh_link) {
  return request_of(family, BATADV_CMD_GET_MESH, NLM_F_ACK, mesh_link).bytes();
}

NetlinkBytes encode_set_mesh(std::uint16_t family, std::uint32_t mesh_link, const MeshChange& change) {
  NetlinkRequest request = request_of(family, BATADV_CMD_SET_MESH, NLM_F_ACK, mesh_link);
  if (change.gateway_mode) {
    request.u8(BATADV_ATTR_GW_MODE, static_cast<std::uint8_t>(*change.gateway_mode));
  }
  if (change.bandwidth_down_kbit) {
    request.u32(BATADV_ATTR_GW_BANDWIDTH_DOWN, steps_of(*change.bandwidth_down_kbit, 1));
  }
  if (change.bandwidth_up_kbit) {
    request.u32(BATADV_ATTR_GW_BANDWIDTH_UP, steps_of(*change.bandwidth_up_kbit, 1));
  }
  if (change.gateway_class) {
    request.u32(BATADV_ATTR_GW_SEL_CLASS, *change.gateway_class);
  }
  if (change.originator_interval_ms) {
    request.u32(BATADV_ATTR_ORIG_INTERVAL, *change.originator_interval_ms);
  }
  if (change.hop_penalty) {
    request.u8(BATADV_ATTR_HOP_PENALTY, *change.hop_penalty);
  }
  put_truth(BATADV_ATTR_AP_ISOLATION_ENABLED, change.ap_isolation, request);
  put_truth(BATADV_ATTR_BRIDGE_LOOP_AVOIDANCE_ENABLED, change.bridge_loop_avoidance, request);
  put_truth(BATADV_ATTR_DISTRIBUTED_ARP_TABLE_ENABLED, change.distributed_arp_table, request);
  put_truth(BATADV_ATTR_FRAGMENTATION_ENABLED, change.fragmentation, request);
  put_truth(BATADV_ATTR_AGGREGATED_OGMS_ENABLED, change.aggregation, request);
  put_truth(BATADV_ATTR_MULTICAST_FORCEFLOOD_ENABLED, change.multicast_flood, request);
  return request.bytes();
}

Result<std::optional<Mesh>> decode_mesh(const NetlinkMessage& message, std::uint16_t family) {
  return decode<Mesh>(message, family, BATADV_CMD_GET_MESH, BATADV_CMD_SET_MESH);
}

NetlinkBytes encode_get_hard_interfaces(std::uint16_t family, std::uint32_t mesh_link) {
  return request_of(family, BATADV_CMD_GET_HARDIF, NLM_F_DUMP, mesh_link).bytes();
}

NetlinkBytes encode_set_hard_interface(std::uint16_t family, std::uint32_t mesh_link, std::uint32_t link,
                                       const HardInterfaceChange& change) {
  NetlinkRequest request = request_of(family, BATADV_CMD_SET_HARDIF, NLM_F_ACK, mesh_link);
  request.u32(BATADV_ATTR_HARD_IFINDEX, link);
  if (change.hop_penalty) {
    request.u8(BATADV_ATTR_HOP_PENALTY, *change.hop_penalty);
  }
  if (change.probe_interval_ms) {
    request.u32(BATADV_ATTR_ELP_INTERVAL, *change.probe_interval_ms);
  }
  if (change.throughput_override_kbit) {
    request.u32(BATADV_ATTR_THROUGHPUT_OVERRIDE, steps_of(*change.throughput_override_kbit, 0));
  }
  return request.bytes();
}

Result<std::optional<HardInterface>> decode_hard_interface(const NetlinkMessage& message, std::uint16_t family) {
  return decode<HardInterface>(message, family, BATADV_CMD_GET_HARDIF, BATADV_CMD_SET_HARDIF);
}

}  // namespace karkara::batadv
