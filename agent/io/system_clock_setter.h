// Sets the router's clock: at once when it is far off, by slewing when it is near. Refuses to judge the time that it is
// given; the core has. Called by the effect runner; tests give calls of their own, so that no test moves a real clock.
#pragma once

#include <sys/time.h>

#include <ctime>
#include <functional>

#include "agent/facts/effects.h"
#include "agent/io/event_sink.h"

namespace karkara {

// As the C library's: 0, or -1 with errno set.
struct ClockCalls {
  std::function<int(const timespec&)> set_realtime;
  std::function<int(const timeval&)> slew;
  static ClockCalls of_kernel();  // clock_settime(CLOCK_REALTIME) and adjtime()
};

class SystemClockSetter {
 public:
  // clock must outlive the setter.
  SystemClockSetter(EventSink sink, const Clock& clock, ClockCalls calls);

  void run(const StepClock& effect);  // -> ClockStepped
  void run(const SlewClock& effect);  // -> ClockStepped with the error and an unchanged time, only when it is refused

 private:
  EventSink sink_;
  const Clock& clock_;
  ClockCalls calls_;
};

}  // namespace karkara
