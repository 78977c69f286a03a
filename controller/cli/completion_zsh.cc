#include <fmt/format.h>

#include "controller/cli/command_table.h"
#include "controller/cli/completion.h"
#include "controller/cli/completion_parts.h"

namespace karkara::cli {
namespace {

constexpr const char* kEscape = "'\\''";

// Works both as a file _karkara in $fpath and when it is sourced.
constexpr std::string_view kHead = R"sh(#compdef karkara
# Completion of karkara for zsh: karkara completion zsh > ~/.zfunc/_karkara
_karkara_sites() {
  local -a sites
  sites=(${(f)"$(karkara completion sites 2>/dev/null)"})
  compadd -a sites
}
)sh";

constexpr std::string_view kScan = R"sh(
_karkara() {{
  local cur=${{words[CURRENT]}} prev=${{words[CURRENT-1]}} noun='' verb='' word='' skip=''
  local -i nth=0 i
  local -a choices
  for ((i = 2; i < CURRENT; i++)); do
    word=${{words[i]}}
    if [[ -n $skip ]]; then
      skip=''
      continue
    fi
    case $word in
      ({value_flags}) skip=1 ;;
      (-*) ;;
      (*)
        if [[ -z $noun ]]; then
          noun=$word
        elif [[ -z $verb && $noun == ({nouns}) ]]; then
          verb=$word
        else
          ((++nth))
        fi
        ;;
    esac
  done
)sh";

std::string action(Completes completes, std::string_view words) {
  switch (completes) {
    case Completes::Nothing: return ":";
    case Completes::Sites: return "_karkara_sites";
    case Completes::Files: return "_files";
    case Completes::Words: return fmt::format("compadd {}", words);
  }
  return ":";
}

// 'name:what it is' for _describe.
std::string described(std::string_view name, std::string_view help) {
  return in_quotes(fmt::format("{}:{}", name, help), kEscape);
}

std::string flags_part() {
  std::string out = "  if [[ $cur == -* ]]; then\n    choices=(";
  for (const Option& option : global_options()) {
    out += described(fmt::format("--{}", option.name), option.help) + " ";
  }
  out.back() = ')';
  out += "\n    case \"$noun $verb\" in\n";
  for (const Command& command : command_table()) {
    if (command.options.empty()) {
      continue;
    }
    out += fmt::format("      ('{} {}') choices+=(", command.noun, command.verb);
    for (const Option& option : command.options) {
      out += described(fmt::format("--{}", option.name), option.help) + " ";
    }
    out.back() = ')';
    out += " ;;\n";
  }
  return out + "    esac\n    _describe option choices\n    return\n  fi\n";
}

std::string noun_line(std::string_view noun) {
  std::string out = fmt::format("    ('{} ') choices=(", noun);
  for (const Command& command : command_table()) {
    if (command.noun == noun && !command.hidden) {
      out += described(command.verb, command.summary) + " ";
    }
  }
  out.back() = ')';
  return out + "; _describe command choices ;;\n";
}

std::string words_part() {
  std::string out = "  case \"$noun $verb\" in\n    (' ') choices=(";
  for (const Noun& noun : nouns()) {
    out += described(noun.name, noun.summary) + " ";
  }
  for (const Command& command : command_table()) {
    if (command.verb.empty() && !command.hidden) {
      out += described(command.noun, command.summary) + " ";
    }
  }
  out.back() = ')';
  out += "; _describe command choices ;;\n";
  for (const Noun& noun : nouns()) {
    out += noun_line(noun.name);
  }
  for (const Command& command : command_table()) {
    if (!command.arguments.empty() && command.arguments.front().completes != Completes::Nothing) {
      const Argument& first = command.arguments.front();
      out += fmt::format("    ('{} {}') {}{} ;;\n", command.noun, command.verb,
                         first.repeated ? "" : "((nth == 0)) && ", action(first.completes, first.words));
    }
  }
  return out + "  esac\n";
}

std::string noun_pattern() {
  std::vector<std::string_view> names;
  for (const Noun& noun : nouns()) {
    names.push_back(noun.name);
  }
  return fmt::format("{}", fmt::join(names, "|"));
}

}  // namespace

std::string zsh_completion() {
  return std::string{kHead} +
         fmt::format(kScan, fmt::arg("value_flags", value_flags("|")), fmt::arg("nouns", noun_pattern())) +
         value_cases("(", action) + flags_part() + words_part() +
         "}\nif [[ ${funcstack[1]} == _karkara ]]; then\n  _karkara \"$@\"\nelse\n  compdef _karkara karkara\nfi\n";
}

}  // namespace karkara::cli
