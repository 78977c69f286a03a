#include "agent/power/battery/rest_watch.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/battery/hours.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr double kRest = 0.01;         // C/100
constexpr double kMostSteady = 0.125;  // C/8: more, and the drop is too uncertain
constexpr double kMark = 0.02;
constexpr double kSurfaceGone = 0.02;  // of the capacity taken out after a charge
constexpr Duration kAfterCharge = hours{1};
constexpr Duration kAfterDischarge = hours{1};
constexpr Duration kWindow = minutes{20};
constexpr Duration kPause = minutes{5};
constexpr Duration kBetween = hours{2};
constexpr int kFewest = 4;

// Of what the tables, the relaxation and the meter leave open each time, in volts of a block.
constexpr double kOffAtRest = 0.03;
constexpr double kOffUnderLoad = 0.05;
constexpr double kOffOfLithium = 0.04;  // two batteries' shoulders, charged or discharged before, differ by more
constexpr double kOffPerRate = 0.6;     // of a drop of about 1.6 V at C/1
constexpr double kOffPerSpread = 1.0;   // of currents that were not one
constexpr double kOffWhenLow = 0.05;    // a discharged plate's voltage falls away below its table
constexpr Volts kLow{11.9};

double off_of_table(Chemistry chemistry, Volts block) {
  switch (chemistry) {
    case Chemistry::LeadAcid: return block < kLow ? kOffWhenLow : 0;
    case Chemistry::LithiumIronPhosphate: return kOffOfLithium;
  }
  return 0;
}

}  // namespace

std::optional<SteadyVoltage> RestWatch::see(Volts block, Amps net, const BatterySettings& settings, Instant now) {
  const double rate = -rate_of(net, settings);
  if (!last_ || now - *last_ > kPause) {
    charged_at_ = now;  // for all we know
    busy_at_ = now;
    removed_ = 0;
    window_.reset();
  } else {
    removed_ += std::max(0.0, (rate + last_rate_) / 2) * hours_of(now - *last_);
  }
  last_ = now;
  last_rate_ = rate;
  if (rate < -kRest) {
    charged_at_ = now;
    removed_ = 0;
  }
  if (std::abs(rate) > kMark) {
    busy_at_ = now;
  }
  if (rate < -kRest || rate > kMostSteady) {
    window_.reset();
    return std::nullopt;
  }
  if (!window_) {
    window_ = Window{now, 0, 0, rate, rate, 0};
  }
  window_->volts += block.value();
  window_->rate += rate;
  window_->least_rate = std::min(window_->least_rate, rate);
  window_->most_rate = std::max(window_->most_rate, rate);
  ++window_->samples;
  if (now - window_->since < kWindow) {
    return std::nullopt;
  }
  const auto told = told_by(*window_, settings, now);
  window_.reset();
  if (told) {
    told_at_ = now;
  }
  return told;
}

std::optional<SteadyVoltage> RestWatch::told_by(const Window& window, const BatterySettings& settings,
                                                Instant now) const {
  const bool just_told = told_at_ && now - *told_at_ < kBetween;
  if (window.samples < kFewest || just_told) {
    return std::nullopt;
  }
  const Volts block{window.volts / window.samples};
  const double rate = window.rate / window.samples;
  const Duration idle = now - charged_at_;
  const bool relaxed = idle >= traits_of(settings.chemistry).surface_charge;
  const double table = off_of_table(settings.chemistry, block);
  if (relaxed && std::abs(rate) <= kRest && now - busy_at_ >= kAfterDischarge) {
    return SteadyVoltage{block, std::max(0.0, rate), Volts{std::hypot(kOffAtRest, table)}};
  }
  const bool drained = idle >= kAfterCharge && removed_ >= kSurfaceGone;
  if (!relaxed && !drained) {
    return std::nullopt;
  }
  const double spread = kOffPerSpread * (window.most_rate - window.least_rate);
  const double passing = std::hypot(kOffPerRate * rate, spread);
  const double off = std::hypot(kOffUnderLoad + table, passing);
  return SteadyVoltage{block, std::max(0.0, rate), Volts{off}, Volts{passing}};
}

std::optional<SteadyVoltage> DisconnectWatch::see(const Measured& measured, Amps net, const BatterySettings& settings,
                                                  Instant now) {
  constexpr Volts kNear{0.05};
  constexpr Volts kNearBeforeCut{0.2};
  constexpr Volts kRearmed{0.6};
  constexpr Duration kStands = seconds{45};
  constexpr double kMostRate = 0.2;
  constexpr double kLoaded = 0.3;  // amperes
  constexpr double kNoLoad = 0.1;
  constexpr Volts kOff{0.15};
  if (!measured.block) {
    return std::nullopt;
  }
  const double rate = -rate_of(net, settings);
  const Seen seen{*measured.block, rate, measured.load.value_or(Amps{}).value()};
  const std::optional<Seen> before = std::exchange(last_, seen);
  const Volts disconnect = disconnect_of(settings);
  if (seen.block > disconnect + kRearmed) {
    told_ = false;
  }
  const bool low = seen.block <= disconnect + kNear && rate >= 0 && rate <= kMostRate;
  if (!low) {
    low_since_.reset();
  } else if (!low_since_) {
    low_since_ = now;
  }
  const bool cut = before && measured.load && before->load > kLoaded && seen.load < kNoLoad &&
                   before->block <= disconnect + kNearBeforeCut && before->rate <= kMostRate;
  if (told_ || (!cut && !(low_since_ && now - *low_since_ >= kStands))) {
    return std::nullopt;
  }
  told_ = true;
  const Seen& loaded = cut ? *before : seen;
  return SteadyVoltage{loaded.block, std::max(0.0, loaded.rate), kOff};
}

}  // namespace karkara
