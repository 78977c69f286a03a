// What phones hear over an area, and from how many masts light comes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "controller/planner/outputs/sight_grid.h"
#include "controller/planner/outputs/signal_grid.h"
#include "controller/planner/outputs/signal_rows.h"
#include "controller/planner/terrain/formula_terrain.h"
#include "controller/planner/terrain/line_of_sight.h"
#include "controller/planner_io/thread_executor.h"
#include "tests/controller/planner/drawn_cover.h"

namespace karkara::planner {
namespace {

Place sample_place(double latitude, double longitude) {
  return {Degrees{latitude}, Degrees{longitude}};
}

class KnownEast final : public TerrainView {
 public:
  void heights_at(std::span<const Place> places, Sampling, std::span<double> heights) const override {
    std::transform(places.begin(), places.end(), heights.begin(), [](const Place& place) {
      return place.longitude.value() < 2.05 ? std::numeric_limits<double>::quiet_NaN() : 300.0;
    });
  }
  [[nodiscard]] Degrees resolution_at(const Place&) const override { return Degrees{1.0 / 3600}; }
};

RadioProfile raster_radio() {
  RadioProfile radio;
  radio.id = "test";
  radio.frequency = Megahertz{700};
  radio.channel = Megahertz{5};
  radio.power = Dbm{36};
  radio.antenna.gain = Db{9};
  radio.eirp_limit = Dbm{60};
  radio.noise_figure = Db{5};
  radio.rates = {{Db{-6}, 0.15}};
  radio.least_down = BitsPerSecond{100e3};
  radio.least_up = BitsPerSecond{50e3};
  radio.reach = Metres{15'000};
  return radio;
}

// What a phone at that place hears of a site, by the model asked for it alone: of the best antenna.
double heard_alone(const AccessModel& model, const TerrainView& terrain, const SignalSite& site, const Place& at,
                   Metres spacing) {
  const auto profile = profile_between(terrain, site.place, at, spacing, Sampling::Bilinear);
  double best = -1e9;
  for (std::size_t height = site.antennas.lowest; height <= site.antennas.highest; ++height) {
    const Db taken = *model.loss(path_over(*profile), height, site.place) +
                     model.pattern(path_over(*profile), height, bearing(site.place, at));
    best = std::max(best, (eirp(model.profile()) - taken).value());
  }
  return best;
}

// Small cells are answered by sweeps along ways from the mast: each at the place on a way that lies beside it.
void expect_as_alone(const AccessModel& model, const TerrainView& terrain, Degrees step) {
  const double side = step.value() * 28;
  const SignalArea area{Degrees{13.45}, Degrees{13.45 + side}, Degrees{2.03}, Degrees{2.03 + side}, step};
  const std::vector<SignalSite> sites{{sample_place(13.47, 2.05), {0, 1}}, {sample_place(13.44, 2.06), {0, 0}}};
  SerialExecutor executor;
  const auto grid = signal_grid(area, sites, terrain, model, executor, [] { return false; });
  ASSERT_TRUE(grid.ok()) << grid.error().text;
  const auto fan = SignalFan::over(narrowest_cell(*grid), model);
  ASSERT_TRUE(fan);
  std::size_t beside = 0;
  for (std::size_t at = 0; at < grid->level.size(); at += 5) {
    const Place cell{grid->north - grid->step * static_cast<double>(at / grid->columns),
                     grid->west + grid->step * static_cast<double>(at % grid->columns)};
    double best = -1e9;
    for (const SignalSite& site : sites) {
      const auto place = fan->beside(site.place, cell);
      if (distance(site.place, cell) <= model.profile().reach) {
        best = std::max(best, heard_alone(model, terrain, site, place ? fan->place(site.place, *place) : cell,
                                          place ? fan->spacing() : kProfileStep));
        beside += place ? 1 : 0;
        EXPECT_LE(distance(cell, place ? fan->place(site.place, *place) : cell), Metres{64});
      }
    }
    if (best < -1e6) {
      ASSERT_TRUE(std::isnan(grid->level[at])) << at;
    } else {
      ASSERT_NEAR(static_cast<double>(grid->level[at]), best, 0.01) << at;
    }
  }
  EXPECT_GT(beside, 50U);
}

TEST(SignalGrid, IsByASweepWhatTheModelSaysOfEachPlaceAlone) {
  const FormulaTerrain hills{{.seed = 3, .relief = 40}};
  RadioProfile radio = raster_radio();
  radio.antenna.vertical_width = Degrees{14};  // so that under the mast the lower antenna is heard better
  const AccessModel model = *AccessModel::make(radio, {Metres{20}, Metres{60}}, GroundKind{});
  expect_as_alone(model, hills, Degrees{0.002});
  expect_as_alone(model, DrawnCover{hills, 8}, Degrees{0.002});
  radio.measured = AccessCorrection{{Db{6}, Db{-4}, Metres{500}, Metres{9'000}}, 300, 4, Db{9}, Db{5}, {}};
  radio.antenna.horizontal_width = Degrees{65};
  radio.antenna.sectors = 3;
  expect_as_alone(*AccessModel::make(radio, {Metres{20}, Metres{60}}, GroundKind{}), hills, Degrees{0.003});
  radio.reach = Metres{4'000};
  expect_as_alone(*AccessModel::make(radio, {Metres{20}, Metres{60}}, GroundKind{}), hills, Degrees{0.0005});
  // Wide cells share no way, and P.1812 has no sweep.
  const CellSize wide{Metres{1'100}, Metres{1'080}};
  EXPECT_FALSE(SignalFan::over(wide, model));
  radio.model = LossModel::P1812;
  EXPECT_FALSE(SignalFan::over({Metres{100}, Metres{98}}, *AccessModel::make(radio, {Metres{20}}, GroundKind{})));
}

TEST(SignalGrid, GivesTheSameBytesOnAnyNumberOfThreadsAndFromWhereItWasEnded) {
  const FormulaTerrain hills{{.seed = 3, .relief = 40}};
  const DrawnCover wood{hills, 8, 2.066};
  const AccessModel model = *AccessModel::make(raster_radio(), {Metres{20}, Metres{60}}, GroundKind{});
  const SignalArea area{Degrees{13.36}, Degrees{13.56}, Degrees{2.06}, Degrees{2.07}, Degrees{0.002}};
  const std::vector<SignalSite> sites{{sample_place(13.48, 2.05), {0, 1}}, {sample_place(13.42, 2.055), {0, 1}}};
  SerialExecutor alone;
  const SignalGrid one = *signal_grid(area, sites, wood, model, alone, [] { return false; });
  EXPECT_GT(std::count(one.server.begin(), one.server.end(), kCellUnknown), 0);
  EXPECT_GT(std::count(one.server.begin(), one.server.end(), 0), 50);
  EXPECT_GT(std::count(one.server.begin(), one.server.end(), 1), 50);
  const auto same = [&](const SignalGrid& other) {
    return one.server == other.server &&
           std::memcmp(one.level.data(), other.level.data(), one.level.size() * sizeof(float)) == 0;
  };
  for (const std::size_t threads : {2U, 8U}) {
    ThreadExecutor executor{threads};
    EXPECT_TRUE(same(*signal_grid(area, sites, wood, model, executor, [] { return false; }))) << threads;
  }
  // Every third row is there already.
  SignalGrid rest = *empty_grid(area);
  std::vector<std::uint8_t> done(rest.rows, 0);
  for (std::uint32_t row = 0; row < rest.rows; row += 3) {
    ASSERT_EQ(take_row(row_record(row, one), sites.size(), rest), row);
    done[row] = 1;
  }
  std::size_t told = 0;
  GridWatch watch{[] { return false; }, [&](std::size_t now, std::size_t) { told = now; }, {}};
  ASSERT_TRUE(fill_grid(rest, done, sites, wood, model, alone, watch).ok());
  EXPECT_TRUE(same(rest));
  EXPECT_EQ(told, rest.rows - (rest.rows + 2) / 3);
  // Ended in the middle of a band: what counts as done is whole.
  SignalGrid cut = *empty_grid(area);
  std::vector<std::uint8_t> some;
  int asked = 0;
  watch.cancelled = [&] { return ++asked > 20; };
  EXPECT_EQ(fill_grid(cut, some, sites, wood, model, alone, watch).error().code, ErrorCode::Aborted);
  EXPECT_GT(std::count(some.begin(), some.end(), 1), 10);
  EXPECT_LT(std::count(some.begin(), some.end(), 1), 90);
  for (std::uint32_t row = 0; row < cut.rows; ++row) {
    EXPECT_TRUE(some[row] == 0 || row_record(row, cut) == row_record(row, one)) << row;
  }
}

TEST(SightGrid, CountsTheMastsThatSeeEachCellAndAgreesWithEveryLineOfSight) {
  const FormulaTerrain hills{{.seed = 3, .relief = 60}};
  const SignalArea area{Degrees{13.44}, Degrees{13.50}, Degrees{2.0}, Degrees{2.08}, Degrees{0.002}};
  const std::vector<SightMast> masts{{sample_place(13.47, 2.03), Metres{20}}, {sample_place(13.46, 2.06), Metres{30}}};
  const SightRule rule{Metres{6'000}, Metres{1.5}};
  SignalGrid grid = *empty_grid(area);
  GridWatch watch{[] { return false; }, {}, {}};
  ThreadExecutor executor{2};
  ASSERT_TRUE(fill_sight(grid, masts, rule, hills, executor, watch).ok());
  std::size_t agree = 0;
  std::size_t seen = 0;
  for (std::size_t at = 0; at < grid.server.size(); ++at) {
    const Place cell{grid.north - grid.step * static_cast<double>(at / grid.columns),
                     grid.west + grid.step * static_cast<double>(at % grid.columns)};
    std::int32_t visible = 0;
    for (const SightMast& mast : masts) {
      const Profile profile = *profile_between(hills, mast.place, cell, Metres{90}, Sampling::Bilinear);
      visible += distance(mast.place, cell) <= rule.reach &&
                         line_of_sight(profile, mast.height, rule.target, rule.k_factor).sight == Sight::Visible
                     ? 1
                     : 0;
    }
    agree += grid.server[at] == visible ? 1 : 0;
    seen += grid.server[at] > 0 ? 1 : 0;
  }
  // The viewshed looks at the middle of its own cell, at most 64 m away: at a brow that is another place.
  EXPECT_GT(agree, grid.server.size() * 85 / 100);
  EXPECT_GT(seen, grid.server.size() / 20);
  EXPECT_LT(seen, grid.server.size());
  SignalGrid east = *empty_grid(area);
  ASSERT_TRUE(fill_sight(east, {{sample_place(13.47, 2.07), Metres{20}}}, rule, KnownEast{}, executor, watch).ok());
  EXPECT_EQ(east.server[15 * east.columns + 34], 1);             // beside the mast
  EXPECT_EQ(east.server[15 * east.columns + 10], kCellUnknown);  // west of 2.05
  EXPECT_EQ(fill_sight(east, masts, rule, hills, executor, {[] { return true; }, {}, {}}).error().code,
            ErrorCode::Aborted);
}

TEST(SignalGrid, HearsTheStrongerSiteAndStopsAtItsReach) {
  RadioProfile radio = raster_radio();
  const FormulaTerrain plain{{1, 300, 0}};
  const auto model = AccessModel::make(radio, {Metres{20}, Metres{40}}, GroundKind{});
  ASSERT_TRUE(model.ok()) << model.error().text;
  SerialExecutor executor;
  const SignalArea area{Degrees{13.4}, Degrees{13.6}, Degrees{2.0}, Degrees{2.6}, Degrees{0.02}};
  const std::vector<SignalSite> sites{{sample_place(13.5, 2.1), {1, 1}}, {sample_place(13.5, 2.3), {0, 0}}};
  const auto grid = signal_grid(area, sites, plain, *model, executor, [] { return false; });
  ASSERT_TRUE(grid.ok()) << grid.error().text;
  EXPECT_EQ(grid->rows, 10U);
  EXPECT_EQ(grid->columns, 30U);
  const auto cell = [&](double longitude) { return 4 * grid->columns + std::lround((longitude - 2.01) / 0.02); };
  EXPECT_EQ(grid->server[cell(2.09)], 0);
  EXPECT_EQ(grid->server[cell(2.31)], 1);
  EXPECT_GT(grid->level[cell(2.31)], grid->level[cell(2.41)]);
  EXPECT_EQ(grid->server[cell(2.59)], kCellUnserved);  // beyond both
  EXPECT_TRUE(std::isnan(grid->level[cell(2.59)]));
  EXPECT_EQ(signal_grid(area, sites, plain, *model, executor, [] { return true; }).error().code, ErrorCode::Aborted);
  // West of 2.05 nobody knows the ground, and nobody is heard well enough: whichever site is looked at first.
  radio.rates = {{Db{60}, 0.15}};
  const auto weak = AccessModel::make(radio, {Metres{20}, Metres{40}}, GroundKind{});
  ASSERT_TRUE(weak.ok()) << weak.error().text;
  const KnownEast east;
  const std::vector<SignalSite> one{{sample_place(13.5, 2.04), {1, 1}}, {sample_place(13.5, 2.22), {0, 0}}};
  const auto unknown = signal_grid(area, one, east, *weak, executor, [] { return false; });
  const auto other = signal_grid(area, {one[1], one[0]}, east, *weak, executor, [] { return false; });
  EXPECT_EQ(unknown->server, other->server);
  const auto middle = static_cast<std::size_t>(cell(2.13));
  EXPECT_FALSE(std::isnan(unknown->level[middle]));  // heard from the east
  EXPECT_EQ(unknown->server[middle], kCellUnknown);
  const SignalArea huge{Degrees{0}, Degrees{20}, Degrees{0}, Degrees{20}, Degrees{0.0001}};
  EXPECT_FALSE(signal_grid(huge, sites, plain, *model, executor, [] { return false; }).ok());
}

}  // namespace
}  // namespace karkara::planner
