#include "controller/planner/terrain/viewshed.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace karkara::planner {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kTouch = 1e-9;   // metres a cell: ground this much above the line still only touches it
constexpr double kOnCell = 1e-7;  // a way this near to a cell (in cells) crosses it
constexpr int kBlock = 16;

struct Cell {
  int row;
  int column;
};

// One quarter of the ground, turned so that ways go along its rows: row k holds the cells that are k steps away along
// the longer axis, column radius + m those that are m steps aside. It holds the slope at which the eye sees each cell,
// and of each block of cells the largest.
class Fan {
 public:
  Fan(const GroundGrid& ground, const ViewshedOptions& options, int quarter)
      : options_{options},
        quarter_{quarter},
        radius_{ground.radius},
        width_{ground.width()},
        slopes_(static_cast<std::size_t>(radius_ + 1) * static_cast<std::size_t>(width_), kUnknown),
        blocks_across_{width_ / kBlock + 2},
        highest_(static_cast<std::size_t>(radius_ / kBlock + 1) * static_cast<std::size_t>(blocks_across_),
                 -kInfinite) {
    const std::size_t middle = static_cast<std::size_t>(radius_ * width_ + radius_);
    const double eye = ground.heights[middle] + options.eye.value();
    const double square = ground.cell.value() * ground.cell.value() / (2 * options.k_factor * kEarthRadius.value());
    for (int k = 1; k <= radius_; ++k) {
      for (int m = -k; m <= k; ++m) {
        const Cell at = cell(k, m);
        const double ground_height = ground.heights[static_cast<std::size_t>(at.row * width_ + at.column)];
        const double drop = square * static_cast<double>(k * k + m * m);
        const double slope = (ground_height - drop - eye) / k;
        slopes_[index(k, radius_ + m)] = slope;
        double& highest = highest_[block_index(k / kBlock, (radius_ + m) / kBlock)];
        highest = std::max(highest, std::isnan(slope) ? kInfinite : slope);
      }
    }
    join_neighbours();
  }

  void look(std::vector<Sight>& cells) const {
    // Where the ways to the cells of the last row were blocked: the next row's are mostly blocked there, too.
    std::vector<int> blocked_at(static_cast<std::size_t>(width_) + 1, 0);
    std::vector<int> next(blocked_at);
    const bool has_diagonals = quarter_ < 2;
    for (int k = 1; k <= radius_; ++k) {
      const int side = std::min(has_diagonals ? k : k - 1, static_cast<int>(std::sqrt(radius_ * radius_ - k * k)));
      int beside = 0;
      for (int m = -side; m <= side; ++m) {
        // The cell one row nearer on nearly the same way.
        const int before = radius_ + (k > 1 ? m * (k - 1) / k : 0);
        int hint = blocked_at[static_cast<std::size_t>(before)];
        const Cell at = cell(k, m);
        cells[static_cast<std::size_t>(at.row * width_ + at.column)] = see(k, m, hint, beside);
        next[static_cast<std::size_t>(radius_ + m)] = hint;
        beside = hint;
      }
      std::swap(blocked_at, next);
    }
  }

 private:
  [[nodiscard]] Cell cell(int k, int m) const {
    const std::array<Cell, 4> turned{Cell{radius_ - k, radius_ + m}, Cell{radius_ + k, radius_ + m},
                                     Cell{radius_ + m, radius_ + k}, Cell{radius_ + m, radius_ - k}};
    return turned[static_cast<std::size_t>(quarter_)];
  }
  [[nodiscard]] std::size_t index(int k, int column) const { return static_cast<std::size_t>(k * width_ + column); }
  [[nodiscard]] std::size_t block_index(int k, int column) const {
    return static_cast<std::size_t>(k * blocks_across_ + column);
  }

  // A way crosses at most two neighbouring blocks of one row of blocks: each holds the larger of both.
  void join_neighbours() {
    for (int k = 0; k <= radius_ / kBlock; ++k) {
      for (int column = 0; column + 1 < blocks_across_; ++column) {
        double& here = highest_[block_index(k, column)];
        here = std::max(here, highest_[block_index(k, column + 1)]);
      }
    }
  }

  // The slope of the ground where the way with `aside` cells a row crosses row k.
  [[nodiscard]] double slope_on(double aside, int k) const {
    const double column = radius_ + aside * k;
    const int left = static_cast<int>(column + kOnCell / 2);
    const double part = column - left;
    const double* at = &slopes_[index(k, left)];
    return part < kOnCell ? at[0] : at[0] + (at[1] - at[0]) * part;
  }

  // `hint`: a row that probably blocks; becomes the row that does. `beside`: another such row.
  [[nodiscard]] Sight see(int k, int m, int& hint, int beside) const {
    const double slope = slopes_[index(k, radius_ + m)];
    if (std::isnan(slope)) {
      return Sight::Unknown;
    }
    const double aside = static_cast<double>(m) / k;
    const double limit = slope + options_.target.value() / k + kTouch;
    for (const int row : {hint, beside}) {
      if (row > 0 && row < k && slope_on(aside, row) > limit) {
        hint = row;
        return Sight::Hidden;
      }
    }
    bool all_known = true;
    for (int block = (k - 1) / kBlock; block >= 0; --block) {
      const int first = std::max(1, block * kBlock);
      const int last = std::min(k - 1, block * kBlock + kBlock - 1);
      const int leftmost = static_cast<int>(radius_ + aside * (m < 0 ? last : first) + kOnCell / 2);
      if (highest_[block_index(block, leftmost / kBlock)] <= limit) {
        continue;
      }
      for (int row = last; row >= first; --row) {
        const double ground = slope_on(aside, row);
        if (ground > limit) {
          hint = row;
          return Sight::Hidden;
        }
        all_known = all_known && !std::isnan(ground);
      }
    }
    return all_known ? Sight::Visible : Sight::Unknown;
  }

  const ViewshedOptions& options_;
  int quarter_;
  int radius_;
  int width_;
  std::vector<double> slopes_;
  int blocks_across_;
  std::vector<double> highest_;
};

}  // namespace

std::vector<Sight> viewshed(const GroundGrid& ground, const ViewshedOptions& options, Executor& executor) {
  assert(ground.heights.size() == static_cast<std::size_t>(ground.width()) * static_cast<std::size_t>(ground.width()));
  std::vector<Sight> cells(ground.heights.size(), Sight::Outside);
  const std::size_t middle = ground.heights.size() / 2;
  cells[middle] = std::isnan(ground.heights[middle]) ? Sight::Unknown : Sight::Visible;
  executor.run(4, [&](std::size_t quarter) { Fan{ground, options, static_cast<int>(quarter)}.look(cells); });
  return cells;
}

GroundGrid ground_around(const TerrainView& terrain, const Place& middle, int radius, Metres cell, Sampling sampling,
                         Executor& executor) {
  GroundGrid grid{radius, cell, {}};
  const auto width = static_cast<std::size_t>(grid.width());
  grid.heights.resize(width * width);
  executor.run(width, [&](std::size_t row) {
    std::vector<Place> places(width);
    const double north = radius - static_cast<double>(row);
    for (std::size_t column = 0; column < width; ++column) {
      const double east = static_cast<double>(column) - radius;
      const Degrees course{std::atan2(east, north) * (180 / std::numbers::pi)};
      places[column] = destination(middle, course, cell * std::hypot(east, north));
    }
    terrain.heights_at(places, sampling, std::span{grid.heights}.subspan(row * width, width));
  });
  return grid;
}

}  // namespace karkara::planner
