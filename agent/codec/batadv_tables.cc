#include "agent/codec/batadv_tables.h"

#include <linux/batman_adv.h>
#include <linux/genetlink.h>
#include <linux/if.h>

#include <initializer_list>

#include "agent/codec/attribute_value.h"
#include "agent/codec/batadv.h"

namespace karkara::batadv {
namespace {

using genetlink::Attribute;
using genetlink::take;

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kLongestName = IFNAMSIZ - 1;

NetlinkBytes encode_dump(std::uint16_t family, int command, std::uint32_t mesh_link) {
  const genlmsghdr header{static_cast<std::uint8_t>(command), kVersion, 0};
  NetlinkRequest request{family, NLM_F_REQUEST | NLM_F_DUMP, 0, header};
  return request.u32(BATADV_ATTR_MESH_IFINDEX, mesh_link).bytes();
}

// The kernel tells most in kbit/s, but what gateways announce, and the throughput to them, in steps of 100.
Status take_kbit(const Attribute& attribute, std::uint64_t unit, std::optional<std::uint64_t>& kbit) {
  std::uint32_t value = 0;
  const Status status = take(attribute, value);
  kbit = status ? std::optional{value * unit} : std::nullopt;
  return status;
}

Status take_detail(const Attribute& attribute, Originator& originator) {
  switch (attribute.type) {
    case BATADV_ATTR_ORIG_ADDRESS: return take(attribute, originator.address);
    case BATADV_ATTR_NEIGH_ADDRESS: return take(attribute, originator.neighbor);
    case BATADV_ATTR_HARD_IFINDEX: return take(attribute, originator.link);
    case BATADV_ATTR_FLAG_BEST: originator.best = true; return {};
    case BATADV_ATTR_TQ: return take(attribute, originator.quality);
    case BATADV_ATTR_THROUGHPUT: return take_kbit(attribute, 1, originator.throughput_kbit);
    case BATADV_ATTR_LAST_SEEN_MSECS: return take(attribute, originator.last_seen_ms);
    default: return {};  // foreign: batman-adv has many more
  }
}

Status take_detail(const Attribute& attribute, Neighbor& neighbor) {
  switch (attribute.type) {
    case BATADV_ATTR_NEIGH_ADDRESS: return take(attribute, neighbor.address);
    case BATADV_ATTR_HARD_IFINDEX: return take(attribute, neighbor.link);
    case BATADV_ATTR_HARD_IFNAME: return genetlink::take_name(attribute, kLongestName, neighbor.link_name);
    case BATADV_ATTR_THROUGHPUT: return take_kbit(attribute, 1, neighbor.throughput_kbit);
    case BATADV_ATTR_LAST_SEEN_MSECS: return take(attribute, neighbor.last_seen_ms);
    default: return {};  // foreign: batman-adv has many more
  }
}

Status take_detail(const Attribute& attribute, Gateway& gateway) {
  switch (attribute.type) {
    case BATADV_ATTR_ORIG_ADDRESS: return take(attribute, gateway.address);
    case BATADV_ATTR_ROUTER: return take(attribute, gateway.router);
    case BATADV_ATTR_HARD_IFINDEX: return take(attribute, gateway.link);
    case BATADV_ATTR_HARD_IFNAME: return genetlink::take_name(attribute, kLongestName, gateway.link_name);
    case BATADV_ATTR_FLAG_BEST: gateway.best = true; return {};
    case BATADV_ATTR_TQ: return take(attribute, gateway.quality);
    case BATADV_ATTR_THROUGHPUT: return take_kbit(attribute, kBandwidthStepKbit, gateway.throughput_kbit);
    case BATADV_ATTR_BANDWIDTH_DOWN: return take_kbit(attribute, kBandwidthStepKbit, gateway.bandwidth_down_kbit);
    case BATADV_ATTR_BANDWIDTH_UP: return take_kbit(attribute, kBandwidthStepKbit, gateway.bandwidth_up_kbit);
    default: return {};  // foreign: batman-adv has many more
  }
}

Status take_detail(const Attribute& attribute, Client& client) {
  switch (attribute.type) {
    case BATADV_ATTR_TT_ADDRESS: return take(attribute, client.address);
    case BATADV_ATTR_ORIG_ADDRESS: return take(attribute, client.originator);
    case BATADV_ATTR_TT_VID: return take(attribute, client.vlan);
    case BATADV_ATTR_TT_FLAGS: return take(attribute, client.flags);
    case BATADV_ATTR_FLAG_BEST: client.best = true; return {};
    case BATADV_ATTR_LAST_SEEN_MSECS: return take(attribute, client.last_seen_ms);
    default: return {};  // foreign: batman-adv has many more
  }
}

// 'key': the attribute of the address that a row is about.
template <class Row>
Result<std::optional<Row>> decode(const NetlinkMessage& message, std::uint16_t family,
                                  std::initializer_list<int> commands, unsigned key) {
  const auto body = genetlink::take_body(message, family);
  if (!body) {
    return body.error();
  }
  bool fits = false;
  for (const int command : commands) {
    fits = fits || (*body && (*body)->command == command);
  }
  if (!fits) {
    return std::optional<Row>{};
  }
  Row row;
  bool addressed = false;
  const Status status = genetlink::each_attribute((*body)->attributes, [&](const Attribute& attribute) {
    addressed = addressed || attribute.type == key;
    return take_detail(attribute, row);
  });
  if (!status) {
    return status.error().in("batadv");
  }
  if (!addressed) {
    return Error{ErrorCode::NotFound, "batadv: a row without address"};
  }
  return std::optional{std::move(row)};
}

}  // namespace

NetlinkBytes encode_get_originators(std::uint16_t family, std::uint32_t mesh_link) {
  return encode_dump(family, BATADV_CMD_GET_ORIGINATORS, mesh_link);
}
NetlinkBytes encode_get_neighbors(std::uint16_t family, std::uint32_t mesh_link) {
  return encode_dump(family, BATADV_CMD_GET_NEIGHBORS, mesh_link);
}
NetlinkBytes encode_get_gateways(std::uint16_t family, std::uint32_t mesh_link) {
  return encode_dump(family, BATADV_CMD_GET_GATEWAYS, mesh_link);
}
NetlinkBytes encode_get_own_clients(std::uint16_t family, std::uint32_t mesh_link) {
  return encode_dump(family, BATADV_CMD_GET_TRANSTABLE_LOCAL, mesh_link);
}
NetlinkBytes encode_get_far_clients(std::uint16_t family, std::uint32_t mesh_link) {
  return encode_dump(family, BATADV_CMD_GET_TRANSTABLE_GLOBAL, mesh_link);
}

Result<std::optional<Originator>> decode_originator(const NetlinkMessage& message, std::uint16_t family) {
  return decode<Originator>(message, family, {BATADV_CMD_GET_ORIGINATORS}, BATADV_ATTR_ORIG_ADDRESS);
}
Result<std::optional<Neighbor>> decode_neighbor(const NetlinkMessage& message, std::uint16_t family) {
  return decode<Neighbor>(message, family, {BATADV_CMD_GET_NEIGHBORS}, BATADV_ATTR_NEIGH_ADDRESS);
}
Result<std::optional<Gateway>> decode_gateway(const NetlinkMessage& message, std::uint16_t family) {
  return decode<Gateway>(message, family, {BATADV_CMD_GET_GATEWAYS}, BATADV_ATTR_ORIG_ADDRESS);
}
Result<std::optional<Client>> decode_client(const NetlinkMessage& message, std::uint16_t family) {
  return decode<Client>(message, family, {BATADV_CMD_GET_TRANSTABLE_LOCAL, BATADV_CMD_GET_TRANSTABLE_GLOBAL},
                        BATADV_ATTR_TT_ADDRESS);
}

}  // namespace karkara::batadv
