#include "agent/options.h"

#include <CLI/CLI.hpp>

#include "common/version.h"

namespace karkara {

AgentCommand parse_agent_options(int argc, const char* const* argv) {
  CLI::App app{
      "Keeps one village online: uplink failover, power telemetry, session with the controller.\n"
      "Examples:\n"
      "  karkara-agent --check-config site.yaml            is this file right? (0 yes, 2 no)\n"
      "  karkara-agent --check-config new.yaml --against /etc/karkara/site.yaml\n"
      "                                                    and what would changing to it cost?\n"
      "  karkara-agent --dry-run                           what would it do to this machine?\n"
      "  karkara-agent                                     run (SIGHUP: read the configuration again)\n"
      "  karkara-agent --withdraw                          remove its routes, rules and nft table\n"
      "  karkara-agent --replay decisions.txt              would it decide the same again?\n",
      "karkara-agent"};
  std::string config = "/etc/karkara/site.yaml";
  std::string check;
  std::string against;
  std::string replay;
  bool dry_run = false;
  bool withdraw = false;
  bool version = false;
  app.add_option("--config", config, "The site's configuration")->capture_default_str();
  auto* check_option = app.add_option("--check-config", check, "Check FILE and stop")->type_name("FILE");
  app.add_option("--against", against, "With --check-config: compare with FILE")
      ->type_name("FILE")
      ->needs(check_option);
  auto* dry_option = app.add_flag("--dry-run", dry_run, "Print what would be done to the kernel, and stop");
  auto* withdraw_option = app.add_flag("--withdraw", withdraw, "Remove everything of ours from the kernel, and stop");
  auto* replay_option = app.add_option("--replay", replay, "Decide again what FILE records, and tell where it differs")
                            ->type_name("FILE");
  app.add_flag("--version", version, "Print the version");
  check_option->excludes(dry_option)->excludes(withdraw_option);
  dry_option->excludes(withdraw_option);
  replay_option->excludes(check_option)->excludes(dry_option)->excludes(withdraw_option);
  app.get_formatter()->column_width(26);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return PrintText{app.help(), 0};
  } catch (const CLI::ParseError& error) {
    return PrintText{std::string{"karkara-agent: "} + error.what() + "\nTry 'karkara-agent --help'.\n", 2};
  }
  if (version) {
    return PrintText{"karkara-agent " + std::string{version_text()} + "\n", 0};
  }
  if (!check.empty()) {
    return CheckConfig{check, against};
  }
  if (!replay.empty()) {
    return Replay{replay};
  }
  if (dry_run) {
    return DryRun{config};
  }
  if (withdraw) {
    return Withdraw{};
  }
  return RunAgent{config};
}

}  // namespace karkara
