#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>

#include "common/version.h"
#include "controller/planner_io/plan/geo_options.h"
#include "controller/planner_io/plan/plan_command.h"
#include "controller/planner_io/plan/search_jobs.h"

namespace karkara::planner {
namespace {

constexpr std::uint64_t kMebi = std::uint64_t{1} << 20U;

constexpr const char* kText =
    "Plans coverage: which sites reach the people.\n"
    "Examples:\n"
    "  karkara-plan run --settlements villages.csv --terrain /srv/srtm --access lte900.yaml --backhaul hop58.yaml \\\n"
    "      --costs prices.yaml -o plan.txt\n"
    "                                 the cheapest masts, heights and ways out, and how far from the best that may be\n"
    "  karkara-plan explain plan.txt Gona\n"
    "                                 who serves a village, or why nobody does\n"
    "  karkara-plan cover --settlements villages.csv --radius 5km -o sites.csv\n"
    "                                 the fewest sites that reach everybody, and how far from the best that may be\n"
    "  karkara-plan cover --settlements villages.gpkg --radius 10km --sites 500\n"
    "                                 the most people that 500 sites reach\n"
    "  karkara-plan check settlements villages.csv --country border.geojson\n"
    "                                 what is doubtful in a list, row by row\n"
    "  karkara-plan check terrain /srv/srtm\n"
    "                                 which tiles can be read, and what is wrong with the others\n"
    "  karkara-plan check plan plan.txt --n-1 1000\n"
    "                                 whom each single failure would cut off\n"
    "  karkara-plan export plan.txt --areas communes.geojson -o plan.gpkg\n"
    "                                 the plan for QGIS; also .geojson, .kml, .csv, .png\n"
    "  karkara-plan where --settlements villages.csv --radio lte700.yaml --terrain /srv/srtm --plan plan.txt\n"
    "                                 where ONE mast helps most now\n"
    "  karkara-plan what-if plan.txt --raise Gona=45m --settlements villages.csv --terrain /srv/srtm\n"
    "      --access lte900.yaml --costs prices.yaml\n"
    "                                 what the plan changed by hand would serve and cost\n";

constexpr const char* kExitCodes =
    "Exit codes: 0 done; 1 it could not; 2 wrong usage; 3 done, but data have doubts, or it was ended early and what\n"
    "there was is written.";

void add_people(CLI::App& app, PeopleFiles& files) {
  app.add_option("--country", files.country, "Polygons; places outside are left out")->type_name("FILE");
  app.add_option("--areas", files.areas, "Polygons with p-codes, to compare with")->type_name("FILE");
}

std::string refusal_of_length(const std::string& text) {
  const auto length = parse_length(text);
  return length ? "" : length.error().text;
}

// Farther than any radio, and the ground of a continent would be looked at.
std::string refusal_of_reach(const std::string& text) {
  const auto length = parse_length(text);
  return !length ? length.error().text : *length > Metres{100'000} ? "is more than 100km" : "";
}

std::string refusal_of_time(const std::string& text) {
  const auto time = parse_time(text);
  return time ? "" : time.error().text;
}

}  // namespace

Result<Metres> parse_length(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc{} || (unit != "km" && unit != "m")) {
    return Error{ErrorCode::InvalidArgument, "'" + std::string{text} + "' is no length (5km, 800m)"};
  }
  const Metres length{unit == "km" ? number * 1000 : number};
  if (!(length.value() > 0) || length > Metres{1'000'000}) {
    return Error{ErrorCode::InvalidArgument, "'" + std::string{text} + "' is not over 0 and at most 1000km"};
  }
  return length;
}

PlanCommand parse_plan_options(int argc, const char* const* argv) {
  CLI::App app{kText, "karkara-plan"};
  CoverCommand cover;
  CheckSettlements settlements;
  CheckTerrain terrain{{}, std::filesystem::temp_directory_path().string(), {}};
  std::string radius;
  std::string reach;
  std::string time = "0s";
  double gap_percent = 0;
  std::uint64_t memory = 4096;
  bool version = false;
  app.footer(kExitCodes);
  app.add_flag("--version", version, "Print the version");
  app.add_option("--memory", memory, "MiB that it may use for itself; 0: no limit")->capture_default_str();
  app.fallthrough();  // --memory may stand behind, too
  CLI::App* cover_app = app.add_subcommand("cover", "Choose sites among the settlements");
  cover_app->add_option("--settlements", cover.files.settlements, "CSV, GeoJSON or GeoPackage")
      ->required()
      ->type_name("FILE");
  add_people(*cover_app, cover.files);
  cover_app->add_option("--radius", radius, "How far a site reaches: 5km, 800m")->required()->check(refusal_of_length);
  cover_app->add_option("--sites", cover.sites, "The most people with so many sites; without it everybody")
      ->check(CLI::Range(1, 1'000'000));
  cover_app->add_option("--gap", gap_percent, "Stop when so near to what is proven, percent")
      ->check(CLI::Range(0.0, 100.0));
  cover_app->add_option("--time", time, "Stop then: 90s, 10min, 2h; 0s: no limit")
      ->check(refusal_of_time)
      ->capture_default_str();
  cover_app->add_option("--seed", cover.seed, "Of the search; the same gives the same plan")->capture_default_str();
  cover_app->add_option("--threads", cover.threads, "0: as many as processors; never changes the plan")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  cover_app->add_option("-o,--output", cover.output, "CSV of the chosen sites (default standard output)")
      ->type_name("FILE");
  const SearchOptions search{app};
  CLI::App* check_app = app.add_subcommand("check", "Tell what is doubtful in data")->require_subcommand(1);
  CLI::App* settlements_app = check_app->add_subcommand("settlements", "A list of settlements");
  settlements_app->add_option("FILE", settlements.files.settlements, "CSV, GeoJSON or GeoPackage")->required();
  add_people(*settlements_app, settlements.files);
  settlements_app->add_option("-o,--output", settlements.output, "CSV of what was kept")->type_name("FILE");
  CLI::App* terrain_app = check_app->add_subcommand("terrain", "Tiles: .hgt (also .gz, .zip), GeoTIFF, .bil, folders");
  terrain_app->add_option("PATH", terrain.paths, "Files and folders")->required();
  terrain_app->add_option("--scratch", terrain.scratch, "Folder for unpacked tiles")->capture_default_str();
  terrain_app
      ->add_option("--settlements", terrain.files.settlements,
                   "Tells the square degrees around them with unknown ground")
      ->type_name("FILE");
  add_people(*terrain_app, terrain.files);
  terrain_app->add_option("--reach", reach, "How far around a settlement: 20km")->check(refusal_of_reach);
  const GeoOptions geo{app, *check_app};
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    CLI::App* asked = geo.parsed() != nullptr     ? geo.parsed()
                      : search.named() != nullptr ? search.named()
                      : cover_app->parsed()       ? cover_app
                      : check_app->parsed()       ? check_app
                                                  : &app;
    return {PrintAndEnd{asked->help(), 0}};
  } catch (const CLI::ParseError& error) {
    return {PrintAndEnd{std::string{"karkara-plan: "} + error.what() + "\nTry 'karkara-plan --help'.\n", 2}};
  }
  PlanCommand command;
  command.memory_bytes = memory * kMebi;
  if (version) {
    command.what = PrintAndEnd{"karkara-plan " + std::string{version_text()} + "\n", 0};
  } else if (const auto job = geo.chosen()) {
    command.what = *job;
  } else if (cover_app->parsed()) {
    cover.radius = *parse_length(radius);
    cover.gap = gap_percent / 100;
    cover.time = *parse_time(time);
    command.what = cover;
  } else if (settlements_app->parsed()) {
    command.what = settlements;
  } else if (terrain_app->parsed()) {
    terrain.reach = reach.empty() ? terrain.reach : *parse_length(reach);
    command.what = terrain;
  } else if (const auto asked = search.asked()) {
    command.what = job_of(*asked);
  } else {
    command.what = PrintAndEnd{app.help(), 2};
  }
  return command;
}

}  // namespace karkara::planner
