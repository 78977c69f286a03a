#include "controller/cli/command_list.h"
#include "controller/cli/handlers.h"
#include "controller/cli/order_options.h"

namespace karkara::cli {
namespace {

constexpr Argument kSite{"SITE", "id of the site", true, false, Completes::Sites};

}  // namespace

std::vector<Command> power_commands() {
  return {
      {.noun = "power",
       .verb = "show",
       .summary = "show each power source's readings with units and age",
       .description = "A reading that is absent says why, and is never shown as 0. With --live also what a device says "
                      "beside the series that are kept, such as the state of its relays.",
       .examples = {"karkara power show peta-djounga", "karkara power show peta-djounga --live"},
       .arguments = {kSite},
       .options = {kLive},
       .handler = power_show},
      {.noun = "power",
       .verb = "forecast",
       .summary = "ask the site for its battery, whether it lasts the night, and the days ahead",
       .description = kForecastText,
       .examples = {"karkara power forecast peta-djounga", "karkara power forecast peta-djounga -o json | jq .night"},
       .arguments = {kSite},
       .handler = power_forecast},
      {.noun = "power",
       .verb = "explain",
       .summary = "ask the site what its belief of the battery rests on, and what is shed, since when and why",
       .description =
           "Stages are listed in the order in which they come into force: each does what those before it do, "
           "and more. Below them the radios that are configured: which are turned down or off, and why.",
       .examples = {"karkara power explain peta-djounga"},
       .arguments = {kSite},
       .handler = power_explain},
      {.noun = "power",
       .verb = "events",
       .summary = "ask the site what happened to its power, the newest first",
       .description = "The site remembers the last hundred. What happened before its router knew the time has no time.",
       .examples = {"karkara power events peta-djounga", "karkara power events peta-djounga --limit 10 -o jsonl"},
       .arguments = {kSite},
       .options = {{"limit", "", "N", "at most so many (default all)"}},
       .handler = power_events},
      {.noun = "power",
       .verb = "soiling",
       .summary = "list what dust takes from each site's panels, told from haze by comparing neighbours",
       .description =
           "Haze lowers all sites of a region on the same days; dust on the glass lowers one and stays until rain or a "
           "cloth. LOSS is what a site lost beyond its neighbours, within ± of the truth nine times in ten. The most "
           "energy lost a day comes first.",
       .examples = {"karkara power soiling", "karkara power soiling --region Tahoua -o wide"},
       .options = {{"region", "", "REGION", "only this region"},
                   {"site", "", "SITE", "only this site", Completes::Sites}},
       .handler = power_soiling},
      {.noun = "power",
       .verb = "history",
       .summary =
           "ask the site for past days of its solar charger: yield, peak, battery, and which of them were missed",
       .description =
           "FROM says where a day is from: 'agent', which listened, or 'charger', which was asked for the days that "
           "the agent missed. A charger's day begins at sunrise. A day without a date: the router does not know the "
           "time. Of a site that is off line it shows what the controller was told of the last 32 days.",
       .examples = {"karkara power history peta-djounga", "karkara power history peta-djounga -o json | jq .chargers"},
       .arguments = {kSite},
       .handler = power_history},
  };
}

}  // namespace karkara::cli
