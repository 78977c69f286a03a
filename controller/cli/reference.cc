#include "controller/cli/reference.h"

#include <fmt/format.h>

#include <cctype>

#include "controller/cli/command_table.h"
#include "controller/cli/help.h"

namespace karkara::cli {
namespace {

constexpr std::string_view kOpening = R"(# The CLI `karkara`

*Made from the command table by `karkara docs`; do not edit.*

Data goes to standard output, messages to standard error. Nothing is asked back but whether to take a risk, and that only on a
terminal: a script names the risk with `--accept-risk`, so every command works in one.
`-o json`, `jsonl` and `yaml` carry `apiVersion: karkara/v1` and a `kind`; the keys are the field names of
`proto/karkara/v1/noc.proto` and `site_link.proto`, and all of them are always there (`null` when there is no value).
AGE is the time since a thing was heard or measured: `12s`, `4m`, `3h`, `5d`, `never`, or `live` when the site was asked.

A context says where the controller is and who you are; `karkara-controller --init` and `--operator` write it. It is read from
`--context FILE`, else `$KARKARA_CONTEXT`, else `$XDG_CONFIG_HOME/karkara/context.yaml`, else `~/.config/karkara/context.yaml`.

)";

std::string exit_table() {
  std::string out = "## Exit codes\n\n| code | meaning |\n|---|---|\n";
  for (const ExitMeaning& meaning : exit_meanings()) {
    out += fmt::format("| {} | {} |\n", static_cast<int>(meaning.exit), meaning.meaning);
  }
  return out;
}

std::string command_part(const Command& command) {
  std::string summary{command.summary};
  summary.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(summary.front())));
  std::string out = fmt::format("\n### karkara {}\n\n{}.{}{}\n\n```\n", command.words(), summary,
                                command.access == Access::Write ? " *Changes something.*" : "",
                                command.description.empty() ? "" : fmt::format(" {}", command.description));
  for (const std::string_view example : command.examples) {
    out += fmt::format("{}\n", example);
  }
  out += fmt::format("```\n\nUsage: `{}`\n", usage_line(command));
  if (!command.arguments.empty() || !command.options.empty()) {
    out += "\n| | |\n|---|---|\n";
  }
  for (const Argument& argument : command.arguments) {
    out += fmt::format("| `{}` | {} |\n", argument.name, argument.help);
  }
  for (const Option& option : command.options) {
    out +=
        fmt::format("| `--{}{}{}` | {} |\n", option.name, option.value.empty() ? "" : " ", option.value, option.help);
  }
  return out;
}

}  // namespace

std::string reference_markdown() {
  std::string out{kOpening};
  out += exit_table();
  out += "\n## Options of all commands\n\n| | |\n|---|---|\n";
  for (const Option& option : global_options()) {
    out += fmt::format("| `{}--{}{}{}` | {} |\n", option.letter.empty() ? "" : fmt::format("-{}, ", option.letter),
                       option.name, option.value.empty() ? "" : " ", option.value, option.help);
  }
  out += "\n## Commands\n";
  for (const Command& command : command_table()) {
    if (!command.hidden) {
      out += command_part(command);
    }
  }
  return out;
}

}  // namespace karkara::cli
