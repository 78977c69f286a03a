// The agent's command line as values. Pure: parsing prints nothing; main.cc acts.
#pragma once

#include <string>
#include <variant>

namespace karkara {

struct RunAgent {
  std::string config;
};
struct CheckConfig {
  std::string file;
  std::string against;
};  // against: empty, or the configuration that is active
struct DryRun {
  std::string config;
};
struct Withdraw {};
struct Replay {
  std::string file;
};  // a record of decisions, from 'karkara local decisions'
// Either `id` of the configuration, or a kind and what it needs; texts are checked as the configuration's keys are.
struct ProbeDevice {
  std::string config;
  std::string id;
  std::string kind;
  std::string device;
  std::string endpoint;
  std::string unit;
  std::string baud;
  std::string table;
  std::string tables;
  std::string community;
  std::string snmp_version;
  unsigned seconds = 20;
};
struct PrintText {
  std::string text;
  int exit_code = 0;
};  // help, version, or what is wrong with the command line
using AgentCommand = std::variant<RunAgent, CheckConfig, DryRun, Withdraw, Replay, ProbeDevice, PrintText>;

[[nodiscard]] AgentCommand parse_agent_options(int argc, const char* const* argv);

}  // namespace karkara
