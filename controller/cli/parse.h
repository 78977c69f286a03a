// From argv to a command of the table with its arguments and options.
// Refuses what the table does not know, with the nearest thing it knows; --help wins over everything that is missing.
// Called by run.cc.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/cli/command.h"

namespace karkara::cli {

struct Parsed {
  const Command* command = nullptr;  // nullptr: help was asked for all of karkara, or for all of a noun
  std::string noun;                  // for help: empty is all of karkara
  bool help = false;
  std::vector<std::string> arguments;
  std::map<std::string, std::string, std::less<>> options;  // by long name; a switch has "true"
  bool passes_on = false;                                   // to karkara-plan, as it was typed:
  std::vector<std::string> passed;
};

// Errors: InvalidArgument, worded for the person who typed it: what is wrong, and on a second line which help to read.
[[nodiscard]] Result<Parsed> parse(const std::vector<std::string>& arguments);

}  // namespace karkara::cli
