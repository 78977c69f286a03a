#include <algorithm>

#include "controller/planner/outputs/curve_texts.h"
#include "controller/planner/outputs/layer_texts.h"
#include "controller/planner/outputs/plan_map.h"
#include "controller/planner/outputs/report.h"
#include "controller/planner_io/exports/geopackage_file.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/exports/picture_file.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan_file.h"

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

// It has no places: no map format can hold it.
Status export_curve(const ExportCommand& command, const Plan& plan) {
  const bool json = command.output.ends_with(".json");
  if (!command.format.empty() ? command.format != "csv" : !json && !command.output.ends_with(".csv")) {
    return Error{ErrorCode::InvalidArgument, command.output + ": a curve is written as .csv or .json"};
  }
  const std::vector<CurvePoint> curve = cost_curve(plan);
  return write_text_file(command.output,
                         command.format.empty() && json ? curve_json(plan, curve) : curve_csv(plan, curve));
}

Status export_plan(const ExportCommand& command, const Plan& plan, const Borders& borders) {
  const Regions regions{borders};
  const std::string format = format_of(command);
  if (command.table == "curve") {
    return export_curve(command, plan);
  }
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
  if (asks_phases(command.rules)) {
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

}  // namespace karkara::planner
