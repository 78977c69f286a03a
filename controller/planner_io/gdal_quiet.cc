#include "controller/planner_io/gdal_quiet.h"

#include "controller/planner_io/gdal_abi.h"

namespace karkara::planner {

GdalQuiet::GdalQuiet() {
  static const bool registered = [] {
    GDALAllRegister();
    // What a file may make GDAL hold: decoded blocks (MB), and one object of a GeoJSON (MB).
    CPLSetConfigOption("GDAL_CACHEMAX", "64");
    CPLSetConfigOption("OGR_GEOJSON_MAX_OBJ_SIZE", "64");
    return true;
  }();
  static_cast<void>(registered);
  CPLPushErrorHandler(CPLQuietErrorHandler);
  CPLErrorReset();
}

GdalQuiet::~GdalQuiet() {
  CPLPopErrorHandler();
}

}  // namespace karkara::planner
