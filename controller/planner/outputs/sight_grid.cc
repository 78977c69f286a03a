#include "controller/planner/outputs/sight_grid.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numbers>

#include "controller/planner/terrain/viewshed.h"

namespace karkara::planner {
namespace {

constexpr double kFinestSight = 90;        // m: ground is rarely known finer
constexpr double kMostSightCells = 1'500;  // from a mast to its reach: 9 million heights

class SightOfMasts {
 public:
  SightOfMasts(SignalGrid& grid, const SightRule& rule, const TerrainView& terrain)
      : grid_{grid},
        rule_{rule},
        terrain_{terrain},
        cell_{std::max(std::min(kFinestSight, grid.step.value() * kMetresOfDegree),
                       rule.reach.value() / kMostSightCells)},
        radius_{static_cast<int>(std::ceil(rule.reach / cell_)) + 1},
        unknown_(grid.server.size()) {
    std::fill(grid.server.begin(), grid.server.end(), 0);
  }

  // From any thread: counts add up in any order.
  void look(const SightMast& mast) {
    SerialExecutor alone;  // masts are looked from side by side
    const GroundGrid ground = ground_around(terrain_, mast.place, radius_, cell_, Sampling::Bilinear, alone);
    const std::vector<Sight> seen = viewshed(ground, {mast.height, rule_.target, rule_.k_factor}, alone);
    const double up = rule_.reach.value() / kMetresOfDegree * 1.001;
    const auto rows = numbers((grid_.north - mast.place.latitude).value(), up, grid_.rows);
    for (std::uint32_t y = rows.first; y < rows.second; ++y) {
      const Degrees latitude = grid_.north - grid_.step * y;
      const double wide = up / std::max(0.05, std::cos(latitude.value() * (std::numbers::pi / 180))) * 1.01;
      const auto columns = numbers((mast.place.longitude - grid_.west).value(), wide, grid_.columns);
      for (std::uint32_t x = columns.first; x < columns.second; ++x) {
        const Place cell{latitude, grid_.west + grid_.step * x};
        if (distance(mast.place, cell) <= rule_.reach) {
          take(seen[at(mast.place, cell, ground)], std::size_t{y} * grid_.columns + x);
        }
      }
    }
  }

  void end() {
    for (std::size_t i = 0; i < unknown_.size(); ++i) {
      if (grid_.server[i] == 0 && unknown_[i] != 0) {
        grid_.server[i] = kCellUnknown;
      }
    }
  }

 private:
  // Of the cells within `around` degrees of `from` degrees behind the first: the first, and the one behind the last.
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> numbers(double from, double around, std::uint32_t count) const {
    const auto bounded = [&](double number) {
      return static_cast<std::uint32_t>(std::clamp(number, 0.0, static_cast<double>(count)));
    };
    const double step = grid_.step.value();
    return {bounded(std::ceil((from - around) / step)), bounded(std::floor((from + around) / step) + 1)};
  }

  // The cell of the viewshed that holds the place.
  [[nodiscard]] std::size_t at(const Place& mast, const Place& cell, const GroundGrid& ground) const {
    const double away = distance(mast, cell) / cell_;
    const double course = bearing(mast, cell).value() * (std::numbers::pi / 180);
    const auto row = ground.radius - static_cast<int>(std::lround(away * std::cos(course)));
    const auto column = ground.radius + static_cast<int>(std::lround(away * std::sin(course)));
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(ground.width()) + static_cast<std::size_t>(column);
  }

  void take(Sight sight, std::size_t cell) {
    switch (sight) {
      case Sight::Visible: std::atomic_ref{grid_.server[cell]}.fetch_add(1); break;
      case Sight::Unknown: std::atomic_ref{unknown_[cell]}.store(1); break;
      case Sight::Hidden:
      case Sight::Outside: break;
    }
  }

  SignalGrid& grid_;
  const SightRule& rule_;
  const TerrainView& terrain_;
  Metres cell_;
  int radius_;
  std::vector<std::uint8_t> unknown_;
};

}  // namespace

Status fill_sight(SignalGrid& grid, const std::vector<SightMast>& masts, const SightRule& rule,
                  const TerrainView& terrain, Executor& executor, const GridWatch& watch) {
  SightOfMasts sight{grid, rule, terrain};
  std::atomic<std::size_t> looked = 0;
  executor.run(masts.size(), [&](std::size_t i) {
    if (watch.cancelled()) {
      return;
    }
    sight.look(masts[i]);
    const std::size_t now = ++looked;
    if (watch.progress) {
      watch.progress(now, masts.size());
    }
  });
  sight.end();
  return looked == masts.size() ? Status{} : Error{ErrorCode::Aborted, "cancelled"};
}

}  // namespace karkara::planner
