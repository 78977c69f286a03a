#include "agent/codec/nl80211_types.h"

#include <linux/genetlink.h>
#include <linux/nl80211.h>

#include "agent/codec/attribute_value.h"

namespace karkara::nl80211 {
namespace {

static_assert(static_cast<unsigned>(InterfaceMode::Nan) == NL80211_IFTYPE_NAN);
static_assert(static_cast<unsigned>(InterfaceMode::MeshPoint) == NL80211_IFTYPE_MESH_POINT);
static_assert(static_cast<unsigned>(ChannelWidth::Mhz160) == NL80211_CHAN_WIDTH_160);
static_assert(static_cast<unsigned>(ChannelWidth::Mhz16) == NL80211_CHAN_WIDTH_16);

}  // namespace

std::optional<std::uint32_t> width_mhz(ChannelWidth width) {
  switch (width) {
    case ChannelWidth::Mhz20WithoutHt:
    case ChannelWidth::Mhz20: return 20;
    case ChannelWidth::Mhz40: return 40;
    case ChannelWidth::Mhz80: return 80;
    case ChannelWidth::Mhz80Plus80:
    case ChannelWidth::Mhz160: return 160;
    case ChannelWidth::Mhz5: return 5;
    case ChannelWidth::Mhz10: return 10;
    case ChannelWidth::Mhz1: return 1;
    case ChannelWidth::Mhz2: return 2;
    case ChannelWidth::Mhz4: return 4;
    case ChannelWidth::Mhz8: return 8;
    case ChannelWidth::Mhz16: return 16;
    case ChannelWidth::Mhz320: return 320;
  }
  return std::nullopt;
}

void put_channel(const ChannelUse& channel, NetlinkRequest& request) {
  request.u32(NL80211_ATTR_WIPHY_FREQ, channel.frequency_mhz);
  request.u32(NL80211_ATTR_CHANNEL_WIDTH, static_cast<std::uint32_t>(channel.width));
  if (channel.center_mhz != 0) {
    request.u32(NL80211_ATTR_CENTER_FREQ1, channel.center_mhz);
  }
  if (channel.second_center_mhz != 0) {
    request.u32(NL80211_ATTR_CENTER_FREQ2, channel.second_center_mhz);
  }
}

Result<bool> take_channel(const genetlink::Attribute& attribute, ChannelUse& channel) {
  Status status;
  switch (attribute.type) {
    case NL80211_ATTR_WIPHY_FREQ: status = genetlink::take(attribute, channel.frequency_mhz); break;
    case NL80211_ATTR_CHANNEL_WIDTH: status = genetlink::take(attribute, channel.width); break;
    case NL80211_ATTR_CENTER_FREQ1: status = genetlink::take(attribute, channel.center_mhz); break;
    case NL80211_ATTR_CENTER_FREQ2: status = genetlink::take(attribute, channel.second_center_mhz); break;
    default: return false;  // foreign: nl80211 has many more
  }
  return status ? Result<bool>{true} : Result<bool>{status.error()};
}

Status take_modes(const genetlink::Attribute& list, InterfaceModes& modes) {
  return genetlink::each_attribute(list.content, [&](const genetlink::Attribute& mode) -> Status {
    modes.bits |= mode.type < 64 ? std::uint64_t{1} << mode.type : 0;
    return {};
  });
}

NetlinkRequest request_of(std::uint16_t family, int command, int flags) {
  const genlmsghdr header{static_cast<std::uint8_t>(command), 0, 0};
  return NetlinkRequest{family, NLM_F_REQUEST | flags, 0, header};
}

Result<std::optional<genetlink::Body>> body_of(const NetlinkMessage& message, std::uint16_t family, int command) {
  auto body = genetlink::take_body(message, family);
  if (body && *body && (*body)->command != command) {
    return std::optional<genetlink::Body>{};
  }
  return body;
}

}  // namespace karkara::nl80211
