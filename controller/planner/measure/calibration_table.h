// A calibration as a table: what `karkara-plan calibrate -o` writes and --calibration reads. One row for each radio,
// and one for each mast that was measured enough. Refuses a table of another radio, model or power than asks for it,
// and corrections that no radio needs. Pure; planner_io/calibration_file reads the file.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/link/radio_profile.h"
#include "controller/planner/measure/calibration.h"
#include "controller/planner/people/table.h"

namespace karkara::planner {

// `radios` are those that were compared.
[[nodiscard]] std::string calibration_csv(const Calibration& calibration, const std::vector<RadioProfile>& radios);

// What the table says of that radio. Masts whose row has no correction get the radio's.
[[nodiscard]] Result<AccessCorrection> correction_from(const Table& table, const RadioProfile& radio);

}  // namespace karkara::planner
