// One charger on a port of its own at the power feature; time is a number.
#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/power/power_feature.h"
#include "tests/fixtures/vedirect_stream.h"

namespace karkara {

inline DeviceId device(std::string_view id) {
  return *DeviceId::parse(id);
}

inline PowerSourceSettings source(std::string_view id, std::string path) {
  return {.id = device(id), .kind = PowerSourceKind::VeDirect, .device = std::move(path)};
}

inline const fixtures::Labels kCharger{{"PID", "0xA053"}, {"FW", "164"}, {"SER#", "HQ0000KARKA"},
                                       {"V", "13200"},    {"I", "-250"}, {"VPV", "33580"},
                                       {"PPV", "48"},     {"CS", "3"},   {"ERR", "0"},
                                       {"H19", "8272"},   {"H20", "12"}};

inline fixtures::Labels charger_with(const std::string& label, const std::string& value) {
  fixtures::Labels labels = kCharger;
  for (auto& [name, text] : labels) {
    text = name == label ? value : text;
  }
  return labels;
}

class ChargerBench {
 public:
  explicit ChargerBench(Duration deadline = std::chrono::seconds{5})
      : settings_{{source("charger", "/dev/ttyUSB0")}}, feature_{settings_} {
    settings_.sources[0].deadline = deadline;
    feature_ = PowerFeature{settings_};
    feature_.start(now_);
  }
  Effects open() { return feature_.on(SerialOpened{device("charger")}, now_); }
  Effects close(const std::string& why) { return feature_.on(SerialClosed{device("charger"), why}, now_); }
  Effects hear(std::string_view bytes) {
    const auto all = std::as_bytes(std::span{bytes});
    return feature_.on(SerialBytes{device("charger"), {all.begin(), all.end()}}, now_);
  }
  Effects hear(const fixtures::Labels& labels) { return hear(fixtures::vedirect_block(labels)); }
  Effects pass(Duration time) {
    now_ = now_ + time;
    Effects effects = feature_.tick({now_, std::nullopt});
    EXPECT_GT(feature_.next_deadline(), now_);
    return effects;
  }
  Value value(SeriesId series) const {
    for (const Sample& sample : feature_.samples({now_, std::nullopt})) {
      if (sample.series == series) {
        return sample.value;
      }
    }
    ADD_FAILURE() << "no such series";
    return Absent::NotYet;
  }
  PowerSourceReport report() const { return feature_.reports(now_).at(0); }
  PowerFeature& feature() { return feature_; }
  PowerSettings& settings() { return settings_; }
  Instant now() const { return now_; }

 private:
  PowerSettings settings_;
  PowerFeature feature_;
  Instant now_{std::chrono::seconds{100}};
};

struct Said {
  MessageId message;
  bool raised;
  std::string detail;
  friend bool operator==(const Said&, const Said&) = default;
};

// The alarms among the effects; their last field is the detail.
inline std::vector<Said> alarms(const Effects& effects) {
  std::vector<Said> said;
  for (const Effect& effect : effects) {
    if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
      said.push_back({alarm->key.message, alarm->raised, alarm->fields.empty() ? "" : alarm->fields.back().second});
    }
  }
  return said;
}

}  // namespace karkara
