// What a class let through between two looks at its counter: a tree that was made anew told from a counter that went
// round. Refuses what the class could not have let through in the time. Used by ClassQuotas.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/facts/traffic_control.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

class QuotaMeter {
 public:
  struct Point {
    std::uint64_t boot = 0;  // boot_mark
    std::uint64_t bytes = 0;
    std::uint64_t packets = 0;
    Instant at;
    friend bool operator==(const Point&, const Point&) = default;
  };

  QuotaMeter() = default;
  explicit QuotaMeter(const Point& base) : base_{base} {}

  // Bytes since the last look; at the first sight none, for when they flowed is not known.
  std::uint64_t on(const ShaperCount& count, std::uint64_t boot, BitsPerSecond most, Instant now);
  [[nodiscard]] const std::optional<Point>& base() const { return base_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }  // looks that were not believed

 private:
  std::optional<Point> base_;
  BitsPerSecond most_{};  // at the last look: what flowed since may have had the ceiling of then
  std::uint64_t refused_ = 0;
};

}  // namespace karkara
