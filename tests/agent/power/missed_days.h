// A village's VE.Direct charger that keeps a month of days and answers HEX, at the power feature by its wire.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "agent/power/power_feature.h"
#include "tests/fixtures/vedirect_charger.h"

namespace karkara {

inline constexpr std::int64_t kDate = 20'000;  // of the first day here, local

class MissedDays : public testing::Test {
 protected:
  MissedDays() {
    settings_.sources = {{.id = *DeviceId::parse("charger"), .device = "/dev/ttyUSB0"}};
    charger_.days = fixtures::month_of_days(12);
    start();
  }
  void start() {
    feature_ = std::make_unique<PowerFeature>(settings_, kept_);
    perform(feature_->start(now_));
    perform(feature_->on(SerialOpened{id()}, now_));
  }
  // The router is off while the charger counts on.
  void be_off(unsigned days) {
    perform(feature_->stop(at()));
    for (unsigned day = 0; day < days; ++day) {
      charger_.today().yield = 90 + day;
      charger_.next_day();
      wall_ = wall_ + std::chrono::hours{24};
    }
    now_ = Instant{std::chrono::seconds{30}};
    start();
  }
  void hear(const std::string& bytes) {
    const auto all = std::as_bytes(std::span{bytes});
    perform(feature_->on(SerialBytes{id(), {all.begin(), all.end()}}, now_));
  }
  // One text block a second; what was asked is answered at once.
  void listen(std::chrono::seconds time) {
    for (std::chrono::seconds gone{0}; gone < time; gone += std::chrono::seconds{1}) {
      pass(std::chrono::seconds{1});
      hear(charger_.block());
      if (!wire_.empty()) {
        hear(charger_.take(std::exchange(wire_, {})));
      }
    }
  }
  void pass(Duration time) {
    now_ = now_ + time;
    wall_ = wall_ + std::chrono::duration_cast<std::chrono::microseconds>(time);
    perform(feature_->tick(at()));
    for (PastSample& past : feature_->take_past()) {
      past_.push_back(std::move(past));
    }
  }
  void perform(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* write = std::get_if<WriteSerial>(&effect)) {
        ++questions_;
        wire_.append(reinterpret_cast<const char*>(write->bytes.data()), write->bytes.size());
      } else if (const auto* persist = std::get_if<Persist>(&effect)) {
        kept_[persist->key] = persist->bytes;
      } else if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
        alarms_ += alarm->raised ? 1 : 0;
      }
    }
  }
  KnownTime at() const { return {now_, knows_time_ ? std::optional{wall_} : std::nullopt}; }
  static DeviceId id() { return *DeviceId::parse("charger"); }
  ChargerHistory history() const {
    const PowerHistoryReport report = feature_->history();
    return report.chargers.empty() ? ChargerHistory{} : report.chargers[0];
  }
  std::size_t asked() { return std::exchange(charger_.asked, {}).size(); }

  PowerSettings settings_;
  fixtures::VeDirectCharger charger_{300};
  std::map<std::string, std::string> kept_;
  std::unique_ptr<PowerFeature> feature_;
  Instant now_{std::chrono::seconds{30}};
  WallTime wall_{std::chrono::days{kDate} + std::chrono::hours{11}};  // noon, UTC+1
  bool knows_time_ = true;
  std::string wire_;
  std::vector<PastSample> past_;
  int alarms_ = 0;
  int questions_ = 0;
};

}  // namespace karkara
