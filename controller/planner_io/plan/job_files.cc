#include "controller/planner_io/plan/job_files.h"

#include <algorithm>

#include "controller/planner/outputs/text.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/table_files.h"
#include "controller/planner_io/terrain_files.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {

Result<Borders> read_optional_borders(const std::string& path, std::FILE* notes) {
  if (path.empty()) {
    return Borders{};
  }
  const auto shapes = read_shapes(path);
  if (!shapes) {
    return shapes.error();
  }
  auto import = import_borders(*shapes, Areas{{}});
  if (!import) {
    return import.error().in(path);
  }
  if (const std::size_t doubts = import->problems.size() + shapes->table.problems.size(); doubts > 0) {
    std::fprintf(notes, "%s: %zu doubts; 'karkara-plan check borders' tells them\n", path.c_str(), doubts);
  }
  return std::move(import->borders);
}

Result<TiledTerrain> read_ground(const std::vector<std::string>& paths, const CoverFiles& cover,
                                 const std::string& scratch, std::FILE* notes) {
  ThreadExecutor executor{0};
  TerrainFiles files = read_terrain(paths, scratch, executor);
  for (const Error& problem : files.problems) {
    std::fprintf(notes, "%s\n", problem.text.c_str());
  }
  if (files.tiles.empty()) {
    return Error{ErrorCode::FailedPrecondition, "no terrain can be read, so nothing can be said about any path"};
  }
  TiledTerrain terrain{std::move(files.tiles)};
  const Status covered = cover_terrain(cover, scratch, executor, terrain);
  return covered.ok() ? Result<TiledTerrain>{std::move(terrain)} : covered.error();
}

Tell teller(std::FILE* notes) {
  return [notes](const std::string& line) { std::fprintf(notes, "%s\n", clean_utf8(line).c_str()); };
}

void tell_problems(std::FILE* notes, const std::string& file, const std::vector<Error>& problems) {
  for (const Error& problem : problems) {
    std::fprintf(notes, "%s: %s\n", file.c_str(), clean_utf8(problem.text).c_str());
  }
}

void tell_problems(std::FILE* notes, const std::string& file, const std::vector<ImportProblem>& problems) {
  for (const ImportProblem& problem : problems) {
    std::fprintf(notes, "%s: row %zu: %s\n", file.c_str(), problem.row, clean_utf8(problem.text).c_str());
  }
}

std::size_t left_out(const std::vector<ImportProblem>& problems) {
  return static_cast<std::size_t>(std::count_if(
      problems.begin(), problems.end(), [](const ImportProblem& problem) { return is_left_out(problem.doubt); }));
}

std::string shown_name(const std::string& id, const std::string& name) {
  return clean_utf8(name.empty() ? id : name + " (" + id + ")");
}

int fail_job(std::FILE* notes, const Error& why) {
  std::fprintf(notes, "karkara-plan: %s\n", clean_utf8(why.text).c_str());
  return kFailed;
}

}  // namespace karkara::planner
