// Of whom to borrow: whose offers may be used at all, and which is the best of them. A pure function with the reason in
// words. Refuses offers that would lead back here or over more masts than are allowed; with the lender's own rules
// (neighbour_lending.cc) that is what keeps traffic from going round.
#pragma once

#include <string>
#include <vector>

#include "agent/mesh/neighbour.h"
#include "agent/mesh/neighbour_settings.h"

namespace karkara {

// Why this neighbour's way out cannot be borrowed; empty: it can. answered: traffic through it is, which outweighs
// hellos that do not come.
[[nodiscard]] std::string refusal_of(const Neighbour& neighbour, const NeighbourSettings& settings, bool answered,
                                     Instant now);

// Whether a is better than b, both usable; `key` says by what: it alone tells whether a move is worth it.
enum class LenderKey : int { Same, Doubt, Leaving, Order, Hops, Battery, Spare };
struct LenderRanking {
  bool better = false;
  LenderKey key = LenderKey::Same;
};
[[nodiscard]] LenderRanking compare_lenders(const Neighbour& a, const Neighbour& b, const NeighbourSettings& settings,
                                            Instant now);
[[nodiscard]] std::string_view to_string(LenderKey key);

}  // namespace karkara
