// Which stage the forecast calls for: the mildest that survives the coming night with some margin, and the day behind
// it. Refuses to hurry: in the morning a doubtful night is no reason yet, and one answer is never enough. Part of
// ShedLadder.
#pragma once

#include <functional>
#include <optional>

#include "agent/power/sun/forecast_types.h"
#include "common/time.h"

namespace karkara {

// What is foretold if the site stayed in a stage.
using StageForecast = std::function<EnergyForecast(unsigned stage)>;

class ForecastAdvice {
 public:
  struct Deeper {
    unsigned stage = 0;
    std::optional<double> survival_now{};  // of the night, at the present stage
    std::optional<double> survival_then{};
  };
  // A deeper stage when the present one does not do. Asks the forecast every ten minutes.
  std::optional<Deeper> deeper(const StageForecast& forecast, unsigned stage, unsigned deepest, Instant now,
                               WallTime wall);
  // Whether the forecast lets the stage be taken that is milder than the present one; no forecast does not hinder.
  bool allows(const StageForecast& forecast, unsigned milder, Instant now);
  // The last answer of deeper(): the disconnect is a matter of minutes.
  [[nodiscard]] bool is_ending(Instant now) const;
  // Another stage was taken: what was asked about the one before says little.
  void forget() { *this = ForecastAdvice{quiet_until_}; }
  ForecastAdvice() = default;

 private:
  explicit ForecastAdvice(std::optional<Instant> quiet_until) : quiet_until_{quiet_until} {}
  [[nodiscard]] static Deeper choose(const StageForecast& forecast, const EnergyForecast& present, unsigned stage,
                                     unsigned deepest);

  std::optional<Instant> asked_;
  std::optional<Instant> risk_since_;
  std::optional<Instant> ends_at_;
  std::optional<Instant> milder_asked_;
  std::optional<Instant> quiet_until_;  // a stage was taken to learn what it takes
};

}  // namespace karkara
