// One moment by both clocks: the Instant for what must never jump (silence, ages), the WallTime for what people and
// devices say. Refuses to read a clock: controller/service does.
#pragma once

#include "common/time.h"

namespace karkara {

struct Moment {
  Instant at;
  WallTime wall;
};

[[nodiscard]] inline Moment moment_of(const Clock& clock) {
  return {clock.now(), clock.wall()};
}

}  // namespace karkara
