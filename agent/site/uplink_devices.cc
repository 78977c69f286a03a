#include "agent/site/uplink_devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/devices/quantities.h"
#include "agent/facts/effect_list.h"
#include "common/overloaded.h"

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

MessageId message_of(CellularAlarm alarm) {
  switch (alarm) {
    case CellularAlarm::ModemServiceAbsent: return MessageId::ModemServiceAbsent;
    case CellularAlarm::ModemAbsent: return MessageId::ModemAbsent;
    case CellularAlarm::ModemFailed: return MessageId::ModemFailed;
    case CellularAlarm::SimMissing: return MessageId::SimMissing;
    case CellularAlarm::SimPinNeeded: return MessageId::SimPinNeeded;
    case CellularAlarm::SimPukRequired: return MessageId::SimPukRequired;
    case CellularAlarm::SimLocked: return MessageId::SimLocked;
    case CellularAlarm::SimNotConfigured: return MessageId::SimNotConfigured;
    case CellularAlarm::RegistrationDenied: return MessageId::RegistrationDenied;
    case CellularAlarm::RoamingRefused: return MessageId::RoamingRefused;
    case CellularAlarm::WeakSignal: return MessageId::WeakSignal;
    case CellularAlarm::RecoveryExhausted: return MessageId::RecoveryExhausted;
  }
  return MessageId::ModemFailed;
}

MessageId message_of(CellularNoteKind kind) {
  switch (kind) {
    case CellularNoteKind::ModemFound: return MessageId::ModemFound;
    case CellularNoteKind::ModemMoved: return MessageId::ModemMoved;
    case CellularNoteKind::PinSent: return MessageId::SimPinSent;
    case CellularNoteKind::RecoveryStep: return MessageId::ModemRecoveryStep;
    case CellularNoteKind::Recovered: return MessageId::ModemRecovered;
    case CellularNoteKind::SlotSwitched: return MessageId::SimSlotSwitched;
    case CellularNoteKind::BalanceRead: return MessageId::SimBalanceRead;
    case CellularNoteKind::CommandFailed: return MessageId::ModemCommandFailed;
  }
  return MessageId::ModemCommandFailed;
}

MessageId message_of(VsatMessage message) {
  switch (message) {
    case VsatMessage::TerminalSilent: return MessageId::VsatTerminalSilent;
    case VsatMessage::TerminalUnknown: return MessageId::VsatTerminalUnknown;
    case VsatMessage::NotLocked: return MessageId::VsatNotLocked;
    case VsatMessage::FadePredicted: return MessageId::VsatFadePredicted;
    case VsatMessage::SignalDrift: return MessageId::VsatSignalDrift;
    case VsatMessage::PowerSag: return MessageId::VsatPowerSag;
    case VsatMessage::DishObstructed: return MessageId::DishObstructed;
    case VsatMessage::DishAlert: return MessageId::DishAlert;
    case VsatMessage::DishDisabled: return MessageId::DishDisabled;
    case VsatMessage::TerminalRebooted: return MessageId::VsatTerminalRebooted;
  }
  return MessageId::VsatTerminalSilent;
}

Fields with_uplink(const UplinkId& uplink, const Fields& more) {
  Fields fields{{"uplink", uplink.text()}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

CellularVerdict verdict_of(std::optional<UplinkState> state) {
  if (!state) {
    return CellularVerdict::Unknown;
  }
  switch (*state) {
    case UplinkState::Up:
    case UplinkState::Drain: return CellularVerdict::Passing;
    case UplinkState::Down: return CellularVerdict::Silent;
    case UplinkState::Portal: return CellularVerdict::Portal;
    case UplinkState::Held: return CellularVerdict::Held;
    case UplinkState::Absent:
    case UplinkState::Linked:
    case UplinkState::Addressed:
    case UplinkState::Probation:
    case UplinkState::Suspect:
    case UplinkState::Recover: break;
  }
  return CellularVerdict::Unknown;
}

UplinkAdvice advice_of(const CellularReport& report) {
  UplinkAdvice advice;
  advice.uplink = report.uplink;
  advice.interface = report.interface;
  advice.recovering = report.recovery;
  advice.ledger_key = report.iccid.value_or("");
  if (report.v4) {
    advice.gateway = report.v4->gateway;
    advice.resolvers = report.v4->dns;
    advice.mtu = report.v4->mtu;
    if (report.v4->method == BearerIpMethod::Static) {
      advice.address = report.v4->address;
      advice.point_to_point = !report.v4->gateway;
    }
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

Effects UplinkDevices::follow(const UplinkFeature& uplinks, std::optional<int> local_hour, Instant now) {
  Effects effects;
  for (const UplinkId& id : cellular_ids_) {
    append(effects, translate(cellular_.set_verdict(id, verdict_of(uplinks.state_of(id)), now)));
  }
  if (!cellular_ids_.empty()) {
    append(effects, translate(cellular_.set_circumstances({uplinks.any_up(), uplinks.active(), local_hour}, now)));
  }
  if (uplinks.active()) {
    vsat_.set_active(*uplinks.active(), now);
  }
  return effects;
}

std::vector<UplinkAdvice> UplinkDevices::advice(Instant now) const {
  std::vector<UplinkAdvice> all;
  for (const CellularReport& report : cellular_.reports()) {
    all.push_back(advice_of(report));
  }
  for (const UplinkId& id : vsat_ids_) {
    const VsatAdvice fade = vsat_.advice(id, now);
    UplinkAdvice advice;
    advice.uplink = id;
    advice.draining = fade.drain ? fade.why : "";
    all.push_back(std::move(advice));
  }
  return all;
}

std::vector<Sample> UplinkDevices::samples(Instant now) const {
  std::vector<Sample> all;
  for (const CellularReport& report : cellular_.reports()) {
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
  for (const CellularReport& report : cellular_.reports()) {
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
  std::vector<CheckItem> all = cellular_.check();
  for (CheckItem& item : vsat_.check(now)) {
    all.push_back(std::move(item));
  }
  return all;
}

std::map<std::string, std::string> UplinkDevices::sentences(Instant now) const {
  std::map<std::string, std::string> all;
  for (const CellularReport& report : cellular_.reports()) {
    all[report.uplink.text()] = report.sentence;
  }
  for (const UplinkId& id : vsat_ids_) {
    all[id.text()] = vsat_.advice(id, now).why;
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

Effects UplinkDevices::translate(const CellularEffects& effects) {
  Effects all;
  for (const CellularEffect& effect : effects) {
    std::visit(Overloaded{
                   [&](const ModemCommand& e) { all.push_back(e); },
                   [&](const PowerCycleModem& e) { all.push_back(e); },
                   [&](const RebootRouter& e) { all.push_back(e); },
                   [&](const Persist& e) { all.push_back(e); },
                   [&](const SetCellularAlarm& e) {
                     all.push_back(SetAlarm{{message_of(e.alarm), e.uplink.text()}, e.raised, e.fields});
                   },
                   [&](const CellularNote& e) {
                     all.push_back(Note{message_of(e.kind), with_uplink(e.uplink, e.fields)});
                   },
               },
               effect);
  }
  return all;
}

Effects UplinkDevices::translate(const VsatEffects& effects) {
  Effects all;
  for (const VsatEffect& effect : effects) {
    std::visit(Overloaded{
                   [&](const SnmpGet& e) { all.push_back(e); },
                   [&](const SnmpForget& e) { all.push_back(e); },
                   [&](const ReadDish& e) { all.push_back(e); },
                   [&](const VsatSays& e) {
                     if (e.message == VsatMessage::TerminalRebooted) {
                       all.push_back(Note{message_of(e.message), with_uplink(e.uplink, e.fields)});
                     } else {
                       all.push_back(SetAlarm{{message_of(e.message), e.uplink.text()}, e.raised, e.fields});
                     }
                   },
               },
               effect);
  }
  return all;
}

}  // namespace karkara
