#include "common/host/system_clock.h"

#include <ctime>

namespace karkara {
namespace {

Duration read_clock(clockid_t id) {
  timespec at{};
  clock_gettime(id, &at);
  return std::chrono::seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec};
}

}  // namespace

Instant SystemClock::now() const {
  return Instant{read_clock(CLOCK_BOOTTIME)};
}

WallTime SystemClock::wall() const {
  return WallTime{std::chrono::duration_cast<std::chrono::microseconds>(read_clock(CLOCK_REALTIME))};
}

}  // namespace karkara
