// A router's radios, rules and daemons as the tests of the Wi-Fi feature need them: a kernel that does what it is told,
// unless it is told to refuse, and time that goes from deadline to deadline.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "agent/wifi/wifi_feature.h"
#include "common/overloaded.h"

namespace karkara {

class WifiBench {
 public:
  WifiBench() {
    settings_.country = "NE";
    settings_.stand_in = "BF";
    settings_.folder = "/run/wifi";
    settings_.hostapd = "/usr/sbin/hostapd";
    settings_.supplicant = "/usr/sbin/wpa_supplicant";
    WifiRadioSettings mast{"mast", "phy0"};
    mast.channel = 6;
    mast.access_points = {{"village0", "Sadore", WifiSecurity::Wpa2, "eau-fraiche"}};
    mast.mesh = MeshPointSettings{"mesh0", "karkara", "", BatmanSettings{}};
    settings_.radios = {mast};
    kernel_.country = "00";
    WifiRadioSeen radio{0, "phy0", "02:00:00:00:00:00", "platform/a", true, true, true};
    for (const std::uint32_t frequency : {2412U, 2437U, 2462U, 5180U, 5260U}) {
      radio.channels.push_back({frequency, false, false, frequency == 5260});
    }
    kernel_.radios = {radio};
  }

  void start(const std::string& kept = {}) {
    feature_.emplace(settings_, kept, std::chrono::hours{1});
    take(feature_->start(now_));
    answer();
  }
  // A step at a time, as the kernel answers.
  void answer() {
    while (!asked_.empty()) {
      const Effect effect = asked_.front();
      asked_.erase(asked_.begin());
      if (std::holds_alternative<LookAtWifi>(effect)) {
        take(feature_->on(kernel_, at()));
      } else if (const auto* step = std::get_if<WifiStep>(&effect)) {
        steps_.push_back(to_text(step->deed));
        take(feature_->on(WifiStepDone{step->request, carry_out(step->deed)}, at()));
      }
      ASSERT_LT(steps_.size(), 200U) << "it never ends";
    }
  }
  void run(Duration time) {
    const Instant end = now_ + time;
    for (answer(); feature_->next_deadline() <= end; answer()) {
      now_ = std::max(now_, feature_->next_deadline());
      take(feature_->tick(at()));
      answer();
      ASSERT_GT(feature_->next_deadline(), now_);
    }
    now_ = end;
  }
  void know(std::vector<MeshLinks> links) { feature_->know(std::move(links), now_); }
  void reconfigure() {
    take(feature_->reconfigure(settings_, std::chrono::hours{1}, now_));
    answer();
  }

  [[nodiscard]] std::vector<std::string> take_steps() { return std::exchange(steps_, {}); }
  [[nodiscard]] std::optional<Fields> alarm(MessageId message) const {
    const auto found = std::ranges::find(alarms_, message, [](const SetAlarm& each) { return each.key.message; });
    return found == alarms_.end() ? std::nullopt : std::optional{found->fields};
  }
  [[nodiscard]] std::string why(MessageId message) const {
    const auto fields = alarm(message).value_or(Fields{});
    const auto found = std::ranges::find(fields, "why", [](const auto& field) { return field.first; });
    return found == fields.end() ? "" : found->second;
  }
  [[nodiscard]] WifiInterfaceSeen* interface(const std::string& name) {
    for (WifiRadioSeen& radio : kernel_.radios) {
      const auto found = std::ranges::find(radio.interfaces, name, &WifiInterfaceSeen::name);
      if (found != radio.interfaces.end()) {
        return &*found;
      }
    }
    return nullptr;
  }

  WifiSettings settings_;
  WifiSeen kernel_;
  std::vector<std::string> knows_{"NE", "BF"};  // countries
  std::optional<Error> refuses_{};              // all but looks
  std::map<std::string, Error> fails_{};        // these steps
  std::set<std::string> hollow_{};              // steps that are said to be done
  std::vector<WifiAirSeen> air_{};              // what a survey hears
  std::vector<std::uint32_t> surveyed_{};       // MHz
  std::optional<WifiFeature> feature_;
  std::vector<std::string> persisted_{};
  Instant now_{std::chrono::minutes{1}};
  std::optional<WallTime> wall_{};

 private:
  [[nodiscard]] KnownTime at() const { return {now_, wall_}; }
  void take(Effects effects) {
    for (Effect& effect : effects) {
      if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
        std::erase_if(alarms_, [&](const SetAlarm& each) { return each.key == alarm->key; });
        if (alarm->raised) {
          alarms_.push_back(*alarm);
        }
      } else if (const auto* kept = std::get_if<Persist>(&effect)) {
        persisted_.push_back(kept->bytes);
      } else if (!std::holds_alternative<Note>(effect)) {
        asked_.push_back(std::move(effect));
      }
    }
  }
  Status carry_out(const WifiDeed& deed) {
    if (refuses_) {
      return *refuses_;
    }
    if (const auto fails = fails_.find(to_text(deed)); fails != fails_.end()) {
      return fails->second;
    }
    if (hollow_.contains(to_text(deed))) {
      return {};
    }
    std::visit(
        Overloaded{
            [&](const RequestCountry& d) {
              if (std::ranges::find(knows_, d.country) != knows_.end()) {
                kernel_.country = d.country;
              }
            },
            [&](const MakeWifiInterface& d) {
              kernel_.radios[d.wiphy].interfaces.push_back({++index_, d.name, {}, d.kind});
              kernel_.marks[d.name] = {"", true};
            },
            [&](const RemoveWifiInterface& d) {
              for (WifiRadioSeen& radio : kernel_.radios) {
                std::erase_if(radio.interfaces, [&](const auto& each) { return each.name == d.name; });
              }
              std::erase_if(kernel_.batman, [&](const auto& each) { return each.name == d.name; });
              kernel_.marks.erase(d.name);
            },
            [&](const ChangeWifiKind& d) { interface(d.name)->kind = d.kind; },
            [&](const JoinOpenMesh& d) {
              interface(d.name)->frequency = d.frequency;
              interface(d.name)->on = true;
              kernel_.marks[d.name].text = d.mark;
            },
            [&](const LeaveMesh& d) {
              if (interface(d.name) != nullptr) {
                interface(d.name)->frequency.reset();
              }
              kernel_.marks[d.name].text.clear();
            },
            [&](const StartWifiDaemon& d) {
              kernel_.daemons.push_back({d.daemon, d.name, d.daemon == WifiDaemon::Hostapd ? "ENABLED" : "COMPLETED"});
              kernel_.marks[d.name].text = d.mark;
              configurations_[d.name] = d.configuration;
            },
            [&](const StopWifiDaemon& d) {
              std::erase_if(kernel_.daemons, [&](const auto& each) { return each.interface == d.name; });
              kernel_.marks[d.name].text.clear();
            },
            [&](const MakeBatman& d) {
              kernel_.batman.push_back({++index_, d.name, d.algorithm});
              kernel_.marks[d.name] = {"batman", true};
            },
            [&](const JoinBatman& d) {
              kernel_.batman.front().on = true;
              interface(d.name)->master = kernel_.batman.front().index;
            },
            [&](const SurveyAir& d) {
              surveyed_ = d.frequencies;
              kernel_.radios.front().air = air_;
            },
            [](const KickMeshPeer&) {},
            [&](const ResetRadio&) {
              kernel_.radios.front().interfaces.clear();
              kernel_.radios.front().phy = "phy7";  // a driver that is put on anew
              std::erase_if(kernel_.marks, [](const auto& mark) { return mark.first != "bat0"; });
              kernel_.daemons.clear();
            }},
        deed);
    return {};
  }

 public:
  std::map<std::string, std::string> configurations_{};

 private:
  std::vector<Effect> asked_{};
  std::vector<std::string> steps_{};
  std::vector<SetAlarm> alarms_{};
  std::uint32_t index_ = 10;
};

}  // namespace karkara
