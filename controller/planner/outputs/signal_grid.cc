#include "controller/planner/outputs/signal_grid.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <span>

namespace karkara::planner {
namespace {

constexpr std::uint64_t kMostGridCells = 20'000'000;

constexpr std::uint32_t kFewestBands = 12;  // of rows: pieces for the threads, and to resume from
constexpr std::uint32_t kMostRowsOfBand = 128;

// A cell within a site's reach.
struct NearCell {
  Place place;
  std::size_t at = 0;
  std::optional<FanPlace> beside;
};

class GridRows {
 public:
  GridRows(SignalGrid& grid, const std::vector<SignalSite>& sites, const TerrainView& terrain, const AccessModel& model)
      : grid_{grid},
        sites_{sites},
        terrain_{terrain},
        model_{model},
        fan_{SignalFan::over(narrowest_cell(grid), model)} {}

  // One row alone where each cell is asked alone; where ways are shared, as many as they run over.
  [[nodiscard]] std::uint32_t rows_of_band() const {
    return fan_ ? std::clamp(grid_.rows / kFewestBands, 1U, kMostRowsOfBand) : 1;
  }

  // False when it was cancelled: rows are not whole then.
  bool fill(std::span<const std::uint32_t> rows, const std::function<bool()>& cancelled) const {
    std::optional<FanListener> listener;
    if (fan_) {
      listener.emplace(*fan_, terrain_, model_);
    }
    for (std::uint32_t site = 0; site < sites_.size(); ++site) {
      std::vector<NearCell> cells = cells_near(site, rows);
      if (fan_ && !cells.empty() && cancelled()) {
        return false;
      }
      const auto alone = std::stable_partition(cells.begin(), cells.end(),
                                               [](const NearCell& cell) { return cell.beside.has_value(); });
      std::for_each(alone, cells.end(), [&](const NearCell& cell) { take(site, cell.at, taken_alone(site, cell)); });
      cells.erase(alone, cells.end());
      if (!cells.empty()) {
        take_beside(site, cells, *listener);
      }
    }
    return true;
  }

 private:
  [[nodiscard]] std::vector<NearCell> cells_near(std::uint32_t number, std::span<const std::uint32_t> rows) const {
    const SignalSite& site = sites_[number];
    const Metres reach = model_.profile().reach;
    const double up = reach.value() / kMetresOfDegree * 1.001;
    std::vector<NearCell> cells;
    for (const std::uint32_t y : rows) {
      const Degrees latitude = grid_.north - grid_.step * y;
      if (std::abs((site.place.latitude - latitude).value()) > up) {
        continue;
      }
      const double wide = up / std::max(0.05, std::cos(latitude.value() * (std::numbers::pi / 180))) * 1.01;
      const double first = std::ceil((site.place.longitude.value() - wide - grid_.west.value()) / grid_.step.value());
      const double last = std::floor((site.place.longitude.value() + wide - grid_.west.value()) / grid_.step.value());
      for (double x = std::max(first, 0.0); x <= std::min(last, grid_.columns - 1.0); ++x) {
        const Place cell{latitude, grid_.west + grid_.step * x};
        if (distance(site.place, cell) <= reach) {
          cells.push_back({cell, std::size_t{y} * grid_.columns + static_cast<std::size_t>(x),
                           fan_ ? fan_->beside(site.place, cell) : std::nullopt});
        }
      }
    }
    return cells;
  }

  void take_beside(std::uint32_t number, std::vector<NearCell>& cells, FanListener& listener) const {
    const SignalSite& site = sites_[number];
    std::sort(cells.begin(), cells.end(), [](const NearCell& a, const NearCell& b) {
      return *a.beside != *b.beside ? *a.beside < *b.beside : a.at < b.at;
    });
    std::vector<FanPlace> places;
    places.reserve(cells.size());
    for (const NearCell& cell : cells) {
      places.push_back(*cell.beside);
    }
    const std::vector<TakenOnWay> taken = listener.listen(site.place, site.antennas, places);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      take(number, cells[i].at, taken[i]);
    }
  }

  [[nodiscard]] TakenOnWay taken_alone(std::uint32_t number, const NearCell& cell) const {
    const SignalSite& site = sites_[number];
    const auto profile = profile_between(terrain_, site.place, cell.place, kProfileStep, Sampling::Bilinear);
    if (!profile || !profile->is_known()) {
      return {false, {}};
    }
    const propagation::PathProfile path = path_over(*profile);
    const bool all_around = model_.profile().antenna.horizontal_width.value() >= 360;
    const Degrees azimuth = all_around ? Degrees{0} : bearing(site.place, cell.place);
    TakenOnWay taken;
    for (std::size_t height = site.antennas.lowest; height <= site.antennas.highest; ++height) {
      if (const auto loss = model_.loss(path, height, site.place)) {
        const Db all = *loss + model_.pattern(path, height, azimuth);
        taken.all = std::min(taken.all.value_or(all), all);
      }
    }
    return taken;
  }

  void take(std::uint32_t number, std::size_t at, const TakenOnWay& taken) const {
    if (!taken.known) {
      grid_.server[at] = grid_.server[at] == kCellUnserved ? kCellUnknown : grid_.server[at];
    }
    if (!taken.known || !taken.all) {
      return;
    }
    const Terminal& phone = model_.profile().terminal;
    const Dbm level = eirp(model_.profile()) - *taken.all + phone.gain - phone.loss;
    const auto heard = static_cast<float>(level.value());
    if (!std::isnan(grid_.level[at]) && heard <= grid_.level[at]) {
      return;
    }
    grid_.level[at] = heard;
    // Who is heard but does not serve leaves it open whether one over unknown ground would.
    if (margin(model_.budget(), *taken.all, Db{0}).value() >= 0) {
      grid_.server[at] = static_cast<std::int32_t>(number);
    }
  }

  SignalGrid& grid_;
  const std::vector<SignalSite>& sites_;
  const TerrainView& terrain_;
  const AccessModel& model_;
  std::optional<SignalFan> fan_;
};

// Bands of rows that are still open; which rows are of one band depends on the grid alone.
std::vector<std::vector<std::uint32_t>> open_bands(const std::vector<std::uint8_t>& done, std::uint32_t rows_of_band) {
  std::vector<std::vector<std::uint32_t>> bands;
  for (std::uint32_t first = 0; first < done.size(); first += rows_of_band) {
    std::vector<std::uint32_t> open;
    for (std::uint32_t row = first; row < std::min<std::size_t>(first + rows_of_band, done.size()); ++row) {
      if (done[row] == 0) {
        open.push_back(row);
      }
    }
    if (!open.empty()) {
      bands.push_back(std::move(open));
    }
  }
  return bands;
}

}  // namespace

CellSize narrowest_cell(const SignalGrid& grid) {
  const double south = (grid.north - grid.step * grid.rows).value();
  const double steepest = std::min(85.0, std::max(std::abs(grid.north.value()), std::abs(south)));
  const Metres high{grid.step.value() * kMetresOfDegree};
  return {high, high * std::cos(steepest * (std::numbers::pi / 180))};
}

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
  const auto of = static_cast<std::size_t>(std::count(done.begin(), done.end(), 0));
  const GridRows filling{grid, sites, terrain, model};
  const auto bands = open_bands(done, filling.rows_of_band());
  std::atomic<std::size_t> whole = 0;
  executor.run(bands.size(), [&](std::size_t i) {
    if (watch.cancelled() || !filling.fill(bands[i], watch.cancelled)) {
      return;
    }
    for (const std::uint32_t row : bands[i]) {
      done[row] = 1;
      if (watch.filled) {
        watch.filled(row, grid);
      }
    }
    const std::size_t now = whole += bands[i].size();
    if (watch.progress) {
      watch.progress(now, of);
    }
  });
  return whole == of ? Status{} : Error{ErrorCode::Aborted, "cancelled"};
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
