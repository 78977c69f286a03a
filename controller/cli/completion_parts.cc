#include "controller/cli/completion_parts.h"

#include <fmt/format.h>

#include "controller/cli/command_table.h"

namespace karkara::cli {

std::map<std::string, Option> all_options() {
  std::map<std::string, Option> options;
  for (const Option& option : global_options()) {
    options.emplace(option.name, option);
  }
  for (const Command& command : command_table()) {
    for (const Option& option : command.options) {
      options.emplace(option.name, option);
    }
  }
  return options;
}

std::vector<OwnWords> own_words() {
  const auto usual = all_options();
  std::vector<OwnWords> own;
  for (const Command& command : command_table()) {
    for (const Option& option : command.options) {
      if (option.words != usual.at(std::string{option.name}).words) {
        own.push_back({fmt::format("{} {}", command.noun, command.verb), option});
      }
    }
  }
  return own;
}

std::vector<std::string> flags_of(const Option& option) {
  std::vector<std::string> flags{fmt::format("--{}", option.name)};
  if (!option.letter.empty()) {
    flags.push_back(fmt::format("-{}", option.letter));
  }
  return flags;
}

std::string value_flags(const std::string& separator) {
  std::vector<std::string> flags;
  for (const auto& [name, option] : all_options()) {
    if (!option.value.empty()) {
      const auto some = flags_of(option);
      flags.insert(flags.end(), some.begin(), some.end());
    }
  }
  return fmt::format("{}", fmt::join(flags, separator));
}

std::string value_cases(std::string_view opening, std::string (*action)(Completes, std::string_view)) {
  std::string out = "  case \"$noun $verb $prev\" in\n";
  for (const OwnWords& own : own_words()) {
    out += fmt::format("    {}'{} {}') {}; return ;;\n", opening, own.command, flags_of(own.option).front(),
                       action(own.option.completes, own.option.words));
  }
  out += "  esac\n  case $prev in\n";
  for (const auto& [name, option] : all_options()) {
    if (!option.value.empty()) {
      out += fmt::format("    {}{}) {}; return ;;\n", opening, fmt::join(flags_of(option), "|"),
                         action(option.completes, option.words));
    }
  }
  return out + "  esac\n";
}

std::string in_quotes(std::string_view text, const std::string& escape) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? escape : std::string(1, c);
  }
  return out + "'";
}

}  // namespace karkara::cli
