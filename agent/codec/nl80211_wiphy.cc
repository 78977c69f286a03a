#include "agent/codec/nl80211_wiphy.h"

#include <linux/nl80211.h>

#include <algorithm>

#include "agent/codec/attribute_value.h"

namespace karkara::nl80211 {
namespace {

using genetlink::Attribute;
using genetlink::each_attribute;
using genetlink::take;

constexpr std::size_t kLongestName = 63;
constexpr std::size_t kMostWiphys = 32;
constexpr std::size_t kMostBands = 16;
constexpr std::size_t kMostChannels = 512;
constexpr std::size_t kMostCombinations = 64;

Status take_channel_detail(const Attribute& attribute, Channel& channel) {
  switch (attribute.type) {
    case NL80211_FREQUENCY_ATTR_FREQ: return take(attribute, channel.frequency_mhz);
    case NL80211_FREQUENCY_ATTR_DISABLED: channel.disabled = true; break;
    case NL80211_FREQUENCY_ATTR_NO_IR: channel.no_initiating = true; break;
    case NL80211_FREQUENCY_ATTR_RADAR: channel.radar = true; break;
    case NL80211_FREQUENCY_ATTR_INDOOR_ONLY: channel.indoor_only = true; break;
    case NL80211_FREQUENCY_ATTR_NO_HT40_MINUS: channel.no_ht40_minus = true; break;
    case NL80211_FREQUENCY_ATTR_NO_HT40_PLUS: channel.no_ht40_plus = true; break;
    case NL80211_FREQUENCY_ATTR_NO_80MHZ: channel.no_80mhz = true; break;
    case NL80211_FREQUENCY_ATTR_NO_160MHZ: channel.no_160mhz = true; break;
    case NL80211_FREQUENCY_ATTR_MAX_TX_POWER: return take(attribute, channel.max_power_mbm);
    case NL80211_FREQUENCY_ATTR_DFS_STATE: return take(attribute, channel.dfs_state);
    case NL80211_FREQUENCY_ATTR_DFS_CAC_TIME: return take(attribute, channel.dfs_check_ms);
    default: break;  // foreign: nl80211 has many more
  }
  return {};
}

// A dump that is asked for again, or an event, tells a channel anew.
Status take_channel_element(const Attribute& element, Band& band) {
  Channel channel;
  const Status status =
      each_attribute(element.content, [&](const Attribute& a) { return take_channel_detail(a, channel); });
  if (!status) {
    return status;
  }
  const auto known = std::find_if(band.channels.begin(), band.channels.end(),
                                  [&](const Channel& other) { return other.frequency_mhz == channel.frequency_mhz; });
  if (known != band.channels.end()) {
    *known = channel;
    return {};
  }
  return genetlink::add(band.channels, channel, kMostChannels);
}

// NL80211_BAND_ATTR_IFTYPE_DATA: a list, each of modes and what HE can do in them.
Status take_he_modes(const Attribute& element, Band& band) {
  InterfaceModes modes;
  bool he = false;
  const Status status = each_attribute(element.content, [&](const Attribute& attribute) -> Status {
    he = he || attribute.type == NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY;
    return attribute.type == NL80211_BAND_IFTYPE_ATTR_IFTYPES ? take_modes(attribute, modes) : Status{};
  });
  band.he_modes.bits |= he ? modes.bits : 0;
  return status;
}

Status take_band_detail(const Attribute& attribute, Band& band) {
  switch (attribute.type) {
    case NL80211_BAND_ATTR_FREQS:
      return each_attribute(attribute.content, [&](const Attribute& a) { return take_channel_element(a, band); });
    case NL80211_BAND_ATTR_HT_CAPA: return take(attribute, band.ht_capabilities);
    case NL80211_BAND_ATTR_VHT_CAPA: return take(attribute, band.vht_capabilities);
    case NL80211_BAND_ATTR_IFTYPE_DATA:
      return each_attribute(attribute.content, [&](const Attribute& a) { return take_he_modes(a, band); });
    default: return {};  // foreign: nl80211 has many more
  }
}

Status take_band(const Attribute& element, Wiphy& wiphy) {
  auto band = std::find_if(wiphy.bands.begin(), wiphy.bands.end(),
                           [&](const Band& other) { return other.number == element.type; });
  if (band == wiphy.bands.end()) {
    if (auto status = genetlink::add(wiphy.bands, Band{element.type}, kMostBands); !status) {
      return status;
    }
    band = std::prev(wiphy.bands.end());
  }
  return each_attribute(element.content, [&](const Attribute& a) { return take_band_detail(a, *band); });
}

Status take_limit(const Attribute& element, InterfaceCombination& combination) {
  InterfaceLimit limit;
  const Status status = each_attribute(element.content, [&](const Attribute& attribute) -> Status {
    switch (attribute.type) {
      case NL80211_IFACE_LIMIT_MAX: return take(attribute, limit.most);
      case NL80211_IFACE_LIMIT_TYPES: return take_modes(attribute, limit.modes);
      default: return {};  // foreign: nl80211 has many more
    }
  });
  return status ? genetlink::add(combination.limits, limit, kMostCombinations) : status;
}

Status take_combination(const Attribute& element, Wiphy& wiphy) {
  InterfaceCombination combination;
  const Status status = each_attribute(element.content, [&](const Attribute& attribute) -> Status {
    switch (attribute.type) {
      case NL80211_IFACE_COMB_LIMITS:
        return each_attribute(attribute.content, [&](const Attribute& a) { return take_limit(a, combination); });
      case NL80211_IFACE_COMB_MAXNUM: return take(attribute, combination.most_interfaces);
      case NL80211_IFACE_COMB_NUM_CHANNELS: return take(attribute, combination.most_channels);
      default: return {};  // foreign: nl80211 has many more
    }
  });
  return status ? genetlink::add(wiphy.combinations, std::move(combination), kMostCombinations) : status;
}

Status take_command(const Attribute& element, Wiphy& wiphy) {
  std::uint32_t command = 0;
  const Status status = take(element, command);
  if (status && command < wiphy.commands.size()) {
    wiphy.commands.set(command);
  }
  return status;
}

Status take_detail(const Attribute& attribute, Wiphy& wiphy) {
  switch (attribute.type) {
    case NL80211_ATTR_WIPHY_NAME: return genetlink::take_name(attribute, kLongestName, wiphy.name);
    case NL80211_ATTR_SUPPORTED_IFTYPES: return take_modes(attribute, wiphy.modes);
    case NL80211_ATTR_WIPHY_BANDS:
      return each_attribute(attribute.content, [&](const Attribute& a) { return take_band(a, wiphy); });
    case NL80211_ATTR_INTERFACE_COMBINATIONS:
      return each_attribute(attribute.content, [&](const Attribute& a) { return take_combination(a, wiphy); });
    case NL80211_ATTR_SUPPORTED_COMMANDS:
      return each_attribute(attribute.content, [&](const Attribute& a) { return take_command(a, wiphy); });
    case NL80211_ATTR_SUPPORT_MESH_AUTH: wiphy.mesh_auth = true; break;
    case NL80211_ATTR_WIPHY_SELF_MANAGED_REG: wiphy.self_managed = true; break;
    default: break;  // foreign: nl80211 has many more
  }
  return {};
}

Result<Wiphy*> find_or_add(std::vector<Wiphy>& wiphys, std::span<const std::byte> attributes) {
  std::optional<std::uint32_t> index;
  Status status = each_attribute(attributes, [&](const Attribute& attribute) {
    return attribute.type == NL80211_ATTR_WIPHY ? take(attribute, index) : Status{};
  });
  if (status && !index) {
    status = Error{ErrorCode::NotFound, "a radio without number"};
  }
  if (!status) {
    return status.error();
  }
  const auto known =
      std::find_if(wiphys.begin(), wiphys.end(), [&](const Wiphy& other) { return other.index == *index; });
  if (known != wiphys.end()) {
    return &*known;
  }
  Wiphy wiphy;
  wiphy.index = *index;
  status = genetlink::add(wiphys, std::move(wiphy), kMostWiphys);
  return status ? Result<Wiphy*>{&wiphys.back()} : Result<Wiphy*>{status.error()};
}

}  // namespace

const Channel* Wiphy::find(std::uint32_t frequency_mhz) const {
  for (const Band& band : bands) {
    for (const Channel& channel : band.channels) {
      if (channel.frequency_mhz == frequency_mhz) {
        return &channel;
      }
    }
  }
  return nullptr;
}

NetlinkBytes encode_get_wiphys(std::uint16_t family) {
  return request_of(family, NL80211_CMD_GET_WIPHY, NLM_F_DUMP).flag(NL80211_ATTR_SPLIT_WIPHY_DUMP).bytes();
}

Result<bool> add_to(std::vector<Wiphy>& wiphys, const NetlinkMessage& message, std::uint16_t family) {
  const auto body = body_of(message, family, NL80211_CMD_NEW_WIPHY);
  if (!body) {
    return body.error();
  }
  if (!*body) {
    return false;
  }
  const auto wiphy = find_or_add(wiphys, (*body)->attributes);
  if (!wiphy) {
    return wiphy.error().in("nl80211");
  }
  const Status status =
      each_attribute((*body)->attributes, [&](const Attribute& a) { return take_detail(a, **wiphy); });
  return status ? Result<bool>{true} : Result<bool>{status.error().in("nl80211")};
}

NetlinkBytes encode_set_tx_power(std::uint16_t family, const TxPowerChange& change) {
  NetlinkRequest request = request_of(family, NL80211_CMD_SET_WIPHY, NLM_F_ACK);
  if (change.link != 0) {
    request.u32(NL80211_ATTR_IFINDEX, change.link);
  } else {
    request.u32(NL80211_ATTR_WIPHY, change.wiphy);
  }
  request.u32(NL80211_ATTR_WIPHY_TX_POWER_SETTING, static_cast<std::uint32_t>(change.setting));
  if (change.setting != TxPowerSetting::Automatic) {
    request.u32(NL80211_ATTR_WIPHY_TX_POWER_LEVEL, static_cast<std::uint32_t>(change.level_mbm));
  }
  return request.bytes();
}

}  // namespace karkara::nl80211
