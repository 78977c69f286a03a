// One VE.Direct device on one serial port: waiting for device -> opened -> answering -> silent, and what to tell of it.
// Refuses to write to the port: a charger's RX pin may be set up as its on/off switch. Called by PowerFeature.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/power/settings.h"
#include "agent/power/vedirect/decoder.h"
#include "agent/power/vedirect_readings.h"

namespace karkara {

class VeDirectSource {
 public:
  enum class State : unsigned char {
    WaitingForDevice,  // the port is not open
    Opened,            // open, no verified block yet
    Answering,
    Silent,  // open, and nothing verified for the deadline
  };

  explicit VeDirectSource(PowerSourceSettings settings);

  [[nodiscard]] Effects open() const;
  Effects on_opened(Instant now);
  Effects on_closed(const std::string& why);
  Effects on_bytes(std::span<const std::byte> bytes, Instant now);
  Effects tick(Instant now);
  Effects retire();  // closes the port and clears the alarms
  void set_deadline(Duration deadline) { settings_.deadline = deadline; }
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] const PowerSourceSettings& settings() const { return settings_; }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::vector<Sample> samples(Instant now) const;
  [[nodiscard]] PowerSourceReport report(Instant now) const;

 private:
  void take_block(Instant now, Effects& effects);
  void watch_error(Instant now, Effects& effects);
  void clear_fault(Effects& effects);
  void raise_lost(const std::string& why, Effects& effects);
  void clear_lost(Effects& effects);
  [[nodiscard]] AlarmKey alarm(MessageId message) const { return {message, settings_.id.text()}; }
  [[nodiscard]] std::uint64_t bad_frames() const;
  [[nodiscard]] Value value(SeriesId series, Instant now) const;
  [[nodiscard]] std::string state_text() const;

  PowerSourceSettings settings_;
  vedirect::Decoder decoder_;
  VeDirectReadings readings_;
  State state_ = State::WaitingForDevice;
  std::string waiting_why_;
  Instant heard_;  // opened, or the last verified block
  Instant answering_since_;
  bool ever_answered_ = false;
  bool lost_raised_ = false;
  bool bad_frames_noted_ = false;
  unsigned fault_raised_ = 0;  // the charger's error number
};

}  // namespace karkara
