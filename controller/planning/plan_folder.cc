#include "controller/planning/plan_folder.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "controller/planner_io/text_file.h"

namespace karkara {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kLists{".csv", ".geojson", ".gpkg"};
constexpr std::size_t kMostBackhaul = 16;

// The first of the endings that is there.
std::string list_called(const fs::path& folder, const std::string& name) {
  std::error_code error;
  for (const std::string_view ending : kLists) {
    fs::path file = folder / (name + std::string{ending});
    if (fs::is_regular_file(file, error)) {
      return file;
    }
  }
  return {};
}

std::string file_called(const fs::path& folder, const char* name) {
  std::error_code error;
  return fs::is_regular_file(folder / name, error) ? (folder / name).string() : std::string{};
}

std::vector<std::string> yaml_in(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".yaml" && at->is_regular_file(error)) {
      files.push_back(at->path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<PlanFolder> look_into(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Error{ErrorCode::FailedPrecondition, "the planner's folder " + folder.string() + " is not there"};
  }
  PlanFolder found{.settlements = list_called(folder, "settlements"),
                   .terrain = fs::is_directory(folder / "terrain", error) ? (folder / "terrain").string() : "",
                   .access = file_called(folder, "access.yaml"),
                   .backhaul = yaml_in(folder / "backhaul"),
                   .costs = file_called(folder, "costs.yaml"),
                   .masts = list_called(folder, "masts"),
                   .operators = list_called(folder, "operators"),
                   .country = list_called(folder, "country"),
                   .areas = list_called(folder, "areas"),
                   .options = {},
                   .calibration = file_called(folder, "calibration.csv")};
  std::string missing;
  for (const auto& [path, name] : {std::pair<const std::string&, const char*>{found.settlements, "settlements.csv"},
                                   {found.terrain, "terrain/"},
                                   {found.access, "access.yaml"},
                                   {found.costs, "costs.yaml"}}) {
    missing += path.empty() ? (missing.empty() ? "" : ", ") + std::string{name} : "";
  }
  if (!missing.empty() || found.backhaul.size() > kMostBackhaul) {
    const std::string what = missing.empty() ? "more than 16 radios in backhaul/" : "no " + missing;
    return Error{ErrorCode::FailedPrecondition, "the planner's folder " + folder.string() + " has " + what};
  }
  if (const std::string options = file_called(folder, "options"); !options.empty()) {
    auto text = planner::read_text(options);
    if (!text) {
      return Error{ErrorCode::FailedPrecondition, text.error().text};
    }
    found.options = std::move(text).value();
  }
  return found;
}

}  // namespace karkara
