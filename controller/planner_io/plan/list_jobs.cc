#include <array>
#include <map>
#include <set>

#include "controller/planner/outputs/text.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/list_texts.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/population_file.h"
#include "controller/planner_io/table_files.h"

namespace karkara::planner {
namespace {

Result<std::vector<Settlement>> optional_settlements(const PeopleFiles& files, std::FILE* notes) {
  if (files.settlements.empty()) {
    return std::vector<Settlement>{};
  }
  auto import = read_people(files, notes);
  return import ? Result<std::vector<Settlement>>{std::move(import->settlements)} : import.error();
}

void print_population(std::FILE* out, const PopulationCells& cells, std::size_t listed, std::size_t places) {
  const PopulationTotals& totals = cells.totals();
  std::fprintf(out,
               "%.0f people in %llu cells: %.0f given to %zu settlements of the list, %.0f in %zu places of their own",
               totals.people, static_cast<unsigned long long>(totals.cells), totals.near, listed,
               totals.people - totals.near, places);
  std::fprintf(out, "; %.0f outside the country left out; cells refused: %llu below 0, %llu too full\n", totals.outside,
               static_cast<unsigned long long>(totals.negative), static_cast<unsigned long long>(totals.too_many));
}

int write_list(const std::string& path, const std::string& text, bool doubts, std::FILE* notes) {
  if (!path.empty()) {
    if (const Status written = write_text_file(path, text); !written.ok()) {
      return fail_job(notes, written.error());
    }
  }
  return doubts ? kDoubtful : kDone;
}

// Polygons, which a CSV cannot hold.
int write_shapes(const std::string& path, const std::string& geojson, bool doubts, std::FILE* notes) {
  if (!path.empty() && !path.ends_with(".geojson") && !path.ends_with(".json")) {
    return fail_job(notes, {ErrorCode::InvalidArgument, path + ": is written as GeoJSON; name it .geojson"});
  }
  return write_list(path, geojson, doubts, notes);
}

// Per operator: how many areas and towers, and whom they claim.
struct OperatorSums {
  std::size_t areas = 0, towers = 0, settlements = 0;
  std::int64_t people = 0;
};

std::map<std::string, OperatorSums> claims_of(const OperatorCoverage& coverage,
                                              const std::vector<Settlement>& settlements, std::size_t& nobody) {
  std::map<std::string, OperatorSums> sums;
  for (const Area& area : coverage.areas().all()) {
    ++sums[area.name].areas;
  }
  for (const OperatorTower& tower : coverage.towers()) {
    ++sums[tower.owner].towers;
  }
  for (const Settlement& one : settlements) {
    const auto owners = coverage.owners_at(one.place);
    nobody += owners.empty() ? 1 : 0;
    for (const std::string& owner : owners) {
      ++sums[owner].settlements;
      sums[owner].people += one.people.value_or(0);
    }
  }
  return sums;
}

}  // namespace

int run_check(const CheckPopulation& command, const JobStreams& streams) {
  const auto settlements = optional_settlements(command.files, streams.notes);
  const auto country = areas_in(command.files.country);
  const auto borders = read_optional_borders(command.files.areas, streams.notes);
  if (!settlements || !country || !borders) {
    return fail_job(streams.notes, !settlements ? settlements.error() : !country ? country.error() : borders.error());
  }
  PopulationCells cells{*settlements, *country, command.reach};
  if (const Status read = read_population(command.raster, cells); !read.ok()) {
    return fail_job(streams.notes, read.error());
  }
  tell_problems(streams.notes, command.raster, cells.problems());
  const std::vector<Settlement> all = cells.settlements(command.least);
  print_population(streams.out, cells, settlements->size(), all.size() - settlements->size());
  const Regions regions{*borders};
  return write_list(command.output, command.output.empty() ? "" : settlements_csv(all, &regions),
                    !cells.problems().empty(), streams.notes);
}

int run_check(const CheckBorders& command, const JobStreams& streams) {
  const auto shapes = read_shapes(command.file);
  const auto country = areas_in(command.country);
  if (!shapes || !country) {
    return fail_job(streams.notes, !shapes ? shapes.error() : country.error());
  }
  const auto import = import_borders(*shapes, *country);
  if (!import) {
    return fail_job(streams.notes, import.error().in(command.file));
  }
  tell_problems(streams.notes, command.file, shapes->table.problems);
  tell_problems(streams.notes, command.file, import->problems);
  std::array<std::set<std::string>, 3> levels;
  for (const AdminUnit& unit : import->borders.units()) {
    for (std::size_t level = 0; level < levels.size(); ++level) {
      const std::string& key = unit.code[level].empty() ? unit.name[level] : unit.code[level];
      if (!key.empty()) {
        levels[level].insert(key);
      }
    }
  }
  std::fprintf(streams.out, "%zu areas: %zu regions, %zu departments, %zu communes; %zu doubts, %zu rows left out\n",
               import->borders.units().size(), levels[kRegion].size(), levels[kDepartment].size(),
               levels[kCommune].size(), import->problems.size(), left_out(import->problems));
  return write_shapes(command.output, borders_geojson(import->borders),
                      !import->problems.empty() || !shapes->table.problems.empty(), streams.notes);
}

int run_check(const CheckMasts& command, const JobStreams& streams) {
  const auto table = read_table(command.file);
  const auto country = areas_in(command.country);
  if (!table || !country) {
    return fail_job(streams.notes, !table ? table.error() : country.error());
  }
  const auto import = import_masts(*table, *country);
  if (!import) {
    return fail_job(streams.notes, import.error().in(command.file));
  }
  tell_problems(streams.notes, command.file, table->problems);
  tell_problems(streams.notes, command.file, import->problems);
  std::size_t unknown = 0;
  for (const Mast& mast : import->masts) {
    unknown += mast.height ? 0 : 1;
  }
  for (const auto& [kind, count] : import->other_kinds) {
    std::fprintf(streams.notes, "%s: %zu rows are no masts: %s\n", command.file.c_str(), count,
                 clean_utf8(kind).c_str());
  }
  std::fprintf(streams.out, "%zu masts; height of %zu unknown; %zu doubts, %zu rows left out\n", import->masts.size(),
               unknown, import->problems.size(), left_out(import->problems));
  return write_list(command.output, masts_csv(import->masts), !import->problems.empty() || !table->problems.empty(),
                    streams.notes);
}

int run_check(const CheckOperators& command, const JobStreams& streams) {
  const auto shapes = read_shapes(command.file);
  const auto country = areas_in(command.files.country);
  const auto settlements = optional_settlements(command.files, streams.notes);
  if (!shapes || !country || !settlements) {
    return fail_job(streams.notes, !shapes ? shapes.error() : !country ? country.error() : settlements.error());
  }
  const auto import = import_operators(*shapes, *country);
  if (!import) {
    return fail_job(streams.notes, import.error().in(command.file));
  }
  tell_problems(streams.notes, command.file, shapes->table.problems);
  tell_problems(streams.notes, command.file, import->problems);
  std::size_t nobody = 0;
  const auto sums = claims_of(import->coverage, *settlements, nobody);
  for (const auto& [owner, sum] : sums) {
    std::fprintf(streams.out, "%s: %zu areas, %zu towers", clean_utf8(owner).c_str(), sum.areas, sum.towers);
    if (!settlements->empty()) {
      std::fprintf(streams.out, "; claims %zu settlements, %lld people", sum.settlements,
                   static_cast<long long>(sum.people));
    }
    std::fputs("\n", streams.out);
  }
  std::fprintf(streams.out, "%zu operators; %zu doubts, %zu rows left out", sums.size(), import->problems.size(),
               left_out(import->problems));
  if (!settlements->empty()) {
    std::fprintf(streams.out, "; %zu settlements are claimed by nobody", nobody);
  }
  std::fputs("\n", streams.out);
  return write_shapes(command.output, operators_geojson(import->coverage),
                      !import->problems.empty() || !shapes->table.problems.empty(), streams.notes);
}

}  // namespace karkara::planner
