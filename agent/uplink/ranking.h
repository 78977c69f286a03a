// Which of two uplinks is better for traffic: how much is known in its favour, then the operator's word, the bundle's
// pace, how much it loses, preference, cost, energy, latency, in this order. A pure comparison with the key that
// decided it.
#pragma once

#include <string>
#include <string_view>

#include "agent/uplink/choice.h"

namespace karkara {

// How much is known in favour of an uplink; a smaller one is better.
enum class Grade : int { Up = 0, Draining = 1, Heard = 2, Unknown = 3, Failed = 4 };
[[nodiscard]] Grade grade(const Candidate& candidate);

enum class RankKey : int { Same, Grade, Order, Pace, Quality, Preference, Cost, Energy, Latency };
[[nodiscard]] std::string_view to_string(RankKey key);  // "cost per MB"

struct Ranking {
  bool better = false;  // strictly
  RankKey key = RankKey::Same;
};
[[nodiscard]] Ranking compare(const Candidate& a, const Candidate& b);
// What speaks against `other` beside `better`, by the key that decided between them: "preference 200 against 100".
[[nodiscard]] std::string why_behind(const Candidate& other, const Candidate& better, RankKey key);

}  // namespace karkara
