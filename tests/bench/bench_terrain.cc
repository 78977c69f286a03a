// Exact lines of sight: cells a second and core, against every way walked cell by cell, and against GDAL's viewshed in
// the same run. On the real tile N37W117 where the geography is there, on ground from a formula otherwise.
//   karkara-bench-terrain [GEO_FOLDER]
#include <ctime>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>

#include "controller/planner/terrain/formula_terrain.h"
#include "controller/planner/terrain/profile.h"
#include "controller/planner/terrain/tiled_terrain.h"
#include "controller/planner/terrain/viewshed.h"
#include "controller/planner_io/gdal_quiet.h"
#include "controller/planner_io/terrain_files.h"
#include "controller/planner_io/thread_executor.h"
#include "tests/bench/gdal_viewshed.h"
#include "tests/controller/planner/brute_viewshed.h"

namespace karkara::planner {
namespace {

constexpr int kRadius = 333;  // cells of 90 m: 30 km
constexpr int kRuns = 7;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double best_of(const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < kRuns; ++i) {
    const double start = cpu_seconds();
    work();
    best = std::min(best, cpu_seconds() - start);
  }
  return best;
}

void print(const char* name, double value, const char* unit, const char* goal, const char* peer,
           const std::string& comment) {
  std::printf(
      "{\"bench\":\"planner\",\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"goal\":%s,\"peer\":\"%s\","
      "\"runs\":%d,\"comment\":\"%s\"}\n",
      name, value, unit, goal, peer, kRuns, comment.c_str());
  std::fflush(stdout);
}

// Of cells that are visible by definition, the share that `seen` calls hidden; of its visible ones, the share that is
// not.
std::pair<double, double> wrong_parts(const std::vector<Sight>& exact, const std::vector<Sight>& seen) {
  double visible = 0;
  double missed = 0;
  double spurious = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    visible += exact[i] == Sight::Visible ? 1 : 0;
    missed += exact[i] == Sight::Visible && seen[i] == Sight::Hidden ? 1 : 0;
    spurious += exact[i] == Sight::Hidden && seen[i] == Sight::Visible ? 1 : 0;
  }
  return {100 * missed / visible, 100 * spurious / visible};
}

void measure(const TerrainView& terrain, const Place& middle, const std::string& where) {
  SerialExecutor executor;
  GroundGrid ground;
  const double sampling =
      best_of([&] { ground = ground_around(terrain, middle, kRadius, Metres{90}, Sampling::Bilinear, executor); });
  std::vector<Sight> cells;
  const double ours = best_of([&] { cells = viewshed(ground, {}, executor); });
  const auto exact = brute_viewshed(ground, {});
  double count = 0;
  double differ = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    count += cells[i] == Sight::Outside ? 0 : 1;
    differ += cells[i] == exact[i] ? 0 : 1;
  }
  print("los_rate", count / ours / 1e6, "Mcells/s/core", "15", "", where + ", 30 km at 90 m, exact");
  print("los_mismatches", differ, "cells", "0", "", "against every way walked cell by cell");
  double profiles = 0;
  const double reading = best_of([&] {
    for (int course = 0; course < 360; ++course) {
      const Place to = destination(middle, Degrees{static_cast<double>(course)}, Metres{30'000});
      const auto profile = profile_between(terrain, middle, to, Metres{90}, Sampling::Bilinear);
      profiles += profile ? 1 : 0;
    }
  });
  print("profile_rate", profiles / kRuns / reading, "profiles/s/core", "null", "", "30 km at 90 m, bilinear");
  print("los_ground", count / sampling / 1e6, "Mcells/s/core", "null", "", "bilinear samples of the square around");
  std::vector<Sight> theirs;
  const double gdal = best_of([&] { theirs = gdal_viewshed(ground, {}); });
  const auto [missed, spurious] = wrong_parts(exact, theirs);
  print("los_gdal_rate", count / gdal / 1e6, "Mcells/s/core", "null", "gdal", "GDALViewshedGenerate in memory");
  print("los_gdal_missed", missed, "%", "null", "gdal", "of the cells that are visible");
  print("los_gdal_spurious", spurious, "%", "null", "gdal", "called visible but hidden, of the same");
}

int run(int argc, char** argv) {
  const std::string tile = std::string{argc > 1 ? argv[1] : "../shared/geo"} + "/hgt_sample/N37W117.hgt.gz";
  if (!std::filesystem::exists(tile)) {
    measure(FormulaTerrain{{1, 300, 25}}, {Degrees{13.5}, Degrees{2.1}}, "ground from a formula");
    return 0;
  }
  ThreadExecutor executor{1};
  TerrainFiles files = read_terrain({tile}, std::filesystem::temp_directory_path().string(), executor);
  for (const Error& problem : files.problems) {
    std::fprintf(stderr, "%s\n", problem.text.c_str());
  }
  measure(TiledTerrain{std::move(files.tiles)}, {Degrees{37.5}, Degrees{-116.5}}, "real tile N37W117");
  return files.problems.empty() ? 0 : 1;
}

}  // namespace
}  // namespace karkara::planner

int main(int argc, char** argv) {
  return karkara::planner::run(argc, argv);
}
