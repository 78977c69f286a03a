#include "agent/codec/nl80211_event.h"

#include <linux/if.h>
#include <linux/nl80211.h>

#include "agent/codec/attribute_value.h"
#include "agent/codec/nl80211_regulatory.h"

namespace karkara::nl80211 {
namespace {

using genetlink::Attribute;
using genetlink::take;
using Kind = Event::Kind;

constexpr std::size_t kLongestName = IFNAMSIZ - 1;

std::optional<Kind> kind_of(std::uint8_t command) {
  switch (command) {
    case NL80211_CMD_NEW_WIPHY: return Kind::WiphyAdded;
    case NL80211_CMD_DEL_WIPHY: return Kind::WiphyRemoved;
    case NL80211_CMD_NEW_INTERFACE: return Kind::InterfaceAdded;
    case NL80211_CMD_DEL_INTERFACE: return Kind::InterfaceRemoved;
    case NL80211_CMD_NEW_STATION: return Kind::PeerAdded;
    case NL80211_CMD_DEL_STATION: return Kind::PeerGone;
    case NL80211_CMD_NEW_PEER_CANDIDATE: return Kind::PeerCandidate;
    case NL80211_CMD_TRIGGER_SCAN: return Kind::ScanStarted;
    case NL80211_CMD_NEW_SCAN_RESULTS: return Kind::ScanDone;
    case NL80211_CMD_SCAN_ABORTED: return Kind::ScanAborted;
    case NL80211_CMD_REG_CHANGE:
    case NL80211_CMD_WIPHY_REG_CHANGE: return Kind::RegulatoryChanged;
    case NL80211_CMD_RADAR_DETECT: return Kind::Radar;
    case NL80211_CMD_CH_SWITCH_STARTED_NOTIFY: return Kind::ChannelSwitchStarted;
    case NL80211_CMD_CH_SWITCH_NOTIFY: return Kind::ChannelSwitched;
    default: return std::nullopt;  // foreign: nl80211 has many more
  }
}

Status take_detail(const Attribute& attribute, Event& event, ChannelUse& channel) {
  switch (attribute.type) {
    case NL80211_ATTR_WIPHY: return take(attribute, event.wiphy);
    case NL80211_ATTR_IFINDEX: return take(attribute, event.link);
    case NL80211_ATTR_IFNAME: return genetlink::take_name(attribute, kLongestName, event.name);
    case NL80211_ATTR_IFTYPE: return take(attribute, event.mode);
    case NL80211_ATTR_MAC: return take(attribute, event.address);
    case NL80211_ATTR_RX_SIGNAL_DBM: return take(attribute, event.signal_dbm);
    case NL80211_ATTR_IE: event.elements = decode_information_elements(attribute.content); return {};
    case NL80211_ATTR_REG_ALPHA2: return take_country(attribute, event.country);
    case NL80211_ATTR_RADAR_EVENT: return take(attribute, event.radar);
    case NL80211_ATTR_CH_SWITCH_COUNT: return take(attribute, event.beacons_to_switch);
    default: break;  // foreign: nl80211 has many more
  }
  const auto taken = take_channel(attribute, channel);
  return taken ? Status{} : Status{taken.error()};
}

}  // namespace

Result<std::optional<Event>> decode_event(const NetlinkMessage& message, std::uint16_t family) {
  const auto body = genetlink::take_body(message, family);
  if (!body) {
    return body.error();
  }
  const auto kind = *body ? kind_of((*body)->command) : std::nullopt;
  if (!kind) {
    return std::optional<Event>{};
  }
  Event event;
  event.kind = *kind;
  ChannelUse channel;
  const Status status = genetlink::each_attribute(
      (*body)->attributes, [&](const Attribute& attribute) { return take_detail(attribute, event, channel); });
  if (!status) {
    return status.error().in("nl80211");
  }
  if (channel.frequency_mhz != 0) {
    event.channel = channel;
  }
  return std::optional{std::move(event)};
}

}  // namespace karkara::nl80211
