#include "tests/controller/planner/propagation/published_cases.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "controller/planner/propagation/itm.h"
#include "controller/planner/propagation/p526.h"

namespace karkara::published {
namespace {

using namespace propagation;

const std::string kFolder = std::string{KARKARA_SOURCE_DIR} + "/../shared/geo/validation/";

std::vector<double> numbers_from(const std::vector<std::string>& row, std::size_t first) {
  std::vector<double> numbers;
  for (std::size_t i = first; i < row.size(); ++i) {
    if (!row[i].empty()) {
      numbers.push_back(std::stod(row[i]));
    }
  }
  return numbers;
}

itm::Statistics statistics_of(int mdvar, double time, double location, double situation) {
  itm::Statistics statistics;
  statistics.without_situation = mdvar >= 20;
  statistics.without_location = mdvar % 20 >= 10;
  statistics.mode = static_cast<itm::Variability>(mdvar % 10);
  statistics.time = Percent{time};
  statistics.location = Percent{location};
  statistics.situation = Percent{situation};
  return statistics;
}

template <class Path>
void add_itm(Outcome& outcome, const itm::Radio& radio, const itm::Statistics& statistics, const Path& path,
             double want, const std::string& where) {
  const Result<itm::Model> model = itm::Model::make(radio, statistics);
  const Result<itm::Answer> answer = model ? model->over(path) : Result<itm::Answer>{model.error()};
  outcome.refused += answer ? 0 : 1;
  outcome.add(answer ? answer->loss.value() - want : 1e9, where);
}

void add_itm_profiles(Outcome& outcome) {
  const Rows cases = rows_of("itm/p2p.csv");
  const Rows profiles = rows_of("itm/pfls.csv");
  for (std::size_t i = 1; i < cases.size(); ++i) {
    const std::vector<double> v = numbers_from(cases[i], 0);
    const std::vector<double> heights = numbers_from(profiles[i - 1], 2);
    const itm::Radio radio{Metres{v[0]},
                           Metres{v[1]},
                           Megahertz{v[5]},
                           static_cast<Polarization>(v[6]),
                           v[2],
                           v[3],
                           v[4],
                           static_cast<itm::Climate>(v[7])};
    add_itm(outcome, radio, statistics_of(static_cast<int>(v[11]), v[8], v[9], v[10]),
            PathProfile{heights, Metres{std::stod(profiles[i - 1][1])}}, v[12], "p2p.csv " + std::to_string(i));
  }
}

void add_itm_areas(Outcome& outcome) {
  const Rows cases = rows_of("itm/area.csv");
  for (std::size_t i = 1; i < cases.size(); ++i) {
    const std::vector<double> v = numbers_from(cases[i], 0);
    const itm::Radio radio{Metres{v[0]},
                           Metres{v[1]},
                           Megahertz{v[10]},
                           static_cast<Polarization>(v[11]),
                           v[7],
                           v[8],
                           v[9],
                           static_cast<itm::Climate>(v[12])};
    const itm::RoughGround ground{Metres{v[4] * 1000}, Metres{v[2]}, static_cast<itm::Siting>(v[5]),
                                  static_cast<itm::Siting>(v[6])};
    add_itm(outcome, radio, statistics_of(static_cast<int>(v[3]), v[13], v[14], v[15]), ground, v[16],
            "area.csv " + std::to_string(i));
  }
}

// The published table gives the refractivity at the surface, the model takes it at sea level.
double to_sea_level(double surface, const std::vector<double>& heights) {
  const std::size_t tenth = (heights.size() - 1) / 10;
  double sum = 0;
  for (std::size_t i = tenth; i < heights.size() - tenth; ++i) {
    sum += heights[i];
  }
  return surface * std::exp(sum / static_cast<double>(heights.size() - 2 * tenth) / 9460);
}

void add_itm_measured_paths(Outcome& outcome) {
  const Rows cases = rows_of("itm/qkpfl_expected.csv");
  const Rows profiles = rows_of("itm/qkpfl_profile.csv");
  const std::vector<double> heights = numbers_from(profiles[1], 2);
  for (std::size_t i = 1; i < cases.size(); ++i) {
    const std::vector<double> v = numbers_from(cases[i], 1);
    const itm::Radio radio{Metres{v[1]},
                           Metres{v[2]},
                           Megahertz{v[0]},
                           static_cast<Polarization>(v[4]),
                           v[5],
                           v[6],
                           to_sea_level(v[8], heights),
                           static_cast<itm::Climate>(v[7])};
    add_itm(outcome, radio, statistics_of(static_cast<int>(v[9]), v[10], 50, v[11]),
            PathProfile{heights, Metres{std::stod(profiles[1][1])}}, v[12], "qkpfl " + std::to_string(i));
  }
}

}  // namespace

void Outcome::add(double error, const std::string& where) {
  ++cases;
  if (!(std::abs(error) <= worst)) {
    worst = std::abs(error);
    worst_case = where;
  }
}

bool are_here() {
  return std::filesystem::exists(kFolder + "itm/p2p.csv");
}

Rows rows_of(const std::string& name) {
  std::ifstream file{kFolder + name};
  Rows rows;
  for (std::string line; std::getline(file, line);) {
    line.erase(std::remove(line.begin(), line.end(), '\r'), line.end());
    std::vector<std::string> fields;
    std::istringstream text{line};
    for (std::string field; std::getline(text, field, ',');) {
      fields.push_back(field);
    }
    rows.push_back(fields);
  }
  return rows;
}

Outcome itm() {
  Outcome outcome;
  add_itm_profiles(outcome);
  add_itm_areas(outcome);
  add_itm_measured_paths(outcome);
  return outcome;
}

}  // namespace karkara::published
