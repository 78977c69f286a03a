#include "agent/vsat/fade_predictor.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kMedianOf = 5;
constexpr double kCutoffHertz = 0.02;
constexpr double kTimeConstant = 1 / (2 * std::numbers::pi * kCutoffHertz);  // 8 s
constexpr double kMedianDelay = 2;                                           // samples
constexpr Duration kSilenceEndsDrain = minutes{10};
constexpr Db kBelowClear{1};
constexpr Db kNearClear{0.5};
constexpr double kStormSlope = -0.3;  // dB/s
constexpr Duration kStormHorizon = seconds{15};
constexpr Db kRough{0.4};
// A step: within the last 3 samples, against the 7 s that ended 5 s ago.
constexpr Duration kStepMemory = seconds{12};
constexpr Duration kBeforeStep = seconds{5};
constexpr std::size_t kAfterStep = 3;
constexpr Db kStep{1};
constexpr Duration kBatteryMemory = seconds{60};
constexpr Duration kBatteryNow = seconds{10};
constexpr double kSagRatio = 0.97;
constexpr Duration kSagForgotten = hours{6};

double to_seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Duration FadePredictor::longest_gap() const {
  return std::max<Duration>(seconds{10}, pace_ * 3);
}

void FadePredictor::start_again() {
  raw_.clear();
  smoothed_.reset();
  window_.clear();
  storm_.clear();
  good_since_.reset();
}

void FadePredictor::on_reboot(Instant /*now*/) {
  start_again();
  sag_.reset();
}

void FadePredictor::on_sample(Db es_n0, Instant now) {
  if (last_sample_ && now <= *last_sample_) {
    return;
  }
  if (last_sample_ && now - *last_sample_ > longest_gap()) {
    start_again();
  }
  smooth(es_n0, now);
  last_sample_ = now;
  last_heard_ = now;
  look_for_sag(now);
  follow_clear_sky(now);
  judge(now);
}

void FadePredictor::on_no_signal(Instant now) {
  last_heard_ = now;
  good_since_.reset();
}

void FadePredictor::smooth(Db es_n0, Instant now) {
  raw_.push_back({now, es_n0.value()});
  while (raw_.size() > kMedianOf && now - raw_.front().at > kStepMemory) {
    raw_.pop_front();
  }
  std::vector<double> last;
  for (std::size_t i = raw_.size() - std::min(raw_.size(), kMedianOf); i < raw_.size(); ++i) {
    last.push_back(raw_[i].value);
  }
  if (last.size() < kAfterStep) {
    return;
  }
  const double middle = median(std::move(last));
  const double passed = last_sample_ ? to_seconds(now - *last_sample_) : 0;
  const double part = 1 - std::exp(-passed / kTimeConstant);
  smoothed_ = smoothed_ ? *smoothed_ + part * (middle - *smoothed_) : middle;
  window_.add(Db{*smoothed_}, now);
  storm_.add(Db{middle}, now);
}

void FadePredictor::on_battery(Volts voltage, Instant now) {
  battery_.push_back({now, voltage.value()});
  while (now - battery_.front().at > kBatteryMemory) {
    battery_.pop_front();
  }
  if (!raw_.empty() && now - raw_.back().at < kBeforeStep) {
    look_for_sag(now);
  }
}

void FadePredictor::look_for_sag(Instant now) {
  std::vector<double> before;
  for (const Sample& sample : raw_) {
    if (now - sample.at > kBeforeStep) {
      before.push_back(sample.value);
    }
  }
  std::vector<double> volts_before;
  double volts_now = 1e9;
  for (const Sample& sample : battery_) {
    if (now - sample.at > kBatteryNow) {
      volts_before.push_back(sample.value);
    } else {
      volts_now = std::min(volts_now, sample.value);
    }
  }
  if (before.size() < kAfterStep || raw_.size() < before.size() + kAfterStep || volts_before.size() < kAfterStep) {
    return;
  }
  std::vector<double> after;
  for (std::size_t i = raw_.size() - kAfterStep; i < raw_.size(); ++i) {
    after.push_back(raw_[i].value);
  }
  const Db level_before{median(std::move(before))};
  const Db level_after{median(std::move(after))};
  const Volts battery_before{median(std::move(volts_before))};
  if (level_before - level_after < kStep || volts_now >= battery_before.value() * kSagRatio) {
    return;
  }
  sag_ = PowerSag{now, level_before, level_after, battery_before, Volts{volts_now}};
  // A step is no ramp: what comes after it is judged by itself.
  start_again();
  smoothed_ = level_after.value();
}

void FadePredictor::follow_clear_sky(Instant now) {
  if (!smoothed_) {
    return;
  }
  clear_sky_.on_level(Db{*smoothed_}, now);
  if (sag_ && (Db{*smoothed_} > sag_->before - kNearClear || now - sag_->at > kSagForgotten)) {
    sag_.reset();
  }
  const auto clear = clear_sky_.reference();
  if (!clear || Db{*smoothed_} > *clear - kNearClear) {
    below_since_.reset();
  } else if (!below_since_ && Db{*smoothed_} <= *clear - kBelowClear) {
    below_since_ = now;
  }
}

std::optional<Db> FadePredictor::level() const {
  return smoothed_ ? std::optional{Db{*smoothed_}} : std::nullopt;
}

std::optional<Db> FadePredictor::margin() const {
  return smoothed_ ? std::optional{Db{*smoothed_} - settings_.lock_threshold} : std::nullopt;
}

// Filters show a ramp as it was `lag` seconds ago.
std::optional<FadeForecast> FadePredictor::extrapolate(const SlopeWindow& window, double lag) const {
  const auto fit = window.fit();
  if (!fit) {
    return {};
  }
  FadeForecast forecast{fit->db_per_second, {}, fit->roughness};
  if (fit->db_per_second < 0) {
    const double now = fit->now.value() + fit->db_per_second * lag;
    const double left = now - (settings_.lock_threshold + settings_.guard).value();
    constexpr double kNever = 1e9;
    const double wait = std::clamp(left / -fit->db_per_second, 0.0, kNever);
    forecast.crosses_in = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(wait));
  }
  return forecast;
}

// Steep enough that no scintillation looks like it, and a ramp: a step is rough.
std::optional<FadeForecast> FadePredictor::storm() const {
  const auto forecast = extrapolate(storm_, kMedianDelay * to_seconds(pace_));
  const bool is_storm = forecast && forecast->db_per_second < kStormSlope && forecast->roughness < kRough &&
                        *forecast->crosses_in < kStormHorizon;
  return is_storm ? forecast : std::nullopt;
}

std::optional<FadeForecast> FadePredictor::forecast() const {
  const auto sudden = storm();
  return sudden ? sudden : extrapolate(window_, kTimeConstant + kMedianDelay * to_seconds(pace_));
}

void FadePredictor::judge(Instant now) {
  const auto coming = forecast();
  const bool predicted =
      coming && coming->db_per_second < settings_.drain_slope && *coming->crosses_in < settings_.horizon;
  const bool starved = sag_ && sag_->at == now && sag_->after <= settings_.lock_threshold + settings_.guard;
  if (!draining_since_ && (predicted || starved)) {
    draining_since_ = now;
    good_since_.reset();
  }
  if (draining_since_) {
    judge_return(now);
  }
}

// A link that never has 3 dB would never come back: then nearly all that a clear sky gives is enough.
Db FadePredictor::return_margin() const {
  const auto clear = clear_sky_.reference();
  if (!clear) {
    return settings_.return_margin;
  }
  const Db best = *clear - settings_.lock_threshold - kNearClear;
  return std::min(settings_.return_margin, std::max(best, settings_.guard));
}

void FadePredictor::judge_return(Instant now) {
  const auto have = margin();
  if (!have || *have < return_margin()) {
    good_since_.reset();
    return;
  }
  if (!good_since_) {
    good_since_ = now;
  }
  if (now - *good_since_ >= settings_.return_after) {
    draining_since_.reset();
    good_since_.reset();
  }
}

void FadePredictor::tick(Instant now) {
  if (now >= next_deadline()) {
    draining_since_.reset();  // nothing is known any more: the echoes judge
    good_since_.reset();
  }
}

Instant FadePredictor::next_deadline() const {
  return draining_since_ && last_heard_ ? *last_heard_ + kSilenceEndsDrain : Instant::max();
}

}  // namespace karkara
