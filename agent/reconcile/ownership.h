// Which kernel objects are ours, and when one that is there is as good as the one that is wanted.
// Refuses doubt: what has a single foreign trait is foreign. Called by agent/reconcile.
#pragma once

#include "agent/facts/network_plan.h"

namespace karkara {

// Our protocol, in a table or at a priority of ours, and nothing about it that we do not model.
[[nodiscard]] bool is_ours(const Route& route);
[[nodiscard]] bool is_ours(const Rule& rule);

// As the kernel shows it: no host bits, IPv6 metric 0 is 1024, IPv6 has no scope, a route to nowhere has no link.
[[nodiscard]] Route canonical(Route route);
[[nodiscard]] Rule canonical(Rule rule);

// Each canonical; ours only; of two routes for one place in a table, the first.
[[nodiscard]] WantedNetwork canonical(const WantedNetwork& wanted);

// The place in a table that a route takes: the kernel replaces by it.
[[nodiscard]] bool same_place(const Route& a, const Route& b);
// The traffic that both would carry: metric aside.
[[nodiscard]] bool same_destination(const Route& a, const Route& b);

}  // namespace karkara
