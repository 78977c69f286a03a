// The information elements of a beacon or probe response (IEEE 802.11, 9.4.2): what a network says of itself on the
// air. Refuses to trust lengths: anybody may send anything, so a cut or crooked element ends the reading, and what came
// before counts. Called by agent/codec/nl80211_scan.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace karkara::nl80211 {

// IEEE 802.11, 9.4.2.98, the element Mesh Configuration.
struct MeshFormation {
  std::uint8_t path_selection = 0;  // 1: HWMP
  std::uint8_t path_metric = 0;     // 1: airtime
  std::uint8_t congestion_control = 0;
  std::uint8_t synchronization = 0;
  std::uint8_t authentication = 0;  // 0: open, 1: SAE
  std::uint8_t formation = 0;       // bit 0: connected to a gate, bits 1 to 6: number of peerings
  std::uint8_t capability = 0;      // bit 0: accepts more peers, bit 3: forwards

  [[nodiscard]] bool accepts_peers() const { return (capability & 1U) != 0; }
  [[nodiscard]] bool forwards() const { return (capability & 8U) != 0; }
  [[nodiscard]] bool connected_to_gate() const { return (formation & 1U) != 0; }
  [[nodiscard]] unsigned peerings() const { return formation >> 1U & 0x3fU; }
  friend bool operator==(const MeshFormation&, const MeshFormation&) = default;
};

// Texts are any bytes, not for a terminal as they are. Of an element that comes twice the first counts.
struct InformationElements {
  std::optional<std::string> ssid{};     // at most 32 bytes; empty or NULs: hidden, or a mesh
  std::optional<std::string> mesh_id{};  // at most 32 bytes
  std::optional<MeshFormation> mesh{};
  std::string country{};                    // two letters or digits, else empty
  std::optional<std::uint8_t> channel{};    // of the elements DSSS Parameter Set or HT Operation
  std::optional<std::uint8_t> ht_offset{};  // secondary channel: 0 none, 1 above, 3 below; none: no HT
  std::optional<std::uint8_t> vht_width{};  // VHT Operation: 0 as HT says, 1 80 MHz and more; none: no VHT
  bool rsn = false;                         // WPA2 or later
  bool cut = false;                         // the rest could not be read
  friend bool operator==(const InformationElements&, const InformationElements&) = default;
};

[[nodiscard]] InformationElements decode_information_elements(std::span<const std::byte> bytes);

}  // namespace karkara::nl80211
