// What the uplink feature spends bytes on beside small echoes: truth, the path's largest packet, and their budgets.
#include <algorithm>

#include "agent/uplink/uplink_feature.h"

namespace karkara {
namespace {

constexpr std::uint64_t kBurstBytes = 6 * ProbeBudget::kEchoBytes;
constexpr double kPlenty = 0.85;  // of the bucket: others' wishes must not eat what a failure needs
constexpr Duration kUrgent = std::chrono::minutes{2};  // about 12 kB
constexpr std::uint64_t kLeastUrgentBytes = 24'000;    // two of those in a day, however small the budget
constexpr Duration kUrgentAfterStart = std::chrono::seconds{5};
constexpr std::uint64_t kSearchBytes = 18'000;  // for a largest packet, on a path with a hole

ProbeRole role_of(const UplinkSettings& settings, bool carries) {
  if (settings.metered) {
    return carries ? ProbeRole::MeteredActive : ProbeRole::MeteredStandby;
  }
  // What a neighbour lends is not ours to spend.
  return settings.kind == UplinkKind::Vsat || settings.kind == UplinkKind::Mesh ? ProbeRole::Vsat
                                                                                : ProbeRole::Unmetered;
}

EchoSight sight_of(const UplinkHealth& health) {
  if (health.only_traffic_speaks_for_it()) {
    return EchoSight::Silent;
  }
  switch (health.state()) {
    case UplinkState::Up: return EchoSight::Answering;
    case UplinkState::Down: return EchoSight::Silent;
    case UplinkState::Absent:
    case UplinkState::Linked:
    case UplinkState::Addressed:
    case UplinkState::Probation:
    case UplinkState::Suspect:
    case UplinkState::Recover:
    case UplinkState::Portal:
    case UplinkState::Held:
    case UplinkState::Drain: break;
  }
  return EchoSight::Unknown;
}

}  // namespace

// A check that nobody answered may have been lost in the queue that the village fills; a garden never answers.
bool UplinkFeature::is_walled(const Uplink& uplink, Instant now) {
  constexpr Duration kAnswered = std::chrono::seconds{5};
  const Truth truth = uplink.truth.verdict();
  const bool lost = uplink.truth.silences() < 2 && uplink.health.traffic().answered_within(kAnswered, now);
  return truth == Truth::Portal || (truth == Truth::Silent && !lost);
}

const std::string& UplinkFeature::interface_of(const Uplink& uplink) const {
  return uplink.advice.interface.empty() ? uplink.health.settings().interface : uplink.advice.interface;
}

const std::vector<IpAddress>& UplinkFeature::resolvers_of(const Uplink& uplink) const {
  const std::vector<IpAddress>& configured = uplink.health.settings().resolvers;
  if (!configured.empty() || !uplink.advice.resolvers.empty()) {
    return configured.empty() ? uplink.advice.resolvers : configured;
  }
  const LeaseRead* lease = leases_.find(uplink.health.settings().id);
  return lease != nullptr ? lease->resolvers : configured;
}

// Of those whose resolvers nobody wrote down and no modem told.
void UplinkFeature::ask_leases(Effects& effects, Instant now) {
  std::vector<ReadLease> wanted;
  for (const Uplink& uplink : uplinks_) {
    const UplinkSettings& settings = uplink.health.settings();
    ReadLease look{settings.id, interface_of(uplink), uplink.health.path().link, {}};
    for (const LinkAddress& address : kernel_.addresses) {
      if (address.link == look.link && address.global) {
        look.addresses.push_back(address.prefix.address);
      }
    }
    if (settings.resolvers.empty() && uplink.advice.resolvers.empty() && !look.addresses.empty() && look.link != 0) {
      std::sort(look.addresses.begin(), look.addresses.end());  // the order of a dump is no change
      wanted.push_back(std::move(look));
    }
  }
  for (ReadLease& look : leases_.see(wanted, now)) {
    effects.push_back(std::move(look));
  }
}

TruthPolicy UplinkFeature::truth_policy(const UplinkSettings& settings) const {
  TruthPolicy policy;
  policy.content = settings_.truth.content_port != 0;
  // A modem's resolvers and those of a lease come later; without any the check answers "refused" and proves nothing.
  policy.resolver =
      !settings_.truth.name.empty() && !settings_.truth.addresses.empty() &&
      (!settings.resolvers.empty() || settings.kind == UplinkKind::Cellular || leases_.find(settings.id) != nullptr);
  policy.interval = settings_.truth.interval;
  return policy;
}

// A village without any way out is worth more than a budget, for as long as a short failure lasts. Not at once after a
// start, so that an agent that crashes each second does not live on it.
void UplinkFeature::see_darkness(Instant now) {
  if (!kernel_known_) {
    return;  // nothing is judged yet
  }
  if (any_up()) {
    was_up_ = true;
    dark_since_.reset();
  } else if (!dark_since_) {
    dark_since_ = was_up_ ? now : now + kUrgentAfterStart;
  }
  urgent_at_ = dark_since_ && *dark_since_ > now ? *dark_since_ : Instant::max();
}

void UplinkFeature::set_budgets(Instant now) {
  see_darkness(now);
  const bool dark = dark_since_ && *dark_since_ <= now && now < *dark_since_ + kUrgent;
  std::map<UplinkId, ProbePolicy> policies;
  for (const Uplink& uplink : uplinks_) {
    const UplinkSettings& settings = uplink.health.settings();
    const ProbeRole role = role_of(settings, carries(settings.id) || dark_since_);
    policies[settings.id] = settings.probe_budget ? probe_policy(role, *settings.probe_budget) : probe_policy(role);
  }
  probes_.configure(policies, now);
  for (Uplink& uplink : uplinks_) {
    const UplinkId& id = uplink.health.settings().id;
    const ProbeBudget* budget = probes_.find(id);
    if (!budget) {
      continue;
    }
    // A burst must be there whole: half of one decides nothing. Asking for what is not there is what raises the alarm.
    const std::uint64_t needed = std::min<std::uint64_t>(kBurstBytes, budget->policy().burst);
    const std::uint64_t left = budget->available(now);
    // A village that falls dark every few minutes may spend a second day's bytes on it, and no third.
    const std::uint64_t beyond = std::max(budget->policy().bytes_per_day, kLeastUrgentBytes);
    const bool urgent = dark && budget->spent_today(now) < budget->policy().bytes_per_day + beyond;
    const auto bucket = static_cast<double>(budget->policy().burst);
    const double enough = bucket / 8;
    uplink.health.may_ask({.allowed = urgent || left >= needed || probes_.allow(id, needed, now),
                           .thrift = urgent ? 0 : std::max(0.0, 1 - static_cast<double>(left) / enough),
                           .plenty = !urgent && static_cast<double>(left) >= kPlenty * bucket},
                          now);
  }
}

void UplinkFeature::send(const Uplink& uplink, const UplinkHealth::Echoes& echoes, Effects& effects, Instant now) {
  const UplinkHealth& health = uplink.health;
  for (const WantedEcho& echo : echoes) {
    if (health.path().way().source) {
      probes_.charge(health.settings().id, ProbeBudget::kEchoBytes, now);
      effects.push_back(SendEcho{.uplink = health.settings().id,
                                 .interface = interface_of(uplink),
                                 .mark = mark_of_slot(uplink.slot),
                                 .source = *health.path().way().source,
                                 .anchor = echo.anchor,
                                 .nonce = echo.nonce});
    }
  }
}

void UplinkFeature::send_sized(Uplink& uplink, const PathMtu::Echoes& echoes, Effects& effects, Instant now) {
  const UplinkHealth& health = uplink.health;
  const AnchorEndpoint* anchor = health.answering_anchor();
  if (!anchor || !health.path().way().source) {
    return;
  }
  for (const SizedEcho& echo : echoes) {
    probes_.charge(health.settings().id, 2ULL * echo.size, now);
    effects.push_back(SendEcho{.uplink = health.settings().id,
                               .interface = interface_of(uplink),
                               .mark = mark_of_slot(uplink.slot),
                               .source = *health.path().way().source,
                               .anchor = *anchor,
                               .nonce = echo.nonce,
                               .size = echo.size});
  }
}

void UplinkFeature::probe_further(Uplink& uplink, Effects& effects, Instant now) {
  const UplinkHealth& health = uplink.health;
  const UplinkSettings& settings = health.settings();
  const UplinkPath& path = health.path();
  uplink.truth.see({path.usable() ? path.way().source : std::nullopt, sight_of(health), health.traffic().still_wrong()},
                   now);
  if (health.only_traffic_speaks_for_it() && is_walled(uplink, now)) {
    uplink.health.condemn(uplink.truth.evidence(), now);
  }
  const std::uint64_t needed = UplinkTruth::kContentBytes + UplinkTruth::kResolverBytes;
  const ProbeBudget* budget = probes_.find(settings.id);
  if (!budget || budget->available(now) < needed) {
    uplink.further_at = budget ? budget->next_chance(needed, now) : Instant::max();
    return;
  }
  uplink.further_at = Instant{};
  const TruthWants wants = uplink.truth.wants(now);
  const AnchorEndpoint* anchor = health.answering_anchor();
  if (wants.content && anchor && path.way().source) {
    effects.push_back(CheckContent{settings.id, interface_of(uplink), mark_of_slot(uplink.slot), *path.way().source,
                                   IpEndpoint{anchor->endpoint.address, settings_.truth.content_port}, *wants.content});
  }
  if (wants.resolver && path.way().source) {
    effects.push_back(CheckResolver{settings.id, interface_of(uplink), mark_of_slot(uplink.slot), *path.way().source,
                                    resolvers_of(uplink), settings_.truth.name, settings_.truth.addresses});
  }
  seek_mtu(uplink, effects, now);
}

void UplinkFeature::seek_mtu(Uplink& uplink, Effects& effects, Instant now) {
  const UplinkHealth& health = uplink.health;
  const bool up = health.state() == UplinkState::Up || health.state() == UplinkState::Suspect;
  const ProbeBudget* budget = probes_.find(health.settings().id);
  if (!uplink.mtu.mtu() && !uplink.mtu.searching() && (!budget || budget->available(now) < kSearchBytes)) {
    return;  // a SIM that stands by is not worth a day's bytes: it is measured when it carries traffic
  }
  std::optional<MtuPath> path;
  if (up && health.settings().find_mtu && !health.settings().mtu && health.path().way().source) {
    const std::uint32_t link_mtu = uplink.advice.mtu.value_or(health.path().mtu);
    path = MtuPath{*health.path().way().source,
                   static_cast<std::uint16_t>(std::clamp<std::uint32_t>(link_mtu == 0 ? 1500 : link_mtu, 576, 1500))};
  } else if (health.path().usable()) {
    return;  // down or in probation: what was found under this address holds
  }
  send_sized(uplink, uplink.mtu.see(path, health.echoes().rtt().time_out(), now), effects, now);
}

Effects UplinkFeature::last_words(Instant now) {
  return {probes_.last_words(now), ledger_.state(), damping_.state()};
}

}  // namespace karkara
