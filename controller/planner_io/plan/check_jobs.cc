#include <algorithm>

#include "controller/planner/outputs/text.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/table_files.h"
#include "controller/planner_io/terrain_files.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

std::size_t voids(const Tile& tile) {
  // The void's bytes, in the order in which they lie: -32768 is 80 00.
  const auto raw = static_cast<std::uint16_t>(tile.unknown);
  const auto swapped = static_cast<std::uint16_t>((raw >> 8U) | (raw << 8U));
  const auto looked_for = static_cast<std::int16_t>(tile.order == ByteOrder::Big ? swapped : raw);
  return static_cast<std::size_t>(std::count(tile.samples.begin(), tile.samples.end(), looked_for));
}

// Read back, it is the same list without doubts.
std::string kept_settlements_csv(const std::vector<Settlement>& settlements) {
  std::string text = "id,name,latitude,longitude,population,pcode,schools,health_centres\n";
  for (const Settlement& one : settlements) {
    text += csv_text(one.id) + "," + csv_text(one.name) + "," + decimal(one.place.latitude.value(), 6) + "," +
            decimal(one.place.longitude.value(), 6) + "," + (one.people ? std::to_string(*one.people) : "") + "," +
            csv_text(one.code) + "," + std::to_string(one.schools) + "," + std::to_string(one.health_centres) + "\n";
  }
  return text;
}

}  // namespace

Result<SettlementImport> read_people(const PeopleFiles& files, std::FILE* notes) {
  const auto table = read_table(files.settlements);
  const auto country = read_optional_areas(files.country);
  const auto areas = read_optional_areas(files.areas);
  if (!table || !country || !areas) {
    return !table ? table.error() : !country ? country.error() : areas.error();
  }
  tell_problems(notes, files.settlements, table->problems);
  auto import = import_settlements(*table, *country, *areas);
  if (!import) {
    return import.error().in(files.settlements);
  }
  tell_problems(notes, files.settlements, import->problems);
  return import;
}

int run_check(const CheckSettlements& command, std::FILE* out, std::FILE* notes) {
  const auto import = read_people(command.files, notes);
  if (!import) {
    std::fprintf(notes, "karkara-plan: %s\n", import.error().text.c_str());
    return kFailed;
  }
  std::int64_t people = 0;
  std::size_t unknown = 0;
  for (const Settlement& settlement : import->settlements) {
    people += settlement.people.value_or(0);
    unknown += settlement.people ? 0 : 1;
  }
  const auto left_out = std::count_if(import->problems.begin(), import->problems.end(),
                                      [](const ImportProblem& problem) { return is_left_out(problem.doubt); });
  std::fprintf(out, "%zu settlements, %lld people; people of %zu unknown; %zu doubts, %lld rows left out\n",
               import->settlements.size(), static_cast<long long>(people), unknown, import->problems.size(),
               static_cast<long long>(left_out));
  if (!command.output.empty()) {
    const Status written = write_text_file(command.output, kept_settlements_csv(import->settlements));
    if (!written.ok()) {
      return fail_job(notes, written.error());
    }
  }
  return import->problems.empty() ? kDone : kDoubtful;
}

int run_check(const CheckTerrain& command, std::FILE* out, std::FILE* notes) {
  ThreadExecutor executor{0};
  const TerrainFiles files = read_terrain(command.paths, command.scratch, executor);
  for (const Error& problem : files.problems) {
    std::fprintf(notes, "%s\n", problem.text.c_str());
  }
  for (const Tile& tile : files.tiles) {
    const double south = tile.north.value() - (tile.rows - 1) * tile.row_step.value();
    const double east = tile.west.value() + (tile.columns - 1) * tile.column_step.value();
    std::fprintf(out, "%s: %.4f..%.4f N, %.4f..%.4f E, %u by %u, every %.1f\", %.2f %% unknown\n", tile.name.c_str(),
                 south, tile.north.value(), tile.west.value(), east, tile.columns, tile.rows,
                 tile.row_step.value() * 3600,
                 100 * static_cast<double>(voids(tile)) / static_cast<double>(tile.samples.size()));
  }
  std::fprintf(out, "%zu tiles, %zu problems\n", files.tiles.size(), files.problems.size());
  return files.problems.empty() ? kDone : kDoubtful;
}

}  // namespace karkara::planner
