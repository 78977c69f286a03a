// The command line of karkara-controller. Refuses to do what it says; main.cc does.
#pragma once

#include <string>
#include <variant>

#include "controller/identity/spiffe_id.h"

namespace karkara {

struct PrintText {
  std::string text;
  int exit_code = 0;  // 0: text is for standard output, else for standard error
};
struct CheckControllerConfig {
  std::string config;
};
struct InitialiseController {
  std::string config;
};
struct PrintOperator {
  std::string config;
  OperatorIdentity who;
};
struct RunController {
  std::string config;
};
using ControllerCommand =
    std::variant<RunController, CheckControllerConfig, InitialiseController, PrintOperator, PrintText>;

[[nodiscard]] ControllerCommand parse_controller_options(int argc, const char* const* argv);

}  // namespace karkara
