#include "agent/power/polled_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/devices/quantities.h"
#include "agent/facts/effect_list.h"
#include "agent/power/power_series.h"

namespace karkara {
namespace {

constexpr double kChargerInFault = 2;  // of charge-state

std::string word_of(const QuantityReadings& readings, std::string_view quantity) {
  const QuantityReading* reading = find_reading(readings, quantity);
  return reading != nullptr ? reading->word : std::string{};
}

}  // namespace

PolledSource::PolledSource(PowerSourceSettings settings, std::unique_ptr<PolledDevice> device)
    : settings_{std::move(settings)}, device_{std::move(device)}, alarms_{settings_.id} {}

Effects PolledSource::start(Instant now) {
  started_ = now;
  return after(device_->start(now), now);
}

Effects PolledSource::on(const SerialOpened& event, Instant now) {
  line_closed_.clear();
  line_changed_ = now;
  return after(device_->on(event, now), now);
}

Effects PolledSource::on(const SerialClosed& event, Instant now) {
  const bool answered = is_answering(now);
  line_closed_ = event.why;
  line_changed_ = now;
  Effects effects = device_->on(event, now);
  if (answered) {
    alarms_.lost(settings_.where(), event.why, effects);
  }
  return after(std::move(effects), now);
}

Effects PolledSource::retire() {
  Effects effects = device_->retire();
  alarms_.retire(effects);
  return effects;
}

Instant PolledSource::silent_at() const {
  return std::max(started_, device_->heard_at().value_or(started_)) + settings_.deadline;
}

bool PolledSource::is_answering(Instant now) const {
  const auto heard = device_->heard_at();
  return heard && *heard >= line_changed_ && line_closed_.empty() && now < silent_at();
}

Instant PolledSource::next_deadline() const {
  const Instant next = device_->next_deadline();
  return alarms_.is_lost() ? next : std::min(next, silent_at());
}

Effects PolledSource::after(Effects effects, Instant now) {
  if (is_answering(now)) {
    alarms_.found(effects);
    watch_faults(effects);
    count(now);
  } else if (now >= silent_at() && !alarms_.is_lost()) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(settings_.deadline).count();
    const std::string silence = fmt::format("nothing that verifies for {} s", seconds);
    alarms_.lost(settings_.where(), line_closed_.empty() ? silence : line_closed_, effects);
  }
  alarms_.bad_frames(settings_.where(), device_->bad_frames(), effects);
  return effects;
}

// What is not known now leaves raised what was.
void PolledSource::watch_faults(Effects& effects) {
  const QuantityReadings& readings = device_->readings();
  const auto error = number_of(readings, quantity::kChargerError);
  const auto state = number_of(readings, quantity::kChargeState);
  if (error && *error != 0) {
    alarms_.fault(fmt::format("{:.0f}", *error), word_of(readings, quantity::kChargerError), effects);
  } else if (state == kChargerInFault) {
    alarms_.fault("fault", word_of(readings, quantity::kChargeState), effects);
  } else if (error || state) {
    alarms_.fault({}, {}, effects);
  }
  if (const auto alarms = number_of(readings, quantity::kBatteryAlarms); alarms && is_bms(settings_.kind)) {
    const std::string words = word_of(readings, quantity::kBatteryAlarms);
    alarms_.battery(*alarms == 0 ? "" : words.empty() ? fmt::format("alarm bits {:.0f}", *alarms) : words, effects);
  }
}

// Each whole look once.
void PolledSource::count(Instant now) {
  if (std::exchange(counted_, device_->looks()) == device_->looks()) {
    return;
  }
  counts_.of(device_->counted());
  for (const QuantityReading& reading : device_->readings()) {
    counts_.see(reading, device_->uptime_hundredths(), now);
  }
}

QuantityReadings PolledSource::current(Instant now) const {
  QuantityReadings readings = device_->readings();
  counts_.put_into(readings);
  if (!is_answering(now)) {
    for (QuantityReading& reading : readings) {
      reading.value = Absent::Stale;
      reading.word.clear();
    }
  }
  return readings;
}

std::vector<Sample> PolledSource::samples(Instant now) const {
  const std::string& instance = settings_.id.text();
  std::vector<Sample> samples = power_samples(current(now), instance);
  samples.push_back({SeriesId::SourceUp, instance, is_answering(now) ? 1.0 : 0.0});
  samples.push_back({SeriesId::BadFrames, instance, static_cast<double>(device_->bad_frames())});
  return samples;
}

PowerSourceReport PolledSource::report(Instant now) const {
  PowerSourceReport report{settings_.id.text(), std::string{to_string(settings_.kind)},
                           settings_.where(),   state_text(now),
                           device_->product(),  samples(now)};
  for (const QuantityReading& reading : current(now)) {
    if (!has_series(reading.quantity)) {
      report.quantities.push_back({reading.quantity, reading.unit, reading.value, reading.word});
    }
  }
  return report;
}

EnergySample PolledSource::energy(Instant now) const {
  return is_answering(now) ? energy_of(device_->readings()) : EnergySample{};
}

std::string PolledSource::state_text(Instant now) const {
  if (const std::string trouble = device_->trouble(); !trouble.empty()) {
    return trouble;
  }
  if (!line_closed_.empty()) {
    return "waiting for device: " + line_closed_;
  }
  if (is_answering(now)) {
    return "answering";
  }
  return now >= silent_at() ? "silent" : "asked";
}

}  // namespace karkara
