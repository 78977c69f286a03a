// A power source that is asked, whatever it speaks: adds to a PolledDevice what all of them need. Its readings count
// until its deadline, its silence and its faults raise alarms, its quantities go to series and to the site's energy.
// Made by PowerFeature from the configuration.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/power/polled_device.h"
#include "agent/power/power_source.h"
#include "agent/power/source_alarms.h"

namespace karkara {

class PolledSource final : public PowerSource {
 public:
  PolledSource(PowerSourceSettings settings, std::unique_ptr<PolledDevice> device);

  using PowerSource::on;
  Effects start(Instant now) override;
  Effects on(const SerialOpened& event, Instant now) override;
  Effects on(const SerialClosed& event, Instant now) override;
  Effects on(const SerialBytes& event, Instant now) override { return after(device_->on(event, now), now); }
  Effects on(const ModbusAnswered& event, Instant now) override { return after(device_->on(event, now), now); }
  Effects on(const SnmpAnswered& event, Instant now) override { return after(device_->on(event, now), now); }
  Effects tick(Instant now) override { return after(device_->tick(now), now); }
  Effects retire() override;
  void set_deadline(Duration deadline) override { settings_.deadline = deadline; }
  [[nodiscard]] Instant next_deadline() const override;

  [[nodiscard]] const PowerSourceSettings& settings() const override { return settings_; }
  [[nodiscard]] std::vector<Sample> samples(Instant now) const override;
  [[nodiscard]] PowerSourceReport report(Instant now) const override;
  [[nodiscard]] EnergySample energy(Instant now) const override;
  [[nodiscard]] CountBook& counts() override { return counts_; }
  [[nodiscard]] std::string waiting_for() const override { return line_closed_.empty() ? "" : settings_.where(); }

 private:
  Effects after(Effects effects, Instant now);  // what the device asks for, and what follows for alarms
  void watch_faults(Effects& effects);
  void count(Instant now);
  [[nodiscard]] bool is_answering(Instant now) const;
  [[nodiscard]] Instant silent_at() const;
  [[nodiscard]] QuantityReadings current(Instant now) const;  // Stale behind the deadline
  [[nodiscard]] std::string state_text(Instant now) const;

  PowerSourceSettings settings_;
  std::unique_ptr<PolledDevice> device_;
  SourceAlarms alarms_;
  CountBook counts_;
  std::uint64_t counted_ = 0;  // looks
  Instant started_;
  std::string line_closed_;  // why; empty: it is open, or it is not a line of ours
  Instant line_changed_;     // what was heard before counts no longer
};

}  // namespace karkara
