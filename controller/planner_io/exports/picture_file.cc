#include "controller/planner_io/exports/picture_file.h"

#include <vector>

#include "controller/planner_io/gdal_abi.h"
#include "controller/planner_io/gdal_guard.h"
#include "controller/planner_io/gdal_quiet.h"

namespace karkara::planner {
namespace {

// In GDAL's own memory; nothing of it reaches a disk.
constexpr const char* kInMemory = "/vsimem/karkara-map.png";

Error no_picture() {
  return {ErrorCode::Internal, std::string{"the picture cannot be made: "} + CPLGetLastErrorMsg()};
}

}  // namespace

Result<std::string> png_bytes(const MapCanvas& canvas) {
  const GdalQuiet quiet;
  const int width = canvas.width();
  const int height = canvas.height();
  const GdalOwned memory =
      gdal_owned<GDALClose>(GDALCreate(GDALGetDriverByName("MEM"), "", width, height, 3, kGdalByte, nullptr));
  if (!memory) {
    return no_picture();
  }
  std::vector<std::uint8_t> pixels = canvas.pixels();
  for (int band = 0; band < 3; ++band) {
    if (GDALRasterIO(GDALGetRasterBand(memory.get(), band + 1), 1, 0, 0, width, height, pixels.data() + band, width,
                     height, kGdalByte, 3, 3 * width) != 0) {
      return no_picture();
    }
  }
  const GdalOwned written = gdal_owned<GDALClose>(
      GDALCreateCopy(GDALGetDriverByName("PNG"), kInMemory, memory.get(), 0, nullptr, nullptr, nullptr));
  if (!written) {
    return no_picture();
  }
  std::uint64_t size = 0;
  const unsigned char* bytes = VSIGetMemFileBuffer(kInMemory, &size, 0);
  std::string png{bytes == nullptr ? "" : reinterpret_cast<const char*>(bytes), bytes == nullptr ? 0 : size};
  VSIUnlink(kInMemory);
  VSIUnlink("/vsimem/karkara-map.png.aux.xml");
  return png.empty() ? Result<std::string>{no_picture()} : Result<std::string>{std::move(png)};
}

}  // namespace karkara::planner
