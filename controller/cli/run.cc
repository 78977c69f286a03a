#include "controller/cli/run.h"

#include <algorithm>
#include <ostream>

#include "controller/cli/help.h"
#include "controller/cli/invocation.h"
#include "controller/cli/noc_client.h"
#include "controller/cli/parse.h"
#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

Exit refuse(const Error& error, Surroundings& around) {
  const std::size_t end = std::min(error.text.find('\n'), error.text.size());
  around.err << "karkara: " << clean_text(error.text.substr(0, end)) << '\n';
  if (end < error.text.size()) {
    around.err << clean_text(error.text.substr(end + 1)) << '\n';
  }
  around.err.flush();
  return Exit::Usage;
}

std::string help_for(const Parsed& parsed) {
  if (parsed.command != nullptr) {
    return help_of(*parsed.command);
  }
  return parsed.noun.empty() ? help_of_all() : help_of_noun(parsed.noun);
}

}  // namespace

Exit run(const std::vector<std::string>& arguments, Surroundings& around) {
  if (arguments.empty()) {
    around.err << help_of_all() << std::flush;
    return Exit::Usage;
  }
  auto parsed = parse(arguments);
  if (!parsed) {
    return refuse(parsed.error(), around);
  }
  if (parsed->help) {
    around.out << help_for(*parsed) << std::flush;
    return Exit::Ok;
  }
  const Command& command = *parsed->command;
  auto invocation = Invocation::make(std::move(*parsed), around);
  if (!invocation) {
    return refuse(invocation.error(), around);
  }
  return command.handler(**invocation);
}

}  // namespace karkara::cli
