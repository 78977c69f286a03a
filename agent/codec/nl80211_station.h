// The peers of a Wi-Fi interface over nl80211 (linux/nl80211.h): the question for them, what each is like, and the
// kick. Refuses to judge whether a peer is alive: an established peer may have been silent for long. Called by
// agent/io's wireless adapters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/codec/nl80211_bitrate.h"
#include "agent/codec/nl80211_types.h"
#include "agent/facts/mac_address.h"

namespace karkara::nl80211 {

// enum nl80211_plink_state, with its numbers.
enum class PlinkState : std::uint8_t { Listen, OpenSent, OpenReceived, ConfirmReceived, Established, Holding, Blocked };

// enum nl80211_mesh_power_mode, with its numbers.
enum class MeshPowerMode : std::uint32_t { Unknown, Active, LightSleep, DeepSleep };

// Whatever is left out the driver does not tell. Comments name NL80211_STA_INFO_...
struct Station {
  std::uint32_t link = 0;  // interface index
  MacAddress address{};
  std::optional<std::uint32_t> inactive_ms{};
  std::optional<std::uint32_t> connected_s{};  // CONNECTED_TIME
  // RX_BYTES64 or, where byte_counts_wrap, RX_BYTES: of 32 bits. They begin anew with each association.
  std::optional<std::uint64_t> received_bytes{};
  std::optional<std::uint64_t> sent_bytes{};
  bool byte_counts_wrap = false;
  std::optional<std::uint32_t> received_packets{};
  std::optional<std::uint32_t> sent_packets{};
  std::optional<std::uint32_t> tx_retries{};
  std::optional<std::uint32_t> tx_failed{};
  std::optional<std::uint64_t> rx_dropped{};  // RX_DROP_MISC
  std::optional<std::uint32_t> beacon_loss{};
  std::optional<std::uint64_t> received_beacons{};  // BEACON_RX
  std::optional<std::int8_t> signal_dbm{};
  std::optional<std::int8_t> signal_average_dbm{};
  std::optional<std::int8_t> beacon_signal_average_dbm{};
  std::optional<std::int8_t> ack_signal_average_dbm{};
  std::vector<std::int8_t> chain_signals_dbm{};  // one for each antenna
  std::optional<Bitrate> tx_rate{};
  std::optional<Bitrate> rx_rate{};
  std::optional<std::uint32_t> expected_kbit_per_second{};  // EXPECTED_THROUGHPUT, as rate control thinks
  std::optional<std::uint64_t> tx_airtime_us{};             // TX_DURATION
  std::optional<std::uint64_t> rx_airtime_us{};             // RX_DURATION
  // Of mesh peers.
  std::optional<PlinkState> peer_link{};
  std::optional<std::uint32_t>
      airtime_metric{};  // AIRTIME_LINK_METRIC, IEEE 802.11, 14.9: 10.24 us a unit, less is better
  std::optional<MeshPowerMode> local_power_mode{};
  std::optional<MeshPowerMode> peer_power_mode{};
  std::optional<bool> connected_to_gate{};
  std::optional<std::int64_t> clock_offset_us{};  // T_OFFSET, of the peer's TSF to ours
  std::optional<bool> authorized{};               // STA_FLAGS
  friend bool operator==(const Station&, const Station&) = default;
};

[[nodiscard]] NetlinkBytes encode_get_stations(std::uint16_t family, std::uint32_t link);
// Nothing for what is no station; kernels call mesh paths NL80211_CMD_NEW_STATION, too. Errors: DataLoss,
// InvalidArgument for attributes that cannot be, NotFound for a station without address.
[[nodiscard]] Result<std::optional<Station>> decode_station(const NetlinkMessage& message, std::uint16_t family);
// NL80211_CMD_DEL_STATION: a mesh peers anew with whom it kicked. ENOENT: it is not there.
[[nodiscard]] NetlinkBytes encode_delete_station(std::uint16_t family, std::uint32_t link, const MacAddress& address);

}  // namespace karkara::nl80211
