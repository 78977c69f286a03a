#include "agent/options.h"

#include <CLI/CLI.hpp>

#include "common/version.h"

namespace karkara {
namespace {

CLI::App* add_probe(CLI::App& app, ProbeDevice& probe) {
  CLI::App* command =
      app.add_subcommand("probe-device", "Read one power device, print every value or why it is absent");
  command->fallthrough();  // --config may stand behind it as well
  auto* id = command->add_option("ID", probe.id, "A power source of the configuration");
  auto* kind = command->add_option("--kind", probe.kind, "modbus, sunspec, snmp, vedirect, pylontech, daly, jk");
  kind->excludes(id);
  command->add_option("--device", probe.device, "Its serial port")->needs(kind);
  command->add_option("--endpoint", probe.endpoint, "HOST:PORT of Modbus TCP or SNMP")->needs(kind);
  command->add_option("--unit", probe.unit, "Its Modbus address")->needs(kind);
  command->add_option("--baud", probe.baud, "Speed of the line, if not the table's")->needs(kind);
  command->add_option("--table", probe.table, "Device table; without it the one that fits")->needs(kind);
  command->add_option("--tables", probe.tables, "Folder of the tables, an absolute path")
      ->default_val("/etc/karkara/devices");
  command->add_option("--community", probe.community, "SNMP community")->default_val("public");
  command->add_option("--snmp-version", probe.snmp_version, "v1 or v2c")->default_val("v2c");
  command->add_option("--seconds", probe.seconds, "How long to wait for it")
      ->check(CLI::Range(1U, 600U))
      ->capture_default_str();
  return command;
}

}  // namespace

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
      "  karkara-agent --replay decisions.txt              would it decide the same again?\n"
      "  karkara-agent probe-device charger                what does this power device of the configuration say?\n"
      "  karkara-agent probe-device --kind modbus --device /dev/ttyUSB0 --table epever\n"
      "                                                    and one that is not in it yet?\n",
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
  ProbeDevice probe;
  CLI::App* probing = add_probe(app, probe);
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
  if (probing->parsed()) {
    if (probe.id.empty() == probe.kind.empty()) {
      return PrintText{"karkara-agent: probe-device needs the id of a configured source, or --kind\n", 2};
    }
    probe.config = config;
    return probe;
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
