// The rate that a station sends or is sent with, as nl80211 nests it (enum nl80211_rate_info).
// Refuses to compute rates: the kernel does. Called by agent/codec/nl80211_station.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/codec/genetlink.h"

namespace karkara::nl80211 {

enum class Modulation : std::uint8_t { Legacy, Ht, Vht, He, Eht };

struct Bitrate {
  std::optional<std::uint64_t> kbit_per_second{};  // from NL80211_RATE_INFO_BITRATE32, else _BITRATE; steps of 100
  Modulation modulation = Modulation::Legacy;
  std::uint8_t mcs = 0;      // with HT 0..31, its streams included
  std::uint8_t streams = 0;  // spatial, of VHT and later; 0: not told
  std::uint32_t width_mhz = 20;
  bool short_guard = false;                     // of HT and VHT
  std::optional<std::uint8_t> guard{};          // of HE and EHT: 0 0.8 us, 1 1.6 us, 2 3.2 us
  bool dual_carrier = false;                    // NL80211_RATE_INFO_HE_DCM: half the rate, more range
  std::optional<std::uint8_t> resource_unit{};  // NL80211_RATE_INFO_HE_RU_ALLOC, _EHT_RU_ALLOC
  friend bool operator==(const Bitrate&, const Bitrate&) = default;
};

[[nodiscard]] Status take_bitrate(const genetlink::Attribute& nest, std::optional<Bitrate>& into);

}  // namespace karkara::nl80211
