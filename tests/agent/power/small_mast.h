// A mast of a few lines for the power feature's own tests: one charger on VE.Direct, a battery, a sun that comes and
// goes when the test says so. Time is a number.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/facts/effect_list.h"
#include "agent/power/power_feature.h"
#include "tests/fixtures/vedirect_stream.h"

namespace karkara {

inline PowerSettings mast_settings() {
  PowerSettings settings;
  settings.sources = {{.id = *DeviceId::parse("charger"), .device = "/dev/ttyUSB0"}};
  settings.battery = BatterySettings{};
  settings.sun = SunSettings{Degrees{13.245}, Degrees{2.305}};
  return settings;
}

class SmallMast {
 public:
  explicit SmallMast(PowerSettings settings = mast_settings(), std::map<std::string, std::string> kept = {})
      : feature_{std::move(settings), kept} {
    take(feature_.start(now_));
    take(feature_.on(SerialOpened{*DeviceId::parse("charger")}, now_));
  }

  // What the charger says from now on.
  void say(double volts, double amperes, double watts, int state, double load) {
    labels_ = {{"PID", "0xA053"},
               {"SER#", "HQ0000KARKA"},
               {"V", number(volts)},
               {"I", number(amperes)},
               {"VPV", watts > 0 ? "33000" : "0"},
               {"PPV", std::to_string(static_cast<int>(watts))},
               {"CS", std::to_string(state)},
               {"ERR", "0"},
               {"IL", number(load)}};
  }
  void run_for(Duration time) {
    const Instant until = now_ + time;
    while (now_ < until) {
      now_ = now_ + std::chrono::seconds{2};
      if (wall_) {
        *wall_ = *wall_ + std::chrono::seconds{2};
      }
      const std::string bytes = fixtures::vedirect_block(labels_);
      const auto all = std::as_bytes(std::span{bytes});
      take(feature_.on(SerialBytes{*DeviceId::parse("charger"), {all.begin(), all.end()}}, now_));
      take(feature_.tick(time_now()));
    }
  }
  void know_time(WallTime wall) { wall_ = wall; }
  [[nodiscard]] KnownTime time_now() const { return {now_, wall_}; }
  [[nodiscard]] bool is_raised(MessageId message) const {
    const auto found = alarms_.find(message);
    return found != alarms_.end() && found->second;
  }
  [[nodiscard]] std::optional<double> value(SeriesId series) const {
    for (const Sample& sample : feature_.samples(time_now())) {
      if (sample.series == series && has_value(sample.value)) {
        return std::get<double>(sample.value);
      }
    }
    return std::nullopt;
  }
  PowerFeature& feature() { return feature_; }
  [[nodiscard]] const std::map<std::string, std::string>& kept() const { return kept_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  void take(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
        alarms_[alarm->key.message] = alarm->raised;
      } else if (const auto* persist = std::get_if<Persist>(&effect)) {
        kept_[persist->key] = persist->bytes;
      } else if (const auto* note = std::get_if<Note>(&effect)) {
        for (const auto& [key, text] : note->fields) {
          notes_.push_back(key + "=" + text);
        }
      } else {
        asked_.push_back(effect);
      }
    }
  }
  std::vector<Effect>& asked() { return asked_; }

 private:
  static std::string number(double value) { return std::to_string(static_cast<int>(value * 1000)); }

  PowerFeature feature_;
  Instant now_{std::chrono::seconds{100}};
  std::optional<WallTime> wall_;
  fixtures::Labels labels_{};
  std::map<MessageId, bool> alarms_;
  std::map<std::string, std::string> kept_;
  std::vector<std::string> notes_;
  std::vector<Effect> asked_;
};

// Of 24 November 2026, local time at Niamey.
inline WallTime niamey_at(int hour) {
  using namespace std::chrono;
  return WallTime{sys_days{year{2026} / November / 24}.time_since_epoch() + hours{hour - 1}};
}

}  // namespace karkara
