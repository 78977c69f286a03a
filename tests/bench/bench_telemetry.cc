// Bytes of telemetry of one simulated day: 60 series at 60 s in blocks of 15 minutes, through the whole
// TelemetryFeature. The values are made up (seeded noise around a plausible day); real sites will differ.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <variant>

#include "agent/telemetry/telemetry_feature.h"

namespace {

using namespace karkara;  // a program of one file

class Day {
 public:
  std::vector<Sample> minute(int minute_of_day) {
    samples_.clear();
    agent(minute_of_day);
    for (std::size_t i = 0; i < kUplinks.size(); ++i) {
      uplink(i, minute_of_day);
    }
    for (std::size_t i = 0; i < kSources.size(); ++i) {
      source(i, minute_of_day);
    }
    return samples_;
  }

 private:
  static constexpr std::array kUplinks{"vsat", "lte", "fibre", "lte-spare"};
  static constexpr std::array kSources{"charger-1", "charger-2"};

  double noise(double width) {  // of the engine's own bits: the same with every library
    return width * (static_cast<double>(random_() % 65'536) / 32'768 - 1);
  }
  void add(SeriesId series, const char* instance, double value) {
    samples_.push_back({series, instance, Value{value}});
  }

  void agent(int minute) {
    add(SeriesId::AgentUptime, "", 500'000 + 60.0 * minute);
    add(SeriesId::RouterUptime, "", 500'020 + 60.0 * minute);
    add(SeriesId::AgentResident, "", 14e6 + (minute / 240) * 4096);
    add(SeriesId::SpoolBlocks, "", minute % 15 == 0 ? 1 : 0);
    add(SeriesId::SpoolBytes, "", 20 + 800.0 * (minute / 15 % 30));
    add(SeriesId::SpoolDropped, "", 0);
    add(SeriesId::ClockTrusted, "", 1);
    add(SeriesId::UplinkSwitches, "", minute > 600 ? 3 : 1);
  }

  void uplink(std::size_t i, int minute) {
    const bool used = i == 0;
    const double busy = used ? 0.3 + 0.7 * std::max(0.0, std::sin((minute - 420) * 3.14159 / 900)) : 0;
    received_[i] += used ? busy * (4e6 + noise(3e6)) : 3'000 + noise(600);
    sent_[i] += used ? busy * (9e5 + noise(6e5)) : 3'000 + noise(600);
    add(SeriesId::UplinkState, kUplinks[i], 4);
    add(SeriesId::UplinkActive, kUplinks[i], used ? 1 : 0);
    add(SeriesId::UplinkRtt, kUplinks[i], (i == 0 ? 0.62 : 0.06) + noise(i == 0 ? 0.015 : 0.008));
    add(SeriesId::UplinkLoss, kUplinks[i], random_() % 4 == 0 ? static_cast<double>(random_() % 4) / 100 : 0);
    add(SeriesId::UplinkReceived, kUplinks[i], std::floor(received_[i]));
    add(SeriesId::UplinkSent, kUplinks[i], std::floor(sent_[i]));
    add(SeriesId::UplinkEchoBytes, kUplinks[i], 168.0 * 60 * minute);
  }

  void source(std::size_t i, int minute) {
    const double sun = std::max(0.0, std::sin((minute - 380) * 3.14159 / 700)) * (0.85 + noise(0.15));
    const double watts = std::floor(sun * 180);
    yield_[i] += watts / 60'000;
    const double volts = 12.6 + sun * 1.4 + noise(0.02);
    add(SeriesId::BatteryVoltage, kSources[i], volts);
    add(SeriesId::BatteryCurrent, kSources[i], (watts - 22) / volts + noise(0.05));
    add(SeriesId::PanelVoltage, kSources[i], sun > 0 ? 17.5 + noise(0.6) : 0.1);
    add(SeriesId::PanelPower, kSources[i], watts);
    add(SeriesId::LoadCurrent, kSources[i], 1.7 + noise(0.08));
    add(SeriesId::ChargeState, kSources[i], sun > 0.6 ? 4 : sun > 0 ? 3 : 0);
    add(SeriesId::ChargerError, kSources[i], 0);
    add(SeriesId::YieldToday, kSources[i], yield_[i]);
    add(SeriesId::YieldTotal, kSources[i], 410 + yield_[i]);
    add(SeriesId::StateOfCharge, kSources[i], 0.7 + 0.25 * std::sin((minute - 600) * 3.14159 / 900));
    add(SeriesId::BatteryTemperature, kSources[i], 31 + 6 * std::sin((minute - 540) * 3.14159 / 720) + noise(0.1));
    add(SeriesId::SourceUp, kSources[i], 1);
  }

  std::mt19937 random_{20'260'101};
  std::array<double, 4> received_{3e9, 1e6, 1e6, 1e6};
  std::array<double, 4> sent_{5e8, 1e6, 1e6, 1e6};
  std::array<double, 2> yield_{};
  std::vector<Sample> samples_;
};

}  // namespace

int main() {
  TelemetryFeature feature{{}, 0x1234'5678'9abc'def0, Instant{}};
  (void)feature.on(SpoolOpened{1, 1, 0, 0, 0}, Instant{});
  Day day;
  std::size_t bytes = 0;
  std::size_t blocks = 0;
  std::size_t series = 0;
  for (int minute = 1; minute <= 24 * 60; ++minute) {
    const Instant now{std::chrono::minutes{minute} + std::chrono::microseconds{minute * 7919 % 4'000}};
    const auto samples = day.minute(minute);
    series = samples.size();
    const WallTime wall{std::chrono::seconds{1'790'000'000 + 60 * minute}};
    for (const Effect& effect : feature.add_samples(samples, now, wall, true)) {
      if (const auto* block = std::get_if<StoreBlock>(&effect)) {
        bytes += block->content.size();
        ++blocks;
        (void)feature.on(BlockStored{block->sequence, 0}, now);
      }
    }
  }
  std::printf(
      "{\"bench\":\"session\",\"name\":\"telemetry_bytes_day\",\"value\":%.1f,\"unit\":\"KiB\",\"goal\":45,"
      "\"series\":%zu,\"blocks\":%zu}\n",
      static_cast<double>(bytes) / 1024, series, blocks);
  return blocks == 96 && series == 60 ? 0 : 1;
}
