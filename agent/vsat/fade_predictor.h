// Tells before a satellite link is lost: Es/N0 is smoothed, its fall extrapolated, and the uplink's traffic should go
// elsewhere (drain) while there is still time. Tells rain, dust or a moved dish, and a sagging supply apart. Refuses to
// predict over holes, after a reboot, and from scintillation. Called by TerminalWatch.
//
// Median of 5, low-pass at 0.02 Hz against scintillation (as ITU-R P.1623 separates it from fades), a line through 30
// s; its crossing of the lock threshold + 1 dB within 30 s at more than 0.05 dB/s drains; 5 min of 3 dB margin end it.
// For the front of a storm that would be over before 30 s are seen, a line through 8 s of medians is watched besides.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "agent/vsat/clear_sky.h"
#include "agent/vsat/slope.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct FadeSettings {
  Db lock_threshold;  // Es/N0 at which the terminal loses its most robust MODCOD
  Db guard{1};
  Duration horizon = std::chrono::seconds{30};
  double drain_slope = -0.05;  // dB/s
  Db return_margin{3};
  Duration return_after = std::chrono::minutes{5};
};

enum class FadeKind : std::uint8_t { Unknown, Clear, Rain, Drift, PowerSag };
[[nodiscard]] std::string_view to_string(FadeKind kind);

struct PowerSag {
  Instant at;
  Db before;
  Db after;
  Volts battery_before;
  Volts battery_after;
};

// What a line through the last seconds tells.
struct FadeForecast {
  double db_per_second = 0;
  std::optional<Duration> crosses_in = {};  // of threshold + guard; nothing unless it falls
  Db roughness{};
};

class FadePredictor {
 public:
  explicit FadePredictor(FadeSettings settings) : settings_{settings} {}

  void on_sample(Db es_n0, Instant now);
  void on_no_signal(Instant now);  // the terminal answers, but measures nothing: it lost lock
  void on_battery(Volts voltage, Instant now);
  void on_reboot(Instant now);
  void set_pace(Duration pace) { pace_ = pace; }  // what is a hole depends on it
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;  // when silence ends a drain

  [[nodiscard]] bool is_draining() const { return draining_since_.has_value(); }
  [[nodiscard]] std::optional<Db> level() const;   // smoothed; nothing before the first samples and after a reboot
  [[nodiscard]] std::optional<Db> margin() const;  // above the lock threshold
  [[nodiscard]] std::optional<FadeForecast> forecast() const;  // the storm's when there is one
  [[nodiscard]] FadeKind kind(Instant now) const;
  [[nodiscard]] const std::optional<PowerSag>& power_sag() const { return sag_; }
  // "margin 4.2 dB, falling 0.12 dB/s: ..."; one sentence for people.
  [[nodiscard]] std::string explain(Instant now) const;
  [[nodiscard]] ClearSky& clear_sky() { return clear_sky_; }
  [[nodiscard]] const ClearSky& clear_sky() const { return clear_sky_; }

 private:
  struct Sample {
    Instant at;
    double value;
  };
  void smooth(Db es_n0, Instant now);
  void start_again();
  void look_for_sag(Instant now);
  void follow_clear_sky(Instant now);
  void judge(Instant now);
  void judge_return(Instant now);
  [[nodiscard]] std::optional<FadeForecast> extrapolate(const SlopeWindow& window, double lag) const;
  [[nodiscard]] std::optional<FadeForecast> storm() const;
  [[nodiscard]] Db return_margin() const;
  [[nodiscard]] Duration longest_gap() const;
  [[nodiscard]] std::string describe_kind(Instant now) const;

  FadeSettings settings_;
  Duration pace_ = std::chrono::seconds{1};
  std::deque<Sample> raw_;      // the last seconds, for the median and for steps
  std::deque<Sample> battery_;  // the last minutes
  std::optional<double> smoothed_;
  std::optional<Instant> last_sample_;
  std::optional<Instant> last_heard_;
  SlopeWindow window_{std::chrono::seconds{30}, 10};
  SlopeWindow storm_{std::chrono::seconds{8}, 7};
  ClearSky clear_sky_;
  std::optional<PowerSag> sag_;
  std::optional<Instant> below_since_;  // clear-sky level by 1 dB or more
  std::optional<Instant> good_since_;   // margin, while draining
  std::optional<Instant> draining_since_;
};

}  // namespace karkara
