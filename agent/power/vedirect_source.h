// One VE.Direct device on one serial port: waiting for device -> opened -> answering -> silent, and what to tell of it.
// Refuses to write to the port but for the questions of ChargerDays and RegisterAsk: a charger's RX pin may be set up
// as its on/off switch. Called by PowerFeature.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/power/charger_days.h"
#include "agent/power/power_source.h"
#include "agent/power/source_alarms.h"
#include "agent/power/vedirect/decoder.h"
#include "agent/power/vedirect/register_ask.h"
#include "agent/power/vedirect_readings.h"

namespace karkara {

class VeDirectSource final : public PowerSource {
 public:
  enum class State : unsigned char {
    WaitingForDevice,  // the port is not open
    Opened,            // open, no verified block yet
    Answering,
    Silent,  // open, and nothing verified for the deadline
  };

  explicit VeDirectSource(PowerSourceSettings settings);

  using PowerSource::on;
  Effects start(Instant now) override;
  Effects on(const SerialOpened& event, Instant now) override;
  Effects on(const SerialClosed& event, Instant now) override;
  Effects on(const SerialBytes& event, Instant now) override;
  Effects tick(Instant now) override;
  Effects retire() override;
  void set_deadline(Duration deadline) override { settings_.deadline = deadline; }
  [[nodiscard]] Instant next_deadline() const override;

  [[nodiscard]] const PowerSourceSettings& settings() const override { return settings_; }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::vector<Sample> samples(Instant now) const override;
  [[nodiscard]] PowerSourceReport report(Instant now) const override;
  [[nodiscard]] EnergySample energy(Instant now) const override;
  [[nodiscard]] std::string waiting_for() const override;

  [[nodiscard]] CountBook& counts() override { return counts_; }
  Effects recall(std::string_view memory) override { return days_.recall(memory); }
  [[nodiscard]] std::string memory() const override { return days_.memory(); }
  Effects keep(Instant now, bool all) override { return days_.keep(now, all); }
  [[nodiscard]] std::vector<ChargerDay> take_missed(const KnownTime& at, Duration utc_offset) override {
    return days_.take_missed(at, utc_offset);
  }
  [[nodiscard]] std::optional<ChargerHistory> history() const override;

 private:
  void take_block(Instant now, Effects& effects);
  void watch_error(Instant now, Effects& effects);
  void count(const vedirect::TextBlock& block, Instant now);
  void ask_registers(const vedirect::TextBlock& block, Instant now, Effects& effects);
  [[nodiscard]] bool is_monitor(Instant now) const;
  [[nodiscard]] std::optional<bool> is_panel_limited(ChargePhase phase, Instant now) const;
  [[nodiscard]] std::optional<double> number(SeriesId series, Instant now) const;
  [[nodiscard]] std::uint64_t bad_frames() const;
  [[nodiscard]] Value value(SeriesId series, Instant now) const;
  [[nodiscard]] std::string state_text() const;
  [[nodiscard]] std::optional<Instant> quiet_until() const;
  [[nodiscard]] Duration patience(Instant now) const;
  [[nodiscard]] Instant silent_at() const;

  PowerSourceSettings settings_;
  vedirect::Decoder decoder_;
  VeDirectReadings readings_;
  State state_ = State::WaitingForDevice;
  std::string waiting_why_;
  Instant heard_;  // opened, or the last verified block
  Instant answering_since_;
  bool ever_answered_ = false;
  SourceAlarms alarms_;
  ChargerDays days_;
  vedirect::RegisterAsk registers_;
  CountBook counts_;
};

}  // namespace karkara
