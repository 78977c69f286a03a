// The files that a planning job rests on, found by their names in one folder (docs/planner.md has the table). Refuses
// to read them: karkara-plan does. Called when a job is asked for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/result.h"

namespace karkara {

struct PlanFolder {
  std::string settlements;
  std::string terrain;  // a folder
  std::string access;
  std::vector<std::string> backhaul;  // by name
  std::string costs;
  std::string masts;  // these and what follows may be missing: empty
  std::string operators;
  std::string country;
  std::string areas;
  std::string options;        // the text of the file, not its path
  std::string calibration{};  // of the access radio; empty: the model's word alone
};

// FailedPrecondition names everything that is missing, at once.
[[nodiscard]] Result<PlanFolder> look_into(const std::filesystem::path& folder);

}  // namespace karkara
