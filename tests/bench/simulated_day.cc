#include "tests/bench/simulated_day.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kStep = milliseconds{50};      // how exact the times of counted packets are
constexpr Duration kUserPace = milliseconds{20};  // 50 packets a second each way while somebody is online
constexpr Duration kUserHalf = minutes{15};       // online and offline in turn
constexpr Duration kErrorEvery = minutes{5};
constexpr int kMostEchoesASecond = 5;  // what the network's rate limit lets through on one link

template <class Link>
void tell(Link& link, std::uint64_t sent, std::uint64_t received) {
  if constexpr (requires {
                  link.sent;
                  link.answered;
                }) {
    link.sent = static_cast<double>(sent);
    link.answered = static_cast<double>(received);
  }
}

// Asked as often as a router that is told nothing else asks (docs/configuration.md).
UplinkSettings paced(const char* id, const char* interface, std::uint32_t preference, UplinkKind kind) {
  UplinkSettings settings = uplink_settings(id, interface, preference, kind == UplinkKind::Cellular);
  settings.kind = kind;
  settings.active_echo_interval = settings.metered ? seconds{60} : seconds{10};
  return settings;
}

}  // namespace

std::array<Topology, 2> topologies() {
  return {{{"vsat and lte",
            {paced("vsat", "up1", 10, UplinkKind::Vsat), paced("lte", "up2", 100, UplinkKind::Cellular)},
            {milliseconds{620}, milliseconds{60}}},
           {"two sims",
            {paced("sim1", "up1", 10, UplinkKind::Cellular), paced("sim2", "up2", 20, UplinkKind::Cellular)},
            {milliseconds{60}, milliseconds{80}}}}};
}

UplinkVillage village_of(const Topology& topology, const TruthSettings& truth) {
  UplinkFeatureSettings settings;
  settings.uplinks = {topology.uplinks[0], topology.uplinks[1]};
  settings.truth = truth;
  return {std::move(settings), {{1, "up1", topology.round_trips[0]}, {2, "up2", topology.round_trips[1]}}};
}

bool is_online(Instant now) {
  return (now - Instant{}) / kUserHalf % 2 == 0;
}

SimulatedDay::SimulatedDay(const Topology& topology, const WeatherShape& shape, std::uint64_t seed)
    : topology_{topology}, village_{village_of(topology)}, start_{village_.now()} {
  for (std::size_t i = 0; i < 2; ++i) {
    WeatherShape own = shape;
    own.outage_every = i == 0 ? shape.outage_every : Duration{};
    skies_[i] = std::make_unique<LinkWeather>(own, topology.round_trips[i], start_, hours{24} + kSettle, seed * 2 + i);
    link(i).loses = [this, i](Instant now) {
      link(i).round_trip = skies_[i]->round_trip(now);
      return skies_[i]->loses(now) || is_rate_limited(i, now);
    };
  }
}

void SimulatedDay::live() {
  village_.boot();
  Instant next_error = start_ + kErrorEvery;
  while (village_.now() < start_ + hours{24} + kSettle) {
    link(0).passes = !skies_[0]->is_out(village_.now());
    if (village_.now() >= next_error) {
      village_.fail_next_echoes(1);  // an ICMP error that means nothing: the answer comes all the same
      next_error = next_error + kErrorEvery;
    }
    use(village_.now());
    village_.run_for(kStep);
    tell_counters();
    note_moves();
  }
}

bool SimulatedDay::is_rate_limited(std::size_t i, Instant now) {
  if (now - second_[i] >= seconds{1}) {
    second_[i] = now;
    asked_[i] = 0;
  }
  return ++asked_[i] > kMostEchoesASecond;
}

// The users' packets of one step, over the uplink that is chosen at its start.
void SimulatedDay::use(Instant from) {
  if (!is_online(from)) {
    return;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    for (Instant at = from; active_ == topology_.uplinks[i].id.text() && at < from + kStep; at = at + kUserPace) {
      counts_[i].sent += 1;
      if (link(i).passes && !skies_[i]->loses(at)) {
        answers_[i].insert(at + skies_[i]->round_trip(at));
      }
    }
  }
}

// The hook for passive evidence: what the kernel would have counted by now is told to the village, which shows it when
// the feature looks.
void SimulatedDay::tell_counters() {
  for (std::size_t i = 0; i < 2; ++i) {
    const auto came = answers_[i].upper_bound(village_.now());
    counts_[i].received += static_cast<std::uint64_t>(std::distance(answers_[i].begin(), came));
    answers_[i].erase(answers_[i].begin(), came);
    tell(link(i), counts_[i].sent, counts_[i].received);
  }
}

void SimulatedDay::note_moves() {
  for (; seen_ < village_.moves().size(); ++seen_) {
    const Instant before{village_.now().since_boot() - seconds{1}};
    moves_.push_back({village_.now(), village_.moves()[seen_], skies_[0]->round_trip(before)});
    active_ = village_.active();
  }
}

}  // namespace karkara
