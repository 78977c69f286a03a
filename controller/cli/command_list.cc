#include "controller/cli/command_list.h"

#include <algorithm>
#include <iterator>

#include "controller/cli/handlers.h"

namespace karkara::cli {
namespace {

constexpr Argument kSite{"SITE", "id of the site", true, false, Completes::Sites};
constexpr Argument kPrefix{"PREFIX", "only series whose name starts so", false};
constexpr Option kName{"name", "", "NAME", "the name that people use"};
constexpr Option kCommune{"commune", "", "COMMUNE", "its commune"};
constexpr Option kRegion{"region", "", "REGION", "its region"};
constexpr Option kLatitude{"lat", "", "DEGREES", "degrees north (WGS 84)"};
constexpr Option kLongitude{"lon", "", "DEGREES", "degrees east (WGS 84)"};
constexpr Option kMast{"mast", "", "HEIGHT", "height of its mast, such as 30m: coverage plans ask for it"};

std::vector<Command> site_table_part() {
  return {
      {.noun = "site",
       .verb = "list",
       .summary = "list the sites with state, uplink, battery and age",
       .description = "AGE is the time since anything was heard of the site: over a satellite no value is live.",
       .examples = {"karkara site list", "karkara site list --state degraded,unreachable -o wide",
                    "karkara site list -o json"},
       .options = {{"region", "", "REGION", "only this region"},
                   {"state", "", "STATE", "only these: up, degraded, unreachable, unknown", Completes::Words,
                    "up degraded unreachable unknown", true}},
       .handler = site_list},
      {.noun = "site",
       .verb = "show",
       .summary = "show one site: state, uplinks, power, alarms",
       .description = "",
       .examples = {"karkara site show peta-djounga"},
       .arguments = {kSite},
       .handler = site_show},
      {.noun = "site",
       .verb = "watch",
       .summary = "follow sites as they change",
       .description =
           "Redraws on a terminal, writes one JSON object a line otherwise. Ends with Ctrl-C. When the controller "
           "goes away it says so, keeps counting the ages and connects again.",
       .examples = {"karkara site watch", "karkara site watch peta-djounga borgo-darey | jq .state"},
       .arguments = {{"SITE", "id of a site (default all)", false, true, Completes::Sites}},
       .handler = site_watch},
      {.noun = "site",
       .verb = "add",
       .summary = "add a site to the fleet",
       .description = "",
       .examples = {"karkara site add peta-djounga --name 'Péta Djounga (Sadoré)' --commune Youri --region Tillabéri "
                    "--lat 13.245 --lon 2.305"},
       .arguments = {{"ID", "its id for ever: a-z, 0-9 and '-'"}},
       .options = {kName, kCommune, kRegion, kLatitude, kLongitude, kMast},
       .access = Access::Write,
       .handler = site_add},
      {.noun = "site",
       .verb = "edit",
       .summary = "change what is written down about a site",
       .description = "Only the options that are given change anything.",
       .examples = {"karkara site edit peta-djounga --commune Youri",
                    "karkara site edit peta-djounga --name Sadoré --revision 4"},
       .arguments = {kSite},
       .options = {kName,
                   kCommune,
                   kRegion,
                   kLatitude,
                   kLongitude,
                   kMast,
                   {"revision", "", "N", "refuse when the site was edited since this revision"}},
       .access = Access::Write,
       .handler = site_edit},
      {.noun = "site",
       .verb = "status",
       .summary = "ask the site how it is, now",
       .description = "",
       .examples = {"karkara site status peta-djounga"},
       .arguments = {kSite},
       .handler = site_status},
      {.noun = "site",
       .verb = "values",
       .summary = "ask the site for its values, now",
       .description = "",
       .examples = {"karkara site values peta-djounga battery_"},
       .arguments = {kSite, kPrefix},
       .handler = site_values},
      {.noun = "site",
       .verb = "reload",
       .summary = "have the site read its configuration file again",
       .description = "A file with errors is refused by the site and the old configuration stays.",
       .examples = {"karkara site reload peta-djounga"},
       .arguments = {kSite},
       .access = Access::Write,
       .handler = site_reload},
      {.noun = "site",
       .verb = "flush",
       .summary = "have the site send its telemetry now",
       .description = "Costs satellite bytes: otherwise telemetry goes with the next interval.",
       .examples = {"karkara site flush peta-djounga"},
       .arguments = {kSite},
       .access = Access::Write,
       .handler = site_flush},
  };
}

std::vector<Command> fleet_part() {
  return {
      {.noun = "alarm",
       .verb = "list",
       .summary = "list alarms, the newest first",
       .description = "",
       .examples = {"karkara alarm list", "karkara alarm list --site peta-djounga --all"},
       .options = {{"site", "", "SITE", "only this site", Completes::Sites},
                   {"all", "", "", "those that are cleared as well"},
                   {"limit", "", "N", "at most so many (default 1000)"}},
       .handler = alarm_list},
      {.noun = "alarm",
       .verb = "show",
       .summary = "show one alarm: what it means and what to do",
       .description = "",
       .examples = {"karkara alarm show 17"},
       .arguments = {{"ID", "number of the alarm"}},
       .handler = alarm_show},
      {.noun = "enrol",
       .verb = "token",
       .summary = "make the bundle that an installer carries to the mast",
       .description =
           "The bundle holds a token that works once, for this site only. The file is written for its owner only "
           "(mode 0600), and never over another.",
       .examples = {"karkara enrol token peta-djounga --valid 14d --out peta-djounga.yaml",
                    "karkara enrol token peta-djounga > bundle.yaml"},
       .arguments = {kSite},
       .options = {{"valid", "", "DURATION", "how long the token is good (default the controller's)"},
                   {"out", "", "FILE", "write here instead of to standard output", Completes::Files}},
       .access = Access::Write,
       .handler = enrol_token},
      {.noun = "enrol",
       .verb = "revoke",
       .summary = "let a site's router count no more: it was stolen, or nobody knows where it is",
       .description =
           "Its certificates and tokens are refused from now on, its session ends, and its neighbours on the mesh "
           "hear of it with their own sessions. The site itself stays: 'karkara enrol token SITE' lets another router "
           "in, or this one again.",
       .examples = {"karkara enrol revoke peta-djounga"},
       .arguments = {kSite},
       .access = Access::Write,
       .handler = enrol_revoke},
      {.noun = "audit",
       .verb = "list",
       .summary = "list who did what, the newest first",
       .description = "Ends with 1 when the log's chain of hashes is broken. Needs the role admin.",
       .examples = {"karkara audit list --limit 20"},
       .options = {{"limit", "", "N", "at most so many (default 100)"}},
       .handler = audit_list},
  };
}

std::vector<Command> about_part() {
  return {
      {.noun = "version",
       .verb = "",
       .summary = "versions of this program and of the controller, and who you are to it",
       .description = "Asks the controller when there is a context.",
       .examples = {"karkara version"},
       .handler = version},
      {.noun = "completion",
       .verb = "",
       .summary = "print the completion script of a shell",
       .description = "'sites' prints the ids of the sites from a cached list; the scripts call it.",
       .examples = {"source <(karkara completion bash)", "karkara completion zsh > ~/.zfunc/_karkara",
                    "karkara completion fish > ~/.config/fish/completions/karkara.fish"},
       .arguments = {{"SHELL", "bash, zsh or fish", true, false, Completes::Words, "bash zsh fish sites"}},
       .handler = completion},
      {.noun = "docs",
       .verb = "",
       .summary = "print docs/cli.md",
       .description = "",
       .examples = {"karkara docs"},
       .handler = docs,
       .hidden = true},
  };
}

}  // namespace

std::vector<Command> command_list() {
  std::vector<Command> table;
  for (auto part : {site_table_part(), uplink_commands(), shaping_commands(), power_commands(), mesh_commands(),
                    fleet_part(), plan_commands(), local_commands(), about_part()}) {
    std::move(part.begin(), part.end(), std::back_inserter(table));
  }
  return table;
}

}  // namespace karkara::cli
