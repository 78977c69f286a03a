// One satellite terminal with SNMP: recognised, polled at its pace, its answers read by its device table, and its
// signal given to the fade predictor. Refuses to believe values that are older than three polls. Composed by
// VsatFeature.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/devices/poll_clock.h"
#include "agent/devices/readings.h"
#include "agent/devices/snmp_poll.h"
#include "agent/vsat/fade_predictor.h"
#include "agent/vsat/said.h"
#include "agent/vsat/settings.h"
#include "agent/vsat/vsat_effects.h"

namespace karkara {

class TerminalWatch {
 public:
  using Tables = SnmpPoll::Tables;
  TerminalWatch(const TerminalSettings& settings, Tables tables, Instant now);

  [[nodiscard]] const DeviceId& device() const { return poll_.polled().device; }
  VsatEffects on(const SnmpAnswered& answered, Instant now);
  VsatEffects tick(Instant now);
  VsatEffects retire();
  [[nodiscard]] Instant next_deadline() const;

  void use(Tables tables, Instant now);  // other ones: the terminal is recognised again
  void set_pace(Duration pace, Instant now);
  void on_battery(Volts voltage, Instant now) { fade_.on_battery(voltage, now); }
  [[nodiscard]] VsatAdvice advice(Instant now) const;
  [[nodiscard]] QuantityReadings readings(Instant now) const;  // Stale ones after the deadline
  [[nodiscard]] LiveSignal live_signal(Instant now) const;
  [[nodiscard]] std::vector<CheckItem> check(Instant now) const;  // with what to do about it
  [[nodiscard]] FadePredictor& fade() { return fade_; }
  [[nodiscard]] const FadePredictor& fade() const { return fade_; }

 private:
  void see_identity(bool unknown, VsatEffects& effects, Instant now);
  void see_reboot(VsatEffects& effects, Instant now);
  void take(Instant now);
  void say_all(VsatEffects& effects, Instant now);
  [[nodiscard]] bool is_silent(Instant now) const { return now >= clock_.silent_at(); }
  [[nodiscard]] std::optional<bool> locked() const;
  [[nodiscard]] CheckItem check_answers(Instant now) const;
  [[nodiscard]] CheckItem check_signal() const;

  static constexpr std::string_view kTerminal = "terminal";  // as sentences call the device

  SnmpPoll poll_;
  PollClock clock_;
  FadePredictor fade_;
  Said said_;
  std::optional<Instant> told_at_;  // the readings
};

}  // namespace karkara
