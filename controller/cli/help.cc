#include "controller/cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "controller/cli/command_table.h"

namespace karkara::cli {
namespace {

constexpr std::size_t kHelpWidth = 100;

using Lines = std::vector<std::pair<std::string, std::string>>;

std::string wrapped(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (column > 0 && column + 1 + word.size() > kHelpWidth) {
      out += '\n';
      column = 0;
    }
    out += (column > 0 ? " " : "") + std::string{word};
    column += word.size() + (column > 0 ? 1 : 0);
    at = end + 1;
  }
  return out + '\n';
}

std::string listed(const std::string& title, const Lines& lines) {
  std::size_t widest = 0;
  for (const auto& [left, right] : lines) {
    widest = std::max(widest, left.size());
  }
  std::string out = fmt::format("\n{}:\n", title);
  for (const auto& [left, right] : lines) {
    out += fmt::format("  {:<{}}  {}\n", left, widest, right);
  }
  return out;
}

std::string flag_of(const Option& option) {
  std::string flag = option.letter.empty() ? "    " : fmt::format("-{}, ", option.letter);
  flag += fmt::format("--{}", option.name);
  return option.value.empty() ? flag : fmt::format("{} {}", flag, option.value);
}

template <class Options>
Lines option_lines(const Options& options) {
  Lines lines;
  for (const Option& option : options) {
    lines.emplace_back(flag_of(option), option.help);
  }
  return lines;
}

// "site watch [SITE...]"
std::string with_arguments(const Command& command) {
  std::string words = command.words();
  for (const Argument& argument : command.arguments) {
    const std::string name = std::string{argument.name} + (argument.repeated ? "..." : "");
    words += argument.required ? " " + name : fmt::format(" [{}]", name);
  }
  return words;
}

Lines command_lines(std::string_view noun) {
  Lines lines;
  for (const Command& command : command_table()) {
    if (command.noun == noun && !command.hidden) {
      lines.emplace_back(with_arguments(command), command.summary);
    }
  }
  return lines;
}

std::string examples_of(const Command& command) {
  std::string out = "Examples:\n";
  for (const std::string_view example : command.examples) {
    out += fmt::format("  {}\n", example);
  }
  return out;
}

Lines exit_lines() {
  Lines lines;
  for (const ExitMeaning& meaning : exit_meanings()) {
    lines.emplace_back(fmt::format("{:>3}", static_cast<int>(meaning.exit)), meaning.meaning);
  }
  return lines;
}

Lines environment_lines() {
  return {{"KARKARA_CONTEXT", "the context file, when --context is not given"},
          {"KARKARA_LANG", "fr: alarm texts in French; otherwise LC_ALL, LC_MESSAGES and LANG decide"},
          {"NO_COLOR", "set: never colours"},
          {"CLICOLOR_FORCE", "set and not 0: colours also when the output is no terminal"}};
}

}  // namespace

std::string usage_line(const Command& command) {
  std::string line = "karkara " + with_arguments(command);
  for (const Option& option : command.options) {
    line += option.value.empty() ? fmt::format(" [--{}]", option.name)
                                 : fmt::format(" [--{} {}]", option.name, option.value);
  }
  return line;
}

std::string help_of_all() {
  std::string out =
      "karkara: the operators' view of the villages' networks\n\n"
      "Examples:\n"
      "  karkara site list\n"
      "  karkara site show peta-djounga\n"
      "  karkara uplink explain peta-djounga\n"
      "  karkara alarm list -o json\n"
      "  karkara local check\n";
  Lines lines;
  for (const Noun& noun : nouns()) {
    lines.emplace_back(noun.name, noun.summary);
  }
  for (const Command& command : command_table()) {
    if (command.verb.empty() && !command.hidden) {
      lines.emplace_back(command.noun, command.summary);
    }
  }
  out += listed("Commands", lines);
  out += listed("Options", option_lines(global_options()));
  out += listed("Environment", environment_lines());
  out += listed("Exit codes", exit_lines());
  return out + "\n'karkara NOUN --help' and 'karkara NOUN VERB --help' tell more.\n";
}

std::string help_of_noun(std::string_view noun) {
  const auto all = nouns();
  const auto known = std::find_if(all.begin(), all.end(), [&](const Noun& one) { return one.name == noun; });
  std::string out = fmt::format("karkara {}: {}\n\n", noun, known != all.end() ? known->summary : "");
  std::string examples = "Examples:\n";
  for (const Command& command : command_table()) {
    if (command.noun == noun && !command.hidden && !command.examples.empty()) {
      examples += fmt::format("  {}\n", command.examples.front());
    }
  }
  return out + examples + listed("Commands", command_lines(noun));
}

std::string help_of(const Command& command) {
  std::string out = fmt::format("karkara {}: {}\n\n", command.words(), command.summary);
  out += examples_of(command);
  out += fmt::format("\nUsage:\n  {}\n", usage_line(command));
  if (!command.description.empty()) {
    out += "\n" + wrapped(command.description);
  }
  if (command.access == Access::Write) {
    out += "\nChanges something; the audit log keeps who asked.\n";
  }
  Lines arguments;
  for (const Argument& argument : command.arguments) {
    arguments.emplace_back(argument.name, argument.help);
  }
  if (!arguments.empty()) {
    out += listed("Arguments", arguments);
  }
  if (!command.options.empty()) {
    out += listed("Options", option_lines(command.options));
  }
  return out + listed("Options of all commands", option_lines(global_options()));
}

}  // namespace karkara::cli
