// A straight line through the last seconds of a signal, by least squares. Refuses to tell a slope of too few points or
// of too short a time. Used by the fade predictor.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct SlopeFit {
  Db now;  // the line's value at the last point
  double db_per_second = 0;
  Db roughness;  // root mean square distance of the points from the line
};

class SlopeWindow {
 public:
  SlopeWindow(Duration length, std::size_t fewest) : length_{length}, fewest_{fewest} {}

  void add(Db level, Instant at);
  void clear() { points_.clear(); }
  [[nodiscard]] std::optional<SlopeFit> fit() const;  // needs half the window and the fewest points

 private:
  struct Point {
    Instant at;
    double level;
  };
  Duration length_;
  std::size_t fewest_;
  std::deque<Point> points_;
};

}  // namespace karkara
