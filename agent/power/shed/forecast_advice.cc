#include "agent/power/shed/forecast_advice.h"

#include <chrono>

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Duration kEvery = minutes{10};  // a forecast costs milliseconds on a small router
constexpr Duration kTrust = minutes{20};  // in the last answer
// Deeper below the first, milder only above the second: the forecast wobbles most around sunset.
constexpr double kDoubtful = 0.85;
constexpr double kSafe = 0.95;
constexpr double kVerySafe = 0.97;
constexpr double kHopeless = 0.2;  // then the sun of the rest of the day is needed too
constexpr std::chrono::microseconds kBeforeSunset = hours{3};
constexpr Duration kEnding = minutes{90};
constexpr Duration kSoon = hours{12};
constexpr Duration kNextNight = hours{24};  // the disconnect is foretold within
constexpr Duration kBeyondNextNight = hours{36};
constexpr Duration kNoTimeToLearn = hours{6};
constexpr Duration kLearns = minutes{45};  // what a stage takes that was never taken before
constexpr double kSameNeed = 0.98;         // what a deeper stage takes of a milder one's need, as far as is known

bool ends_within(const EnergyForecast& forecast, Duration time) {
  return forecast.to_disconnect && *forecast.to_disconnect < time;
}

bool survives(const EnergyForecast& forecast, double chance, Duration beyond) {
  return (!forecast.night || forecast.night->survival >= chance) && !ends_within(forecast, beyond);
}

// In the morning it may still become a good day.
bool is_time(const EnergyForecast& forecast, WallTime wall) {
  return ends_within(forecast, kSoon) ||
         (forecast.night && (wall >= WallTime{forecast.night->begins.since_epoch() - kBeforeSunset} ||
                             forecast.night->survival < kHopeless));
}

std::optional<double> survival(const EnergyForecast& forecast) {
  return forecast.night ? std::optional{forecast.night->survival} : std::nullopt;
}

// Loads of stages that were never taken are borrowed from milder ones.
bool is_unlearned(const EnergyForecast& present, const EnergyForecast& deepest) {
  return present.night && deepest.night && deepest.night->needed >= present.night->needed * kSameNeed;
}

}  // namespace

ForecastAdvice::Deeper ForecastAdvice::choose(const StageForecast& forecast, const EnergyForecast& present,
                                              unsigned stage, unsigned deepest) {
  EnergyForecast there;
  for (unsigned candidate = stage + 1; candidate <= deepest; ++candidate) {
    there = forecast(candidate);
    if (survives(there, kSafe, kBeyondNextNight)) {
      return {candidate, survival(present), survival(there)};
    }
  }
  if (is_unlearned(present, there) && !ends_within(present, kNoTimeToLearn)) {
    return {stage + 1, survival(present), std::nullopt};
  }
  return {deepest, survival(present), survival(there)};
}

std::optional<ForecastAdvice::Deeper> ForecastAdvice::deeper(const StageForecast& forecast, unsigned stage,
                                                             unsigned deepest, Instant now, WallTime wall) {
  if (stage >= deepest || (asked_ && now - *asked_ < kEvery)) {
    return std::nullopt;
  }
  const bool in_a_row = asked_ && now - *asked_ < kTrust;
  asked_ = now;
  const EnergyForecast present = forecast(stage);
  ends_at_ = present.to_disconnect ? std::optional{now + *present.to_disconnect} : std::nullopt;
  if (survives(present, kDoubtful, kNextNight) || !is_time(present, wall)) {
    risk_since_.reset();
    return std::nullopt;
  }
  if (!risk_since_ || !in_a_row) {
    risk_since_ = now;
    return std::nullopt;
  }
  risk_since_.reset();
  if (quiet_until_ && now < *quiet_until_ && !ends_within(present, kNoTimeToLearn)) {
    return std::nullopt;
  }
  const Deeper chosen = choose(forecast, present, stage, deepest);
  quiet_until_ = chosen.survival_then ? std::nullopt : std::optional{now + kLearns};
  return chosen;
}

bool ForecastAdvice::allows(const StageForecast& forecast, unsigned milder, Instant now) {
  if (milder_asked_ && now - *milder_asked_ < kEvery) {
    return false;
  }
  milder_asked_ = now;
  return survives(forecast(milder), kVerySafe, kBeyondNextNight);
}

bool ForecastAdvice::is_ending(Instant now) const {
  return asked_ && now - *asked_ < kTrust && ends_at_ && *ends_at_ < now + kEnding;
}

}  // namespace karkara
