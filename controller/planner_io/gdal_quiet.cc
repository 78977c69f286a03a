#include "controller/planner_io/gdal_quiet.h"

#include "controller/planner_io/gdal_abi.h"

namespace karkara::planner {

GdalQuiet::GdalQuiet() {
  static const bool registered = [] {
    GDALAllRegister();
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
