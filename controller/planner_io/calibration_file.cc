#include "controller/planner_io/calibration_file.h"

#include "controller/planner/measure/calibration_table.h"
#include "controller/planner_io/table_files.h"

namespace karkara::planner {

Status calibrate_with(const std::string& path, RadioProfile& radio) {
  if (path.empty()) {
    return {};
  }
  const auto table = read_table(path);
  if (!table) {
    return table.error();
  }
  if (!table->problems.empty()) {
    return table->problems.front().in(path);  // a row that is torn may be the one
  }
  auto correction = correction_from(*table, radio);
  if (!correction) {
    return correction.error().in(path);
  }
  radio.measured = *std::move(correction);
  return {};
}

}  // namespace karkara::planner
