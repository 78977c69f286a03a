#include "agent/codec/nl80211_interface.h"

#include <linux/if.h>
#include <linux/nl80211.h>

#include "agent/codec/attribute_value.h"

namespace karkara::nl80211 {
namespace {

constexpr std::size_t kLongestName = IFNAMSIZ - 1;
constexpr std::size_t kLongestNetwork = 32;  // IEEE 802.11, 9.4.2.2 and 9.4.2.97

Status take_attribute(const genetlink::Attribute& attribute, Interface& interface, ChannelUse& channel) {
  switch (attribute.type) {
    case NL80211_ATTR_IFINDEX: return genetlink::take(attribute, interface.link);
    case NL80211_ATTR_IFNAME: return genetlink::take_name(attribute, kLongestName, interface.name);
    case NL80211_ATTR_IFTYPE: return genetlink::take(attribute, interface.mode);
    case NL80211_ATTR_WIPHY: return genetlink::take(attribute, interface.wiphy);
    case NL80211_ATTR_MAC: return genetlink::take(attribute, interface.address);
    case NL80211_ATTR_SSID:
    case NL80211_ATTR_MESH_ID: return genetlink::take_bytes(attribute, kLongestNetwork, interface.network);
    case NL80211_ATTR_WIPHY_TX_POWER_LEVEL: return genetlink::take(attribute, interface.tx_power_mbm);
    case NL80211_ATTR_4ADDR: return genetlink::take_switch(attribute, interface.four_address);
    default: break;  // foreign: nl80211 has many more
  }
  const auto taken = take_channel(attribute, channel);
  return taken ? Status{} : Status{taken.error()};
}

}  // namespace

NetlinkBytes encode_get_interfaces(std::uint16_t family) {
  return request_of(family, NL80211_CMD_GET_INTERFACE, NLM_F_DUMP).bytes();
}

Result<std::optional<Interface>> decode_interface(const NetlinkMessage& message, std::uint16_t family) {
  const auto body = body_of(message, family, NL80211_CMD_NEW_INTERFACE);
  if (!body) {
    return body.error();
  }
  if (!*body) {
    return std::optional<Interface>{};
  }
  Interface interface;
  ChannelUse channel;
  const Status status = genetlink::each_attribute(
      (*body)->attributes, [&](const auto& attribute) { return take_attribute(attribute, interface, channel); });
  if (!status) {
    return status.error().in("nl80211");
  }
  if (channel.frequency_mhz != 0) {
    interface.channel = channel;
  }
  return std::optional{std::move(interface)};
}

NetlinkBytes encode_new_interface(std::uint16_t family, const NewInterface& wanted) {
  NetlinkRequest request = request_of(family, NL80211_CMD_NEW_INTERFACE, NLM_F_ACK);
  request.u32(NL80211_ATTR_WIPHY, wanted.wiphy).text(NL80211_ATTR_IFNAME, wanted.name);
  request.u32(NL80211_ATTR_IFTYPE, static_cast<std::uint32_t>(wanted.mode));
  if (wanted.address) {
    request.raw(NL80211_ATTR_MAC, wanted.address->bytes);
  }
  if (wanted.four_address) {
    request.u8(NL80211_ATTR_4ADDR, 1);
  }
  return request.bytes();
}

NetlinkBytes encode_set_mode(std::uint16_t family, std::uint32_t link, InterfaceMode mode) {
  NetlinkRequest request = request_of(family, NL80211_CMD_SET_INTERFACE, NLM_F_ACK);
  return request.u32(NL80211_ATTR_IFINDEX, link).u32(NL80211_ATTR_IFTYPE, static_cast<std::uint32_t>(mode)).bytes();
}

NetlinkBytes encode_delete_interface(std::uint16_t family, std::uint32_t link) {
  return request_of(family, NL80211_CMD_DEL_INTERFACE, NLM_F_ACK).u32(NL80211_ATTR_IFINDEX, link).bytes();
}

NetlinkBytes encode_set_channel(std::uint16_t family, std::uint32_t link, const ChannelUse& channel) {
  NetlinkRequest request = request_of(family, NL80211_CMD_SET_CHANNEL, NLM_F_ACK);
  request.u32(NL80211_ATTR_IFINDEX, link);
  put_channel(channel, request);
  return request.bytes();
}

}  // namespace karkara::nl80211
