// How much an uplink that failed of late is held down: a plain value between UplinkHealth and the book that keeps it.
// Refuses to know when: DampingBook does.
#pragma once

#include <cstdint>

namespace karkara {

struct Damping {
  std::uint32_t failures = 0;  // what the hold-down doubles by
  bool was_up = false;         // since the last of them: its hold-down is served
  friend bool operator==(const Damping&, const Damping&) = default;
};

}  // namespace karkara
