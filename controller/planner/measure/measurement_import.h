// Drive tests: levels that somebody measured at places, out of a table. Samples close together are one measurement,
// their median, as fading within metres is nobody's plan. Refuses levels without a sign, and frequencies that have two
// readings. Compared with a model by calibration.h, never mixed into it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/people/areas.h"
#include "controller/planner/people/import_doubt.h"
#include "controller/planner/people/table.h"

namespace karkara::planner {

struct Measurement {
  Place place;
  Dbm level;
  std::optional<Megahertz> frequency;
  std::string site;     // who sent, as the source says
  std::string profile;  // radio, as the source says; empty where it does not
  std::size_t row = 0;
  std::string time{};      // as the source says; empty where it does not
  std::string heard_by{};  // site whose radio measured, as the source says; empty for a drive test
};

struct MeasurementImport {
  std::vector<Measurement> samples;     // in the order of rows
  std::vector<ImportProblem> problems;  // in the order of rows
};

// Refuses a table without columns for places, levels or sites. `country` may be empty.
[[nodiscard]] Result<MeasurementImport> import_measurements(const Table& table, const Areas& country);

struct LocalMedian {
  Place place;  // of the median sample
  Dbm level;
  std::optional<Megahertz> frequency;
  std::string site;
  std::string profile;
  std::size_t samples = 0;
  std::size_t row = 0;  // of the median sample
  std::string heard_by{};
};

// Medians over squares of that size, for each site, radio, frequency and who heard apart. In a fixed order.
[[nodiscard]] std::vector<LocalMedian> local_medians(const std::vector<Measurement>& samples, Metres square);

}  // namespace karkara::planner
