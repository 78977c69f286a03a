// The power feature: what the site's power devices say in; samples, reports, alarms and the belief about the battery
// out. Composes one source for each configured device and, where a battery is configured, the watch over its energy.
// Refuses to open anything itself: it asks with effects. Called by agent/site only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/past_sample.h"
#include "agent/power/energy_watch.h"
#include "agent/power/power_events.h"
#include "agent/power/power_source.h"
#include "agent/power/settings.h"
#include "agent/power/shed_control.h"

namespace karkara {

class PowerFeature {
 public:
  // kept: what an earlier run persisted, by key.
  explicit PowerFeature(PowerSettings settings, const std::map<std::string, std::string>& kept = {});

  Effects start(Instant now);
  // Events of other features' devices are left alone.
  Effects on(const SerialOpened& event, Instant now) { return tell(event, event.device, now); }
  Effects on(const SerialClosed& event, Instant now) { return tell(event, event.device, now); }
  Effects on(const SerialBytes& event, Instant now) { return tell(event, event.device, now); }
  Effects on(const ModbusAnswered& event, Instant now);
  Effects on(const SnmpAnswered& event, Instant now) { return tell(event, event.device, now); }
  Effects on(const SnmpSetDone& event, Instant now);
  Effects on(const RelaySwitched& event, const KnownTime& at);
  Effects alarms_heard() { return shed_ ? shed_->heard() : Effects{}; }  // by the controller, all that there were
  // The state of unchanged ids is kept, removed ones are closed, those with another device are opened anew.
  Effects reconfigure(const PowerSettings& settings, Instant now);
  Effects tick(const KnownTime& at);
  Effects stop(const KnownTime& at);  // what must not be lost
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] bool owns(const DeviceId& device) const;
  [[nodiscard]] std::vector<Sample> samples(const KnownTime& at) const;  // all series, absent ones too
  [[nodiscard]] std::vector<Sample> source_samples(Instant now) const;   // the devices' own part of them
  [[nodiscard]] std::vector<PowerSourceReport> reports(Instant now) const;
  [[nodiscard]] Shedding shedding() const { return shed_ ? shed_->shedding() : Shedding{}; }
  // False for a moment after a restart, until what was shed before is recalled.
  [[nodiscard]] bool knows_shedding() const { return !shed_ || shed_->is_recalled(); }
  // The router is about to go off: everything should go to disk. True once.
  [[nodiscard]] bool take_flush() { return shed_ && shed_->take_flush(); }
  [[nodiscard]] EnergyReport energy_report(const KnownTime& at) const;
  [[nodiscard]] PowerHistoryReport history() const;  // past days of each charger
  // Numbers of days that were missed, dated, each once, the oldest first.
  [[nodiscard]] std::vector<PastSample> take_past();
  [[nodiscard]] std::vector<std::string> waiting() const;  // "power device charger (/dev/ttyUSB0)"

 private:
  template <class SourceEvent>
  Effects tell(const SourceEvent& event, const DeviceId& device, Instant now);
  template <class Answer>
  Effects tell_relays(const Answer& answer, Instant now);
  [[nodiscard]] PowerSource* find(const DeviceId& id) const;
  void see_return(const PowerSource& source, Instant now, Effects& effects);
  [[nodiscard]] EnergySample energy(Instant now);
  [[nodiscard]] unsigned stage() const { return shed_ ? shed_->stage() : 0; }
  Effects look(const KnownTime& at);
  Effects fill_days(PowerSource& source, const KnownTime& at);
  void learn_days(const PowerSource& source, const std::vector<ChargerDay>& days, const KnownTime& at,
                  Effects& effects);
  void keep_events(Effects& effects);
  void put_on_shelf(PowerSource& source);
  Effects take_from_shelf(PowerSource& source);
  Effects keep_counts(const KnownTime& at, bool all);
  Effects reconfigure_sources(const PowerSettings& settings, Instant now);
  Effects reconfigure_energy(const PowerSettings& settings, Instant now);

  PowerSettings settings_;
  std::vector<std::unique_ptr<PowerSource>> sources_;  // in the configuration's order
  std::map<DeviceId, EnergySample> told_;              // the last that each source told
  std::optional<EnergyWatch> energy_;
  std::optional<ShedControl> shed_;
  std::optional<ShedControl> leaving_;  // its relays are put back on
  PowerEvents events_;
  std::vector<PastSample> past_;
  // What was kept of who is not configured, or not yet: it comes back with them. By key, as on disk.
  std::map<std::string, std::string> shelf_;
  std::optional<EnergyWatch> resting_;  // its battery was taken out of the configuration
  Instant counts_at_;
  Effects unread_;  // notes of what could not be recalled
  Instant look_at_ = Instant::max();
};

template <class SourceEvent>
Effects PowerFeature::tell(const SourceEvent& event, const DeviceId& device, Instant now) {
  PowerSource* source = find(device);
  if (source == nullptr) {
    return {};
  }
  Effects effects = source->on(event, now);
  see_return(*source, now, effects);
  return effects;
}

}  // namespace karkara
