// The filter inside a fq_codel of ours that makes hosts of its queues (man 8 tc-flow), to bytes and back. Refuses to
// take for ours a filter that could leave a packet without a queue: fq_codel drops those. Called by
// agent/codec/traffic_control only.
#pragma once

#include <cstdint>
#include <span>

#include "agent/codec/traffic_control_attributes.h"
#include "agent/facts/traffic_control.h"
#include "common/result.h"

namespace karkara::traffic_control {

// Its options; the leaf is not fair by flows. 'handle': of the fq_codel.
[[nodiscard]] NetlinkBytes encode_fairness(const FqCodelLeaf& leaf, std::uint32_t handle);
struct Fairness {
  FairBy by = FairBy::Flows;  // of a filter that is not as ours
  std::uint32_t queues = 0;   // over which it spreads the hosts
};
[[nodiscard]] Result<Fairness> decode_fairness(std::span<const std::byte> options, std::uint32_t handle);

}  // namespace karkara::traffic_control
