#include "agent/power/shed_control.h"

#include <algorithm>

#include "agent/facts/effect_list.h"

namespace karkara {
namespace {

SetAlarm alarm(MessageId message, std::string instance, bool raised, Fields fields = {}) {
  return {{message, std::move(instance)}, raised, raised ? std::move(fields) : Fields{}};
}

std::string kept(const std::map<std::string, std::string>& all, std::string_view key) {
  const auto found = all.find(std::string{key});
  return found != all.end() ? found->second : std::string{};
}

}  // namespace

ShedControl::ShedControl(const PowerSettings& settings, const std::map<std::string, std::string>& all,
                         Instant quiet_since)
    : settings_{settings.shedding},
      battery_{settings.battery.value_or(BatterySettings{})},
      utc_offset_{settings.utc_offset},
      kept_{all},
      ladder_{settings_, battery_},
      end_{settings_, battery_, quiet_since},
      relays_{settings_.relays} {
  const std::string end = kept(kept_, kEndKey);
  told_end_ = end.empty() ? end_.memory() : end;
}

Effects ShedControl::reconfigure(const PowerSettings& settings, Instant now) {
  const bool other_wake = settings.shedding.wake_command != settings_.wake_command;
  settings_ = settings.shedding;
  battery_ = settings.battery.value_or(BatterySettings{});
  utc_offset_ = settings.utc_offset;
  const std::vector<RelayStanding> before = relays_.standings();
  Effects effects = relays_.reconfigure(settings_.relays, now);
  for (const RelayStanding& relay : before) {
    if (std::ranges::find(settings_.relays, relay.id, &RelaySettings::id) == settings_.relays.end()) {
      effects.emplace_back(alarm(MessageId::RelayStuck, relay.id.text(), false));
    }
  }
  const std::string stage = ladder_.memory();
  ladder_.reconfigure(settings_, battery_);
  if (ladder_.memory() != stage) {
    effects.emplace_back(Persist{std::string{kStageKey}, ladder_.memory(), true});
  }
  if (const EndOrders orders = end_.reconfigure(settings_, battery_, now); !orders.deeds.empty()) {
    append(effects, words_.end_called_off());
  }
  append(effects, other_wake ? words_.forget_wake() : Effects{});
  return effects;
}

// Everything is on, and stays so over a restart.
Effects ShedControl::retire(Instant now) {
  PowerSettings nothing;
  nothing.battery = battery_;
  nothing.utc_offset = utc_offset_;
  Effects effects = reconfigure(nothing, now);
  wish_ = {};
  effects.emplace_back(alarm(MessageId::LoadShed, "", false));
  append(effects, words_.end_called_off());
  return effects;
}

void ShedControl::recall(Instant now, Effects& effects) {
  recalled_ = true;
  const auto take = [&](std::string_view what, std::string_view key, auto restore) {
    const std::string text = kept(kept_, key);
    const Status status = text.empty() ? Status{} : restore(text);
    if (!status.ok()) {
      effects.emplace_back(
          Note{MessageId::PowerStateUnread, {{"what", std::string{what}}, {"why", status.error().text}}});
    }
  };
  take("shedding stage", kStageKey, [&](const std::string& text) { return ladder_.restore(text, now); });
  take("power-off", kEndKey, [&](const std::string& text) { return end_.restore(text); });
  take("last word", EndWords::kWordKey, [&](const std::string& text) { return words_.restore_word(text); });
  take("wake-up", EndWords::kWakeKey,
       [&](const std::string& text) { return words_.restore_wake(text, settings_.wake_command); });
  kept_.clear();
}

Effects ShedControl::see(const EnergyWatch& energy, const KnownTime& at, PowerEvents& events) {
  Effects effects;
  if (!recalled_) {
    recall(at.now, effects);
  }
  const unsigned before = stage();
  LadderInputs inputs;
  inputs.battery = energy.battery(at.now);
  inputs.sample = energy.sample();
  inputs.forecast = [&](unsigned stage) { return energy.forecast(stage, at).value_or(EnergyForecast{}); };
  ladder_.see(inputs, at.now, at.wall);
  note_stage(before, at, effects, events);
  follow(at, effects);
  const EndInputs end{inputs.battery, inputs.sample, std::nullopt,
                      settings_.power_off_command.empty() ? std::nullopt : energy.night_hours(at)};
  append(effects, words_.tick(at));
  obey(end_.see(end, at.now, at.wall), at, effects, events);
  return effects;
}

void ShedControl::note_stage(unsigned before, const KnownTime& at, Effects& effects, PowerEvents& events) {
  const LadderState& state = ladder_.state();
  const std::string id = state.stage == 0 ? "all on" : settings_.stages[state.stage - 1].id;
  if (state.stage != before) {
    events.add(at, "stage", id + ": " + state.text);
    effects.emplace_back(Persist{std::string{kStageKey}, ladder_.memory(), true});
  }
  effects.emplace_back(alarm(MessageId::LoadShed, "", state.stage > 0, {{"stage", id}, {"reason", state.text}}));
}

void ShedControl::follow(const KnownTime& at, Effects& effects) {
  wish_ = shed_wish(settings_, stage(), ladder_.state().text, at.now, at.wall, utc_offset_);
  if (end_.is_ending()) {
    wish_.shedding.resting.clear();  // the last word may leave by any way that there still is
  }
  append(effects, relays_.want(wish_.relays, at.now));
  say_relays(effects);
}

void ShedControl::say_relays(Effects& effects) {
  for (const RelayStanding& relay : relays_.standings()) {
    effects.emplace_back(alarm(MessageId::RelayStuck, relay.id.text(), relay.is_stuck(), {{"why", relay.trouble()}}));
  }
}

void ShedControl::obey(EndOrders orders, const KnownTime& at, Effects& effects, PowerEvents& events) {
  append(effects, words_.say(orders, settings_.wake_command, at));
  for (const EndDeed deed : orders.deeds) {
    switch (deed) {
      case EndDeed::Flush: flush_ = true; break;
      case EndDeed::LastGasp: events.add(at, "last gasp", orders.why + "; starts again " + orders.plan); break;
      case EndDeed::CallOff: events.add(at, "stays on", orders.why); break;
    }
  }
  if (!orders.deeds.empty()) {
    follow(at, effects);  // whether uplinks rest
  }
  if (std::string memory = end_.memory(); recalled_ && memory != told_end_) {
    told_end_ = memory;
    effects.emplace_back(Persist{std::string{kEndKey}, std::move(memory), true});
  }
  if (orders.wake) {
    effects.emplace_back(std::move(*orders.wake));
  }
  if (orders.run) {
    effects.emplace_back(std::move(*orders.run));
  }
}

Effects ShedControl::on(const RelaySwitched& answer, const KnownTime& at, PowerEvents& events) {
  Effects effects = relays_.on(answer, at.now);
  obey(end_.on(answer, at.now), at, effects, events);
  say_relays(effects);
  return effects;
}

Effects ShedControl::and_say_relays(Effects effects) {
  say_relays(effects);
  return effects;
}

Effects ShedControl::device_back(const PowerSourceSettings& device, Instant now) {
  switch (device.kind) {
    case PowerSourceKind::Snmp: return relays_.ask_again(device.snmp.endpoint, now);
    case PowerSourceKind::Modbus:
    case PowerSourceKind::SunSpec: return relays_.ask_again(ModbusPlace{device.bus, device.unit}, now);
    case PowerSourceKind::VeDirect:
    case PowerSourceKind::Pylontech:
    case PowerSourceKind::Daly:
    case PowerSourceKind::Jk: return {};  // no relay is switched by these
  }
  return {};
}

Effects ShedControl::tick(const KnownTime& at, PowerEvents& events) {
  Effects effects;
  if (at.now >= wish_.next_change) {
    follow(at, effects);
  }
  append(effects, relays_.tick(at.now));
  obey(end_.tick(at.now), at, effects, events);
  return effects;
}

Instant ShedControl::next_deadline() const {
  return std::min({wish_.next_change, relays_.next_deadline(), end_.next_deadline()});
}

void ShedControl::add_to(EnergyReport& report, const KnownTime& at) const {
  const LadderState& state = ladder_.state();
  report.stage = state.stage;
  report.stage_reason = state.text;
  if (state.since && at.wall) {
    report.stage_since = *at.wall + std::chrono::duration_cast<std::chrono::microseconds>(*state.since - at.now);
  }
  for (std::size_t i = 0; i < settings_.stages.size(); ++i) {
    report.stages.push_back({settings_.stages[i].id, describe(settings_.stages[i]), i < state.stage});
  }
  if (wish_.hours_unknown) {
    report.explanation.emplace_back("The hours of stages are not kept: the router does not know the time yet.");
  }
  for (const RelayStanding& relay : relays_.standings()) {
    if (const std::string trouble = relay.trouble(); !trouble.empty()) {
      report.explanation.push_back("Relay '" + relay.id.text() + "' " + trouble + ".");
    }
  }
  add_end_to(report);
}

void ShedControl::add_end_to(EnergyReport& report) const {
  if (!settings_.power_off_command.empty()) {
    const bool by_itself = settings_.wake_command.empty();
    report.explanation.push_back("Before the battery is cut the router goes off by '" +
                                 settings_.power_off_command.front() + "', and is started again by " +
                                 (by_itself ? "the same" : "'" + settings_.wake_command.front() + "'") + ".");
  }
  if (const auto& trouble = words_.wake_trouble()) {
    report.explanation.push_back("The last time its start could not be planned: " + trouble->why + ".");
  }
  if (!end_.stays_because().empty()) {
    report.explanation.push_back(
        "The router stays on although the battery is about to be cut: " + end_.stays_because() + ".");
  }
}

}  // namespace karkara
