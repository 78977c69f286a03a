#include "controller/cli/command_list.h"
#include "controller/cli/handlers.h"

namespace karkara::cli {
namespace {

constexpr Option kPlan{"plan", "", "FILE", "of this file instead of the controller's plan", Completes::Files};
constexpr Argument kPlanFile{"PLAN", "a plan as 'karkara plan run --local' or 'karkara plan fetch plan' wrote it", true,
                             false, Completes::Files};
constexpr std::string_view kTheirs =
    "Works on files of this machine, without a controller; all options are those of 'karkara-plan', which it becomes.";

std::vector<Option> run_options() {
  return {
      {"target", "", "TARGET", "everybody, eligible, 95% (of people) or budget:MONEY"},
      {"eligible", "", "FROM-TO", "people of the settlements that the programme is for, such as 250-2500"},
      {"time", "", "DURATION", "stop then and take what there is, such as 10m"},
      {"gap", "", "PERCENT", "stop when the cost is so near to the proven bound"},
      {"seed", "", "N", "of the search; the same gives the same plan"},
      {.name = "fixed",
       .letter = "",
       .value = "ID",
       .help = "a settlement that gets a mast, or a standing mast that gets a radio; may be repeated",
       .list = true,
       .repeats = true},
      {.name = "forbidden",
       .letter = "",
       .value = "ID",
       .help = "a settlement, standing mast or relay that is left alone; may be repeated",
       .list = true,
       .repeats = true},
      {.name = "budget",
       .letter = "",
       .value = "MONEY",
       .help = "of a year, or REGION=MONEY of a region's; once for each year, in order: gives the plan phases",
       .list = true,
       .repeats = true},
      {"site-people", "", "PEOPLE", "at most so many a site, the nearest first; 0: no limit"},
      {"school", "", "PEOPLE", "count each school of the list as so many more people"},
      {"health", "", "PEOPLE", "count each health centre of the list as so many more people"},
      {"busy-kbit", "", "KBIT", "of each person in the busy hour: radios and ways out must carry it"},
      {"n-1", "", "PEOPLE", "buy second ways out: one failing hop, mast or way out cuts off no more people of others"},
      {"without-fleet", "", "", "the fleet's own sites are no masts of the plan"},
      {"resume", "", "", "go on from the plan that the last job left, also a cancelled or failed one"},
      {"wait", "", "", "until it ends, telling how far it is; Ctrl-C leaves it running"},
      {"local", "", "", "on this machine instead, without a controller: all options are those of 'karkara-plan run'"}};
}

std::vector<Command> job_part() {
  return {
      {.noun = "plan",
       .verb = "run",
       .summary = "have the controller search the cheapest plan, over the files of its planner folder",
       .description =
           "One job at a time, as a process of its own with low priority. Options replace what the folder's file "
           "'options' says. The plan that it finds takes the place of the controller's when it is whole.",
       .examples = {"karkara plan run --target eligible --time 10m",
                    "karkara plan run --budget 4000000 --budget 4000000 --wait",
                    "karkara plan run --local --settlements villages.csv --terrain /srv/srtm --access lte900.yaml "
                    "--backhaul hop58.yaml --costs prices.yaml -o plan.txt"},
       .options = run_options(),
       .access = Access::Write,
       .handler = plan_run,
       .passes = Passes::WhenLocal},
      {.noun = "plan",
       .verb = "status",
       .summary = "show how far the planning job is, or how the last one ended",
       .description = "",
       .examples = {"karkara plan status", "karkara plan status -o json | jq .so_far"},
       .handler = plan_status},
      {.noun = "plan",
       .verb = "cancel",
       .summary = "end the planning job; what it has found so far becomes the plan",
       .description = "",
       .examples = {"karkara plan cancel"},
       .access = Access::Write,
       .handler = plan_cancel},
      {.noun = "plan",
       .verb = "show",
       .summary = "show what the plan builds, serves and costs, and what is proven about it",
       .description = "",
       .examples = {"karkara plan show", "karkara plan show --plan plan.txt"},
       .options = {kPlan},
       .handler = plan_show},
      {.noun = "plan",
       .verb = "explain",
       .summary = "explain who serves a settlement, by plan and now, or why nobody does",
       .description = "",
       .examples = {"karkara plan explain Gona", "karkara plan explain Gona --plan plan.txt"},
       .arguments = {{"SETTLEMENT", "its id or name"}},
       .options = {kPlan},
       .handler = plan_explain},
      {.noun = "plan",
       .verb = "fetch",
       .summary = "get a file of the controller's: the plan, the fleet as masts, its radio links, the map, the log",
       .description =
           "'links' is what the fleet's radios hear of each other, and 'masts' where they stand: 'karkara plan "
           "calibrate' compares them with the model. 'map' is GeoJSON with the state of now.",
       .examples = {"karkara plan fetch plan --out plan.txt", "karkara plan fetch links > links.csv"},
       .arguments = {{"WHAT", "plan, so-far, masts, links, map or log", true, false, Completes::Words,
                      "plan so-far masts links map log"}},
       .options = {{"out", "", "FILE", "write here instead of to standard output", Completes::Files}},
       .handler = plan_fetch},
      {.noun = "coverage",
       .verb = "show",
       .summary = "show people in all, covered by the plan, and served now, by region, department and commune",
       .description =
           "SERVED NOW are people whom the plan serves from a site that the fleet has and that is up, best or "
           "second best. With a region its departments and communes.",
       .examples = {"karkara coverage show", "karkara coverage show --region Tahoua -o json"},
       .options = {{"region", "", "REGION", "only this region"}},
       .handler = coverage_show},
  };
}

Command theirs(std::string_view verb, std::string_view summary, std::string_view example,
               std::vector<Argument> arguments) {
  return {.noun = "plan",
          .verb = verb,
          .summary = summary,
          .description = kTheirs,
          .examples = {example},
          .arguments = std::move(arguments),
          .handler = plan_passed_on,
          .passes = Passes::Always};
}

std::vector<Command> file_part() {
  const Argument file{"FILE", "the list", true, false, Completes::Files};
  const Argument kind{"KIND", "settlements, terrain, population, borders, masts, operators, measurements or plan"};
  return {
      theirs("compare", "tell what differs between two plans", "karkara plan compare plan.txt cheaper.txt",
             {kPlanFile, {"OTHER", "another", true, false, Completes::Files}}),
      theirs("phase", "spread a plan over budget years",
             "karkara plan phase plan.txt --budget 4000000 --budget 4000000 -o phased.txt", {kPlanFile}),
      theirs("export", "write a plan for other programs: GeoJSON, KML, GeoPackage, CSV, PNG",
             "karkara plan export plan.txt --areas communes.geojson -o plan.gpkg", {kPlanFile}),
      theirs("raster", "write signal or best server of a plan as GeoTIFF",
             "karkara plan raster plan.txt --radio lte900.yaml --terrain /srv/srtm -o signal.tif", {kPlanFile}),
      theirs("report", "write a plan as a page to print, in English or French",
             "karkara plan report plan.txt --language fr -o plan.html", {kPlanFile}),
      theirs("what-if", "tell what a plan changed by hand would serve and cost: sites moved, raised, dropped, added",
             "karkara plan what-if plan.txt --raise Gona=45m --settlements villages.csv --terrain /srv/srtm --access "
             "lte900.yaml --backhaul hop58.yaml --costs prices.yaml",
             {kPlanFile}),
      theirs("loss", "tell who loses service when sites of a plan or operators' towers fail",
             "karkara plan loss plan.txt --site Gona", {kPlanFile}),
      theirs("link", "tell what a radio link between two places would be worth",
             "karkara plan link 13.52,2.11 13.60,2.20 --terrain /srv/srtm --access lte900.yaml",
             {{"FROM", "latitude,longitude, or a settlement of --settlements"}, {"TO", "the same"}}),
      theirs("where", "tell where ONE mast helps most now",
             "karkara plan where --settlements villages.csv --radio lte700.yaml --terrain /srv/srtm --plan plan.txt",
             {}),
      theirs("check", "tell what is doubtful in data, row by row", "karkara plan check settlements villages.csv",
             {kind, file}),
      theirs("import", "check data and write what was kept, as CSV or GeoJSON: what a planner folder takes",
             "karkara plan import masts masts.geojson -o masts.csv",
             {{"KIND",
               "settlements, population, masts, measurements (-o CSV), borders or operators (-o GeoJSON); tiles of "
               "terrain are taken as they lie, 'karkara plan check terrain' tells which can be read"},
              file}),
      theirs("calibrate", "compare a drive test, or the fleet's own links, with the model",
             "karkara plan calibrate links.csv --masts fleet.csv --radio wifi5.yaml --terrain /srv/srtm", {file}),
  };
}

}  // namespace

std::vector<Command> plan_commands() {
  std::vector<Command> commands = job_part();
  for (Command& command : file_part()) {
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace karkara::cli
