#include "controller/planner_io/standing_lists.h"

#include <utility>

#include "controller/planner_io/table_files.h"

namespace karkara::planner {
namespace {

void tell_rows(const std::string& file, const Table& table, const std::vector<ImportProblem>& problems,
               const Tell& tell) {
  for (const Error& torn : table.problems) {
    tell(file + ": " + torn.text);
  }
  for (const ImportProblem& problem : problems) {
    tell(file + ": row " + std::to_string(problem.row) + ": " + problem.text);
  }
}

}  // namespace

Result<Areas> areas_in(const std::string& file) {
  if (file.empty()) {
    return Areas{{}};
  }
  auto areas = read_areas(file);
  return areas ? Result<Areas>{Areas{*std::move(areas)}} : areas.error();
}

Result<std::vector<Mast>> masts_in(const std::string& file, const Areas& country, const Tell& tell) {
  const auto table = read_table(file);
  if (!table) {
    return table.error();
  }
  auto import = import_masts(*table, country);
  if (!import) {
    return import.error().in(file);
  }
  tell_rows(file, *table, import->problems, tell);
  return std::move(import->masts);
}

Result<OperatorCoverage> operators_in(const std::string& file, const Areas& country, const Tell& tell) {
  const auto shapes = read_shapes(file);
  if (!shapes) {
    return shapes.error();
  }
  auto import = import_operators(*shapes, country);
  if (!import) {
    return import.error().in(file);
  }
  tell_rows(file, shapes->table, import->problems, tell);
  return std::move(import->coverage);
}

}  // namespace karkara::planner
