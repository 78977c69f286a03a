#include "agent/io/system_clock_setter.h"

#include <cerrno>
#include <cstring>
#include <utility>

namespace karkara {
namespace {

// Seconds and the microseconds behind them, which are never negative.
std::pair<time_t, std::int64_t> split(std::chrono::microseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {static_cast<time_t>(seconds.count()), (time - seconds).count()};
}

Status outcome(int returned) {
  if (returned == 0) {
    return {};
  }
  const auto code = errno == EPERM ? ErrorCode::PermissionDenied : ErrorCode::InvalidArgument;
  return Error{code, std::string{"the kernel refused to set the clock: "} + std::strerror(errno)};
}

}  // namespace

ClockCalls ClockCalls::of_kernel() {
  return {[](const timespec& to) { return clock_settime(CLOCK_REALTIME, &to); },
          [](const timeval& by) { return adjtime(&by, nullptr); }};
}

SystemClockSetter::SystemClockSetter(EventSink sink, const Clock& clock, ClockCalls calls)
    : sink_{std::move(sink)}, clock_{clock}, calls_{std::move(calls)} {}

void SystemClockSetter::run(const StepClock& effect) {
  const WallTime before = clock_.wall();
  const auto [seconds, micros] = split(effect.to.since_epoch());
  const Status status = outcome(calls_.set_realtime({seconds, static_cast<long>(micros * 1000)}));
  sink_(ClockStepped{before, clock_.wall(), status});
}

void SystemClockSetter::run(const SlewClock& effect) {
  // Back by 0.2 s is -1 s and 800000 us: adjtime() adds the two up.
  const auto [seconds, micros] = split(effect.by);
  if (const Status status = outcome(calls_.slew({seconds, static_cast<suseconds_t>(micros)})); !status) {
    const WallTime now = clock_.wall();
    sink_(ClockStepped{now, now, status});
  }
}

}  // namespace karkara
