#include "controller/planner/outputs/signal_grid.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numbers>

namespace karkara::planner {
namespace {

constexpr std::uint64_t kMostGridCells = 20'000'000;
constexpr double kMetresOfDegree = 111'195;

class GridRows {
 public:
  GridRows(SignalGrid& grid, const std::vector<SignalSite>& sites, const TerrainView& terrain, const AccessModel& model)
      : grid_{grid}, sites_{sites}, terrain_{terrain}, model_{model} {}

  void fill(std::uint32_t y) const {
    const Degrees latitude = grid_.north - grid_.step * y;
    const double reach = model_.profile().reach.value() / kMetresOfDegree;
    const double wide = reach / std::max(0.05, std::cos(latitude.value() * (std::numbers::pi / 180)));
    std::vector<std::uint32_t> near;
    for (std::uint32_t i = 0; i < sites_.size(); ++i) {
      if (std::abs((sites_[i].place.latitude - latitude).value()) <= reach * 1.001) {
        near.push_back(i);
      }
    }
    for (std::uint32_t x = 0; x < grid_.columns; ++x) {
      const Place cell{latitude, grid_.west + grid_.step * x};
      for (const std::uint32_t site : near) {
        if (std::abs((sites_[site].place.longitude - cell.longitude).value()) <= wide * 1.01) {
          hear(site, cell, std::size_t{y} * grid_.columns + x);
        }
      }
    }
  }

 private:
  void hear(std::uint32_t number, const Place& cell, std::size_t at) const {
    const SignalSite& site = sites_[number];
    if (distance(site.place, cell) > model_.profile().reach) {
      return;
    }
    const auto profile = profile_between(terrain_, site.place, cell, kProfileStep, Sampling::Bilinear);
    if (!profile || !profile->is_known()) {
      grid_.server[at] = grid_.server[at] == kCellUnserved ? kCellUnknown : grid_.server[at];
      return;
    }
    const propagation::PathProfile path{profile->heights, profile->spacing};
    const auto loss = model_.loss(path, site.height, site.place);
    if (!loss) {
      return;
    }
    const bool all_around = model_.profile().antenna.horizontal_width.value() >= 360;
    const Db pattern = model_.pattern(path, site.height, all_around ? Degrees{0} : bearing(site.place, cell));
    const Terminal& phone = model_.profile().terminal;
    const Dbm level = eirp(model_.profile()) - pattern - *loss + phone.gain - phone.loss;
    const auto heard = static_cast<float>(level.value());
    if (!std::isnan(grid_.level[at]) && heard <= grid_.level[at]) {
      return;
    }
    grid_.level[at] = heard;
    // Who is heard but does not serve leaves it open whether one over unknown ground would.
    if (margin(model_.budget(), *loss, pattern).value() >= 0) {
      grid_.server[at] = static_cast<std::int32_t>(number);
    }
  }

  SignalGrid& grid_;
  const std::vector<SignalSite>& sites_;
  const TerrainView& terrain_;
  const AccessModel& model_;
};

}  // namespace

Result<SignalGrid> empty_grid(const SignalArea& area) {
  const double high = (area.north - area.south).value();
  const double wide = (area.east - area.west).value();
  const double step = area.step.value();
  if (!(high > 0) || !(wide > 0) || !(step > 0 && step <= 10) || !place_from(area.north.value(), area.east.value()) ||
      !place_from(area.south.value(), area.west.value())) {
    return Error{ErrorCode::InvalidArgument,
                 "the area is none: south below north, west before east, a step over 0 and up to 10 degrees"};
  }
  // A degree by steps of 0.02 is fifty cells, whatever the last binary digit says.
  const double rows = std::max(1.0, std::ceil(high / step - 1e-6));
  const double columns = std::max(1.0, std::ceil(wide / step - 1e-6));
  if (rows * columns > static_cast<double>(kMostGridCells)) {
    return Error{ErrorCode::InvalidArgument, "more than 20 million cells; take a wider step or a smaller area"};
  }
  SignalGrid grid;
  grid.rows = static_cast<std::uint32_t>(rows);
  grid.columns = static_cast<std::uint32_t>(columns);
  grid.step = area.step;
  grid.north = area.north - area.step * 0.5;
  grid.west = area.west + area.step * 0.5;
  grid.level.assign(std::size_t{grid.rows} * grid.columns, std::numeric_limits<float>::quiet_NaN());
  grid.server.assign(grid.level.size(), kCellUnserved);
  return grid;
}

Status fill_grid(SignalGrid& grid, std::vector<std::uint8_t>& done, const std::vector<SignalSite>& sites,
                 const TerrainView& terrain, const AccessModel& model, Executor& executor, const GridWatch& watch) {
  done.resize(grid.rows, 0);
  std::vector<std::uint32_t> open;
  for (std::uint32_t row = 0; row < grid.rows; ++row) {
    if (done[row] == 0) {
      open.push_back(row);
    }
  }
  const GridRows filling{grid, sites, terrain, model};
  std::atomic<std::size_t> whole = 0;
  executor.run(open.size(), [&](std::size_t i) {
    if (watch.cancelled()) {
      return;
    }
    filling.fill(open[i]);
    done[open[i]] = 1;
    if (watch.filled) {
      watch.filled(open[i], grid);
    }
    const std::size_t now = ++whole;
    if (watch.progress) {
      watch.progress(now, open.size());
    }
  });
  return whole == open.size() ? Status{} : Error{ErrorCode::Aborted, "cancelled"};
}

Result<SignalGrid> signal_grid(const SignalArea& area, const std::vector<SignalSite>& sites, const TerrainView& terrain,
                               const AccessModel& model, Executor& executor, const std::function<bool()>& cancelled) {
  auto grid = empty_grid(area);
  if (!grid) {
    return grid.error();
  }
  std::vector<std::uint8_t> done;
  const Status filled = fill_grid(*grid, done, sites, terrain, model, executor, {cancelled, {}, {}});
  return filled.ok() ? std::move(grid) : Result<SignalGrid>{filled.error()};
}

}  // namespace karkara::planner
