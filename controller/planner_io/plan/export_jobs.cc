#include <algorithm>

#include "controller/planner/outputs/layer_texts.h"
#include "controller/planner/outputs/plan_map.h"
#include "controller/planner/outputs/report.h"
#include "controller/planner/outputs/signal_grid.h"
#include "controller/planner_io/exports/geopackage_file.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/exports/picture_file.h"
#include "controller/planner_io/exports/raster_file.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

// By what was asked, else by the file's ending.
std::string format_of(const ExportCommand& command) {
  if (!command.format.empty()) {
    return command.format;
  }
  const std::size_t dot = command.output.rfind('.');
  const std::string ending = dot == std::string::npos ? "" : command.output.substr(dot + 1);
  return ending == "json" ? "geojson" : ending;
}

Status write_picture(const std::string& path, const Plan& plan, const Borders& borders, const MapOptions& options) {
  const auto canvas = draw_map(plan, borders, options);
  const auto png = canvas ? png_bytes(*canvas) : canvas.error();
  return png ? write_text_file(path, *png) : png.error();
}

Status export_plan(const ExportCommand& command, const Plan& plan, const Borders& borders) {
  const Regions regions{borders};
  const std::string format = format_of(command);
  if (format == "png") {
    return write_picture(command.output, plan, borders, {command.width, command.language});
  }
  const std::vector<Layer> layers = layers_of(plan, regions);
  if (format == "geojson") {
    return write_text_file(command.output, to_geojson(layers, plan));
  }
  if (format == "kml") {
    return write_text_file(command.output, to_kml(layers, plan, command.language));
  }
  if (format == "gpkg") {
    return write_geopackage(command.output, layers);
  }
  if (format == "csv") {
    const auto layer =
        std::find_if(layers.begin(), layers.end(), [&](const Layer& one) { return one.name == command.table; });
    return layer == layers.end()
               ? Status{Error{ErrorCode::InvalidArgument, "no table '" + command.table + "': sites, settlements, hops"}}
               : write_text_file(command.output, to_csv(*layer));
  }
  return Error{
      ErrorCode::InvalidArgument,
      command.output + ": its ending is no known format (geojson, kml, gpkg, csv, png); --format says another"};
}

// Relays and gateways carry no radio for phones.
bool serves(const PlanSite& site) {
  return !site.profile.empty();
}

// The heights of masts that carry access radios, ascending.
std::vector<Metres> heights_of(const Plan& plan) {
  std::vector<Metres> heights;
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
    const bool mute = !serves(site);
    const auto height = mute ? heights.begin() : std::lower_bound(heights.begin(), heights.end(), site.mast);
    sites.push_back(
        {mute ? Place{Degrees{-90}, Degrees{0}} : site.place, static_cast<std::size_t>(height - heights.begin())});
  }
  return sites;
}

SignalArea area_of(const RasterCommand& command, const Plan& plan, Metres reach) {
  if (command.bounds.size() == 4) {
    return {Degrees{command.bounds[0]}, Degrees{command.bounds[2]}, Degrees{command.bounds[1]},
            Degrees{command.bounds[3]}, command.step};
  }
  SignalArea area{Degrees{90}, Degrees{-90}, Degrees{180}, Degrees{-180}, command.step};
  const Degrees around{reach.value() / 111'195};
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

Result<SignalGrid> grid_of_plan(const RasterCommand& command, const Plan& plan, const JobStreams& streams) {
  const auto radio = read_radio(command.radio);
  const auto terrain = read_ground(command.terrain, command.scratch, streams.notes);
  if (!radio || !terrain) {
    return !radio ? radio.error() : terrain.error();
  }
  const std::vector<Metres> heights = heights_of(plan);
  const auto model = AccessModel::make(*radio, heights, GroundKind{});
  if (!model) {
    return model.error();
  }
  ThreadExecutor executor{0};
  return signal_grid(area_of(command, plan, radio->reach), signal_sites(plan, heights), *terrain, *model, executor,
                     streams.cancelled);
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

}  // namespace

int run_export(const ExportCommand& command, const JobStreams& streams) {
  const auto plan = read_plan(command.files.plan);
  const auto borders = read_optional_borders(command.files.areas, streams.notes);
  if (!plan || !borders) {
    return fail_job(streams.notes, !plan ? plan.error() : borders.error());
  }
  if (const Status written = export_plan(command, *plan, *borders); !written.ok()) {
    return fail_job(streams.notes, written.error());
  }
  return kDone;
}

int run_report(const ReportCommand& command, const JobStreams& streams) {
  auto plan = read_plan(command.files.plan);
  const auto borders = read_optional_borders(command.files.areas, streams.notes);
  if (!plan || !borders) {
    return fail_job(streams.notes, !plan ? plan.error() : borders.error());
  }
  const Regions regions{*borders};
  ReportOptions options;
  options.language = command.language;
  options.first_year = command.rules.first_year;
  if (!command.rules.budgets.empty()) {
    auto phases = phase_plan(*plan, command.rules, regions);
    if (!phases) {
      return fail_job(streams.notes, phases.error());
    }
    options.phases = std::move(*phases);
  }
  if (command.map) {
    const auto canvas = draw_map(*plan, *borders, {1600, command.language});
    const auto png = canvas ? png_bytes(*canvas) : canvas.error();
    if (!png) {
      return fail_job(streams.notes, png.error());
    }
    options.map_png = *png;
  }
  if (const Status written = write_text_file(command.output, to_html(*plan, regions, options)); !written.ok()) {
    return fail_job(streams.notes, written.error());
  }
  return kDone;
}

int run_raster(const RasterCommand& command, const JobStreams& streams) {
  const auto plan = read_plan(command.plan);
  if (!plan) {
    return fail_job(streams.notes, plan.error());
  }
  if (std::none_of(plan->sites.begin(), plan->sites.end(), serves)) {
    return fail_job(streams.notes, {ErrorCode::FailedPrecondition, command.plan + ": has no site that serves anybody"});
  }
  const auto grid = grid_of_plan(command, *plan, streams);
  if (!grid) {
    return fail_job(streams.notes, grid.error());
  }
  const Status written = command.what == "server" ? write_server_raster(command.output, *grid)
                                                  : write_signal_raster(command.output, *grid);
  if (!written.ok()) {
    return fail_job(streams.notes, written.error());
  }
  print_grid(streams.out, *grid);
  return kDone;
}

}  // namespace karkara::planner
