// From the shaping that is wanted and the one that is there, to the steps in between, each list of them a barrier: the
// device for downloads, roots, classes, leaves, redirects; what is no longer wanted goes last, and a redirect before
// what it leads into. Refuses to touch a root that is not ours and to send the village's traffic into a device whose
// tree is not whole. Called by plan.cc, which knows when in the course of all steps these are due.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/facts/network_plan.h"

namespace karkara {

[[nodiscard]] bool is_traffic(const NetworkOp& op);

// In the form in which the kernel shows it, so that both compare.
[[nodiscard]] WantedTraffic canonical(WantedTraffic wanted);

// 'wanted' is canonical. Lists in the order in which they are due; what comes first has to be done first.
[[nodiscard]] std::vector<std::vector<NetworkOp>> traffic_to_build(const WantedTraffic& wanted,
                                                                   const KernelSnapshot& seen);
[[nodiscard]] std::vector<std::vector<NetworkOp>> traffic_to_remove(const WantedTraffic& wanted,
                                                                    const KernelSnapshot& seen);

// A step made a device whose index only the next dump tells: until then nothing can be said.
[[nodiscard]] bool awaits_device(const KernelSnapshot& seen);
// For a plan on paper: as if that dump had come.
void guess_device(KernelSnapshot& seen);

// Where a step of shaping works: the link's index, or kDownloadLink for the device and the tree on it.
[[nodiscard]] std::uint32_t traffic_link(const NetworkOp& op, const KernelSnapshot& seen);

// A wanted tree that is not whole, or a redirect into one that is not in place. Links that are not there wait unnamed.
struct UnshapedLink {
  std::uint32_t tree = 0;  // whose traffic is not shaped: the link of the wanted shaper, or kDownloadLink
  std::uint32_t link = 0;  // where something is missing: the same, or an interface of the village
  std::string taken_by;    // a queueing discipline of another program ("mq", "ingress"); empty: ours is yet to come
  friend bool operator==(const UnshapedLink&, const UnshapedLink&) = default;
};
[[nodiscard]] std::vector<UnshapedLink> unshaped_links(const WantedTraffic& wanted, const KernelSnapshot& seen);

// Nothing is left to do, obstacles aside: what is wanted is there and nothing else of ours is.
[[nodiscard]] bool traffic_settled(const WantedTraffic& wanted, const KernelSnapshot& seen);

// The snapshot as it will be after one step that succeeded.
void apply_traffic(const AddDownloadDevice& op, KernelSnapshot& seen);
void apply_traffic(const RemoveDownloadDevice& op, KernelSnapshot& seen);
void apply_traffic(const PutShaperRoot& op, KernelSnapshot& seen);
void apply_traffic(const RemoveShaperRoot& op, KernelSnapshot& seen);
void apply_traffic(const PutShaperClass& op, KernelSnapshot& seen);
void apply_traffic(const RemoveShaperClass& op, KernelSnapshot& seen);
void apply_traffic(const PutLeaf& op, KernelSnapshot& seen);
void apply_traffic(const PutRedirect& op, KernelSnapshot& seen);
void apply_traffic(const RemoveRedirect& op, KernelSnapshot& seen);

}  // namespace karkara
