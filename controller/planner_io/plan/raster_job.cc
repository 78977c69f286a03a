#include <algorithm>
#include <bit>

#include "common/version.h"
#include "controller/planner/outputs/sight_grid.h"
#include "controller/planner/outputs/signal_grid.h"
#include "controller/planner/terrain/content_hash.h"
#include "controller/planner_io/calibration_file.h"
#include "controller/planner_io/exports/raster_file.h"
#include "controller/planner_io/exports/rows_file.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/progress_line.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/text_file.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

// Relays and gateways carry no radio for phones.
bool serves(const PlanSite& site) {
  return !site.profile.empty();
}

// Where antennas may hang, ascending: as the plan had it; of a plan that does not say, at the masts' tops.
std::vector<Metres> heights_of(const Plan& plan) {
  std::vector<Metres> heights = plan.antennas;
  if (!heights.empty()) {
    return heights;
  }
  for (const PlanSite& site : plan.sites) {
    if (serves(site)) {
      heights.push_back(site.mast);
    }
  }
  std::sort(heights.begin(), heights.end());
  heights.erase(std::unique(heights.begin(), heights.end()), heights.end());
  return heights;
}

// Who serves nobody has a place in the list, so that numbers are the plan's, and is put out of reach.
std::vector<SignalSite> signal_sites(const Plan& plan, const std::vector<Metres>& heights) {
  std::vector<SignalSite> sites;
  for (const PlanSite& site : plan.sites) {
    const auto above = std::upper_bound(heights.begin(), heights.end(), site.mast);
    const auto highest = static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - heights.begin(), 1) - 1);
    sites.push_back(
        {serves(site) ? site.place : Place{Degrees{-90}, Degrees{0}}, {plan.antennas.empty() ? highest : 0, highest}});
  }
  return sites;
}

std::vector<SightMast> sight_masts(const Plan& plan) {
  std::vector<SightMast> masts;
  for (const PlanSite& site : plan.sites) {
    if (serves(site)) {
      masts.push_back({site.place, site.mast});
    }
  }
  return masts;
}

SignalArea area_of(const RasterCommand& command, const Plan& plan, Metres reach) {
  if (command.bounds.size() == 4) {
    return {Degrees{command.bounds[0]}, Degrees{command.bounds[2]}, Degrees{command.bounds[1]},
            Degrees{command.bounds[3]}, command.step};
  }
  SignalArea area{Degrees{90}, Degrees{-90}, Degrees{180}, Degrees{-180}, command.step};
  const Degrees around{reach.value() / kMetresOfDegree};
  for (const PlanSite& site : plan.sites) {
    if (!serves(site)) {
      continue;
    }
    area.south = std::min(area.south, site.place.latitude - around);
    area.north = std::max(area.north, site.place.latitude + around);
    area.west = std::min(area.west, site.place.longitude - around);
    area.east = std::max(area.east, site.place.longitude + around);
  }
  return area;
}

void print_grid(std::FILE* out, const SignalGrid& grid) {
  const auto count = [&](std::int32_t number) {
    return static_cast<std::size_t>(std::count(grid.server.begin(), grid.server.end(), number));
  };
  const std::size_t none = count(kCellUnserved);
  const std::size_t unknown = count(kCellUnknown);
  std::fprintf(out, "%u by %u cells: %zu served, %zu not, %zu over unknown ground\n", grid.columns, grid.rows,
               grid.server.size() - none - unknown, none, unknown);
}

// All that a raster rests on.
struct RasterInputs {
  Plan plan;
  RadioProfile radio;
  TiledTerrain terrain;
  SignalArea area;
  std::uint64_t hash = 0;  // of all of it, and of the program
};

std::uint64_t hash_of(const RasterInputs& inputs, std::string_view plan, std::string_view radio,
                      std::string_view calibration) {
  std::uint64_t hash = content_hash(version_text());
  hash = mixed(hash, content_hash(plan));
  hash = mixed(hash, content_hash(radio));
  hash = mixed(hash, content_hash(calibration));
  for (const Degrees part :
       {inputs.area.south, inputs.area.north, inputs.area.west, inputs.area.east, inputs.area.step}) {
    hash = mixed(hash, std::bit_cast<std::uint64_t>(part.value()));
  }
  return mixed(hash, inputs.terrain.content_hash());
}

Result<RasterInputs> read_inputs(const RasterCommand& command, const JobStreams& streams) {
  const auto plan_text = read_text(command.plan);
  const auto radio_text = read_text(command.radio);
  const auto calibration = command.calibration.empty() ? Result<std::string>{""} : read_text(command.calibration);
  for (const auto* text : {&plan_text, &radio_text, &calibration}) {
    if (!*text) {
      return text->error();
    }
  }
  auto plan = parse_plan(*plan_text);
  auto radio = parse_radio(command.radio, *radio_text);
  if (!plan || !radio) {
    return !plan ? plan.error().in(command.plan) : radio.error();
  }
  if (const Status corrected = calibrate_with(command.calibration, *radio); !corrected.ok()) {
    return corrected.error();
  }
  if (std::none_of(plan->sites.begin(), plan->sites.end(), serves)) {
    return Error{ErrorCode::FailedPrecondition, command.plan + ": has no site that serves anybody"};
  }
  auto terrain = read_ground(command.terrain, command.cover, command.scratch, streams.notes);
  if (!terrain) {
    return terrain.error();
  }
  const SignalArea area = area_of(command, *plan, radio->reach);
  RasterInputs inputs{*std::move(plan), *std::move(radio), *std::move(terrain), area};
  inputs.hash = hash_of(inputs, *plan_text, *radio_text, *calibration);
  return inputs;
}

// Aborted when it was cancelled; what is done then stands in `rows`.
Status fill_rows(const RasterInputs& inputs, const AccessModel& model, SignalGrid& grid,
                 std::vector<std::uint8_t>& done, RowsFile& rows, const JobStreams& streams) {
  if (const auto there = std::count(done.begin(), done.end(), 1); there > 0) {
    std::fprintf(streams.notes, "%zu of %u rows are there already\n", static_cast<std::size_t>(there), grid.rows);
  }
  ThreadExecutor executor{0};
  ProgressLine progress{streams.notes, "the rows so far are kept"};
  GridWatch watch;
  watch.cancelled = streams.cancelled;
  watch.progress = [&](std::size_t ready, std::size_t of) { progress.at("rows", ready, of); };
  watch.filled = [&](std::uint32_t row, const SignalGrid& of) { rows.add(row, of); };
  const Status filled =
      fill_grid(grid, done, signal_sites(inputs.plan, model.heights()), inputs.terrain, model, executor, watch);
  progress.clear();
  return filled;
}

int tell_kept(const std::vector<std::uint8_t>& done, const RowsFile& rows, std::FILE* notes) {
  const auto there = static_cast<std::size_t>(std::count(done.begin(), done.end(), 1));
  std::fprintf(notes, "cancelled: %zu of %zu rows are done%s; the same command goes on from there (%s)\n", there,
               done.size(), rows.is_whole() ? "" : ", not all of them could be kept", clean_utf8(rows.path()).c_str());
  return kDoubtful;
}

// Quick enough to begin anew; no radio, so nothing of a calibration.
int sight_raster(const RasterCommand& command, const RasterInputs& inputs, const JobStreams& streams) {
  auto grid = empty_grid(inputs.area);
  if (!grid) {
    return fail_job(streams.notes, grid.error());
  }
  ThreadExecutor executor{0};
  ProgressLine progress{streams.notes, ""};
  GridWatch watch;
  watch.cancelled = streams.cancelled;
  watch.progress = [&](std::size_t ready, std::size_t of) { progress.at("masts", ready, of); };
  const SightRule rule{inputs.radio.reach, inputs.radio.terminal.height};
  const Status filled = fill_sight(*grid, sight_masts(inputs.plan), rule, inputs.terrain, executor, watch);
  progress.clear();
  if (!filled.ok()) {
    std::fputs("cancelled: nothing was written\n", streams.notes);
    return kDoubtful;
  }
  if (const Status written = write_sight_raster(command.output, *grid); !written.ok()) {
    return fail_job(streams.notes, written.error());
  }
  const auto seen =
      std::count_if(grid->server.begin(), grid->server.end(), [](std::int32_t masts) { return masts > 0; });
  const auto unknown = std::count(grid->server.begin(), grid->server.end(), kCellUnknown);
  std::fprintf(streams.out, "%u by %u cells: %td in sight of a mast, %td not, %td over unknown ground\n", grid->columns,
               grid->rows, seen, static_cast<std::ptrdiff_t>(grid->server.size()) - seen - unknown, unknown);
  return kDone;
}

}  // namespace

int run_raster(const RasterCommand& command, const JobStreams& streams) {
  const auto inputs = read_inputs(command, streams);
  if (!inputs) {
    return fail_job(streams.notes, inputs.error());
  }
  if (command.what == "sight") {
    return sight_raster(command, *inputs, streams);
  }
  const auto model = AccessModel::make(inputs->radio, heights_of(inputs->plan), GroundKind{});
  auto grid = empty_grid(inputs->area);
  if (!model || !grid) {
    return fail_job(streams.notes, !model ? model.error() : grid.error());
  }
  std::vector<std::uint8_t> done;
  const auto rows = RowsFile::open(command.output, inputs->hash, inputs->plan.sites.size(), *grid, done);
  if (!rows) {
    return fail_job(streams.notes, rows.error());
  }
  if (!fill_rows(*inputs, *model, *grid, done, **rows, streams).ok()) {
    return tell_kept(done, **rows, streams.notes);
  }
  const std::string corrected =
      inputs->radio.measured ? ", corrected by measurements: " + to_text(*inputs->radio.measured) : "";
  const Status written = command.what == "server" ? write_server_raster(command.output, *grid, corrected)
                                                  : write_signal_raster(command.output, *grid, corrected);
  if (!written.ok()) {
    return fail_job(streams.notes, written.error());
  }
  (*rows)->remove();
  print_grid(streams.out, *grid);
  if (inputs->radio.measured) {
    std::fprintf(streams.out, "%s: corrected by measurements: %s\n", inputs->radio.id.c_str(),
                 to_text(*inputs->radio.measured).c_str());
  }
  return kDone;
}

}  // namespace karkara::planner
