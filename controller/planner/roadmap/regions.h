// Region, department and commune of a place of a plan: by the borders that were given, else by its p-code, else
// unknown. Refuses to invent names: where none is known the code stands. Called by phases, exports and reports.
#pragma once

#include <map>
#include <string>

#include "controller/planner/people/borders.h"
#include "controller/planner/terrain/place.h"

namespace karkara::planner {

struct Division {
  std::string region, department, commune;  // names, else codes; empty: unknown
  std::string region_code;
};

class Regions {
 public:
  // Keeps a reference.
  explicit Regions(const Borders& borders);
  [[nodiscard]] Division of(const Place& place, const std::string& code) const;

 private:
  const Borders& borders_;
  std::map<std::string, std::string> names_;  // by p-code
};

}  // namespace karkara::planner
