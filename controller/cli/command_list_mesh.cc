#include "controller/cli/command_list.h"
#include "controller/cli/handlers.h"
#include "controller/cli/order_options.h"

namespace karkara::cli {
namespace {

constexpr Argument kSite{"SITE", "id of the site", true, false, Completes::Sites};

}  // namespace

std::vector<Command> mesh_commands() {
  return {
      {.noun = "mesh",
       .verb = "map",
       .summary = "list all links between masts, by what their sites told last",
       .description =
           "One line for each end: which mast the site hears, how loud, how loud it is heard back, what the radio's "
           "rate "
           "control expects, and the airtime that a frame costs. A site that is off line is shown with the age of what "
           "it told. 'not of the fleet': no site has this radio, or it has not told yet.",
       .examples = {"karkara mesh map", "karkara mesh map --region Tillabéri -o jsonl"},
       .options = {{"region", "", "REGION", "only this region"}},
       .handler = mesh_map},
      {.noun = "mesh",
       .verb = "show",
       .summary = "ask the site for its mesh: interfaces, links to neighbour masts, and the ways through them",
       .description = kMeshText,
       .examples = {"karkara mesh show peta-djounga", "karkara mesh show peta-djounga -o wide"},
       .arguments = {kSite},
       .handler = mesh_show},
      {.noun = "mesh",
       .verb = "peers",
       .summary = "ask the site for its links to neighbour masts alone",
       .description = kMeshText,
       .examples = {"karkara mesh peers peta-djounga", "karkara mesh peers peta-djounga -o jsonl | jq .state"},
       .arguments = {kSite},
       .handler = mesh_peers},
      {.noun = "mesh",
       .verb = "explain",
       .summary = "ask the site why a link counts as silent or failing, with numbers and limits",
       .description =
           "Silent: established, but nothing heard for more than 10 s. Failing: more than half of at least 20 packets "
           "not received, twice in a row. Stuck: no link after 60 s of trying. Gone: the kernel dropped it within the "
           "last hour. docs/mesh.md says what to do.",
       .examples = {"karkara mesh explain peta-djounga"},
       .arguments = {kSite},
       .handler = mesh_explain},
  };
}

}  // namespace karkara::cli
