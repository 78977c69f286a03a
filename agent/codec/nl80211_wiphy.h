// The radios of this machine over nl80211 (linux/nl80211.h): what each can do, and the power it sends with.
// Refuses to judge what is legal: channels come as the kernel's regulatory rules left them. Called by agent/io's
// wireless adapters.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/codec/nl80211_types.h"

namespace karkara::nl80211 {

// enum nl80211_dfs_state, with its numbers.
enum class DfsState : std::uint32_t {
  Usable,       // after a check for radar of its own
  Unavailable,  // radar was seen in the last half hour
  Available,
};

struct Channel {
  std::uint32_t frequency_mhz = 0;
  bool disabled = false;
  bool no_initiating = false;  // NL80211_FREQUENCY_ATTR_NO_IR: no mesh and no access point may begin here
  bool radar = false;          // DFS is required
  bool indoor_only = false;
  bool no_ht40_minus = false;
  bool no_ht40_plus = false;
  bool no_80mhz = false;
  bool no_160mhz = false;
  std::optional<std::uint32_t> max_power_mbm{};  // 0.01 dBm
  std::optional<DfsState> dfs_state{};
  std::optional<std::uint32_t> dfs_check_ms{};  // NL80211_FREQUENCY_ATTR_DFS_CAC_TIME
  friend bool operator==(const Channel&, const Channel&) = default;
};

struct Band {
  std::uint32_t number = 0;  // enum nl80211_band: 0 2.4 GHz, 1 5 GHz, 2 60 GHz, 3 6 GHz
  std::vector<Channel> channels{};
  std::optional<std::uint16_t> ht_capabilities{};   // IEEE 802.11, 9.4.2.55.2; none: no HT
  std::optional<std::uint32_t> vht_capabilities{};  // IEEE 802.11, 9.4.2.157.2; none: no VHT
  InterfaceModes he_modes{};                        // in which it can do HE

  [[nodiscard]] bool ht40() const { return ht_capabilities && (*ht_capabilities & 0x2U) != 0; }
  friend bool operator==(const Band&, const Band&) = default;
};

// So many interfaces of these modes at once.
struct InterfaceLimit {
  std::uint32_t most = 0;
  InterfaceModes modes{};
  friend bool operator==(const InterfaceLimit&, const InterfaceLimit&) = default;
};
struct InterfaceCombination {
  std::vector<InterfaceLimit> limits{};
  std::uint32_t most_interfaces = 0;
  std::uint32_t most_channels = 0;
  friend bool operator==(const InterfaceCombination&, const InterfaceCombination&) = default;
};

struct Wiphy {
  std::uint32_t index = 0;
  std::string name{};
  InterfaceModes modes{};
  std::vector<Band> bands{};
  std::vector<InterfaceCombination> combinations{};  // none: one interface alone
  std::bitset<256> commands{};                       // NL80211_CMD_...
  bool mesh_auth = false;                            // NL80211_ATTR_SUPPORT_MESH_AUTH: SAE from user space
  bool self_managed = false;                         // NL80211_ATTR_WIPHY_SELF_MANAGED_REG: its firmware has the rules

  // On any band; nullptr for a frequency it has not.
  [[nodiscard]] const Channel* find(std::uint32_t frequency_mhz) const;
  friend bool operator==(const Wiphy&, const Wiphy&) = default;
};

// All radios, split over messages: without that the kernel leaves out what came after 2013.
[[nodiscard]] NetlinkBytes encode_get_wiphys(std::uint16_t family);
// Each message of the answer goes in here, and finds or makes its radio. False for what is none. Errors: DataLoss,
// InvalidArgument for attributes that cannot be, NotFound for a radio without number, ResourceExhausted for more
// than anybody has.
[[nodiscard]] Result<bool> add_to(std::vector<Wiphy>& wiphys, const NetlinkMessage& message, std::uint16_t family);

// enum nl80211_tx_power_setting, with its numbers.
enum class TxPowerSetting : std::uint32_t { Automatic, Limited, Fixed };
struct TxPowerChange {
  std::uint32_t link = 0;  // interface index; 0: of the whole radio
  std::uint32_t wiphy = 0;
  TxPowerSetting setting = TxPowerSetting::Automatic;
  std::int32_t level_mbm = 0;  // 0.01 dBm; the kernel takes what is Automatic without
};
// EINVAL below 0 dBm, EOPNOTSUPP where the driver has no such setting; most round to whole dBm.
[[nodiscard]] NetlinkBytes encode_set_tx_power(std::uint16_t family, const TxPowerChange& change);

}  // namespace karkara::nl80211
