#include "controller/planner/roadmap/regions.h"

#include <array>

namespace karkara::planner {
namespace {

// Niger's p-codes: NE, then three digits a level.
constexpr std::array<std::size_t, 3> kCodeLength{5, 8, 11};

}  // namespace

Regions::Regions(const Borders& borders) : borders_{borders} {
  for (const AdminUnit& unit : borders.units()) {
    for (std::size_t level = 0; level < 3; ++level) {
      if (!unit.code[level].empty() && !unit.name[level].empty()) {
        names_.emplace(unit.code[level], unit.name[level]);
      }
    }
  }
}

Division Regions::of(const Place& place, const std::string& code) const {
  std::array<std::string, 3> text;
  std::string region_code;
  if (const AdminUnit* unit = borders_.around(place)) {
    for (std::size_t level = 0; level < 3; ++level) {
      text[level] = unit->name[level].empty() ? unit->code[level] : unit->name[level];
    }
    region_code = unit->code[kRegion];
  } else {
    for (std::size_t level = 0; level < 3 && code.size() >= kCodeLength[level]; ++level) {
      const std::string part = code.substr(0, kCodeLength[level]);
      const auto known = names_.find(part);
      text[level] = known == names_.end() ? part : known->second;
    }
    region_code = code.size() >= kCodeLength[0] ? code.substr(0, kCodeLength[0]) : std::string{};
  }
  return {text[kRegion], text[kDepartment], text[kCommune], region_code.empty() ? text[kRegion] : region_code};
}

}  // namespace karkara::planner
