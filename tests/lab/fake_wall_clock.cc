// A wall clock of its own for one program: preloaded, it lets the program believe that it is KARKARA_FAKE_WALL_CLOCK
// seconds since 1970 at its start, and lets it set and slew that clock, while the machine's stays as it is. Monotonic
// clocks are the kernel's. For tests of routers that boot without knowing the time.
#include <dlfcn.h>
#include <sys/time.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

using ClockGettime = int (*)(clockid_t, timespec*);

int kernel_clock(clockid_t id, timespec* at) {
  static const auto next = reinterpret_cast<ClockGettime>(dlsym(RTLD_NEXT, "clock_gettime"));
  return next(id, at);
}

std::int64_t to_nanoseconds(const timespec& at) {
  return at.tv_sec * kNanosecondsPerSecond + at.tv_nsec;
}

// What has to be added to the kernel's real time.
std::atomic<std::int64_t>& offset() {
  static std::atomic<std::int64_t> value = [] {
    const char* wanted = std::getenv("KARKARA_FAKE_WALL_CLOCK");
    timespec now{};
    kernel_clock(CLOCK_REALTIME, &now);
    return wanted ? std::strtoll(wanted, nullptr, 10) * kNanosecondsPerSecond - to_nanoseconds(now) : 0;
  }();
  return value;
}

std::int64_t fake_now() {
  timespec now{};
  kernel_clock(CLOCK_REALTIME, &now);
  return to_nanoseconds(now) + offset().load();
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t id, timespec* at) noexcept {
  if (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE) {
    return kernel_clock(id, at);
  }
  const std::int64_t now = fake_now();
  at->tv_sec = now / kNanosecondsPerSecond;
  at->tv_nsec = now % kNanosecondsPerSecond;
  return 0;
}

int gettimeofday(timeval* at, void*) noexcept {
  const std::int64_t now = fake_now();
  at->tv_sec = now / kNanosecondsPerSecond;
  at->tv_usec = now % kNanosecondsPerSecond / 1000;
  return 0;
}

time_t time(time_t* at) noexcept {
  const time_t now = fake_now() / kNanosecondsPerSecond;
  if (at) {
    *at = now;
  }
  return now;
}

int clock_settime(clockid_t id, const timespec* to) noexcept {
  if (id != CLOCK_REALTIME) {
    return -1;
  }
  timespec now{};
  kernel_clock(CLOCK_REALTIME, &now);
  offset().store(to_nanoseconds(*to) - to_nanoseconds(now));
  return 0;
}

int adjtime(const timeval* by, timeval*) noexcept {
  if (by) {
    offset().fetch_add(by->tv_sec * kNanosecondsPerSecond + by->tv_usec * 1000);
  }
  return 0;
}
}
