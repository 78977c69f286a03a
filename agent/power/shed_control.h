// Sheds load by the ladder: which stage, what that means for classes, uplinks and relays now, the orderly end, and what
// people are told of it. Refuses to estimate anything: EnergyWatch does. Owned by PowerFeature on sites with a ladder.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/shedding.h"
#include "agent/facts/usage.h"
#include "agent/power/energy_watch.h"
#include "agent/power/power_events.h"
#include "agent/power/settings.h"
#include "agent/power/shed/end_words.h"
#include "agent/power/shed/orderly_end.h"
#include "agent/power/shed/relay_switch.h"
#include "agent/power/shed/shed_actions.h"
#include "agent/power/shed/shed_ladder.h"

namespace karkara {

class ShedControl {
 public:
  static constexpr std::string_view kStageKey = "shed-stage";
  static constexpr std::string_view kEndKey = "shed-end";

  // settings with a battery. kept: what an earlier run persisted, by key. quiet_since: nobody goes off for a while.
  ShedControl(const PowerSettings& settings, const std::map<std::string, std::string>& kept, Instant quiet_since);
  Effects reconfigure(const PowerSettings& settings, Instant now);
  Effects retire(Instant now);  // relays are put back on, alarms taken back

  // With each look at the energy.
  Effects see(const EnergyWatch& energy, const KnownTime& at, PowerEvents& events);
  Effects on(const RelaySwitched& answer, const KnownTime& at, PowerEvents& events);
  Effects on(const SnmpSetDone& answer, Instant now) { return and_say_relays(relays_.on(answer, now)); }
  Effects on(const ModbusAnswered& answer, Instant now) { return and_say_relays(relays_.on(answer, now)); }
  Effects heard() { return words_.heard(); }                            // the controller: every alarm so far
  Effects device_back(const PowerSourceSettings& device, Instant now);  // its relays are asked again
  Effects tick(const KnownTime& at, PowerEvents& events);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] unsigned stage() const { return ladder_.state().stage; }
  [[nodiscard]] bool is_recalled() const { return recalled_; }  // what an earlier run shed
  [[nodiscard]] const Shedding& shedding() const { return wish_.shedding; }
  [[nodiscard]] bool take_flush() { return std::exchange(flush_, false); }  // the end comes: everything to disk
  void add_to(EnergyReport& report, const KnownTime& at) const;

 private:
  void note_stage(unsigned before, const KnownTime& at, Effects& effects, PowerEvents& events);
  void follow(const KnownTime& at, Effects& effects);
  void obey(EndOrders orders, const KnownTime& at, Effects& effects, PowerEvents& events);
  void say_relays(Effects& effects);
  Effects and_say_relays(Effects effects);
  void add_end_to(EnergyReport& report) const;
  void recall(Instant now, Effects& effects);

  SheddingSettings settings_;
  BatterySettings battery_;
  Duration utc_offset_;
  std::map<std::string, std::string> kept_;  // of an earlier run, by key
  bool recalled_ = false;
  ShedLadder ladder_;
  OrderlyEnd end_;
  EndWords words_;
  RelaySwitch relays_;
  ShedWish wish_;
  bool flush_ = false;
  std::string told_end_;  // the memory of power-offs, as it is on disk
};

}  // namespace karkara
