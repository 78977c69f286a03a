// What the three completion scripts have in common: the options of the table by what follows them.
// Refuses to know a shell's syntax. Called by completion_bash.cc, completion_zsh.cc and completion_fish.cc.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "controller/cli/command.h"

namespace karkara::cli {

// Every option of every command once, by its name; one name means one thing in all commands, but for its words.
[[nodiscard]] std::map<std::string, Option> all_options();

// An option whose words are others than those of all_options(), and the command that has it.
struct OwnWords {
  std::string command;
  Option option;
};
[[nodiscard]] std::vector<OwnWords> own_words();

// "--output", and "-o" when it has a letter.
[[nodiscard]] std::vector<std::string> flags_of(const Option& option);

// The flags of all options that take a value, joined.
[[nodiscard]] std::string value_flags(const std::string& separator);

// The two case commands of bash and zsh that complete an option's value by `action`; `opening` begins a pattern.
[[nodiscard]] std::string value_cases(std::string_view opening, std::string (*action)(Completes, std::string_view));

// The text in single quotes, with `escape` in place of a quote inside.
[[nodiscard]] std::string in_quotes(std::string_view text, const std::string& escape);

}  // namespace karkara::cli
