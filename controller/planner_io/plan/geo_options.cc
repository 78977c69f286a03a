#include "controller/planner_io/plan/geo_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

namespace karkara::planner {
namespace {

const std::map<std::string, Priority> kPriorities{
    {"people", Priority::PeoplePerCost}, {"eligible", Priority::Eligible}, {"fair", Priority::FairRegions}};
const std::map<std::string, Language> kLanguages{{"en", Language::English}, {"fr", Language::French}};

std::string scratch_folder() {
  return std::filesystem::temp_directory_path().string();
}

std::vector<Metres> lengths_of(const std::vector<std::string>& texts) {
  std::vector<Metres> lengths;
  for (const std::string& text : texts) {
    const auto length = parse_length(text);
    if (!length) {
      throw CLI::ValidationError{length.error().text};
    }
    lengths.push_back(*length);
  }
  return lengths;
}

// A length with its unit into Metres, once the words are parsed.
void length_option(CLI::App& app, const std::string& name, Metres& to, const std::string& help) {
  app.add_option_function<std::string>(
         name,
         [&to](const std::string& text) {
           const auto length = parse_length(text);
           if (!length) {
             throw CLI::ValidationError{length.error().text};
           }
           to = *length;
         },
         help)
      ->type_name("LENGTH");
}

void file_option(CLI::App& app, const std::string& name, std::string& to, const std::string& help) {
  app.add_option(name, to, help)->type_name("FILE");
}

void country_option(CLI::App& app, std::string& to) {
  file_option(app, "--country", to, "Polygons; places outside are left out");
}

void terrain_options(CLI::App& app, std::vector<std::string>& terrain, CoverFiles& cover, std::string& scratch) {
  app.add_option("--terrain", terrain, "Tiles, rasters or folders of them")->required()->type_name("PATH");
  cover_options(app, cover);
  app.add_option("--scratch", scratch, "Folder for unpacked tiles")->capture_default_str();
}

void language_option(CLI::App& app, Language& to) {
  app.add_option("--language", to, "en or fr")->transform(CLI::CheckedTransformer(kLanguages, CLI::ignore_case));
}

void plan_options(CLI::App& app, PlanFiles& files) {
  app.add_option("PLAN", files.plan, "As `run` wrote it")->required();
  file_option(app, "--areas", files.areas, "Borders with p-codes, to name regions");
}

// MONEY, or REGION=MONEY; of each region its years in order.
Status add_budget(const std::string& word, PhaseRules& rules) {
  const std::size_t sign = word.rfind('=');
  const std::string region = sign == std::string::npos ? "" : word.substr(0, sign);
  const char* const first = word.data() + (sign == std::string::npos ? 0 : sign + 1);
  Money money = 0;
  const auto [end, error] = std::from_chars(first, word.data() + word.size(), money);
  if (error != std::errc{} || end != word.data() + word.size() || (region.empty() && sign == 0)) {
    return Error{ErrorCode::InvalidArgument,
                 "--budget: '" + word + "' is no MONEY or REGION=MONEY (4000000, Tahoua=900000)"};
  }
  if (sign == std::string::npos) {
    rules.budgets.push_back(money);
    return {};
  }
  auto of_region = std::find_if(rules.region_budgets.begin(), rules.region_budgets.end(),
                                [&](const RegionBudget& one) { return one.region == region; });
  if (of_region == rules.region_budgets.end()) {
    of_region = rules.region_budgets.insert(of_region, RegionBudget{region, {}});
  }
  of_region->budgets.push_back(money);
  return {};
}

void phase_options(CLI::App& app, PhaseRules& rules, bool required) {
  app.add_option_function<std::vector<std::string>>(
         "--budget",
         [&rules](const std::vector<std::string>& words) {
           for (const std::string& word : words) {
             if (const Status added = add_budget(word, rules); !added.ok()) {
               throw CLI::ValidationError{added.error().text};
             }
           }
         },
         "MONEY of a year for all regions, REGION=MONEY for one (name or p-code); once for each of its years, in order")
      ->type_name("[REGION=]MONEY")
      ->required(required);
  app.add_option("--first-year", rules.first_year, "Of the first budget: 2027")->check(CLI::Range(1900, 2200));
  app.add_option("--priority", rules.priority,
                 "people: most people for the money; eligible: most people in settlements of the programme's sizes; "
                 "fair: the region with the smallest share served")
      ->transform(CLI::CheckedTransformer(kPriorities, CLI::ignore_case));
  app.add_option("--region", rules.regions, "Name or p-code; these first, in this order");
  app.add_flag("!--no-carry", rules.carries_over, "What a year leaves is lost");
}

}  // namespace

void cover_options(CLI::App& app, CoverFiles& files) {
  CLI::Option* rasters = app.add_option("--cover", files.rasters, "Rasters of land-cover classes, or folders of them");
  CLI::Option* heights = app.add_option("--cover-heights", files.heights, "How high each class stands");
  rasters->type_name("PATH")->needs(heights);
  heights->type_name("FILE")->needs(rasters);
}

struct GeoOptions::Words {
  template <class Command, class Run>
  CLI::App& add(CLI::App& under, const char* name, const char* help, Command& command, Run run) {
    CLI::App* app = under.add_subcommand(name, help);
    jobs.emplace_back(app, ChosenJob{[&command, run](const JobStreams& streams) { return run(command, streams); }});
    return *app;
  }

  void add_checks(CLI::App& check);
  void add_outputs(CLI::App& program);
  void add_roadmap(CLI::App& program);

  CheckPlan plan;
  CheckPopulation population;
  CheckBorders borders;
  CheckMasts masts;
  CheckOperators operators;
  CheckMeasurements measurements;
  CalibrateCommand calibrate;
  ExportCommand exports;
  ReportCommand report;
  RasterCommand raster;
  PhaseCommand phase;
  CompareCommand compare;
  LossCommand loss;
  WhereCommand where;
  std::vector<std::pair<CLI::App*, ChosenJob>> jobs;
};

void GeoOptions::Words::add_checks(CLI::App& check) {
  const auto run = [](const auto& command, const JobStreams& streams) { return run_check(command, streams); };
  CLI::App& failures = add(check, "plan", "What each single failure would cut off", plan, run);
  failures.add_option("PLAN", plan.plan, "As `run` wrote it")->required();
  failures.add_option("--n-1", plan.most_cut_off, "People that one may cut off; without it what the plan was made for")
      ->check(CLI::Range(0, 1'000'000'000))
      ->type_name("PEOPLE");
  file_option(failures, "-o,--output", plan.output, "CSV of all failures, with whom they cut off");
  CLI::App& people = add(check, "population", "A raster of people, shared out to settlements", population, run);
  people.add_option("FILE", population.raster, "GeoTIFF in degrees: people in each cell")->required();
  file_option(people, "--settlements", population.files.settlements, "Who gets the people of cells near them");
  country_option(people, population.files.country);
  file_option(people, "--areas", population.files.areas, "Borders with p-codes, to name regions");
  length_option(people, "--reach", population.reach, "How far from a settlement its people live (3km)");
  people.add_option("--least", population.least, "People that make a place nobody listed")->capture_default_str();
  file_option(people, "-o,--output", population.output, "CSV of settlements with the raster's people");
  CLI::App& areas = add(check, "borders", "Regions, departments, communes", borders, run);
  areas.add_option("FILE", borders.file, "GeoJSON, GeoPackage or shapefile")->required();
  country_option(areas, borders.country);
  file_option(areas, "-o,--output", borders.output, "GeoJSON of what was kept");
  CLI::App& towers = add(check, "masts", "Masts that stand already", masts, run);
  towers.add_option("FILE", masts.file, "CSV, GeoJSON, GeoPackage or shapefile")->required();
  country_option(towers, masts.country);
  file_option(towers, "-o,--output", masts.output, "CSV of what was kept");
  CLI::App& claims = add(check, "operators", "Where operators say that they cover", operators, run);
  claims.add_option("FILE", operators.file, "Polygons, or towers with a reach")->required();
  country_option(claims, operators.files.country);
  file_option(claims, "--settlements", operators.files.settlements, "Counts whom each operator claims");
  file_option(claims, "-o,--output", operators.output, "GeoJSON of what was kept");
  CLI::App& levels = add(check, "measurements", "A drive test", measurements, run);
  levels.add_option("FILE", measurements.file, "CSV with place, dBm, site")->required();
  country_option(levels, measurements.country);
  length_option(levels, "--square", measurements.square, "Samples of one square are one measurement (50m)");
  file_option(levels, "-o,--output", measurements.output, "CSV of the samples that were kept");
}

void GeoOptions::Words::add_outputs(CLI::App& program) {
  CLI::App& write = add(program, "export", "Write a plan for other programs", exports, run_export);
  plan_options(write, exports.files);
  write.add_option("-o,--output", exports.output, "Its ending says the format")->required()->type_name("FILE");
  write.add_option("--format", exports.format, "geojson, kml, gpkg, csv or png, whatever the ending")
      ->check(CLI::IsMember({"geojson", "kml", "gpkg", "csv", "png"}));
  write
      .add_option("--table", exports.table,
                  "Of a CSV: sites, settlements, hops, or the curve of people against cost (also .json)")
      ->check(CLI::IsMember({"sites", "settlements", "hops", "curve"}))
      ->capture_default_str();
  write.add_option("--width", exports.width, "Of a PNG, in pixels")->capture_default_str();
  language_option(write, exports.language);
  CLI::App& page = add(program, "report", "A plan as a page to print", report, run_report);
  plan_options(page, report.files);
  page.add_option("-o,--output", report.output, "HTML")->required()->type_name("FILE");
  language_option(page, report.language);
  page.add_flag("!--no-map", report.map, "Without the map");
  phase_options(page, report.rules, false);
  CLI::App& cells = add(program, "raster", "Signal, best server or sight of a plan as GeoTIFF", raster, run_raster);
  cells.add_option("PLAN", raster.plan, "As `run` wrote it")->required();
  cells.add_option("--radio", raster.radio, "The plan's access radio")->required()->type_name("FILE");
  terrain_options(cells, raster.terrain, raster.cover, raster.scratch);
  cells.add_option("-o,--output", raster.output, "GeoTIFF")->required()->type_name("FILE");
  file_option(cells, "--calibration", raster.calibration, "Correct the model by what `calibrate -o` wrote");
  cells
      .add_option("--what", raster.what,
                  "signal: dBm; server: number of the site; sight: how many sites' mast tops are seen")
      ->check(CLI::IsMember({"signal", "server", "sight"}))
      ->capture_default_str();
  cells.add_option("--bounds", raster.bounds, "South, west, north, east in degrees; without it all around the sites")
      ->expected(4);
  cells.add_option_function<double>(
      "--step", [this](double step) { raster.step = Degrees{step}; }, "Degrees of a cell (0.01)");
}

void GeoOptions::Words::add_roadmap(CLI::App& program) {
  CLI::App& tuned = add(program, "calibrate", "Compare a drive test with the model", calibrate, run_calibrate);
  tuned.add_option("FILE", calibrate.measurements.file, "CSV with place, dBm, site")->required();
  tuned.add_option("--masts", calibrate.masts, "Sites that were heard, with their heights")
      ->required()
      ->type_name("FILE");
  tuned.add_option("--radio", calibrate.radios, "Radios that were heard")->required()->type_name("FILE");
  terrain_options(tuned, calibrate.terrain, calibrate.cover, calibrate.scratch);
  country_option(tuned, calibrate.measurements.country);
  length_option(tuned, "--square", calibrate.measurements.square, "Samples of one square are one measurement (50m)");
  tuned.add_option("--receiver-gain", calibrate.receiver_gain,
                   "dBi of the measuring antenna (0; of a site that heard another the radio's own)");
  length_option(tuned, "--receiver-height", calibrate.receiver_height,
                "Of the measuring antenna, where heard_by names no mast of known height (1.5m)");
  file_option(tuned, "-o,--output", calibrate.output, "CSV of corrections, with their errors: for --calibration");
  file_option(tuned, "--residuals", calibrate.residuals, "CSV of each measurement beside the model");
  CLI::App& years = add(program, "phase", "Spread a plan over budget years", phase, run_phase);
  plan_options(years, phase.files);
  phase_options(years, phase.rules, true);
  file_option(years, "-o,--output", phase.output, "The plan with its phases");
  CLI::App& two = add(program, "compare", "What differs between two plans", compare, run_compare);
  two.add_option("BEFORE", compare.before, "A plan")->required();
  two.add_option("AFTER", compare.after, "A plan")->required();
  file_option(two, "-o,--output", compare.output, "CSV of all differences");
  CLI::App& gone = add(program, "loss", "Who loses service when sites or operators' towers fail", loss, run_loss);
  gone.add_option("PLAN", loss.plan, "As `run` wrote it")->required();
  gone.add_option("--site", loss.sites, "Id or name");
  gone.add_option("--tower", loss.networks.towers, "Id of an operator's tower that SIMs rest on")->type_name("ID");
  gone.add_option("--operator", loss.networks.operators, "All towers of that operator")->type_name("NAME");
  CLI::App& one = add(program, "where", "Where ONE mast helps most now", where, run_where);
  one.add_option("--settlements", where.files.settlements, "CSV, GeoJSON or GeoPackage")->required()->type_name("FILE");
  country_option(one, where.files.country);
  file_option(one, "--areas", where.files.areas, "Borders with p-codes, to compare with");
  one.add_option("--radio", where.radio, "Access radio")->required()->type_name("FILE");
  terrain_options(one, where.terrain, where.cover, where.scratch);
  one.add_option_function<std::vector<std::string>>(
         "--mast", [this](const std::vector<std::string>& texts) { where.heights = lengths_of(texts); },
         "Its height (30m); several: what each would give, places compared by the highest")
      ->type_name("LENGTH");
  one.add_flag("--high-ground", where.high_ground, "The highest ground around may carry it, too");
  file_option(one, "--plan", where.plan, "Whom its sites serve is served; they are ways out");
  file_option(one, "--operators", where.operators, "Whom operators claim is served");
  file_option(one, "--masts", where.masts, "Standing masts, as ways out");
  length_option(one, "--standing-mast", where.standing_mast, "Of masts whose height is unknown (30m)");
  file_option(one, "--hop-radio", where.hop_radio, "Backhaul radio; without it 5.8 GHz over 30 km");
  file_option(one, "-o,--output", where.output, "CSV of all settlements near the answers: served or not, and why");
  one.add_option("--answers", where.answers, "How many places")->check(CLI::Range(1, 1000))->capture_default_str();
}

GeoOptions::GeoOptions(CLI::App& program, CLI::App& check) : words_{std::make_shared<Words>()} {
  words_->calibrate.scratch = words_->raster.scratch = words_->where.scratch = scratch_folder();
  words_->add_checks(check);
  words_->add_outputs(program);
  words_->add_roadmap(program);
}

CLI::App* GeoOptions::parsed() const {
  for (const auto& [app, job] : words_->jobs) {
    if (app->parsed()) {
      return app;
    }
  }
  return nullptr;
}

std::optional<ChosenJob> GeoOptions::chosen() const {
  for (const auto& [app, job] : words_->jobs) {
    if (app->parsed()) {
      return ChosenJob{[words = words_, run = job.run](const JobStreams& streams) { return run(streams); }};
    }
  }
  return std::nullopt;
}

}  // namespace karkara::planner
