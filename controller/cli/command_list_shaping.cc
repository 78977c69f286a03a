#include "controller/cli/command_list.h"
#include "controller/cli/handlers.h"
#include "controller/cli/order_options.h"

namespace karkara::cli {
namespace {

constexpr Argument kSite{"SITE", "id of the site", true, false, Completes::Sites};

}  // namespace

std::vector<Command> shaping_commands() {
  return {
      {.noun = "shaping",
       .verb = "show",
       .summary = "ask the site how its uplinks are shared: rates, what each class is promised and gets, quotas",
       .description = kShapingText,
       .examples = {"karkara shaping show peta-djounga", "karkara shaping show peta-djounga -o wide"},
       .arguments = {kSite},
       .handler = shaping_show},
      {.noun = "shaping",
       .verb = "explain",
       .summary = "ask the site why each rate is what it is, and why each class has its terms",
       .description = "",
       .examples = {"karkara shaping explain peta-djounga"},
       .arguments = {kSite},
       .handler = shaping_explain},
      {.noun = "shaping",
       .verb = "top",
       .summary = "what each class of traffic and each device carries, live, the busiest first",
       .description =
           "Each redraw is a question over the site's own uplink, of one to three kilobytes: over a satellite choose a "
           "longer --interval, or look with 'local shaping --top' on the router. A table once when the output is no "
           "terminal, unless --seconds is given; a line each time with -o jsonl. Devices are counted while somebody "
           "looks: "
           "the second answer has them, the third their rates. Ends with q or Ctrl-C.",
       .examples = {"karkara shaping top peta-djounga", "karkara shaping top peta-djounga --interval 10s",
                    "karkara shaping top peta-djounga --seconds 60 -o jsonl"},
       .arguments = {kSite},
       .options = {kInterval, kSeconds},
       .handler = shaping_top},
  };
}

}  // namespace karkara::cli
