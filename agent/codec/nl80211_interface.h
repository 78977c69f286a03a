// Wi-Fi interfaces over nl80211 (linux/nl80211.h): questions and changes to bytes, answers to values.
// Refuses to judge modes and names; the kernel does. Called by agent/io's wireless adapters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/codec/nl80211_types.h"
#include "agent/facts/mac_address.h"

namespace karkara::nl80211 {

struct Interface {
  std::uint32_t link = 0;  // NL80211_ATTR_IFINDEX; 0: one without a network device, as for P2P
  std::string name{};      // NL80211_ATTR_IFNAME
  InterfaceMode mode = InterfaceMode::Unspecified;
  std::uint32_t wiphy = 0;
  MacAddress address{};
  std::string network{};                // NL80211_ATTR_SSID: any bytes, at most 32; empty: not told, as ever of a mesh
  std::optional<ChannelUse> channel{};  // none: it is down, or the driver does not tell
  std::optional<std::int32_t> tx_power_mbm{};  // NL80211_ATTR_WIPHY_TX_POWER_LEVEL, 0.01 dBm
  bool four_address = false;                   // NL80211_ATTR_4ADDR: a station that may be bridged
  friend bool operator==(const Interface&, const Interface&) = default;
};

[[nodiscard]] NetlinkBytes encode_get_interfaces(std::uint16_t family);
// Nothing for what is no interface; also for the event of a new one. Errors: DataLoss, InvalidArgument for attributes
// that cannot be.
[[nodiscard]] Result<std::optional<Interface>> decode_interface(const NetlinkMessage& message, std::uint16_t family);

// A second interface of a radio, down at first. NL80211_CMD_NEW_INTERFACE.
struct NewInterface {
  std::uint32_t wiphy = 0;
  std::string name{};
  InterfaceMode mode = InterfaceMode::Station;
  std::optional<MacAddress> address{};
  bool four_address = false;
};
[[nodiscard]] NetlinkBytes encode_new_interface(std::uint16_t family, const NewInterface& wanted);
// EBUSY while the interface is up, for most drivers.
[[nodiscard]] NetlinkBytes encode_set_mode(std::uint16_t family, std::uint32_t link, InterfaceMode mode);
[[nodiscard]] NetlinkBytes encode_delete_interface(std::uint16_t family, std::uint32_t link);
// NL80211_CMD_SET_CHANNEL: of an interface that is no mesh, as the mesh gets its channel with JOIN_MESH; a monitor's.
[[nodiscard]] NetlinkBytes encode_set_channel(std::uint16_t family, std::uint32_t link, const ChannelUse& channel);

}  // namespace karkara::nl80211
