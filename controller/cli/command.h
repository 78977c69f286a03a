// One command as a value: its words, arguments, options, help and what it calls.
// Parsing, --help, completion and docs/cli.md are all made from these, so they cannot differ.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/cli/exit_code.h"

namespace karkara::cli {

class Invocation;

enum class Completes { Nothing, Sites, Files, Words };

struct Argument {
  std::string_view name;  // "SITE"
  std::string_view help;
  bool required = true;
  bool repeated = false;  // the last one only
  Completes completes = Completes::Nothing;
  std::string_view words = {};  // "bash zsh fish": nothing else is allowed
};

struct Option {
  std::string_view name;    // "region": --region
  std::string_view letter;  // "o": -o; empty: none
  std::string_view value;   // "REGION"; empty: a switch
  std::string_view help;
  Completes completes = Completes::Nothing;
  std::string_view words = {};  // "up down": what a value may be; see `list`
  bool list = false;            // several values, separated by commas
  bool repeats = false;         // may be given several times: as if its values were separated by commas
};

enum class Access { Read, Write };

// When what stands behind a command's words goes to karkara-plan as it is.
enum class Passes { Never, WhenLocal, Always };

struct Command {
  std::string_view noun;  // "site"; a command of one word has only this
  std::string_view verb;
  std::string_view summary;      // for lists, no full stop
  std::string_view description;  // a paragraph; may be empty
  std::vector<std::string_view> examples;
  std::vector<Argument> arguments = {};
  std::vector<Option> options = {};
  Access access = Access::Read;
  Exit (*handler)(Invocation&) = nullptr;
  bool hidden = false;
  Passes passes = Passes::Never;

  [[nodiscard]] std::string words() const {
    return verb.empty() ? std::string{noun} : std::string{noun} + " " + std::string{verb};
  }
};

}  // namespace karkara::cli
