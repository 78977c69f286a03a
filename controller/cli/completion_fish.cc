#include <fmt/format.h>

#include "controller/cli/command_table.h"
#include "controller/cli/completion.h"
#include "controller/cli/completion_parts.h"

namespace karkara::cli {
namespace {

constexpr const char* kEscape = "\\'";

constexpr std::string_view kHead =
    R"sh(# Completion of karkara for fish: karkara completion fish > ~/.config/fish/completions/karkara.fish
# The words in front of the cursor that are neither options nor their values.
function __karkara_words
    set -l skip ''
    set -l tokens (commandline -opc)
    for word in $tokens[2..-1]
        if test -n "$skip"
            set skip ''
            continue
        end
        switch $word
            case {value_flags}
                set skip 1
            case '-*'
            case '*'
                echo $word
        end
    end
end
# Exactly these words stand there.
function __karkara_at
    set -l given (__karkara_words)
    test "$given" = "$argv"
end
# These words stand there first.
function __karkara_in
    set -l given (__karkara_words)
    test (count $given) -ge (count $argv); and test "$given[1..$(count $argv)]" = "$argv"
end
complete -c karkara -f
)sh";

std::string action(Completes completes, std::string_view words) {
  switch (completes) {
    case Completes::Nothing: return "";
    case Completes::Sites: return " -a '(karkara completion sites 2>/dev/null)'";
    case Completes::Files: return " -F";
    case Completes::Words: return fmt::format(" -a '{}'", words);
  }
  return "";
}

std::string option_line(const std::string& condition, const Option& option) {
  std::string out = "complete -c karkara";
  out += condition.empty() ? "" : fmt::format(" -n '{}'", condition);
  out += fmt::format(" -l {}", option.name);
  out += option.letter.empty() ? "" : fmt::format(" -s {}", option.letter);
  out += option.value.empty() ? "" : option.completes == Completes::Files ? " -r" : " -x";
  return out + fmt::format(" -d {}{}\n", in_quotes(option.help, kEscape), action(option.completes, option.words));
}

std::string word_line(const std::string& condition, std::string_view word, std::string_view help) {
  return fmt::format("complete -c karkara -n '{}' -a {} -d {}\n", condition, word, in_quotes(help, kEscape));
}

std::string command_part(const Command& command) {
  std::string out;
  if (!command.verb.empty()) {
    out += word_line(fmt::format("__karkara_at {}", command.noun), command.verb, command.summary);
  }
  if (!command.arguments.empty() && command.arguments.front().completes != Completes::Nothing) {
    const Argument& first = command.arguments.front();
    out += fmt::format("complete -c karkara -n '__karkara_{} {}'{}\n", first.repeated ? "in" : "at", command.words(),
                       action(first.completes, first.words));
  }
  for (const Option& option : command.options) {
    out += option_line("__karkara_in " + command.words(), option);
  }
  return out;
}

}  // namespace

std::string fish_completion() {
  std::string out{kHead};
  const std::string place = "{value_flags}";
  out.replace(out.find(place), place.size(), value_flags(" "));
  for (const Option& option : global_options()) {
    out += option_line("", option);
  }
  for (const Noun& noun : nouns()) {
    out += word_line("__karkara_at", noun.name, noun.summary);
  }
  for (const Command& command : command_table()) {
    if (command.verb.empty() && !command.hidden) {
      out += word_line("__karkara_at", command.noun, command.summary);
    }
  }
  for (const Command& command : command_table()) {
    if (!command.hidden) {
      out += command_part(command);
    }
  }
  return out;
}

}  // namespace karkara::cli
