// A clock whose time is a number.
#pragma once

#include "common/time.h"

namespace karkara {

class FakeClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] WallTime wall() const override { return wall_; }
  void advance(Duration by) {
    now_ = now_ + by;
    wall_ = wall_ + std::chrono::duration_cast<std::chrono::microseconds>(by);
  }
  void set_wall(WallTime to) { wall_ = to; }

 private:
  Instant now_{std::chrono::seconds{100}};
  WallTime wall_{std::chrono::seconds{1'790'000'000}};
};

}  // namespace karkara
