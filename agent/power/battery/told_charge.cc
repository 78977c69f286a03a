#include "agent/power/battery/told_charge.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "agent/power/battery/hours.h"

namespace karkara {
namespace {

using std::chrono::minutes;

constexpr double kErrorAtFull = 2.5;
constexpr double kErrorAtFirst = 8;
// A BMS that never comes to full drifts by 2 to 3 percent a day (a JK's offset, dbus-serialbattery#868).
constexpr double kDriftPerDay = 2;
constexpr double kMostError = 60;
constexpr double kFull = 97;  // what counts as agreement at a full charge
constexpr double kFarFromFull = 92;
constexpr double kFrozen = 12;  // percent counted while it told the same
constexpr double kSame = 0.6;
constexpr Duration kFresh = minutes{5};
constexpr Duration kContradicts = minutes{15};

}  // namespace

Percent ToldCharge::error(Instant now) const {
  const Instant since = agreed_at_.value_or(first_at_);
  const double days = hours_of(now - since) / kHoursOfDay;
  return Percent{std::min(kMostError, (agreed_at_ ? kErrorAtFull : kErrorAtFirst) + kDriftPerDay * days)};
}

void ToldCharge::see(Percent told, Percent own, Percent error_of_own, Percent counted, Instant now) {
  if (!told_) {
    first_at_ = now;
  }
  const bool moved = !told_ || std::abs((told - stood_).value()) > kSame;
  unmoved_ = moved ? Percent{} : unmoved_ + counted;
  if (moved) {
    stood_ = told;
  }
  told_ = told;
  told_at_ = now;
  if (unmoved_.value() > kFrozen) {
    doubted_ = true;
  }
  const bool contradicts = std::abs((told - own).value()) > error(now).value() + error_of_own.value();
  if (!contradicts) {
    contradicts_since_.reset();
    doubted_ = doubted_ && unmoved_.value() > kFrozen;
  } else if (!contradicts_since_) {
    contradicts_since_ = now;
  } else if (now - *contradicts_since_ >= kContradicts) {
    doubted_ = true;
  }
}

void ToldCharge::see_full(Instant now) {
  if (!told_ || now - told_at_ > kFresh) {
    return;
  }
  if (told_->value() >= kFull) {
    agreed_at_ = now;
    doubted_ = false;
    unmoved_ = Percent{};
  } else if (told_->value() < kFarFromFull) {
    doubted_ = true;
  }
}

std::optional<Trusted> ToldCharge::trusted(Instant now) const {
  if (!told_ || doubted_ || now - told_at_ > kFresh) {
    return std::nullopt;
  }
  return Trusted{*told_, error(now)};
}

}  // namespace karkara
