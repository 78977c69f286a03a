#include "tests/bench/bench_raster.h"

#include <time.h>

#include <memory>

#include "controller/planner/outputs/signal_grid.h"
#include "controller/planner/terrain/tiled_terrain.h"

namespace karkara::bench {
namespace {

using namespace planner;

constexpr std::uint32_t kTileSide = 1201;
constexpr std::size_t kEveryAlone = 16;  // cells of which one is asked alone

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

TiledTerrain terrain_of(const std::vector<std::int16_t>& heights) {
  auto kept = std::make_shared<std::vector<std::int16_t>>(heights);
  Tile tile;
  tile.name = "bench";
  tile.north = Degrees{14};
  tile.west = Degrees{2};
  tile.row_step = tile.column_step = Degrees{1.0 / (kTileSide - 1)};
  tile.rows = tile.columns = kTileSide;
  tile.samples = *kept;
  tile.bytes = kept;
  return TiledTerrain{{tile}};
}

RadioProfile radio_of_raster() {
  RadioProfile radio;
  radio.id = "bench";
  radio.frequency = Megahertz{900};
  radio.channel = Megahertz{5};
  radio.power = Dbm{37};
  radio.antenna.gain = Db{9};
  radio.eirp_limit = Dbm{60};
  radio.noise_figure = Db{5};
  radio.rates = {{Db{-6}, 0.15}};
  radio.least_down = BitsPerSecond{1e5};
  radio.least_up = BitsPerSecond{1e5};
  radio.reach = Metres{30'000};
  return radio;
}

}  // namespace

RasterRates raster_rates(const std::vector<std::int16_t>& heights) {
  const TiledTerrain terrain = terrain_of(heights);
  const auto model = AccessModel::make(radio_of_raster(), {Metres{30}}, {});
  const Place mast{Degrees{13.5}, Degrees{2.5}};
  const SignalArea area{Degrees{13.22}, Degrees{13.78}, Degrees{2.22}, Degrees{2.78}, Degrees{0.001}};
  RasterRates rates;
  SerialExecutor executor;
  double began = thread_seconds();
  const auto grid = signal_grid(area, {{mast, {0, 0}}}, terrain, *model, executor, [] { return false; });
  const double swept = thread_seconds() - began;
  std::vector<Place> places;
  for (std::size_t at = 0; at < grid->level.size(); ++at) {
    const Place cell{grid->north - grid->step * static_cast<double>(at / grid->columns),
                     grid->west + grid->step * static_cast<double>(at % grid->columns)};
    if (distance(mast, cell) <= model->profile().reach) {
      places.push_back(cell);
    }
  }
  began = thread_seconds();
  double sum = 0;
  for (std::size_t i = 0; i < places.size(); i += kEveryAlone) {
    const auto profile = profile_between(terrain, mast, places[i], kProfileStep, Sampling::Bilinear);
    const auto loss = profile ? model->loss(path_over(*profile), 0, mast) : profile.error();
    sum += loss ? loss->value() : 0;
  }
  const double alone = (thread_seconds() - began) * kEveryAlone;
  rates.cells = static_cast<double>(places.size());
  rates.swept = rates.cells / swept;
  rates.alone = sum > 0 ? rates.cells / alone : 0;
  return rates;
}

}  // namespace karkara::bench
