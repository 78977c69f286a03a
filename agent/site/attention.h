// Whether somebody watches live values now: two questions within ten seconds begin it, ten seconds without one end it,
// so that a script that asks once a minute changes nothing. Pure. Used by UplinkDevices.
#pragma once

#include <optional>

#include "common/time.h"

namespace karkara {

class Attention {
 public:
  void asked(Instant now) {
    if (last_ && now - *last_ <= kPatience) {
      until_ = now + kPatience;
    }
    last_ = now;
  }
  // True once when it has begun or ended since the last call.
  [[nodiscard]] bool turned(Instant now) {
    const bool before = held_;
    held_ = now < until_;
    if (!held_) {
      until_ = Instant{};
    }
    return held_ != before;
  }
  [[nodiscard]] bool held() const { return held_; }
  [[nodiscard]] Instant next_deadline() const { return held_ ? until_ : Instant::max(); }

 private:
  static constexpr Duration kPatience = std::chrono::seconds{10};
  std::optional<Instant> last_;
  Instant until_;
  bool held_ = false;
};

}  // namespace karkara
