// From what is wanted and what the kernel shows, to the steps in between. Stages, each a barrier: settings; shaping,
// before anything brings traffic to it; routes, the uplinks' tables before the ladder; rules; the nft table; what
// clients are told; removals. Refuses to remove anything that is not ours (though what stands in a table of ours
// exactly where we want a route is replaced), and to take away the last way out before its successor is in place.
// Called by Reconciler and by --dry-run.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "agent/facts/network_plan.h"

namespace karkara {

// All batches, numbered from 1, as they would run if every step succeeds. Empty when everything fits.
[[nodiscard]] std::vector<NetworkBatch> plan(const WantedNetwork& wanted, const KernelSnapshot& seen);

// True for a step that is not to be tried now, because it failed a moment ago.
using Avoid = std::function<bool(const NetworkOp&)>;

// The steps of the first stage that has any left. 'wanted' is canonical (ownership.h). Shapers come before the routes
// that lead traffic to them, but for 'late' steps, of links where one did not work: a way out matters more.
[[nodiscard]] std::vector<NetworkOp> next_steps(const WantedNetwork& wanted, const KernelSnapshot& seen,
                                                const Avoid& avoid, const Avoid& late = nullptr);

// The snapshot as it will be after one step that succeeded.
void apply(const NetworkOp& op, KernelSnapshot& seen);

}  // namespace karkara
