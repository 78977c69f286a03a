// The links to neighbour masts as a message: to_proto() of proto_conversion.h.
#include <chrono>
#include <cmath>
#include <optional>

#include "agent/io/frame_text.h"
#include "agent/io/proto_conversion.h"

namespace karkara {
namespace {

std::int64_t milliseconds_of(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

// A rate is told in whole bits; what no radio sends at is not told.
std::optional<std::uint64_t> whole(const std::optional<BitsPerSecond>& rate) {
  constexpr double kMost = 1e13;
  return rate && rate->value() >= 0 && rate->value() < kMost
             ? std::optional{static_cast<std::uint64_t>(std::llround(rate->value()))}
             : std::nullopt;
}

v1::MeshInterface to_proto(const MeshInterfaceReport& report) {
  v1::MeshInterface message;
  message.set_name(frame_text(report.name));
  message.set_mac(report.mac);
  message.set_mesh_id(frame_text(report.mesh_id));
  if (report.frequency) {
    message.set_frequency_mhz(*report.frequency);
  }
  if (report.width) {
    message.set_width_mhz(*report.width);
  }
  if (report.noise) {
    message.set_noise_dbm(report.noise->value());
  }
  if (report.busy_ratio) {
    message.set_busy_ratio(*report.busy_ratio);
  }
  return message;
}

void add_rates(const MeshPeerReport& report, v1::MeshPeer& message) {
  if (const auto rate = whole(report.sending)) {
    message.set_sending_bps(*rate);
  }
  if (const auto rate = whole(report.receiving)) {
    message.set_receiving_bps(*rate);
  }
  if (const auto rate = whole(report.expected)) {
    message.set_expected_bps(*rate);
  }
  if (report.retry_ratio) {
    message.set_retry_ratio(*report.retry_ratio);
  }
  if (report.failed_ratio) {
    message.set_failed_ratio(*report.failed_ratio);
  }
  if (report.airtime) {
    message.set_airtime(*report.airtime);
  }
}

v1::MeshPeer to_proto(const MeshPeerReport& report) {
  v1::MeshPeer message;
  message.set_mac(report.mac);
  message.set_interface(frame_text(report.interface));
  message.set_state(report.state);
  message.set_trouble(frame_text(report.trouble));
  if (report.inactive) {
    message.set_inactive_ms(milliseconds_of(*report.inactive));
  }
  if (report.connected) {
    message.set_connected_ms(milliseconds_of(*report.connected));
  }
  if (report.signal) {
    message.set_signal_dbm(report.signal->value());
  }
  add_rates(report, message);
  return message;
}

v1::MeshWay to_proto(const MeshWayReport& report) {
  v1::MeshWay message;
  message.set_mac(report.mac);
  message.set_next_hop(report.next_hop);
  message.set_interface(frame_text(report.interface));
  if (report.last_seen) {
    message.set_last_seen_ms(milliseconds_of(*report.last_seen));
  }
  if (report.quality_ratio) {
    message.set_quality_ratio(*report.quality_ratio);
  }
  if (const auto rate = whole(report.throughput)) {
    message.set_throughput_bps(*rate);
  }
  message.set_is_gateway(report.is_gateway);
  message.set_chosen_gateway(report.chosen_gateway);
  if (const auto rate = whole(report.gateway_down)) {
    message.set_gateway_down_bps(*rate);
  }
  if (const auto rate = whole(report.gateway_up)) {
    message.set_gateway_up_bps(*rate);
  }
  if (report.airtime) {
    message.set_airtime(*report.airtime);
  }
  if (report.hops) {
    message.set_hops(*report.hops);
  }
  return message;
}

v1::MeshNeighbour to_proto(const NeighbourReport& report) {
  v1::MeshNeighbour message;
  message.set_site(report.site);
  message.set_address(report.address);
  message.set_transit(report.transit);
  message.set_way(report.way);
  message.set_origin(report.origin);
  message.set_hops(report.hops);
  message.set_role(report.role);
  message.set_verdict(frame_text(report.verdict));
  if (report.heard) {
    message.set_heard_ms(milliseconds_of(*report.heard));
  }
  message.set_spare_kbit(report.spare_kbit);
  if (report.credit) {
    message.set_credit_bytes(*report.credit);
  }
  if (report.charge) {
    message.set_charge_percent(*report.charge);
  }
  message.set_stage(report.stage);
  if (report.quiet_in) {
    message.set_quiet_in_ms(milliseconds_of(*report.quiet_in));
  }
  if (report.weaker) {
    message.set_weaker_in_ms(milliseconds_of(std::chrono::seconds{report.weaker->in}));
    message.set_weaker_by_db(report.weaker->by);
  }
  for (const MacAddress& radio : report.radios) {
    message.add_radios(radio.text());
  }
  if (report.loss_ratio) {
    message.set_loss_ratio(*report.loss_ratio);
  }
  message.set_lent_today_bytes(report.lent_today);
  message.set_lent_cycle_bytes(report.lent_cycle);
  return message;
}

void add_lending(const LendingReport& report, v1::Mesh& message) {
  message.set_lending(frame_text(report.state));
  message.set_borrowing(frame_text(report.borrowing));
  message.set_transit(report.transit);
  for (const NeighbourReport& neighbour : report.neighbours) {
    *message.add_neighbours() = to_proto(neighbour);
  }
  for (const auto& [fault, count] : report.refused) {
    v1::RefusedHellos& refused = *message.add_refused();
    refused.set_fault(fault);
    refused.set_count(count);
  }
}

void add_wifi(const WifiReport& report, v1::Mesh& message) {
  message.set_country(frame_text(report.country));
  for (const WifiRadioReport& radio : report.radios) {
    v1::WifiRadioState& told = *message.add_radios();
    told.set_id(radio.id);
    told.set_device(frame_text(radio.device));
    told.set_channel(radio.channel);
    told.set_state(frame_text(radio.state));
    told.set_trouble(frame_text(radio.trouble));
    for (const std::string& line : radio.interfaces) {
      told.add_interfaces(frame_text(line));
    }
  }
  for (const MeshRecoveryReport& recovery : report.recoveries) {
    v1::MeshRecovery& told = *message.add_recoveries();
    told.set_interface(frame_text(recovery.interface));
    told.set_state(frame_text(recovery.state));
    told.set_kicks(recovery.kicks);
    told.set_scans(recovery.scans);
    told.set_rejoins(recovery.rejoins);
    told.set_resets(recovery.resets);
  }
}

}  // namespace

v1::Mesh to_proto(const MeshReport& report) {
  v1::Mesh message;
  message.set_state(frame_text(report.state));
  message.set_batman(frame_text(report.batman));
  for (const MeshInterfaceReport& seen : report.interfaces) {
    *message.add_interfaces() = to_proto(seen);
  }
  for (const MeshPeerReport& seen : report.peers) {
    *message.add_peers() = to_proto(seen);
  }
  for (const MeshWayReport& seen : report.ways) {
    *message.add_ways() = to_proto(seen);
  }
  for (const std::string& line : report.bridged) {
    message.add_bridged(frame_text(line));
  }
  add_lending(report.lending, message);
  add_wifi(report.wifi, message);
  return message;
}

}  // namespace karkara
