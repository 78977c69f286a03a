#include "controller/cli/command_list.h"
#include "controller/cli/handlers.h"
#include "controller/cli/order_options.h"

namespace karkara::cli {
namespace {

constexpr Argument kPrefix{"PREFIX", "only series whose name starts so", false};
constexpr Option kSocket{"socket", "", "PATH", "the agent's socket (default /run/karkara/agent.sock)",
                         Completes::Files};

std::vector<Command> asking() {
  return {
      {.noun = "local",
       .verb = "status",
       .summary = "how the agent on this router is",
       .description = "",
       .examples = {"karkara local status", "karkara local status -o json"},
       .options = {kSocket},
       .handler = local_status},
      {.noun = "local",
       .verb = "values",
       .summary = "its values, now",
       .description = "",
       .examples = {"karkara local values uplink_"},
       .arguments = {kPrefix},
       .options = {kSocket},
       .handler = local_values},
      {.noun = "local",
       .verb = "uplinks",
       .summary = "its uplinks, and where each class of traffic goes",
       .description = kWhyText,
       .examples = {"karkara local uplinks"},
       .options = {kSocket},
       .handler = local_uplinks},
      {.noun = "local",
       .verb = "explain",
       .summary = "why its traffic goes where it goes",
       .description = kWhyText,
       .examples = {"karkara local explain"},
       .options = {kSocket},
       .handler = local_explain},
      {.noun = "local",
       .verb = "usage",
       .summary = "what its uplinks used and what is left of their bundles",
       .description = kUsageText,
       .examples = {"karkara local usage", "karkara local usage --set lte=1.2GB"},
       .options = {kSet, kSocket},
       .handler = local_usage},
      {.noun = "local",
       .verb = "shaping",
       .summary = "how its uplinks are shared: rates, what each class is promised and gets, quotas",
       .description = kShapingText,
       .examples = {"karkara local shaping", "karkara local shaping --explain", "karkara local shaping --top"},
       .options = {{"explain", "", "", "why each rate is what it is, and each class has its terms"},
                   {"top", "", "", "live, the busiest class first; q or Ctrl-C ends"},
                   kInterval,
                   kSeconds,
                   kSocket},
       .handler = local_shaping},
      {.noun = "local",
       .verb = "mesh",
       .summary = "its mesh: interfaces, links to neighbour masts, and the ways through them",
       .description = kMeshText,
       .examples = {"karkara local mesh", "karkara local mesh -o json"},
       .options = {kSocket},
       .handler = local_mesh},
      {.noun = "local",
       .verb = "decisions",
       .summary = "the record of what it chose and by what evidence, to be played back",
       .description = "One line a decision: what was given (in.) and what was decided (out.). "
                      "'karkara-agent --replay FILE' plays it back.",
       .examples = {"karkara local decisions > decisions.txt"},
       .options = {kSocket},
       .handler = local_decisions},
  };
}

// What a person on the mast needs before driving home.
std::vector<Command> on_the_mast() {
  return {
      {.noun = "local",
       .verb = "check",
       .summary = "check the site before driving home: pass, warn or FAIL for each item, with advice",
       .description = "Ends with 1 when something failed.",
       .examples = {"karkara local check", "karkara local check -o json"},
       .options = {kSocket},
       .handler = local_check},
      {.noun = "local",
       .verb = "power",
       .summary = "battery, night, sun and panels, what is shed and why, and each source's readings, on one page",
       .description = kForecastText,
       .examples = {"karkara local power", "karkara local power -o json"},
       .options = {kSocket},
       .handler = local_power},
      {.noun = "local",
       .verb = "history",
       .summary = "past days of the solar charger: yield, peak, battery, and which of them were missed",
       .description = kHistoryText,
       .examples = {"karkara local history"},
       .options = {kSocket},
       .handler = local_power_history},
      {.noun = "local",
       .verb = "align",
       .summary = "the signal of an uplink once a second, for the person who turns the dish or the aerial",
       .description =
           "Es/N0, margin and lock of a satellite terminal, RSRP, RSRQ and SNR of a modem, and the round trip, "
           "each with a bar and the best value so far, marked '|'; '^' rises, 'v' falls, '=' holds. Es/N0 is as the "
           "terminal tells it; 'smoothed' is what the watch for fades goes by. While this runs, terminal and modem "
           "are asked each second. What was told without lock is no best value; what is not measured says why. "
           "Lines when the output is no terminal. Ends with Ctrl-C, or after --seconds.",
       .examples = {"karkara local align vsat --sound", "karkara local align lte --seconds 60 -o jsonl"},
       .arguments = {kUplinkArgument},
       .options = {kSeconds,
                   {"sound", "", "",
                    "one beep while the signal rises, two for the best so far; for who sees no screen"},
                   kSocket},
       .handler = local_align},
  };
}

std::vector<Command> changing() {
  return {
      {.noun = "local",
       .verb = "switch",
       .summary = "send the traffic to this uplink",
       .description = kSwitchText,
       .examples = {"karkara local switch vsat --for 2h"},
       .arguments = {kUplinkArgument},
       .options = {kFor, kWhy, kAcceptRisk, kSocket},
       .access = Access::Write,
       .handler = local_switch},
      {.noun = "local",
       .verb = "hold",
       .summary = "keep the traffic off this uplink",
       .description = kHoldText,
       .examples = {"karkara local hold lte --for 1h --why 'the SIM is changed'"},
       .arguments = {kUplinkArgument},
       .options = {kFor, kWhyHeld, kAcceptRisk, kSocket},
       .access = Access::Write,
       .handler = local_hold},
      {.noun = "local",
       .verb = "release",
       .summary = "take a switch or a hold back",
       .description = "",
       .examples = {"karkara local release lte"},
       .arguments = {kUplinkArgument},
       .options = {kSocket},
       .access = Access::Write,
       .handler = local_release},
      {.noun = "local",
       .verb = "reload",
       .summary = "have it read its configuration file again",
       .description = "",
       .examples = {"karkara local reload"},
       .options = {kSocket},
       .access = Access::Write,
       .handler = local_reload},
      {.noun = "local",
       .verb = "flush",
       .summary = "have it send its telemetry now",
       .description = "",
       .examples = {"karkara local flush"},
       .options = {kSocket},
       .access = Access::Write,
       .handler = local_flush},
  };
}

}  // namespace

std::vector<Command> local_commands() {
  std::vector<Command> commands;
  for (const auto& part : {asking(), on_the_mast(), changing()}) {
    commands.insert(commands.end(), part.begin(), part.end());
  }
  return commands;
}

}  // namespace karkara::cli
