#include "controller/cli/command_list.h"
#include "controller/cli/handlers.h"
#include "controller/cli/order_options.h"

namespace karkara::cli {
namespace {

constexpr Argument kSite{"SITE", "id of the site", true, false, Completes::Sites};

std::vector<Command> looking() {
  return {
      {.noun = "uplink",
       .verb = "list",
       .summary = "list the uplinks of the fleet: state, round trip, loss, and who carries what",
       .description =
           "By each site's last report; AGE is the time since it came. The uplink that carries the site's own "
           "traffic is marked with '*'; CARRIES names the classes of the village's traffic.",
       .examples = {"karkara uplink list", "karkara uplink list --state suspect,down,held -o wide",
                    "karkara uplink list --site peta-djounga -o json"},
       .options = {{"state", "", "STATE", "only uplinks in these: up, down, held, ...", Completes::Words,
                    "absent linked addressed probation up suspect down recover portal held drain", true},
                   {"region", "", "REGION", "only this region"},
                   {"site", "", "SITE", "only this site", Completes::Sites}},
       .handler = uplink_list},
      {.noun = "uplink",
       .verb = "show",
       .summary = "show a site's uplinks, the active one marked with '*', and where each class goes",
       .description = kWhyText,
       .examples = {"karkara uplink show peta-djounga", "karkara uplink show peta-djounga --live"},
       .arguments = {kSite},
       .options = {kLive},
       .handler = uplink_show},
      {.noun = "uplink",
       .verb = "explain",
       .summary =
           "ask the site why its traffic goes where it goes: evidence, and why each class took or left an uplink",
       .description = kWhyText,
       .examples = {"karkara uplink explain peta-djounga"},
       .arguments = {kSite},
       .handler = uplink_explain},
      {.noun = "uplink",
       .verb = "usage",
       .summary = "ask the site what its uplinks used and what is left of their bundles",
       .description = kUsageText,
       .examples = {"karkara uplink usage peta-djounga", "karkara uplink usage peta-djounga --set lte=1.2GB"},
       .arguments = {kSite},
       .options = {kSet},
       .handler = uplink_usage},
  };
}

std::vector<Command> ordering() {
  return {
      {.noun = "uplink",
       .verb = "switch",
       .summary = "send a site's traffic to this uplink",
       .description = kSwitchText,
       .examples =
           {"karkara uplink switch peta-djounga vsat --for 2h",
            "karkara uplink switch peta-djounga lte --for 30m --why 'dish is serviced' --accept-risk costs-money"},
       .arguments = {kSite, kUplinkArgument},
       .options = {kFor, kWhy, kAcceptRisk},
       .access = Access::Write,
       .handler = uplink_switch},
      {.noun = "uplink",
       .verb = "hold",
       .summary = "keep a site's traffic off this uplink",
       .description = kHoldText,
       .examples =
           {"karkara uplink hold peta-djounga lte --why 'the SIM is lent to the clinic'",
            "karkara uplink hold peta-djounga vsat --for 20m --why 'test of the SIM' --accept-risk costs-money"},
       .arguments = {kSite, kUplinkArgument},
       .options = {kFor, kWhyHeld, kAcceptRisk},
       .access = Access::Write,
       .handler = uplink_hold},
      {.noun = "uplink",
       .verb = "release",
       .summary = "take a switch or a hold back",
       .description = "",
       .examples = {"karkara uplink release peta-djounga lte"},
       .arguments = {kSite, kUplinkArgument},
       .access = Access::Write,
       .handler = uplink_release},
  };
}

}  // namespace

std::vector<Command> uplink_commands() {
  std::vector<Command> commands = looking();
  for (Command& command : ordering()) {
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace karkara::cli
