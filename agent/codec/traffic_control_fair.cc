#include "agent/codec/traffic_control_fair.h"

#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>

#include <array>

#include "agent/codec/netlink_attributes.h"

namespace karkara::traffic_control {
namespace {

constexpr std::array kByHosts{FairBy::Senders, FairBy::HiddenSenders, FairBy::Receivers};

// A host's TCP apart from the rest of its packets.
std::uint32_t flow_keys(FairBy by) {
  switch (by) {
    case FairBy::Flows: return 0;
    case FairBy::Senders: return 1U << FLOW_KEY_SRC | 1U << FLOW_KEY_PROTO;
    case FairBy::HiddenSenders: return 1U << FLOW_KEY_NFCT_SRC | 1U << FLOW_KEY_PROTO;
    case FairBy::Receivers: return 1U << FLOW_KEY_DST | 1U << FLOW_KEY_PROTO;
  }
  return 0;
}

// Number 1 is the first of a fq_codel's queues.
std::uint32_t first_queue(std::uint32_t handle) {
  return TC_H_MAKE(handle, 1U);
}

}  // namespace

NetlinkBytes encode_fairness(const FqCodelLeaf& leaf, std::uint32_t handle) {
  AttributeList list;
  list.u32(TCA_FLOW_KEYS, flow_keys(leaf.fair))
      .u32(TCA_FLOW_MODE, FLOW_MODE_HASH)
      .u32(TCA_FLOW_BASECLASS, first_queue(handle))
      .u32(TCA_FLOW_DIVISOR, leaf.flows);
  return list.bytes();
}

Result<Fairness> decode_fairness(std::span<const std::byte> options, std::uint32_t handle) {
  NetlinkAttributes attributes{options};
  const auto keys = attributes.u32(TCA_FLOW_KEYS);
  const auto mode = attributes.u32(TCA_FLOW_MODE);
  const auto base = attributes.u32(TCA_FLOW_BASECLASS);
  const auto queues = attributes.u32(TCA_FLOW_DIVISOR);
  if (auto status = attributes.status(); !status) {
    return status.error();
  }
  const bool as_ours = keys && mode == FLOW_MODE_HASH && base == first_queue(handle) && queues &&
                       !attributes.has_other_than({TCA_FLOW_KEYS, TCA_FLOW_MODE, TCA_FLOW_BASECLASS, TCA_FLOW_DIVISOR});
  Fairness found;
  for (const FairBy by : kByHosts) {
    if (as_ours && *keys == flow_keys(by)) {
      found = {by, *queues};
    }
  }
  return found;
}

}  // namespace karkara::traffic_control
