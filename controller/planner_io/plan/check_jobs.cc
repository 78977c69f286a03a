#include <algorithm>
#include <filesystem>

#include "controller/planner/outputs/text.h"
#include "controller/planner/terrain/hgt.h"
#include "controller/planner/terrain/tiled_terrain.h"
#include "controller/planner/terrain/unknown_squares.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/list_texts.h"
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

// The file that would have known the square's ground.
std::string unread_file_of(const GroundSquare& square, const std::vector<std::string>& unread) {
  for (const std::string& path : unread) {
    const auto corner = hgt_corner(std::filesystem::path{path}.filename().string());
    if (corner && ground_square_of(*corner) == square) {
      return "; " + path + " cannot be read";
    }
  }
  return {};
}

// Square degrees near settlements whose ground is not known, or not all of it; how many.
Result<std::size_t> tell_unknown(const CheckTerrain& command, TerrainFiles files, Executor& executor, std::FILE* out,
                                 std::FILE* notes) {
  if (command.files.settlements.empty()) {
    return std::size_t{0};
  }
  const auto people = read_people(command.files, notes);
  if (!people) {
    return people.error();
  }
  std::vector<Place> places;
  for (const Settlement& settlement : people->settlements) {
    places.push_back(settlement.place);
  }
  const TiledTerrain terrain{std::move(files.tiles)};
  const auto squares = unknown_around(terrain, places, command.reach, executor);
  for (const SquareGround& ground : squares) {
    std::fprintf(out, "%s: %.1f %% of the ground within %.0f km of settlements is unknown%s\n",
                 name_of(ground.square).c_str(),
                 100 * static_cast<double>(ground.unknown) / static_cast<double>(ground.looked_at),
                 command.reach.value() / 1000, clean_utf8(unread_file_of(ground.square, files.unread)).c_str());
  }
  std::fprintf(out, "%zu square degrees with unknown ground around %zu settlements\n", squares.size(), places.size());
  return squares.size();
}

}  // namespace

Result<SettlementImport> read_people(const PeopleFiles& files, std::FILE* notes) {
  const auto table = read_table(files.settlements);
  const auto country = areas_in(files.country);
  const auto areas = areas_in(files.areas);
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
    const Status written = write_text_file(command.output, settlements_csv(import->settlements, nullptr));
    if (!written.ok()) {
      return fail_job(notes, written.error());
    }
  }
  return import->problems.empty() ? kDone : kDoubtful;
}

int run_check(const CheckTerrain& command, std::FILE* out, std::FILE* notes) {
  ThreadExecutor executor{0};
  TerrainFiles files = read_terrain(command.paths, command.scratch, executor);
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
  const bool whole = files.problems.empty();
  const auto unknown = tell_unknown(command, std::move(files), executor, out, notes);
  if (!unknown) {
    return fail_job(notes, unknown.error());
  }
  return whole && *unknown == 0 ? kDone : kDoubtful;
}

}  // namespace karkara::planner
