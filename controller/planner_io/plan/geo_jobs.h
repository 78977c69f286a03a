// The jobs of karkara-plan around a plan: lists and rasters checked, measurements compared with the model, plans
// written out, phased, compared, and the question where one mast helps most. Each returns the exit code of plan_jobs.h.
// Refuses to know signals and the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/units.h"
#include "controller/planner/outputs/text.h"
#include "controller/planner/roadmap/network_losses.h"
#include "controller/planner/roadmap/phases.h"
#include "controller/planner_io/cover_file.h"
#include "controller/planner_io/plan/plan_command.h"

namespace karkara::planner {

// --- Lists ---

struct CheckPopulation {
  std::string raster;
  PeopleFiles files;    // settlements may be empty: then all people are in places of their own
  Metres reach{3'000};  // of a settlement
  double least = 50;    // people that make an unlisted place
  std::string output;   // CSV of settlements with the raster's people
};
struct CheckBorders {
  std::string file, country;
  std::string output;  // GeoJSON of what was kept
};
struct CheckMasts {
  std::string file, country, output;
};
struct CheckOperators {
  std::string file;
  PeopleFiles files;   // settlements may be empty
  std::string output;  // GeoJSON of what was kept
};
struct CheckPlan {
  std::string plan;
  std::optional<std::int64_t> most_cut_off;  // by one failure; none: what the plan was made for
  std::string output;                        // CSV of every failure that cuts somebody off
};
int run_check(const CheckPlan& command, const JobStreams& streams);
int run_check(const CheckPopulation& command, const JobStreams& streams);
int run_check(const CheckBorders& command, const JobStreams& streams);
int run_check(const CheckMasts& command, const JobStreams& streams);
int run_check(const CheckOperators& command, const JobStreams& streams);

// --- Measurements ---

struct CheckMeasurements {
  std::string file, country;
  Metres square{50};
  std::string output;  // CSV of the samples that were kept
};
struct CalibrateCommand {
  CheckMeasurements measurements;
  std::string masts;
  std::vector<std::string> radios, terrain;
  CoverFiles cover;
  std::string scratch, output, residuals;
  std::optional<double> receiver_gain;  // dBi; none: 0, of a site that heard another its own antenna's
  Metres receiver_height{1.5};          // of those that heard from no mast of known height
};
int run_check(const CheckMeasurements& command, const JobStreams& streams);
int run_calibrate(const CalibrateCommand& command, const JobStreams& streams);

// --- Plans written out ---

struct PlanFiles {
  std::string plan;
  std::string areas;  // borders with p-codes; empty: regions by p-code
};
struct ExportCommand {
  PlanFiles files;
  std::string output, format, table = "sites";
  Language language = Language::English;
  int width = 1600;
};
struct PhaseCommand {
  PlanFiles files;
  PhaseRules rules;
  std::string output;  // the plan with its phases
};
struct ReportCommand {
  PlanFiles files;
  PhaseRules rules;  // no budgets: without phases
  std::string output;
  Language language = Language::English;
  bool map = true;
};
struct RasterCommand {
  std::string plan, radio, scratch, output, what = "signal";
  std::vector<std::string> terrain;
  CoverFiles cover;
  std::vector<double> bounds;  // south, west, north, east; empty: around the plan's sites
  Degrees step{0.01};
  std::string calibration;  // what `calibrate -o` wrote; empty: the model's word alone
};
int run_export(const ExportCommand& command, const JobStreams& streams);
int run_report(const ReportCommand& command, const JobStreams& streams);
int run_raster(const RasterCommand& command, const JobStreams& streams);

// --- Roadmap ---

struct CompareCommand {
  std::string before, after, output;
};
struct LossCommand {
  std::string plan;
  std::vector<std::string> sites;  // ids or names
  LostNetworks networks;
};
struct WhereCommand {
  PeopleFiles files;
  std::string plan, operators, masts, radio, hop_radio, scratch;
  std::vector<std::string> terrain;
  CoverFiles cover;
  std::vector<Metres> heights;  // that the mast may have; empty: 30 m
  bool high_ground = false;     // may carry it, too
  std::string output;           // CSV of all villages near the answers
  Metres standing_mast{30};     // of masts whose height nobody knows
  std::size_t answers = 5;
};
int run_phase(const PhaseCommand& command, const JobStreams& streams);
int run_compare(const CompareCommand& command, const JobStreams& streams);
int run_loss(const LossCommand& command, const JobStreams& streams);
int run_where(const WhereCommand& command, const JobStreams& streams);

}  // namespace karkara::planner
