// A condition that counts only once it held for a while, seen at least every ten minutes; one sample is never enough.
// Refuses to bridge a gap. Used within agent/power/shed.
#pragma once

#include <chrono>
#include <optional>

#include "common/time.h"

namespace karkara {

inline constexpr Duration kUnseenGap = std::chrono::minutes{10};

class Held {
 public:
  // Whether it has held for `least`, this sample included.
  bool see(bool condition, Duration least, Instant now) {
    if (!condition) {
      forget();
      return false;
    }
    if (!since_ || now < last_ || now - last_ > kUnseenGap) {
      since_ = now;
      last_ = now;
      return false;
    }
    last_ = now;
    return now - *since_ >= least;
  }
  void forget() { since_.reset(); }

 private:
  std::optional<Instant> since_;
  Instant last_;
};

}  // namespace karkara
