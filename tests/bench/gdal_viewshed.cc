#include "tests/bench/gdal_viewshed.h"

#include <array>
#include <cmath>

#include "controller/planner_io/gdal_abi.h"
#include "controller/planner_io/gdal_quiet.h"

// What only this bench needs of gdal_alg.h.
extern "C" {
GdalHandle GDALViewshedGenerate(GdalHandle band, const char* driver, const char* target, const char* const* creation,
                                double x, double y, double eye, double target_height, double visible, double invisible,
                                double out_of_range, double no_data, double curvature, int mode, double most_distance,
                                int (*progress)(double, const char*, void*), void* argument, int output,
                                const char* const* options);
}

namespace karkara::planner {
namespace {

constexpr int kWrite = 1;
constexpr int kByte = 1;
constexpr int kModeEdge = 2;
constexpr int kNormal = 1;

}  // namespace

std::vector<Sight> gdal_viewshed(const GroundGrid& ground, const ViewshedOptions& options) {
  const GdalQuiet quiet;
  const int width = ground.width();
  void* dataset = GDALCreate(GDALGetDriverByName("MEM"), "", width, width, 1, kGdalFloat64, nullptr);
  const double cell = ground.cell.value();
  const double half = (ground.radius + 0.5) * cell;
  std::array<double, 6> to_ground{-half, cell, 0, half, 0, -cell};
  GDALSetGeoTransform(dataset, to_ground.data());
  std::vector<double> heights = ground.heights;
  GDALRasterIO(GDALGetRasterBand(dataset, 1), kWrite, 0, 0, width, width, heights.data(), width, width, kGdalFloat64, 0,
               0);
  void* seen = GDALViewshedGenerate(GDALGetRasterBand(dataset, 1), "MEM", "", nullptr, 0, 0, options.eye.value(),
                                    options.target.value(), 255, 0, 0, -1, 1 / options.k_factor, kModeEdge,
                                    ground.radius * cell, nullptr, nullptr, kNormal, nullptr);
  std::vector<Sight> cells(heights.size(), Sight::Outside);
  if (seen != nullptr) {
    const int side = GDALGetRasterXSize(seen);
    std::vector<unsigned char> bytes(static_cast<std::size_t>(side) *
                                     static_cast<std::size_t>(GDALGetRasterYSize(seen)));
    GDALRasterIO(GDALGetRasterBand(seen, 1), 0, 0, 0, side, GDALGetRasterYSize(seen), bytes.data(), side,
                 GDALGetRasterYSize(seen), kByte, 0, 0);
    std::array<double, 6> place{};
    GDALGetGeoTransform(seen, place.data());
    const int left = static_cast<int>(std::lround((place[0] + half) / cell));
    const int top = static_cast<int>(std::lround((half - place[3]) / cell));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const int row = top + static_cast<int>(i) / side;
      const int column = left + static_cast<int>(i) % side;
      if (row >= 0 && row < width && column >= 0 && column < width) {
        cells[static_cast<std::size_t>(row * width + column)] = bytes[i] == 255 ? Sight::Visible : Sight::Hidden;
      }
    }
    GDALClose(seen);
  }
  GDALClose(dataset);
  return cells;
}

}  // namespace karkara::planner
