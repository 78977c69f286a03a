// The line and the clock of every BMS: opens its port, puts one question at a time, waits, repeats, rests until the
// next look. Refuses protocols: a Dialect has each. What it holds is always of one whole look, and heard_at() is that
// look's time, so that a battery which answers only in part ages like a silent one.
#pragma once

#include "agent/power/bms/bms.h"
#include "agent/power/bms/dialect.h"

namespace karkara {

class BmsDevice final : public PolledDevice {
 public:
  BmsDevice(BmsSettings settings, std::unique_ptr<bms::Dialect> dialect);

  Effects start(Instant now) override;
  Effects on(const SerialOpened& event, Instant now) override;
  Effects on(const SerialClosed& event, Instant now) override;
  Effects on(const SerialBytes& event, Instant now) override;
  Effects tick(Instant now) override;
  Effects retire() override;
  [[nodiscard]] Instant next_deadline() const override { return until_; }

  [[nodiscard]] const QuantityReadings& readings() const override { return readings_; }
  [[nodiscard]] std::optional<Instant> heard_at() const override { return heard_at_; }
  [[nodiscard]] std::string product() const override { return dialect_->product(); }
  [[nodiscard]] std::string trouble() const override { return trouble_; }
  [[nodiscard]] std::uint64_t bad_frames() const override { return dialect_->bad_frames(); }

 private:
  enum class Phase : std::uint8_t { Closed, Resting, Pausing, Asking };

  Effects begin_look(Instant now);
  Effects ask(Instant now);
  void end_look(Instant now);
  void pause(Instant now);

  BmsSettings settings_;
  std::unique_ptr<bms::Dialect> dialect_;
  Phase phase_ = Phase::Closed;
  Instant until_ = Instant::max();
  Instant look_began_{};
  std::uint64_t bad_frames_before_ = 0;  // the look
  unsigned tries_left_ = 0;
  QuantityReadings readings_{};
  std::optional<Instant> heard_at_{};
  std::string trouble_ = "the line is not open yet";
};

}  // namespace karkara
