// While it lives, GDAL is ready and keeps its complaints to itself (CPLGetLastErrorMsg has them). Refuses to be shared
// by threads: GDAL's handlers are per thread.
#pragma once

namespace karkara::planner {

class GdalQuiet {
 public:
  GdalQuiet();
  GdalQuiet(const GdalQuiet&) = delete;
  GdalQuiet& operator=(const GdalQuiet&) = delete;
  ~GdalQuiet();
};

}  // namespace karkara::planner
