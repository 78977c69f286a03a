#include <fmt/format.h>

#include "controller/cli/command_table.h"
#include "controller/cli/completion.h"
#include "controller/cli/completion_parts.h"

namespace karkara::cli {
namespace {

constexpr std::string_view kHead = R"sh(# Completion of karkara for bash: source <(karkara completion bash)
_karkara_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }
_karkara_files() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$1"); }
_karkara_sites() { _karkara_words "$(karkara completion sites 2>/dev/null)" "$1"; }
)sh";

// Finds the noun, the verb and how many words behind them stand in front of the cursor.
constexpr std::string_view kScan = R"sh(
_karkara() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}
  local noun='' verb='' word='' skip='' nth=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    if [[ -n $skip ]]; then
      skip=''
      continue
    fi
    case $word in
      {value_flags}) skip=1 ;;
      -*) ;;
      *)
        if [[ -z $noun ]]; then
          noun=$word
        elif [[ -z $verb && ' {nouns} ' == *" $noun "* ]]; then
          verb=$word
        else
          ((++nth))
        fi
        ;;
    esac
  done
)sh";

std::string noun_names() {
  std::vector<std::string_view> names;
  for (const Noun& noun : nouns()) {
    names.push_back(noun.name);
  }
  return fmt::format("{}", fmt::join(names, " "));
}

std::string action(Completes completes, std::string_view words) {
  switch (completes) {
    case Completes::Nothing: return ":";
    case Completes::Sites: return R"(_karkara_sites "$cur")";
    case Completes::Files: return R"(_karkara_files "$cur")";
    case Completes::Words: return fmt::format(R"(_karkara_words '{}' "$cur")", words);
  }
  return ":";
}

std::string option_flags(const Command& command) {
  std::vector<std::string> flags;
  for (const Option& option : command.options) {
    flags.push_back(flags_of(option).front());
  }
  return fmt::format("{}", fmt::join(flags, " "));
}

std::string flags_part() {
  std::string out = "  if [[ $cur == -* ]]; then\n    local flags=''\n    case \"$noun $verb\" in\n";
  for (const Command& command : command_table()) {
    if (!command.options.empty()) {
      out += fmt::format("      '{} {}') flags='{}' ;;\n", command.noun, command.verb, option_flags(command));
    }
  }
  std::vector<std::string> global;
  for (const Option& option : global_options()) {
    global.push_back(flags_of(option).front());
  }
  return out +
         fmt::format("    esac\n    _karkara_words \"$flags {}\" \"$cur\"\n    return\n  fi\n", fmt::join(global, " "));
}

std::string words_part() {
  std::string out = fmt::format("  case \"$noun $verb\" in\n    ' ') _karkara_words '{}' \"$cur\" ;;\n",
                                fmt::join(first_words(), " "));
  for (const Noun& noun : nouns()) {
    out += fmt::format("    '{} ') _karkara_words '{}' \"$cur\" ;;\n", noun.name, fmt::join(verbs_of(noun.name), " "));
  }
  for (const Command& command : command_table()) {
    if (!command.arguments.empty() && command.arguments.front().completes != Completes::Nothing) {
      const Argument& first = command.arguments.front();
      out += fmt::format("    '{} {}') {}{} ;;\n", command.noun, command.verb, first.repeated ? "" : "((nth == 0)) && ",
                         action(first.completes, first.words));
    }
  }
  return out + "  esac\n";
}

}  // namespace

std::string bash_completion() {
  return std::string{kHead} +
         fmt::format(kScan, fmt::arg("value_flags", value_flags("|")), fmt::arg("nouns", noun_names())) +
         value_cases("", action) + flags_part() + words_part() + "}\ncomplete -F _karkara karkara\n";
}

}  // namespace karkara::cli
