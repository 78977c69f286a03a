#include "agent/devices/counter.h"

namespace karkara {
namespace {

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

}  // namespace

bool ran_on(const CounterLook& before, const CounterLook& after) {
  // A device's clock may be 10 % off, its uptime may be refreshed every few seconds only, and an answer may be late.
  constexpr double kSlack = 30;
  constexpr double kClockError = 1.1;
  const std::uint32_t forward = after.uptime_hundredths - before.uptime_hundredths;
  return forward / 100.0 <= seconds(after.at - before.at) * kClockError + kSlack;
}

std::optional<std::uint64_t> Counter::on(const CounterLook& look) {
  const auto before = last_;
  last_ = look;
  if (!before || look.at <= before->at || !ran_on(*before, look)) {
    return {};
  }
  const bool narrow = width_ == CounterWidth::Bits32;
  const std::uint64_t difference =
      narrow ? static_cast<std::uint32_t>(look.value - before->value) : look.value - before->value;
  const double rate = static_cast<double>(difference) / seconds(look.at - before->at);
  return rate <= fastest_ ? std::optional{difference} : std::nullopt;
}

}  // namespace karkara
