#include "agent/codec/nl80211_station.h"

#include <linux/nl80211.h>

#include "agent/codec/attribute_value.h"

namespace karkara::nl80211 {
namespace {

using genetlink::Attribute;
using genetlink::each_attribute;
using genetlink::take;

constexpr std::size_t kMostChains = 8;

// The counts of 32 bits, for kernels and drivers that have no others.
struct NarrowCounts {
  std::optional<std::uint32_t> received{};
  std::optional<std::uint32_t> sent{};
};

Status take_truth(const Attribute& attribute, std::optional<bool>& into) {
  bool value = false;
  const Status status = genetlink::take_switch(attribute, value);
  into = status ? std::optional{value} : std::nullopt;
  return status;
}

Status take_chains(const Attribute& list, Station& station) {
  return each_attribute(list.content, [&](const Attribute& attribute) {
    std::int8_t signal = 0;
    const Status status = take(attribute, signal);
    return status ? genetlink::add(station.chain_signals_dbm, signal, kMostChains) : status;
  });
}

Status take_flags(const Attribute& attribute, Station& station) {
  nl80211_sta_flag_update flags{};
  const Status status = take(attribute, flags);
  constexpr std::uint32_t kAuthorized = 1U << NL80211_STA_FLAG_AUTHORIZED;
  if (status && (flags.mask & kAuthorized) != 0) {
    station.authorized = (flags.set & kAuthorized) != 0;
  }
  return status;
}

Status take_mesh_detail(const Attribute& attribute, Station& station) {
  switch (attribute.type) {
    case NL80211_STA_INFO_PLINK_STATE: return take(attribute, station.peer_link);
    case NL80211_STA_INFO_AIRTIME_LINK_METRIC: return take(attribute, station.airtime_metric);
    case NL80211_STA_INFO_LOCAL_PM: return take(attribute, station.local_power_mode);
    case NL80211_STA_INFO_PEER_PM: return take(attribute, station.peer_power_mode);
    case NL80211_STA_INFO_CONNECTED_TO_GATE: return take_truth(attribute, station.connected_to_gate);
    case NL80211_STA_INFO_T_OFFSET: return take(attribute, station.clock_offset_us);
    case NL80211_STA_INFO_STA_FLAGS: return take_flags(attribute, station);
    default: return {};  // foreign: nl80211 has many more
  }
}

Status take_signal_or_rate(const Attribute& attribute, Station& station) {
  switch (attribute.type) {
    case NL80211_STA_INFO_SIGNAL: return take(attribute, station.signal_dbm);
    case NL80211_STA_INFO_SIGNAL_AVG: return take(attribute, station.signal_average_dbm);
    case NL80211_STA_INFO_BEACON_SIGNAL_AVG: return take(attribute, station.beacon_signal_average_dbm);
    case NL80211_STA_INFO_ACK_SIGNAL_AVG: return take(attribute, station.ack_signal_average_dbm);
    case NL80211_STA_INFO_CHAIN_SIGNAL: return take_chains(attribute, station);
    case NL80211_STA_INFO_TX_BITRATE: return take_bitrate(attribute, station.tx_rate);
    case NL80211_STA_INFO_RX_BITRATE: return take_bitrate(attribute, station.rx_rate);
    case NL80211_STA_INFO_EXPECTED_THROUGHPUT: return take(attribute, station.expected_kbit_per_second);
    case NL80211_STA_INFO_TX_DURATION: return take(attribute, station.tx_airtime_us);
    case NL80211_STA_INFO_RX_DURATION: return take(attribute, station.rx_airtime_us);
    default: return take_mesh_detail(attribute, station);  // foreign: nl80211 has many more
  }
}

Status take_count(const Attribute& attribute, NarrowCounts& narrow, Station& station) {
  switch (attribute.type) {
    case NL80211_STA_INFO_INACTIVE_TIME: return take(attribute, station.inactive_ms);
    case NL80211_STA_INFO_CONNECTED_TIME: return take(attribute, station.connected_s);
    case NL80211_STA_INFO_RX_BYTES: return take(attribute, narrow.received);
    case NL80211_STA_INFO_TX_BYTES: return take(attribute, narrow.sent);
    case NL80211_STA_INFO_RX_BYTES64: return take(attribute, station.received_bytes);
    case NL80211_STA_INFO_TX_BYTES64: return take(attribute, station.sent_bytes);
    case NL80211_STA_INFO_RX_PACKETS: return take(attribute, station.received_packets);
    case NL80211_STA_INFO_TX_PACKETS: return take(attribute, station.sent_packets);
    case NL80211_STA_INFO_TX_RETRIES: return take(attribute, station.tx_retries);
    case NL80211_STA_INFO_TX_FAILED: return take(attribute, station.tx_failed);
    case NL80211_STA_INFO_RX_DROP_MISC: return take(attribute, station.rx_dropped);
    case NL80211_STA_INFO_BEACON_LOSS: return take(attribute, station.beacon_loss);
    case NL80211_STA_INFO_BEACON_RX: return take(attribute, station.received_beacons);
    default: return take_signal_or_rate(attribute, station);  // foreign: nl80211 has many more
  }
}

Status take_info(const Attribute& nest, Station& station) {
  NarrowCounts narrow;
  const Status status =
      each_attribute(nest.content, [&](const Attribute& a) { return take_count(a, narrow, station); });
  if (!station.received_bytes && !station.sent_bytes && (narrow.received || narrow.sent)) {
    station.received_bytes = narrow.received;
    station.sent_bytes = narrow.sent;
    station.byte_counts_wrap = true;
  }
  return status;
}

}  // namespace

NetlinkBytes encode_get_stations(std::uint16_t family, std::uint32_t link) {
  return request_of(family, NL80211_CMD_GET_STATION, NLM_F_DUMP).u32(NL80211_ATTR_IFINDEX, link).bytes();
}

Result<std::optional<Station>> decode_station(const NetlinkMessage& message, std::uint16_t family) {
  const auto body = body_of(message, family, NL80211_CMD_NEW_STATION);
  if (!body) {
    return body.error();
  }
  if (!*body) {
    return std::optional<Station>{};
  }
  Station station;
  bool addressed = false;
  bool path = false;
  const Status status = each_attribute((*body)->attributes, [&](const Attribute& attribute) -> Status {
    switch (attribute.type) {
      case NL80211_ATTR_IFINDEX: return take(attribute, station.link);
      case NL80211_ATTR_MAC: addressed = true; return take(attribute, station.address);
      case NL80211_ATTR_STA_INFO: return take_info(attribute, station);
      case NL80211_ATTR_MPATH_NEXT_HOP: path = true; return {};
      default: return {};  // foreign: nl80211 has many more
    }
  });
  if (!status) {
    return status.error().in("nl80211");
  }
  if (path) {
    return std::optional<Station>{};
  }
  if (!addressed) {
    return Error{ErrorCode::NotFound, "nl80211: a station without address"};
  }
  return std::optional{std::move(station)};
}

NetlinkBytes encode_delete_station(std::uint16_t family, std::uint32_t link, const MacAddress& address) {
  NetlinkRequest request = request_of(family, NL80211_CMD_DEL_STATION, NLM_F_ACK);
  return request.u32(NL80211_ATTR_IFINDEX, link).raw(NL80211_ATTR_MAC, address.bytes).bytes();
}

}  // namespace karkara::nl80211
