// What several messages of nl80211 (linux/nl80211.h) share: modes of interfaces, channels in use, the request's head.
// Refuses nothing: numbers that this build does not know stay numbers. Used by agent/codec/nl80211_*.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/codec/genetlink.h"
#include "agent/codec/netlink_request.h"
#include "common/result.h"

namespace karkara::nl80211 {

inline constexpr const char* kFamilyName = "nl80211";

// enum nl80211_iftype, with its numbers; newer kernels may say more.
enum class InterfaceMode : std::uint32_t {
  Unspecified,
  Adhoc,
  Station,
  AccessPoint,
  AccessPointVlan,
  Wds,
  Monitor,
  MeshPoint,
  P2pClient,
  P2pGroupOwner,
  P2pDevice,
  Ocb,
  Nan,
};

struct InterfaceModes {
  std::uint64_t bits = 0;  // 1 << mode, of modes below 64
  [[nodiscard]] bool has(InterfaceMode mode) const {
    const auto number = static_cast<std::uint32_t>(mode);
    return number < 64 && (bits >> number & 1U) != 0;
  }
  friend bool operator==(const InterfaceModes&, const InterfaceModes&) = default;
};

// enum nl80211_chan_width, with its numbers; newer kernels may say more.
enum class ChannelWidth : std::uint32_t {
  Mhz20WithoutHt,
  Mhz20,
  Mhz40,
  Mhz80,
  Mhz80Plus80,
  Mhz160,
  Mhz5,
  Mhz10,
  Mhz1,
  Mhz2,
  Mhz4,
  Mhz8,
  Mhz16,
  Mhz320,
};

// In MHz, 160 for 80+80; nothing for a number that this build does not know.
[[nodiscard]] std::optional<std::uint32_t> width_mhz(ChannelWidth width);

// A channel to work on. The centre is the control channel's own up to 20 MHz, and needed beyond.
struct ChannelUse {
  std::uint32_t frequency_mhz = 0;  // NL80211_ATTR_WIPHY_FREQ: the control channel
  ChannelWidth width = ChannelWidth::Mhz20WithoutHt;
  std::uint32_t center_mhz = 0;         // NL80211_ATTR_CENTER_FREQ1; 0: not told
  std::uint32_t second_center_mhz = 0;  // NL80211_ATTR_CENTER_FREQ2, of 80+80 only
  friend bool operator==(const ChannelUse&, const ChannelUse&) = default;
};
void put_channel(const ChannelUse& channel, NetlinkRequest& request);
// False for attributes that are none of a channel's.
[[nodiscard]] Result<bool> take_channel(const genetlink::Attribute& attribute, ChannelUse& channel);

// NL80211_ATTR_SUPPORTED_IFTYPES and its like: one flag for each mode.
[[nodiscard]] Status take_modes(const genetlink::Attribute& list, InterfaceModes& modes);

// A request of the family's with nothing in it yet; 'flags' are added to NLM_F_REQUEST.
[[nodiscard]] NetlinkRequest request_of(std::uint16_t family, int command, int flags);
// The body of one of the family's messages with this command; nothing for others.
[[nodiscard]] Result<std::optional<genetlink::Body>> body_of(const NetlinkMessage& message, std::uint16_t family,
                                                             int command);

}  // namespace karkara::nl80211
