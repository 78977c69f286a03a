// How long to wait before trying again, when each failure in a row doubles it. Refuses to count failures: the caller
// does.
#pragma once

#include <algorithm>

#include "common/time.h"

namespace karkara {

// `first` after the first failure, never longer than `most`.
[[nodiscard]] inline Duration doubled_pause(Duration first, unsigned failures, Duration most) {
  Duration pause = first;
  for (; failures > 1 && pause < most; --failures) {
    pause *= 2;
  }
  return std::min(pause, most);
}

}  // namespace karkara
