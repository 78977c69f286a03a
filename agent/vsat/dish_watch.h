// One Starlink dish: asked at its pace, its outages and alerts told. It says no Es/N0, so nothing is predicted: only
// what the dish itself expects to last drains its uplink. Refuses values older than 30 s. Composed by VsatFeature.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/devices/poll_clock.h"
#include "agent/devices/readings.h"
#include "agent/vsat/said.h"
#include "agent/vsat/settings.h"
#include "agent/vsat/vsat_effects.h"

namespace karkara {

class DishWatch {
 public:
  DishWatch(const TerminalSettings& settings, Instant now);

  VsatEffects on(const DishSeen& seen, Instant now);
  VsatEffects tick(Instant now);
  VsatEffects retire();
  [[nodiscard]] Instant next_deadline() const;

  void set_pace(Duration pace, Instant now) { clock_.set_pace(pace, now); }
  [[nodiscard]] VsatAdvice advice(Instant now) const;
  [[nodiscard]] QuantityReadings readings(Instant now) const;
  [[nodiscard]] LiveSignal live_signal(Instant now) const;  // a dish tells no level
  [[nodiscard]] std::vector<CheckItem> check(Instant now) const;

 private:
  void say_all(VsatEffects& effects, Instant now);
  [[nodiscard]] bool is_silent(Instant now) const { return now >= clock_.silent_at(); }

  UplinkId uplink_;
  DishTerminal dish_;
  PollClock clock_;
  Said said_;
  std::optional<DishStatus> status_;
  std::optional<double> power_watts_;
  std::optional<Instant> told_at_;
  Instant history_due_;
};

// An outage that the dish will not end within seconds.
[[nodiscard]] bool lasts(const DishOutage& outage);

}  // namespace karkara
