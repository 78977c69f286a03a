#include "agent/devices/counter.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace karkara {
namespace {

using std::chrono::hours;

constexpr Duration kMostAway = hours{7 * 24};  // at full power: a year and more of a usual mast
constexpr Duration kSlowest = hours{2};
constexpr double kAboutToWrap = 0.01;  // of all that it can count
constexpr double kSecondsAnHour = 3600;
constexpr double kMostWatts = 10'000;
constexpr double kMostAmps = 250;
constexpr double kMostBytes = 1.25e8;  // a second, of 1 Gbit/s: the fastest port of such a device

struct Charge {
  std::string_view unit;
  double fastest_an_hour;
};
constexpr std::array kCharges{Charge{"kWh", kMostWatts / 1000}, Charge{"Wh", kMostWatts}, Charge{"Ah", kMostAmps}};

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

}  // namespace

bool ran_on(const UptimeLook& before, const UptimeLook& after) {
  // A device's clock may be 10 % off, its uptime may be refreshed every few seconds only, and an answer may be late.
  constexpr double kSlack = 30;
  constexpr double kClockError = 1.1;
  const std::uint32_t forward = after.hundredths - before.hundredths;
  return forward / 100.0 <= seconds(after.at - before.at) * kClockError + kSlack;
}

CounterKind counter_kind(unsigned bits, double step, std::string_view unit) {
  constexpr unsigned kNeverWraps = 64;  // within any life
  CounterKind kind{bits < kNeverWraps ? std::ldexp(step, static_cast<int>(bits)) : 0, step, kMostBytes};
  for (const Charge& charge : kCharges) {
    if (charge.unit == unit) {
      kind.fastest_per_second = charge.fastest_an_hour / kSecondsAnHour;
      kind.outlives_power = true;
    }
  }
  return kind;
}

// A device may write its count down only now and then: what it gains it may have gathered since the count last moved.
Duration Counter::gathered(const CounterLook& from, const CounterLook& to) const {
  if (!base_ || &from != &*base_) {
    return to.at - from.at;
  }
  return base_is_restored_ ? kMostAway : std::max(to.at - from.at, std::min(kSlowest, to.at - moved_at_));
}

// Nothing when it cannot have come from there to here by counting on.
std::optional<double> Counter::gain(const CounterLook& from, const CounterLook& to) const {
  const bool told = from.uptime_hundredths && to.uptime_hundredths;
  const bool rebooted = told && !ran_on({*from.uptime_hundredths, from.at}, {*to.uptime_hundredths, to.at});
  if (rebooted && !kind_.outlives_power) {
    return std::nullopt;
  }
  double more = to.value - from.value;
  if (more < 0 && kind_.wraps_at > 0 && !rebooted) {
    more += kind_.wraps_at;
    // Without an uptime a reset looks the same, but for a count that was about to come round.
    if (!told && more > kind_.wraps_at * kAboutToWrap) {
      return std::nullopt;
    }
  }
  const bool is_possible = more >= 0 && more <= kind_.fastest_per_second * seconds(gathered(from, to)) + kind_.step;
  return is_possible ? std::optional{more} : std::nullopt;
}

CounterStep Counter::on(const CounterLook& look) {
  if (!base_) {
    base_ = look;
    moved_at_ = look.at;
    total_ = look.value;
    return CounterStep::First;
  }
  const auto take = [&](double gained) {
    total_ += gained;
    moved_at_ = look.value != base_->value ? look.at : moved_at_;
    base_ = look;
    base_is_restored_ = false;
    confirmed_ = true;
    doubtful_.reset();
  };
  if (const auto gained = gain(*base_, look)) {
    const bool wrapped = look.value < base_->value;
    take(*gained);
    return wrapped ? CounterStep::Wrapped : CounterStep::Counted;
  }
  if (const auto since = doubtful_ ? gain(*doubtful_, look) : std::nullopt) {
    const bool was_wild = !confirmed_;  // the first one was
    take(*since);
    total_ = was_wild ? look.value : total_;
    return was_wild ? CounterStep::First : CounterStep::Reset;
  }
  doubtful_ = look;
  return CounterStep::Doubtful;
}

bool Counter::go_on_as(const CounterKind& kind, const CounterLook& look) {
  CounterLook rounded_up = look;  // the coarser number may have been
  rounded_up.value += kind_.step;
  const auto gained = base_ ? gain(*base_, rounded_up) : std::nullopt;
  if (!gained) {
    return false;
  }
  total_ += std::max(0.0, *gained - kind_.step);
  kind_ = kind;
  base_ = look;
  moved_at_ = look.at;
  base_is_restored_ = false;
  doubtful_.reset();
  return true;
}

void Counter::restore(double last, double total) {
  base_ = CounterLook{last};
  total_ = total;
  base_is_restored_ = confirmed_ = true;
  doubtful_.reset();
}

}  // namespace karkara
