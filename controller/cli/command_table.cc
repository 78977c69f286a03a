#include "controller/cli/command_table.h"

#include <algorithm>
#include <array>

#include "controller/cli/command_list.h"
#include "controller/cli/render/render.h"

namespace karkara::cli {
namespace {

constexpr auto kNouns = std::to_array<Noun>({
    {"site", "villages: list, show, watch, add, edit, ask"},
    {"uplink", "ways out of the villages: list, show, explain, usage; switch, hold, release"},
    {"shaping", "how a site's uplinks are shared: show, explain, top"},
    {"power", "a site's sun, charger and battery: show, forecast, explain, events"},
    {"mesh", "a site's links to neighbour masts: show, peers, explain"},
    {"alarm", "what is wrong, and what to do about it"},
    {"enrol", "make a router a member of the fleet"},
    {"audit", "who did what"},
    {"plan", "where masts go so that everybody is reached: run, status, show, explain; on files: link, phase, export"},
    {"coverage", "who the plan covers, and who has service now"},
    {"local", "ask and order the agent on this very router, with no controller"},
});

constexpr auto kGlobalOptions = std::to_array<Option>({
    {"output", "o", "FORMAT", "table, wide, json, jsonl or yaml (default table)", Completes::Words, kFormatWords},
    {"context", "", "FILE", "the operator's context (default $KARKARA_CONTEXT, then ~/.config/karkara/context.yaml)",
     Completes::Files},
    {"timeout", "", "DURATION", "how long to wait for an answer, such as 10s (default 15s; 30s when a site is asked)"},
    {"help", "h", "", "show help"},
});

}  // namespace

std::span<const Command> command_table() {
  static const std::vector<Command> table = command_list();
  return table;
}

std::span<const Option> global_options() {
  return kGlobalOptions;
}

std::span<const Noun> nouns() {
  return kNouns;
}

const Command* find_command(std::string_view noun, std::string_view verb) {
  const auto table = command_table();
  const auto at = std::find_if(table.begin(), table.end(),
                               [&](const Command& command) { return command.noun == noun && command.verb == verb; });
  return at != table.end() ? &*at : nullptr;
}

bool is_noun(std::string_view word) {
  return std::any_of(kNouns.begin(), kNouns.end(), [&](const Noun& noun) { return noun.name == word; });
}

std::vector<std::string> first_words() {
  std::vector<std::string> words;
  words.reserve(kNouns.size());
  for (const Noun& noun : kNouns) {
    words.emplace_back(noun.name);
  }
  for (const Command& command : command_table()) {
    if (command.verb.empty() && !command.hidden) {
      words.emplace_back(command.noun);
    }
  }
  return words;
}

std::vector<std::string> verbs_of(std::string_view noun) {
  std::vector<std::string> verbs;
  for (const Command& command : command_table()) {
    if (command.noun == noun && !command.verb.empty() && !command.hidden) {
      verbs.emplace_back(command.verb);
    }
  }
  return verbs;
}

}  // namespace karkara::cli
