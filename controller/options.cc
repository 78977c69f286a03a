#include "controller/options.h"

#include <CLI/CLI.hpp>

#include "common/version.h"

namespace karkara {
namespace {

constexpr const char* kHelp =
    "The national controller: enrols sites, keeps their telemetry and alarms, answers the NOC.\n"
    "Examples:\n"
    "  karkara-controller --check-config controller.yaml\n"
    "                                 is this file right? (0 yes, 2 no)\n"
    "  karkara-controller --init      once: the fleet's root, the anchors' key, the context 'admin.karkara'\n"
    "  karkara-controller             run until SIGTERM\n"
    "  karkara-controller --operator amina engineer > amina.karkara\n"
    "                                 a context for another operator\n";

ControllerCommand usage(const std::string& why) {
  return PrintText{"karkara-controller: " + why + "\nTry 'karkara-controller --help'.\n", 2};
}

ControllerCommand operator_command(const std::string& config, const std::vector<std::string>& words) {
  const auto name = OperatorName::parse(words[0]);
  const auto role = parse_role(words[1]);
  if (!name) {
    return usage(name.error().text);
  }
  if (!role) {
    return usage("'" + words[1] + "' is not a role (viewer, operator, engineer, admin)");
  }
  return PrintOperator{config, {*name, *role}};
}

}  // namespace

ControllerCommand parse_controller_options(int argc, const char* const* argv) {
  CLI::App app{kHelp, "karkara-controller"};
  std::string config = "/etc/karkara/controller.yaml";
  std::string check;
  std::vector<std::string> who;
  bool init = false;
  bool version = false;
  app.add_option("--config", config, "The controller's configuration")->type_name("FILE")->capture_default_str();
  auto* check_option = app.add_option("--check-config", check, "Check FILE and stop")->type_name("FILE");
  auto* init_flag = app.add_flag("--init", init, "Make what is missing in the state folder and stop");
  auto* operator_option = app.add_option("--operator", who, "Print the context of a new operator and stop");
  operator_option->type_name("NAME ROLE")->expected(2);
  init_flag->excludes(check_option);
  operator_option->excludes(check_option)->excludes(init_flag);
  app.add_flag("--version", version, "Print the version");
  app.get_formatter()->column_width(26);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return PrintText{app.help(), 0};
  } catch (const CLI::ParseError& error) {
    return usage(error.what());
  }
  if (version) {
    return PrintText{"karkara-controller " + std::string{version_text()} + "\n", 0};
  }
  if (!check.empty()) {
    return CheckControllerConfig{check};
  }
  if (init) {
    return InitialiseController{config};
  }
  return who.empty() ? ControllerCommand{RunController{config}} : operator_command(config, who);
}

}  // namespace karkara
