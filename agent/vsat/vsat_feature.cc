#include "agent/vsat/vsat_feature.h"

#include <algorithm>
#include <iterator>

#include "common/overloaded.h"

namespace karkara {
namespace {

void append(VsatEffects& all, VsatEffects more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

constexpr Duration kAttendedPace = std::chrono::seconds{1};

Duration pace_of(const TerminalSettings& settings, bool active, bool saving) {
  if (saving) {
    return active ? settings.standby_pace : settings.saving_pace;
  }
  return active ? settings.active_pace : settings.standby_pace;
}

}  // namespace

VsatFeature::VsatFeature(VsatSettings settings, Instant now)
    : tables_{std::make_shared<const std::vector<DeviceTable>>(std::move(settings.tables))} {
  for (const TerminalSettings& terminal : settings.terminals) {
    terminals_.push_back(make(terminal, now));
  }
  set_paces(now);
}

VsatFeature::Terminal VsatFeature::make(const TerminalSettings& settings, Instant now) const {
  return std::visit(Overloaded{
                        [&](const SnmpTerminal&) {
                          return Terminal{settings, TerminalWatch{settings, tables_, now}};
                        },
                        [&](const DishTerminal&) {
                          return Terminal{settings, DishWatch{settings, now}};
                        },
                    },
                    settings.by);
}

VsatFeature::Terminal* VsatFeature::find(const UplinkId& uplink) {
  const auto found = std::ranges::find(terminals_, uplink, [](const Terminal& each) { return each.settings.uplink; });
  return found != terminals_.end() ? &*found : nullptr;
}

VsatEffects VsatFeature::on(const SnmpAnswered& event, Instant now) {
  for (Terminal& terminal : terminals_) {
    if (auto* watch = std::get_if<TerminalWatch>(&terminal.watch); watch && watch->device() == event.device) {
      return watch->on(event, now);
    }
  }
  return {};
}

VsatEffects VsatFeature::on(const DishSeen& event, Instant now) {
  Terminal* terminal = find(event.uplink);
  auto* watch = terminal != nullptr ? std::get_if<DishWatch>(&terminal->watch) : nullptr;
  return watch != nullptr ? watch->on(event, now) : VsatEffects{};
}

void VsatFeature::set_paces(Instant now) {
  for (Terminal& terminal : terminals_) {
    Duration pace = pace_of(terminal.settings, terminal.settings.uplink == active_, saving_);
    if (attended_) {
      pace = std::min(pace, kAttendedPace);
    }
    std::visit([&](auto& watch) { watch.set_pace(pace, now); }, terminal.watch);
  }
}

void VsatFeature::set_active(const UplinkId& uplink, Instant now) {
  if (active_ != uplink) {
    active_ = uplink;
    set_paces(now);
  }
}

void VsatFeature::set_saving(bool saving, Instant now) {
  if (saving_ != saving) {
    saving_ = saving;
    set_paces(now);
  }
}

void VsatFeature::set_attended(bool attended, Instant now) {
  if (attended_ != attended) {
    attended_ = attended;
    set_paces(now);
  }
}

void VsatFeature::on_battery(Volts voltage, Instant now) {
  for (Terminal& terminal : terminals_) {
    if (auto* watch = std::get_if<TerminalWatch>(&terminal.watch)) {
      watch->on_battery(voltage, now);
    }
  }
}

VsatEffects VsatFeature::reconfigure(VsatSettings settings, Instant now) {
  VsatEffects effects;
  std::vector<Terminal> before = std::move(terminals_);
  terminals_.clear();
  tables_ = std::make_shared<const std::vector<DeviceTable>>(std::move(settings.tables));
  for (Terminal& old : before) {
    if (std::ranges::find(settings.terminals, old.settings) == settings.terminals.end()) {
      append(effects, std::visit([](auto& watch) { return watch.retire(); }, old.watch));
    }
  }
  for (const TerminalSettings& wanted : settings.terminals) {
    const auto same = std::ranges::find(before, wanted, &Terminal::settings);
    terminals_.push_back(same != before.end() ? std::move(*same) : make(wanted, now));
    if (auto* watch = std::get_if<TerminalWatch>(&terminals_.back().watch)) {
      watch->use(tables_, now);
    }
  }
  set_paces(now);
  return effects;
}

VsatEffects VsatFeature::tick(Instant now) {
  VsatEffects effects;
  for (Terminal& terminal : terminals_) {
    append(effects, std::visit([&](auto& watch) { return watch.tick(now); }, terminal.watch));
  }
  return effects;
}

Instant VsatFeature::next_deadline() const {
  Instant next = Instant::max();
  for (const Terminal& terminal : terminals_) {
    next = std::min(next, std::visit([](const auto& watch) { return watch.next_deadline(); }, terminal.watch));
  }
  return next;
}

VsatAdvice VsatFeature::advice(const UplinkId& uplink, Instant now) const {
  for (const Terminal& terminal : terminals_) {
    if (terminal.settings.uplink == uplink) {
      return std::visit([&](const auto& watch) { return watch.advice(now); }, terminal.watch);
    }
  }
  VsatAdvice none;
  none.why = "no terminal";
  return none;
}

std::map<UplinkId, QuantityReadings> VsatFeature::readings(Instant now) const {
  std::map<UplinkId, QuantityReadings> all;
  for (const Terminal& terminal : terminals_) {
    all.emplace(terminal.settings.uplink,
                std::visit([&](const auto& watch) { return watch.readings(now); }, terminal.watch));
  }
  return all;
}

std::map<UplinkId, LiveSignal> VsatFeature::live_signals(Instant now) const {
  std::map<UplinkId, LiveSignal> all;
  for (const Terminal& terminal : terminals_) {
    all.emplace(terminal.settings.uplink,
                std::visit([&](const auto& watch) { return watch.live_signal(now); }, terminal.watch));
  }
  return all;
}

std::vector<CheckItem> VsatFeature::check(Instant now) const {
  std::vector<CheckItem> all;
  for (const Terminal& terminal : terminals_) {
    for (CheckItem& item : std::visit([&](const auto& watch) { return watch.check(now); }, terminal.watch)) {
      item.name += " of " + terminal.settings.uplink.text();
      all.push_back(std::move(item));
    }
  }
  return all;
}

std::map<UplinkId, std::string> VsatFeature::memories() const {
  std::map<UplinkId, std::string> all;
  for (const Terminal& terminal : terminals_) {
    if (const auto* watch = std::get_if<TerminalWatch>(&terminal.watch)) {
      if (std::string memory = watch->fade().clear_sky().remember(); !memory.empty()) {
        all.emplace(terminal.settings.uplink, std::move(memory));
      }
    }
  }
  return all;
}

void VsatFeature::recall(const UplinkId& uplink, std::string_view memory) {
  Terminal* terminal = find(uplink);
  if (auto* watch = terminal != nullptr ? std::get_if<TerminalWatch>(&terminal->watch) : nullptr) {
    watch->fade().clear_sky().recall(memory);
  }
}

}  // namespace karkara
