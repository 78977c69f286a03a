// Scans over nl80211 (enum nl80211_bss): the order to listen around, and the networks that were heard.
// Refuses to trust what networks say of themselves beyond its lengths. Called by agent/io's wireless adapters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/codec/information_elements.h"
#include "agent/codec/nl80211_types.h"
#include "agent/facts/mac_address.h"

namespace karkara::nl80211 {

struct Scan {
  std::uint32_t link = 0;                        // interface index, up
  std::vector<std::uint32_t> frequencies_mhz{};  // none: all
  bool ask = false;                              // probe requests where they are allowed; else it only listens
  bool forget = false;                           // NL80211_SCAN_FLAG_FLUSH: what was heard before
  bool gently = false;                           // NL80211_SCAN_FLAG_LOW_PRIORITY
};
// ResourceExhausted: more frequencies than fit. The kernel answers EBUSY while a scan is on. The end comes as an event.
[[nodiscard]] Result<NetlinkBytes> encode_scan(std::uint16_t family, const Scan& scan);
// ENOENT: none is on.
[[nodiscard]] NetlinkBytes encode_abort_scan(std::uint16_t family, std::uint32_t link);
[[nodiscard]] NetlinkBytes encode_get_scan(std::uint16_t family, std::uint32_t link);

// Whatever is left out was not told. Comments name NL80211_BSS_...
struct HeardNetwork {
  std::uint32_t link = 0;
  MacAddress bssid{};
  std::uint32_t frequency_mhz = 0;
  std::optional<std::int32_t> signal_mbm{};      // SIGNAL_MBM, 0.01 dBm
  std::optional<std::uint8_t> signal_percent{};  // SIGNAL_UNSPEC, of drivers without the former
  std::optional<std::uint32_t> seen_ms_ago{};
  std::optional<std::uint16_t> capability{};          // IEEE 802.11, 9.4.1.4; bit 4: privacy
  std::optional<std::uint16_t> beacon_interval_tu{};  // 1.024 ms
  bool ours = false;                                  // STATUS: we are a member
  InformationElements elements{};                     // of the probe response if there was one, else of the beacon
  friend bool operator==(const HeardNetwork&, const HeardNetwork&) = default;
};
// Nothing for what is none, as the event of a scan's end. Errors: DataLoss, InvalidArgument for attributes that cannot
// be, NotFound for a network without address.
[[nodiscard]] Result<std::optional<HeardNetwork>> decode_heard_network(const NetlinkMessage& message,
                                                                       std::uint16_t family);

}  // namespace karkara::nl80211
