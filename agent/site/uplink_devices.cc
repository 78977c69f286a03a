#include "agent/site/uplink_devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/devices/quantities.h"
#include "agent/facts/effect_list.h"
#include "agent/facts/prefix_match.h"
#include "agent/shaping/link_efficiency.h"
#include "agent/site/join_advice.h"

namespace karkara {
namespace {

constexpr Duration kMemorySavePause = std::chrono::hours{6};  // what a clear sky gives changes over months

std::string kept(const PersistedState& persisted, std::string_view key) {
  const auto at = persisted.find(std::string{key});
  return at == persisted.end() ? "" : at->second;
}

std::vector<UplinkId> ids_of(const CellularSettings& settings) {
  std::vector<UplinkId> ids;
  for (const CellularUplinkSettings& uplink : settings.uplinks) {
    ids.push_back(uplink.id);
  }
  return ids;
}

std::vector<UplinkId> ids_of(const VsatSettings& settings) {
  std::vector<UplinkId> ids;
  for (const TerminalSettings& terminal : settings.terminals) {
    ids.push_back(terminal.uplink);
  }
  return ids;
}

// By the probes, not by what is shown: a modem that recovers and stays silent needs the next rung. While a person or
// the battery holds the uplink nobody waits for it: it is neither cured nor given up for another SIM.
// What carries traffic that is answered works, although no anchor says so.
CellularVerdict verdict_of(const std::optional<ProbedUplink>& uplink, bool answered) {
  if (!uplink) {
    return CellularVerdict::Unknown;
  }
  if (uplink->held) {
    return CellularVerdict::Rests;
  }
  // An operator may let nothing pass any more: no cure brings that back.
  const bool connected =
      uplink->state == UplinkState::Up || uplink->state == UplinkState::Suspect || uplink->state == UplinkState::Down;
  if (connected && uplink->used_up) {
    return CellularVerdict::Held;
  }
  if (uplink->portal) {
    return CellularVerdict::Portal;
  }
  switch (uplink->state) {
    case UplinkState::Up: return CellularVerdict::Passing;
    case UplinkState::Down: return answered ? CellularVerdict::Passing : CellularVerdict::Silent;
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
  return CellularVerdict::Unknown;
}

bool others_up(const UplinkFeature& uplinks, const UplinkId& than) {
  return std::ranges::any_of(uplinks.facts(), [&](const UplinkFact& fact) { return fact.up && fact.id != than; });
}

// A link-local address is no address of the world's: the network's router advertisements tell the rest.
void advise_v6(const BearerIp& v6, UplinkAdvice& advice) {
  advice.resolvers.insert(advice.resolvers.end(), v6.dns.begin(), v6.dns.end());
  advice.mtu = advice.mtu && v6.mtu ? std::min(advice.mtu, v6.mtu) : advice.mtu ? advice.mtu : v6.mtu;
  if (v6.method == BearerIpMethod::Static && v6.address && !is_link_local(v6.address->address)) {
    advice.address6 = v6.address;
    const bool on_link = v6.gateway && (is_link_local(*v6.gateway) || holds(*v6.address, {*v6.gateway, 128}));
    advice.gateway6 = on_link ? v6.gateway : std::nullopt;
    advice.point_to_point6 = !on_link;  // a modem has no neighbours: the other end takes everything
  }
}

UplinkAdvice advice_of(const CellularReport& report) {
  UplinkAdvice advice;
  advice.uplink = report.uplink;
  advice.interface = report.interface;
  advice.recovering = report.recovery;
  advice.ledger_key = report.iccid.value_or("");
  advice.slot = report.sim_slot;
  advice.sims = report.sims;
  advice.unusable = report.bearer_fault;
  advice.draining = report.leaving;
  if (report.v4) {
    advice.gateway = report.v4->gateway;
    advice.resolvers = report.v4->dns;
    advice.mtu = report.v4->mtu;
    if (report.v4->method == BearerIpMethod::Static) {
      advice.address = report.v4->address;
      advice.point_to_point = report.v4->address && !report.v4->gateway;
    }
  }
  if (report.v6) {
    advise_v6(*report.v6, advice);
  }
  return advice;
}

template <class Unit>
Value value_of(const std::optional<Unit>& measured) {
  return measured ? Value{measured->value()} : Value{Absent::NotYet};
}

}  // namespace

UplinkDevices::UplinkDevices(const CellularSettings& cellular, const VsatSettings& vsat,
                             const PersistedState& persisted, Instant now)
    : cellular_{cellular, kept(persisted, CellularFeature::kKey), now},
      vsat_{vsat, now},
      cellular_ids_{ids_of(cellular)},
      vsat_ids_{ids_of(vsat)},
      next_memory_save_{vsat_ids_.empty() ? Instant::max() : now + kMemorySavePause} {
  for (const UplinkId& id : vsat_ids_) {
    vsat_.recall(id, kept(persisted, "terminal-" + id.text()));
  }
}

Effects UplinkDevices::attend(Instant now) {
  attention_.asked(now);
  return follow_attention(now);
}

Effects UplinkDevices::follow_attention(Instant now) {
  if (!attention_.turned(now)) {
    return {};
  }
  vsat_.set_attended(attention_.held(), now);
  return translate(cellular_.set_attended(attention_.held(), now));
}

Effects UplinkDevices::tick(Instant now) {
  Effects effects = follow_attention(now);
  append(effects, translate(cellular_.tick(now)));
  append(effects, translate(vsat_.tick(now)));
  if (next_memory_save_ <= now) {
    next_memory_save_ = now + kMemorySavePause;
    for (const auto& [uplink, memory] : vsat_.memories()) {
      effects.push_back(Persist{"terminal-" + uplink.text(), memory});
    }
  }
  return effects;
}

Instant UplinkDevices::next_deadline() const {
  return std::min({cellular_.next_deadline(), vsat_.next_deadline(), next_memory_save_, attention_.next_deadline()});
}

Effects UplinkDevices::reconfigure(const CellularSettings& cellular, const VsatSettings& vsat, Instant now) {
  cellular_ids_ = ids_of(cellular);
  vsat_ids_ = ids_of(vsat);
  next_memory_save_ = vsat_ids_.empty() ? Instant::max() : now + kMemorySavePause;
  Effects effects = translate(cellular_.reconfigure(cellular, now));
  append(effects, translate(vsat_.reconfigure(vsat, now)));
  return effects;
}

Effects UplinkDevices::follow(const UplinkFeature& uplinks, const SiteHours& hours, Instant now) {
  Effects effects;
  if (!cellular_ids_.empty()) {
    std::map<UplinkId, UplinkSight> sights;
    for (const UplinkFact& fact : uplinks.facts()) {
      if (std::ranges::find(cellular_ids_, fact.id) == cellular_ids_.end()) {
        continue;
      }
      const auto probed = uplinks.probed(fact.id);
      const Link* link = uplinks.kernel().link_named(fact.interface);
      sights[fact.id] = {.verdict = verdict_of(probed, uplinks.answered_lately(fact.id, now)),
                         .proven = probed && probed->proven,
                         .rooms = uplinks.sim_rooms(fact.id, now),
                         .carries = uplinks.carries(fact.id),
                         .others_up = others_up(uplinks, fact.id),
                         .idle = use_[fact.id].idle(link ? link->received_bytes + link->sent_bytes : 0, now)};
    }
    const Circumstances site{uplinks.any_up(), uplinks.active(), hours.local, uplinks.any_way_out(now), hours.saving};
    effects = translate(cellular_.follow(site, sights, now));
  }
  if (uplinks.active()) {
    vsat_.set_active(*uplinks.active(), now);
  }
  return effects;
}

std::vector<UplinkAdvice> UplinkDevices::advice(Instant now) const {
  std::vector<UplinkAdvice> all;
  for (const CellularReport& report : cellular_.reports(now)) {
    all.push_back(advice_of(report));
  }
  for (const UplinkId& id : vsat_ids_) {
    const VsatAdvice fade = vsat_.advice(id, now);
    UplinkAdvice advice;
    advice.uplink = id;
    advice.draining = fade.drain ? fade.why : "";
    if (const auto told = std::ranges::find(all, id, &UplinkAdvice::uplink); told != all.end()) {
      join(advice, *told);
    } else {
      all.push_back(std::move(advice));
    }
  }
  return all;
}

std::vector<std::pair<UplinkId, double>> UplinkDevices::efficiencies(Instant now) const {
  std::vector<std::pair<UplinkId, double>> all;
  const auto tell = [&all](const UplinkId& uplink, std::optional<double> efficiency) {
    if (efficiency) {
      all.emplace_back(uplink, *efficiency);
    }
  };
  for (const UplinkId& id : vsat_ids_) {
    const VsatAdvice advice = vsat_.advice(id, now);
    tell(id, advice.locked == false ? std::nullopt : efficiency_of_modcod(advice.modcod_name));
  }
  for (const auto& [uplink, told] : vsat_.readings(now)) {
    if (const auto cqi = number_of(told, quantity::kCqi)) {
      tell(uplink, efficiency_of_cqi(*cqi));
    }
  }
  return all;
}

std::vector<Sample> UplinkDevices::samples(Instant now) const {
  std::vector<Sample> all;
  for (const CellularReport& report : cellular_.reports(now)) {
    const std::string& id = report.uplink.text();
    all.push_back({SeriesId::UplinkRsrp, id, value_of(report.signal.rsrp)});
    all.push_back({SeriesId::UplinkRsrq, id, value_of(report.signal.rsrq)});
    all.push_back({SeriesId::UplinkSnr, id, value_of(report.signal.snr)});
  }
  // A router with a modem of its own that is read like a terminal.
  for (const auto& [uplink, told] : vsat_.readings(now)) {
    for (const auto& [series, quantity] :
         {std::pair{SeriesId::UplinkRsrp, quantity::kRsrp}, std::pair{SeriesId::UplinkRsrq, quantity::kRsrq},
          std::pair{SeriesId::UplinkSnr, quantity::kSinr}}) {
      if (const QuantityReading* reading = find_reading(told, quantity)) {
        all.push_back({series, uplink.text(), reading->value});
      }
    }
  }
  for (const UplinkId& id : vsat_ids_) {
    const VsatAdvice fade = vsat_.advice(id, now);
    all.push_back({SeriesId::UplinkEsN0, id.text(), value_of(fade.es_n0)});
    all.push_back({SeriesId::UplinkLinkMargin, id.text(), value_of(fade.margin)});
    all.push_back(
        {SeriesId::UplinkLocked, id.text(), fade.locked ? Value{*fade.locked ? 1.0 : 0.0} : Value{Absent::NotYet}});
    all.push_back({SeriesId::UplinkTransmitLevel, id.text(), value_of(fade.transmit_level)});
    all.push_back({SeriesId::UplinkModcod, id.text(), fade.modcod ? Value{*fade.modcod} : Value{Absent::NotYet}});
  }
  return all;
}

std::vector<Sample> UplinkDevices::live_samples(Instant now) const {
  const auto seconds = [](Duration d) { return std::chrono::duration<double>(d).count(); };
  std::vector<Sample> all;
  for (const CellularReport& report : cellular_.reports(now)) {
    const Value interval = report.signal_interval ? Value{seconds(*report.signal_interval)} : Absent::NotYet;
    all.push_back({SeriesId::UplinkSignalInterval, report.uplink.text(), interval});
  }
  for (const auto& [uplink, live] : vsat_.live_signals(now)) {
    const std::string& id = uplink.text();
    const Value locked = live.receive_locked ? Value{*live.receive_locked ? 1.0 : 0.0} : Absent::NotYet;
    all.push_back({SeriesId::UplinkEsN0Raw, id, live.es_n0});
    all.push_back({SeriesId::UplinkReceiveLocked, id, locked});
    all.push_back({SeriesId::UplinkSignalAge, id, live.age ? Value{seconds(*live.age)} : Absent::NotYet});
    all.push_back({SeriesId::UplinkSignalInterval, id, seconds(live.pace)});
  }
  return all;
}

std::vector<CheckItem> UplinkDevices::check(Instant now) const {
  std::vector<CheckItem> all = cellular_.check(now);
  for (CheckItem& item : vsat_.check(now)) {
    all.push_back(std::move(item));
  }
  return all;
}

std::map<std::string, std::string> UplinkDevices::sentences(Instant now) const {
  std::map<std::string, std::string> all;
  for (const CellularReport& report : cellular_.reports(now)) {
    all[report.uplink.text()] = report.sentence;
  }
  for (const UplinkId& id : vsat_ids_) {
    join(vsat_.advice(id, now).why, all[id.text()]);
  }
  return all;
}

std::map<std::string, std::string> UplinkDevices::spares(Instant now) const {
  std::map<std::string, std::string> all;
  for (const CellularReport& report : cellular_.reports(now)) {
    if (!report.spares.empty()) {
      all[report.uplink.text()] = report.spares;
    }
  }
  return all;
}

std::map<std::string, std::string> UplinkDevices::readings(Instant now) const {
  std::map<std::string, std::string> all;
  for (const auto& [uplink, told] : vsat_.readings(now)) {
    std::vector<std::string> words;
    for (const QuantityReading& reading : told) {
      if (const auto* number = std::get_if<double>(&reading.value)) {
        words.push_back(fmt::format("{} {:.6g}{}{}", reading.quantity, *number, reading.unit.empty() ? "" : " ",
                                    reading.word.empty() ? reading.unit : reading.unit + " (" + reading.word + ")"));
      }
    }
    if (!words.empty()) {
      all[uplink.text()] = fmt::format("its device tells: {}", fmt::join(words, ", "));
    }
  }
  return all;
}

std::map<std::string, std::string> UplinkDevices::balances(Instant now) const {
  std::map<std::string, std::string> all;
  for (const CellularReport& report : cellular_.reports(now)) {
    if (const std::string told = balance_sentence(report, now); !told.empty()) {
      all[report.uplink.text()] = told;
    }
  }
  return all;
}

}  // namespace karkara
