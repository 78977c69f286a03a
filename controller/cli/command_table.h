// The one table of everything karkara can do. Refuses a second list anywhere: a command that is not here does not
// exist. Called by parse, help, completion and reference.
#pragma once

#include <span>
#include <string>

#include "controller/cli/command.h"

namespace karkara::cli {

struct Noun {
  std::string_view name;
  std::string_view summary;
};

[[nodiscard]] std::span<const Command> command_table();
[[nodiscard]] std::span<const Option> global_options();  // may stand anywhere
[[nodiscard]] std::span<const Noun> nouns();             // nouns that have verbs, in the order of the help

[[nodiscard]] const Command* find_command(std::string_view noun, std::string_view verb);
[[nodiscard]] bool is_noun(std::string_view word);  // one that has verbs

// The ways people call it, for "did you mean"; without the hidden ones.
[[nodiscard]] std::vector<std::string> first_words();
[[nodiscard]] std::vector<std::string> verbs_of(std::string_view noun);

}  // namespace karkara::cli
