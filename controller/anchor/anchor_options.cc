#include "controller/anchor/anchor_options.h"

#include <CLI/CLI.hpp>

#include "common/version.h"

namespace karkara {

AnchorCommand parse_anchor_options(int argc, const char* const* argv) {
  CLI::App app{
      "Answers the routers' authenticated echoes and gives them the time.\n"
      "Examples:\n"
      "  karkara-anchor --make-key /etc/karkara/anchor-master.key\n"
      "                                 a new master key; every anchor and the controller get a copy\n"
      "  karkara-anchor --check-config anchor.yaml\n"
      "                                 is this file right? (0 yes, 2 no)\n"
      "  karkara-anchor                 run until SIGTERM (SIGUSR1: log the counts)\n",
      "karkara-anchor"};
  std::string config = "/etc/karkara/anchor.yaml";
  std::string check;
  std::string key;
  bool version = false;
  app.add_option("--config", config, "The anchor's configuration")->type_name("FILE")->capture_default_str();
  auto* check_option = app.add_option("--check-config", check, "Check FILE and stop")->type_name("FILE");
  auto* key_option = app.add_option("--make-key", key, "Write a new master key to FILE and stop; never replaces one");
  key_option->type_name("FILE")->excludes(check_option);
  app.add_flag("--version", version, "Print the version");
  app.get_formatter()->column_width(26);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return PrintAndExit{app.help(), 0};
  } catch (const CLI::ParseError& error) {
    return PrintAndExit{std::string{"karkara-anchor: "} + error.what() + "\nTry 'karkara-anchor --help'.\n", 2};
  }
  if (version) {
    return PrintAndExit{"karkara-anchor " + std::string{version_text()} + "\n", 0};
  }
  if (!check.empty()) {
    return CheckAnchorConfig{check};
  }
  if (!key.empty()) {
    return MakeMasterKey{key};
  }
  return RunAnchor{config};
}

}  // namespace karkara
