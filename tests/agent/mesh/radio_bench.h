// A router's radios as the tests of the mesh feature need them: a kernel that does what it is told, unless it is told
// to refuse, and time that goes from deadline to deadline.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/mesh/radio_feature.h"

namespace karkara {

inline RadioId radio_id(const char* text) {
  return *RadioId::parse(text);
}

// Local time is an hour ahead of UTC.
inline WallTime local_time(int hour, int minute = 0) {
  return WallTime{std::chrono::hours{24 * 20'000 + hour - 1} + std::chrono::minutes{minute}};
}

class RadioBench {
 public:
  RadioBench() {
    radios_ = {{0, "phy0", "02:00:00:00:00:00", "platform/a", {{7, "wlan0", true, Dbm{20}, Dbm{20}}}},
               {1, "phy1", "02:00:00:00:01:00", "platform/b", {{8, "mesh0", true, Dbm{22}, Dbm{23}}}}};
    settings_.radios = {{radio_id("village"), RadioRole::AccessPoint, {"wlan0"}},
                        {radio_id("north"), RadioRole::Mesh, {"mesh0"}}};
  }

  void start(const std::string& kept = {}) {
    feature_.emplace(settings_, kept);
    take(feature_->start(now_));
    shed({});
    run();
  }
  void shed(std::vector<ShedRadio> radios) {
    Shedding shedding;
    shedding.stage = radios.empty() ? 0 : 1;
    shedding.radios = std::move(radios);
    take(feature_->shed(shedding, at()));
  }
  void reconfigure() { take(feature_->reconfigure(settings_, at())); }

  // Answers what was asked, without letting time pass.
  void answer() {
    while (!asked_.empty()) {
      const Effect effect = asked_.front();
      asked_.erase(asked_.begin());
      if (std::holds_alternative<LookAtRadios>(effect)) {
        take(feature_->on(RadiosSeen{radios_, look_}, at()));
      } else if (const auto* power = std::get_if<SetRadioPower>(&effect)) {
        take(feature_->on(RadioSet{power->radio, power->request, set(*power)}, at()));
      } else if (const auto* change = std::get_if<SwitchRadio>(&effect)) {
        take(feature_->on(RadioSet{change->radio, change->request, set(*change)}, at()));
      }
    }
  }
  // Lets time pass, from deadline to deadline.
  void run(Duration time = std::chrono::seconds{0}) {
    const Instant end = now_ + time;
    for (answer(); feature_->next_deadline() <= end; answer()) {
      const Instant before = now_;
      now_ = std::max(now_, feature_->next_deadline());
      wall_ = wall_ ? std::optional{*wall_ + std::chrono::duration_cast<std::chrono::microseconds>(now_ - before)}
                    : std::nullopt;
      take(feature_->tick(at()));
      ASSERT_GT(feature_->next_deadline(), now_);
    }
    wall_ = wall_ ? std::optional{*wall_ + std::chrono::duration_cast<std::chrono::microseconds>(end - now_)}
                  : std::nullopt;
    now_ = end;
  }

  [[nodiscard]] RadioInterface& interface(const std::string& name) {
    for (RadioSeen& radio : radios_) {
      for (RadioInterface& each : radio.interfaces) {
        if (each.name == name) {
          return each;
        }
      }
    }
    ADD_FAILURE() << name;
    return radios_.front().interfaces.front();
  }
  [[nodiscard]] RadioReport report(const char* id) const {
    for (RadioReport& each : feature_->reports(now_)) {
      if (each.id == id) {
        return each;
      }
    }
    return {};
  }
  [[nodiscard]] std::vector<std::string> said(MessageId message) const {
    std::vector<std::string> texts;
    for (const Note& note : notes_) {
      if (note.id == message) {
        std::string text;
        for (const auto& [key, value] : note.fields) {
          text += (text.empty() ? "" : " ") + key + "=" + value;
        }
        texts.push_back(text);
      }
    }
    return texts;
  }
  [[nodiscard]] std::optional<std::string> alarm(const char* radio) const {
    const auto found = alarms_.find(radio);
    return found != alarms_.end() ? std::optional{found->second} : std::nullopt;
  }
  [[nodiscard]] KnownTime at() const { return {now_, wall_}; }

  std::vector<RadioSeen> radios_;
  RadiosSettings settings_;
  std::optional<RadioFeature> feature_;
  Instant now_{std::chrono::hours{1}};
  std::optional<WallTime> wall_ = local_time(12);
  Status look_{};
  Status power_refusal_{};          // of the driver
  Status switch_refusal_{};         // of the kernel or hostapd
  bool deaf_ = false;               // accepts, and does nothing
  std::vector<std::string> deeds_;  // what reached the kernel
  std::string kept_;                // on disk
  std::vector<Note> notes_;
  std::map<std::string, std::string> alarms_;

  void take(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* note = std::get_if<Note>(&effect)) {
        notes_.push_back(*note);
      } else if (const auto* persist = std::get_if<Persist>(&effect)) {
        kept_ = persist->bytes;
      } else if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
        alarms_.erase(alarm->key.instance);
        if (alarm->raised) {
          alarms_[alarm->key.instance] = alarm->fields.at(0).second;
        }
      } else {
        asked_.push_back(effect);
      }
    }
  }

 private:
  Status set(const SetRadioPower& power) {
    deeds_.push_back(power.radio.text() +
                     (power.most ? " " + std::to_string(std::lround(power.most->value())) : " auto"));
    if (power_refusal_ && !deaf_) {
      for (RadioInterface& each : radios_.at(power.wiphy).interfaces) {
        const Dbm most = each.allowed.value_or(Dbm{30});
        each.power = std::min(power.most.value_or(most), most);
      }
    }
    return power_refusal_;
  }
  Status set(const SwitchRadio& change) {
    for (const RadioInterface& each : change.interfaces) {
      deeds_.push_back(each.name + (change.on ? " on" : " off"));
      if (switch_refusal_ && !deaf_) {
        RadioInterface& its = interface(each.name);
        its.on = change.on;
        its.power = change.on ? its.allowed : std::nullopt;
      }
    }
    return switch_refusal_;
  }

  std::vector<Effect> asked_;
};

}  // namespace karkara
