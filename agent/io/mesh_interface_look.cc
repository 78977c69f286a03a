#include "agent/io/mesh_interface_look.h"

#include <algorithm>
#include <cerrno>

#include "agent/codec/nl80211_interface.h"
#include "agent/codec/nl80211_mesh_path.h"
#include "agent/codec/nl80211_station.h"
#include "agent/codec/nl80211_survey.h"
#include "agent/io/errno_error.h"
#include "agent/io/netlink_dump.h"

namespace karkara {
namespace {

constexpr std::size_t kMostInterfaces = 64;
constexpr std::size_t kMostRows = 256;
constexpr double kBitsPerKbit = 1000;
constexpr std::uint64_t kLongest = std::uint64_t{1} << 40U;  // ms: 34 years, that a driver's nonsense fits a Duration

template <class T>
Result<Dumped<T>> rows_of(NetlinkConversation& generic, NetlinkBytes request, std::uint16_t family, std::size_t most,
                          Result<std::optional<T>> (*decode)(const NetlinkMessage&, std::uint16_t)) {
  return dump<T>(generic, std::move(request), most,
                 [&](const NetlinkMessage& message) { return decode(message, family); });
}

PeerLink link_of(std::optional<nl80211::PlinkState> link) {
  if (!link) {
    return PeerLink::Unknown;
  }
  switch (*link) {
    case nl80211::PlinkState::Listen: return PeerLink::Listen;
    case nl80211::PlinkState::OpenSent: return PeerLink::OpenSent;
    case nl80211::PlinkState::OpenReceived: return PeerLink::OpenReceived;
    case nl80211::PlinkState::ConfirmReceived: return PeerLink::ConfirmReceived;
    case nl80211::PlinkState::Established: return PeerLink::Established;
    case nl80211::PlinkState::Holding: return PeerLink::Holding;
    case nl80211::PlinkState::Blocked: return PeerLink::Blocked;
  }
  return PeerLink::Unknown;  // a newer kernel's
}

template <class Unit, class Number>
std::optional<Duration> duration_of(std::optional<Number> count) {
  return count ? std::optional<Duration>{Unit{std::min<std::uint64_t>(*count, kLongest)}} : std::nullopt;
}

template <class Number>
std::optional<BitsPerSecond> rate_of(std::optional<Number> kbit) {
  return kbit ? std::optional{BitsPerSecond{static_cast<double>(*kbit) * kBitsPerKbit}} : std::nullopt;
}

std::optional<BitsPerSecond> rate_of(const std::optional<nl80211::Bitrate>& rate) {
  return rate ? rate_of(rate->kbit_per_second) : std::nullopt;
}

MeshPeerSeen peer_of(const nl80211::Station& station) {
  MeshPeerSeen peer;
  peer.mac = station.address;
  peer.link = link_of(station.peer_link);
  peer.inactive = duration_of<std::chrono::milliseconds>(station.inactive_ms);
  peer.connected = duration_of<std::chrono::seconds>(station.connected_s);
  if (const auto signal = station.signal_average_dbm ? station.signal_average_dbm : station.signal_dbm) {
    peer.signal = Dbm{static_cast<double>(*signal)};
  }
  peer.sending = rate_of(station.tx_rate);
  peer.receiving = rate_of(station.rx_rate);
  peer.expected = rate_of(station.expected_kbit_per_second);
  peer.sent = station.sent_packets;
  peer.retries = station.tx_retries;
  peer.failed = station.tx_failed;
  if (!station.byte_counts_wrap) {
    peer.bytes_sent = station.sent_bytes;
    peer.bytes_received = station.received_bytes;
  }
  peer.airtime = station.airtime_metric;
  return peer;
}

// Kernels before 4.19 tell the metric of the path alone.
void add_paths(NetlinkConversation& generic, std::uint16_t family, MeshInterfaceSeen& seen) {
  const auto paths = rows_of(generic, nl80211::encode_get_mesh_paths(family, seen.index), family, kMostRows,
                             nl80211::decode_mesh_path);
  if (!paths) {
    return;
  }
  for (const nl80211::MeshPath& path : paths->rows) {
    if (!path.active() || path.next_hop.is_zero()) {
      continue;
    }
    seen.paths.push_back({path.destination, path.next_hop, path.metric, path.hops});
    for (MeshPeerSeen& peer : seen.peers) {
      const bool direct = path.destination == peer.mac && path.next_hop == peer.mac;
      if (direct && !peer.airtime && peer.link == PeerLink::Established) {
        peer.airtime = path.metric;
      }
    }
  }
}

void add_channel(NetlinkConversation& generic, std::uint16_t family, MeshInterfaceSeen& seen) {
  if (!seen.frequency) {
    return;
  }
  const auto surveys =
      rows_of(generic, nl80211::encode_get_survey(family, seen.index), family, kMostRows, nl80211::decode_survey);
  if (!surveys) {
    return;
  }
  const auto& rows = surveys->rows;
  const auto used = std::find_if(rows.begin(), rows.end(),
                                 [&](const auto& row) { return row.in_use && row.frequency_mhz == *seen.frequency; });
  if (used == rows.end()) {
    return;
  }
  if (used->noise_dbm) {
    seen.noise = Dbm{static_cast<double>(*used->noise_dbm)};
  }
  seen.channel_active = duration_of<std::chrono::milliseconds>(used->time_ms);
  seen.channel_busy = duration_of<std::chrono::milliseconds>(used->busy_ms);
}

MeshInterfaceSeen interface_of(const nl80211::Interface& interface) {
  MeshInterfaceSeen seen;
  seen.index = interface.link;
  seen.name = interface.name;
  seen.mac = interface.address;
  seen.wiphy = interface.wiphy;
  seen.mesh_id = interface.network;
  if (interface.channel) {
    seen.frequency = interface.channel->frequency_mhz;
    seen.width = nl80211::width_mhz(interface.channel->width);
  }
  return seen;
}

// False: it went away meanwhile.
Result<bool> add_peers(NetlinkConversation& generic, std::uint16_t family, MeshInterfaceSeen& seen) {
  const auto stations =
      rows_of(generic, nl80211::encode_get_stations(family, seen.index), family, kMostRows, nl80211::decode_station);
  if (!stations) {
    return stations.error();
  }
  if (stations->error == ENODEV) {
    return false;
  }
  if (stations->error != 0) {
    return errno_error(stations->error, "peers");
  }
  for (const nl80211::Station& station : stations->rows) {
    seen.peers.push_back(peer_of(station));
  }
  return true;
}

}  // namespace

Status look_at_mesh_interfaces(NetlinkConversation& generic, std::uint16_t family,
                               std::vector<MeshInterfaceSeen>& seen) {
  const auto interfaces =
      rows_of(generic, nl80211::encode_get_interfaces(family), family, kMostInterfaces, nl80211::decode_interface);
  if (!interfaces) {
    return interfaces.error();
  }
  if (interfaces->error != 0) {
    return errno_error(interfaces->error, "Wi-Fi interfaces");
  }
  Status first;
  for (const nl80211::Interface& interface : interfaces->rows) {
    if (interface.mode != nl80211::InterfaceMode::MeshPoint || interface.link == 0) {
      continue;
    }
    MeshInterfaceSeen mesh = interface_of(interface);
    const auto there = add_peers(generic, family, mesh);
    if (!there) {
      first = first ? Status{there.error().in(mesh.name)} : first;
      continue;
    }
    if (*there) {
      add_paths(generic, family, mesh);
      add_channel(generic, family, mesh);
      seen.push_back(std::move(mesh));
    }
  }
  return first;
}

}  // namespace karkara
