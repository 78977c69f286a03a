// What uplinks and their SIMs used, may still use and cost: the ledger, read by the allowances; and which SIM it is.
#include <algorithm>
#include <utility>

#include "agent/uplink/uplink_feature.h"

namespace karkara {
namespace {

const AllowanceSettings& allowance_in(const UplinkSettings& uplink, std::uint32_t slot) {
  const auto own = uplink.sim_allowances.find(slot);
  return own != uplink.sim_allowances.end() ? own->second : uplink.allowance;
}

}  // namespace

const std::string& UplinkFeature::ledger_key_of(const Uplink& uplink) const {
  return uplink.advice.ledger_key.empty() ? uplink.health.settings().id.text() : uplink.advice.ledger_key;
}

// A card that is out of use goes on by its own cycle, or it would never be whole again.
LedgerSettings UplinkFeature::ledger_settings() const {
  LedgerSettings ledger;
  ledger.offset = settings_.utc_offset;
  for (const UplinkSettings& uplink : settings_.uplinks) {
    ledger.rules[uplink.id.text()] = uplink.allowance.cycle;
  }
  for (const Uplink& uplink : uplinks_) {
    const UplinkSettings& settings = uplink.health.settings();
    for (const KnownSim& sim : uplink.advice.sims) {
      if (!sim.key.empty()) {
        ledger.rules[sim.key] = allowance_in(settings, sim.slot).cycle;
      }
    }
    ledger.rules[ledger_key_of(uplink)] = allowance_in(settings, uplink.advice.slot).cycle;
  }
  return ledger;
}

Allowance UplinkFeature::allowance_of(const Uplink& uplink) const {
  return {allowance_in(uplink.health.settings(), uplink.advice.slot), settings_.utc_offset};
}

// The uplink's own money pays for all of its SIMs that have none of their own; bundles are each SIM's.
Quota UplinkFeature::quota_of(const Uplink& uplink, std::uint32_t slot, const std::string& key, Instant now) const {
  const UplinkSettings& settings = uplink.health.settings();
  std::uint64_t beside = 0;
  const auto add = [&](const std::string& other) {
    const KeyUsage* usage = other == key ? nullptr : ledger_.find(other);
    beside += usage != nullptr ? usage->used_in_cycle() : 0;
  };
  if (!settings.sim_allowances.contains(slot)) {
    add(settings.id.text());
    for (const KnownSim& sim : uplink.advice.sims) {
      if (!settings.sim_allowances.contains(sim.slot)) {
        add(sim.key);
      }
    }
  }
  const Allowance allowance{allowance_in(settings, slot), settings_.utc_offset};
  return allowance.quota(ledger_.find(key), known_time(now), beside);
}

void UplinkFeature::account(Effects& effects, Instant now) {
  for (Uplink& uplink : uplinks_) {
    const UplinkSettings& settings = uplink.health.settings();
    if (const Link* link = kernel_.link_named(interface_of(uplink))) {
      const CounterReading reading{boot_, link->index, link->received_bytes, link->sent_bytes};
      const auto metered = ledger_.on(settings.id, ledger_key_of(uplink), reading, settings.rate, known_time(now));
      if (metered && metered->what == Metering::Anomaly) {
        effects.push_back(Note{MessageId::CounterDisbelieved, {{"uplink", settings.id.text()}}});
      }
    }
    judge_quota(uplink, now);
  }
}

void UplinkFeature::judge_quota(Uplink& uplink, Instant now) {
  uplink.quota = quota_of(uplink, uplink.advice.slot, ledger_key_of(uplink), now);
  uplink.fits_pace = !uplink.quota.mean_use || uplink.gate.fits(*uplink.quota.mean_use, uplink.quota);
}

Effects UplinkFeature::advise(const UplinkAdvice& advice, Instant now) {
  Uplink* uplink = find(advice.uplink);
  if (!uplink || uplink->advice == advice) {
    return {};
  }
  const UplinkAdvice before = std::exchange(uplink->advice, advice);
  if (advice.slot == 0) {  // a modem that is away keeps its SIM's account
    uplink->advice.slot = before.slot;
    uplink->advice.sims = before.sims;
  }
  if (advice.ledger_key.empty() && uplink->advice.slot == before.slot) {
    uplink->advice.ledger_key = before.ledger_key;
  }
  if (uplink->advice == before) {
    return {};
  }
  if (uplink->advice.ledger_key != before.ledger_key || uplink->advice.slot != before.slot ||
      uplink->advice.sims != before.sims) {
    configure_ledger();  // its bytes follow the cycle of its own allowance
    judge_quota(*uplink, now);
  }
  return see_kernel(now);
}

Result<Effects> UplinkFeature::correct(const BalanceTold& told, Instant now) {
  return correct(told, "", now);
}

Result<Effects> UplinkFeature::correct(const BalanceTold& told, std::string_view iccid, Instant now) {
  Uplink* uplink = find(told.uplink);
  if (!uplink) {
    return unknown(told.uplink);
  }
  const std::string key = iccid.empty() ? ledger_key_of(*uplink) : std::string{iccid};
  const Status done = ledger_.reconcile(key, told.remaining, known_time(now));
  if (!done.ok()) {
    return done.error();
  }
  judge_quota(*uplink, now);
  return settle({ledger_.state()}, now);
}

std::vector<SimRoom> UplinkFeature::sim_rooms(const UplinkId& id, Instant now) const {
  const auto index = index_of(id);
  if (!index) {
    return {};
  }
  const Uplink& uplink = uplinks_[*index];
  std::vector<SimRoom> rooms;
  for (const KnownSim& sim : uplink.advice.sims) {
    const Quota quota = quota_of(uplink, sim.slot, sim.key, now);
    if (sim.key.empty() && !quota.overspent()) {
      continue;  // of a card that was never read nothing is known but that the purse is empty
    }
    SimRoom room{sim.slot, quota.exhausted() || quota.overspent(), {}};
    if (wall_ && quota.cycle_start && *quota.cycle_start <= *wall_ &&
        allowance_in(uplink.health.settings(), sim.slot).limits()) {
      room.cycle_age = *wall_ - *quota.cycle_start;
    }
    rooms.push_back(room);
  }
  return rooms;
}

std::optional<ProbedUplink> UplinkFeature::probed(const UplinkId& id) const {
  const auto index = index_of(id);
  if (!index) {
    return std::nullopt;
  }
  const Uplink& uplink = uplinks_[*index];
  const UplinkHealth& health = uplink.health;
  const TruthPolicy policy = truth_policy(health.settings());
  const bool up = health.state() == UplinkState::Up && !health.only_traffic_speaks_for_it();
  return ProbedUplink{health.state(), uplink.truth.verdict() == Truth::Portal,
                      uplink.quota.exhausted() || uplink.quota.overspent(),
                      !uplink.advice.held.empty() || !orders_.held(id).empty(),
                      up && (uplink.truth.verdict() == Truth::Proven || (!policy.content && !policy.resolver))};
}

std::vector<UsageReport> UplinkFeature::usage(Instant now) const {
  std::vector<UsageReport> all;
  for (const Uplink& uplink : uplinks_) {
    const UplinkId& id = uplink.health.settings().id;
    UsageReport report;
    report.uplink = id.text();
    report.key = ledger_key_of(uplink);
    if (const KeyUsage* usage = ledger_.find(report.key)) {
      report.today = usage->today;
      report.cycle = usage->cycle;
      report.undated = usage->undated;
    }
    report.remaining = uplink.quota.remaining;
    report.spent = uplink.quota.spent;
    report.spend_limit = uplink.quota.spend_limit;
    report.sentence = allowance_of(uplink).sentence(uplink.quota, known_time(now));
    if (const ProbeBudget* budget = probes_.find(id)) {
      report.probe_bytes_today = budget->spent_today(now);
      report.probe_bytes_a_day = budget->policy().bytes_per_day;
    }
    report.anomalies = ledger_.anomalies(id);
    all.push_back(std::move(report));
  }
  return all;
}

}  // namespace karkara
