// A satellite link drawn second by second for the fade predictor's tests: a level with scintillation of a seeded
// generator. Time is a number.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <optional>
#include <random>

#include "agent/vsat/fade_predictor.h"

namespace karkara {

class Sky {
 public:
  explicit Sky(FadeSettings settings, unsigned seed = 1) : predictor{settings}, random_{seed} {}

  // `level(t)`: Es/N0 in dB t seconds after the call; NaN is a hole. Stops early when `until` holds.
  void run(double seconds, const std::function<double(double)>& level, const std::function<bool()>& until = {}) {
    const double begin = now_;
    while (now_ - begin < seconds) {
      const double value = level(now_ - begin);
      now_ += pace;
      if (std::isnan(value)) {
        predictor.tick(now());
      } else {
        last_true = value;
        predictor.on_sample(Db{value + noise()}, now());
      }
      ever_drained = ever_drained || predictor.is_draining();
      if (until && until()) {
        return;
      }
    }
  }
  void steady(double seconds, double level) {
    run(seconds, [=](double) { return level; });
  }
  [[nodiscard]] Instant now() const {
    return Instant{std::chrono::duration_cast<Duration>(std::chrono::duration<double>(now_))};
  }
  [[nodiscard]] double seconds() const { return now_; }

  FadePredictor predictor;
  double scintillation = 0.2;  // dB, as much up as down
  double wave = 0;             // dB of slow scintillation besides
  double wave_period = 60;
  double pace = 1;
  double last_true = 0;
  bool ever_drained = false;

 private:
  double noise() {
    const double fast = std::uniform_real_distribution<double>{-scintillation, scintillation}(random_);
    const double value = fast + wave * std::sin(2 * std::numbers::pi * now_ / wave_period);
    return std::round(value * 10) / 10;  // terminals tell tenths
  }

  double now_ = 1000;
  std::mt19937 random_;
};

}  // namespace karkara
