// What is told of the mesh: to whoever asks, as series, and to the person on the mast.
#include <fmt/format.h>

#include <algorithm>

#include "agent/mesh/mesh_watch.h"

namespace karkara {
namespace {

constexpr Duration kStale = std::chrono::seconds{30};  // six looks that did not come
constexpr double kBestQuality = 255;                   // of BATMAN_IV
constexpr double kAirtimeUnit = 10.24e-6;              // s: 0.01 TU

MeshInterfaceReport report_of(const MeshInterfaceSeen& seen, std::optional<double> busy) {
  return {seen.name, seen.mac.text(), seen.mesh_id, seen.frequency, seen.width, seen.noise, busy};
}

MeshWayReport way_of(const BatmanOriginatorSeen& seen) {
  MeshWayReport way;
  way.mac = seen.mac.text();
  way.next_hop = seen.next_hop.text();
  way.interface = seen.interface;
  way.last_seen = seen.last_seen;
  if (seen.quality) {
    way.quality_ratio = *seen.quality / kBestQuality;
  }
  way.throughput = seen.throughput;
  return way;
}

std::vector<MeshWayReport> ways_of(const BatmanSeen& batman) {
  std::vector<MeshWayReport> ways;
  for (const BatmanOriginatorSeen& seen : batman.originators) {
    if (!seen.best) {
      continue;
    }
    MeshWayReport way = way_of(seen);
    for (const BatmanGatewaySeen& gateway : batman.gateways) {
      if (gateway.mac == seen.mac) {
        way.is_gateway = true;
        way.chosen_gateway = gateway.chosen;
        way.gateway_down = gateway.down;
        way.gateway_up = gateway.up;
      }
    }
    ways.push_back(std::move(way));
  }
  return ways;
}

MeshWayReport way_of(const MeshPathSeen& seen, const std::string& interface) {
  MeshWayReport way;
  way.mac = seen.mac.text();
  way.next_hop = seen.next_hop.text();
  way.interface = interface;
  way.airtime = seen.airtime;
  way.hops = seen.hops;
  return way;
}

bool is_below(const std::vector<BatmanSeen>& batman, const std::string& interface) {
  const auto on_it = [&](const auto& seen) { return seen.interface == interface; };
  return std::any_of(batman.begin(), batman.end(), [&](const BatmanSeen& seen) {
    return std::any_of(seen.neighbours.begin(), seen.neighbours.end(), on_it) ||
           std::any_of(seen.originators.begin(), seen.originators.end(), on_it);
  });
}

bool counts_as_there(PeerState state) {
  return state == PeerState::Established || state == PeerState::Failing;
}

}  // namespace

bool MeshWatch::is_stale(Instant now) const {
  return !looked_at_ || now - *looked_at_ > kStale;
}

std::string MeshWatch::state(Instant now) const {
  if (!status_) {
    return status_.error().code == ErrorCode::NotFound ? "the kernel has no Wi-Fi"
                                                       : "not all can be read: " + status_.error().text;
  }
  if (!looked_at_) {
    return "not looked at yet";
  }
  if (!has_mesh()) {
    return "no mesh interface";
  }
  return is_stale(now) ? "the kernel does not answer" : "";
}

MeshReport MeshWatch::report(Instant now) const {
  MeshReport report;
  report.state = state(now);
  for (const auto& [name, interface] : interfaces_) {
    report.interfaces.push_back(report_of(interface.seen, interface.use.busy_ratio()));
  }
  for (const auto& [key, watch] : peers_) {
    report.peers.push_back(watch.report(now));
  }
  add_ways(report);
  return report;
}

// Gateways first, then by address: those beyond the limit are the least missed.
void MeshWatch::add_ways(MeshReport& report) const {
  for (const BatmanSeen& batman : batman_) {
    report.batman += fmt::format("{}{}, {}, gateway {}", report.batman.empty() ? "" : "; ", batman.name,
                                 batman.algorithm, batman.gateway_mode);
    for (MeshWayReport& way : ways_of(batman)) {
      report.ways.push_back(std::move(way));
    }
  }
  for (const auto& [name, interface] : interfaces_) {
    if (is_below(batman_, name)) {
      continue;  // its paths are those to direct peers: batman-adv goes further
    }
    for (const MeshPathSeen& path : interface.seen.paths) {
      report.ways.push_back(way_of(path, name));
    }
  }
  std::stable_sort(report.ways.begin(), report.ways.end(), [](const MeshWayReport& a, const MeshWayReport& b) {
    const auto rank = [](const MeshWayReport& way) { return way.chosen_gateway ? 0 : way.is_gateway ? 1 : 2; };
    return rank(a) != rank(b) ? rank(a) < rank(b) : a.mac < b.mac;
  });
  report.ways.resize(std::min(report.ways.size(), kMostWays));
}

std::vector<Sample> MeshWatch::samples(Instant now) const {
  std::vector<Sample> samples;
  const bool stale = is_stale(now);
  const auto value = [&](double number) { return stale ? Value{Absent::Stale} : Value{number}; };
  for (const auto& [name, interface] : interfaces_) {
    const auto count = [&, &of = name](const auto& matches) {
      return static_cast<double>(std::count_if(peers_.begin(), peers_.end(), [&](const auto& peer) {
        return peer.first.first == of && matches(peer.second.state());
      }));
    };
    samples.push_back({SeriesId::MeshPeers, name, value(count(counts_as_there))});
    samples.push_back(
        {SeriesId::MeshPeersSilent, name, value(count([](PeerState s) { return s == PeerState::Silent; }))});
    if (const auto busy = interface.use.busy_ratio()) {
      samples.push_back({SeriesId::ChannelBusy, name, value(*busy)});
    }
    if (interface.seen.noise) {
      samples.push_back({SeriesId::ChannelNoise, name, value(interface.seen.noise->value())});
    }
  }
  std::size_t told = 0;
  for (const auto& [key, watch] : peers_) {
    if (!counts_as_there(watch.state()) || told == kMostToldPeers) {
      continue;
    }
    ++told;
    const std::string mac = key.second.text();
    if (watch.seen().signal) {
      samples.push_back({SeriesId::MeshPeerSignal, mac, value(watch.seen().signal->value())});
    }
    if (watch.seen().expected) {
      samples.push_back({SeriesId::MeshPeerExpected, mac, value(watch.seen().expected->value() / 8)});
    }
    if (watch.seen().sending) {
      samples.push_back({SeriesId::MeshPeerSending, mac, value(watch.seen().sending->value() / 8)});
    }
    if (watch.seen().airtime) {
      samples.push_back({SeriesId::MeshPeerAirtime, mac, value(*watch.seen().airtime * kAirtimeUnit)});
    }
  }
  return samples;
}

// A peer that is gone without a goodbye is as bad as a silent one: the kernel's list is no evidence that it is well.
std::vector<MeshLinks> MeshWatch::links(Instant now) const {
  std::vector<MeshLinks> all;
  for (const auto& [name, interface] : interfaces_) {
    MeshLinks links{name, interface.seen.frequency.has_value()};
    links.not_joined = interface.not_joined_since && now - *interface.not_joined_since >= kNotJoined;
    for (const auto& [key, watch] : peers_) {
      if (key.first != name) {
        continue;
      }
      const PeerState state = watch.state();
      const bool proven = state == PeerState::Failing || watch.is_silent();
      links.links.push_back({key.second, state == PeerState::Established && !watch.is_silent(),
                             proven || state == PeerState::Stuck, proven,
                             watch.is_silent() ? word_of(PeerState::Silent) : word_of(state)});
    }
    all.push_back(std::move(links));
  }
  return all;
}

MeshAir MeshWatch::air() const {
  MeshAir air;
  for (const auto& [name, interface] : interfaces_) {
    if (interface.seen.frequency) {
      air.radios.push_back(interface.seen.mac);
      air.wiphys.push_back(interface.seen.wiphy);
    }
  }
  for (const auto& [key, watch] : peers_) {
    if (watch.state() != PeerState::Gone && watch.seen().signal) {
      air.signals[key.second] = *watch.seen().signal;
    }
  }
  return air;
}

std::set<std::string> MeshWatch::interfaces() const {
  std::set<std::string> names;
  for (const auto& [name, interface] : interfaces_) {
    names.insert(name);
  }
  for (const BatmanSeen& batman : batman_) {
    names.insert(batman.name);
  }
  return names;
}

std::vector<MeshRadio> MeshWatch::radios() const {
  std::vector<MeshRadio> all;
  for (const auto& [name, interface] : interfaces_) {
    all.push_back({name, interface.seen.mac.text(), interface.seen.frequency});
  }
  return all;
}

std::vector<CheckItem> MeshWatch::check(Instant now) const {
  std::vector<CheckItem> items;
  for (const auto& [name, interface] : interfaces_) {
    if (interface.not_joined_since) {
      items.push_back({"mesh " + name, CheckVerdict::Fail, "in no mesh",
                       "look at wpa_supplicant's log, and whether the channel is allowed ('iw reg get')"});
    }
  }
  for (const auto& [key, watch] : peers_) {
    const MeshPeerReport peer = watch.report(now);
    const bool well = peer.trouble.empty();
    items.push_back({"mesh peer " + peer.mac, well ? CheckVerdict::Pass : CheckVerdict::Warn,
                     well ? peer.state : peer.state + ": " + peer.trouble,
                     well ? "" : "look whether that mast is up, then at the antennas"});
  }
  return items;
}

}  // namespace karkara
