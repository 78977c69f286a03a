// What nl80211's multicast groups tell unasked: peers that come and go, scans that end, channels that change, radar.
// Refuses nothing: what this build does not know, or has no use for, is no event. That a mesh was joined or left the
// kernel tells nobody; an Interface shows it by its channel. Called by agent/io's wireless adapters.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "agent/codec/information_elements.h"
#include "agent/codec/nl80211_types.h"
#include "agent/facts/mac_address.h"

namespace karkara::nl80211 {

// The groups to listen to, NL80211_MULTICAST_GROUP_CONFIG, _SCAN, _REG and _MLME.
inline constexpr std::array<const char*, 4> kEventGroups{"config", "scan", "regulatory", "mlme"};

struct Event {
  enum class Kind : std::uint8_t {
    WiphyAdded,
    WiphyRemoved,
    InterfaceAdded,
    InterfaceRemoved,
    PeerAdded,  // its link is not yet established
    PeerGone,
    PeerCandidate,  // a mesh neighbour was heard and left to user space (SAE)
    ScanStarted,
    ScanDone,
    ScanAborted,
    RegulatoryChanged,  // of all, or of 'wiphy' alone
    Radar,
    ChannelSwitchStarted,
    ChannelSwitched,
  };
  // enum nl80211_radar_event, with its numbers.
  enum class Radar : std::uint32_t { Detected, CheckFinished, CheckAborted, BanFinished, CheckExpired, CheckStarted };

  Kind kind = Kind::WiphyAdded;
  std::optional<std::uint32_t> wiphy{};
  std::optional<std::uint32_t> link{};       // interface index
  std::string name{};                        // of an interface that came or went
  std::optional<InterfaceMode> mode{};       // of an interface that came or went
  std::optional<MacAddress> address{};       // the peer's; the interface's own when one came or went
  std::optional<std::int32_t> signal_dbm{};  // of a candidate, in newer kernels
  InformationElements elements{};            // of a candidate
  std::string country{};                     // two letters, when the rules changed to a country's
  std::optional<Radar> radar{};
  std::optional<ChannelUse> channel{};               // with radar and switches
  std::optional<std::uint32_t> beacons_to_switch{};  // NL80211_ATTR_CH_SWITCH_COUNT
  friend bool operator==(const Event&, const Event&) = default;
};

// Errors: DataLoss, InvalidArgument for attributes that cannot be.
[[nodiscard]] Result<std::optional<Event>> decode_event(const NetlinkMessage& message, std::uint16_t family);

}  // namespace karkara::nl80211
