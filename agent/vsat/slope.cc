#include "agent/vsat/slope.h"

#include <cmath>

namespace karkara {
namespace {

constexpr std::size_t kMostPoints = 256;

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

}  // namespace

void SlopeWindow::add(Db level, Instant at) {
  points_.push_back({at, level.value()});
  while (points_.size() > kMostPoints || at - points_.front().at > length_) {
    points_.pop_front();
  }
}

std::optional<SlopeFit> SlopeWindow::fit() const {
  if (points_.size() < fewest_ || points_.back().at - points_.front().at < length_ / 2) {
    return {};
  }
  const Instant end = points_.back().at;
  const auto n = static_cast<double>(points_.size());
  double sum_t = 0;
  double sum_y = 0;
  double sum_tt = 0;
  double sum_ty = 0;
  for (const Point& point : points_) {
    const double t = seconds(point.at - end);
    sum_t += t;
    sum_y += point.level;
    sum_tt += t * t;
    sum_ty += t * point.level;
  }
  const double spread = n * sum_tt - sum_t * sum_t;
  if (spread <= 0) {
    return {};
  }
  const double slope = (n * sum_ty - sum_t * sum_y) / spread;
  const double level = (sum_y - slope * sum_t) / n;
  double squares = 0;
  for (const Point& point : points_) {
    const double off = point.level - level - slope * seconds(point.at - end);
    squares += off * off;
  }
  return SlopeFit{Db{level}, slope, Db{std::sqrt(squares / n)}};
}

}  // namespace karkara
