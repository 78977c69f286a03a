#include "agent/site/replay.h"

#include "agent/uplink/choice_record.h"
#include "agent/uplink/decision_log.h"

namespace karkara {

ReplayOutcome replay_decisions(std::string_view text) {
  DecisionsFound found = parse_decisions(text);
  ReplayOutcome outcome;
  outcome.problems = std::move(found.refused);
  outcome.decisions = found.records.size();
  const auto again = [&](const DecisionRecord& given) {
    auto decided = decide_again(given);
    if (!decided) {
      outcome.problems.push_back(decided.error().text);
      return given;
    }
    return std::move(decided).value();
  };
  for (const Divergence& divergence : replay(found.records, again)) {
    outcome.divergences.push_back("decision " + std::to_string(divergence.index + 1) + ": recorded " +
                                  divergence.recorded + ", now " + divergence.replayed);
  }
  return outcome;
}

}  // namespace karkara
