#include "agent/codec/traffic_control_leaf.h"

#include <linux/pkt_sched.h>

#include <algorithm>

#include "agent/codec/netlink_attributes.h"
#include "agent/facts/traffic_canonical.h"
#include "common/overloaded.h"

namespace karkara::traffic_control {
namespace {

// CAKE's own 5 ms at 100 ms, and the same share of a satellite's 700.
constexpr std::uint32_t kRttsPerTarget = 20;

std::uint32_t cake_flow_mode(CakeLeaf::Hosts hosts) {
  switch (hosts) {
    case CakeLeaf::Hosts::Sources: return CAKE_FLOW_DUAL_SRC;
    case CakeLeaf::Hosts::Destinations: return CAKE_FLOW_DUAL_DST;
  }
  return CAKE_FLOW_DUAL_SRC;
}

std::uint32_t cake_target(std::uint32_t rtt) {
  return std::max(rtt / kRttsPerTarget, 1U);
}

NetlinkBytes encode_pfifo(const PfifoLeaf& leaf) {
  const tc_fifo_qopt options{leaf.limit};
  const auto bytes = std::as_bytes(std::span{&options, 1});
  return {bytes.begin(), bytes.end()};
}

NetlinkBytes encode_fq_codel(const FqCodelLeaf& leaf, bool anew) {
  AttributeList list;
  list.u32(TCA_FQ_CODEL_LIMIT, leaf.limit)
      .u32(TCA_FQ_CODEL_MEMORY_LIMIT, leaf.memory_limit)
      .u32(TCA_FQ_CODEL_TARGET, leaf.target)
      .u32(TCA_FQ_CODEL_INTERVAL, leaf.interval)
      .u32(TCA_FQ_CODEL_QUANTUM, leaf.quantum)
      .u32(TCA_FQ_CODEL_ECN, leaf.ecn ? 1 : 0);
  if (anew) {
    list.u32(TCA_FQ_CODEL_FLOWS, leaf.flows);  // refused in a change, even when it is the same
  }
  return list.bytes();
}

// All that differs between kernels' defaults is said. The class gives the rate and the overhead, so CAKE has none.
NetlinkBytes encode_cake(const CakeLeaf& leaf) {
  AttributeList list;
  list.u64(TCA_CAKE_BASE_RATE64, 0)
      .u32(TCA_CAKE_DIFFSERV_MODE, CAKE_DIFFSERV_BESTEFFORT)
      .u32(TCA_CAKE_FLOW_MODE, cake_flow_mode(leaf.hosts))
      .u32(TCA_CAKE_NAT, leaf.nat ? 1 : 0)
      .u32(TCA_CAKE_RTT, leaf.rtt)
      .u32(TCA_CAKE_TARGET, cake_target(leaf.rtt))
      .u32(TCA_CAKE_MEMORY, leaf.memory_limit)
      .u32(TCA_CAKE_WASH, 0)
      .u32(TCA_CAKE_INGRESS, 0)
      .u32(TCA_CAKE_ACK_FILTER, CAKE_ACK_NONE)
      .u32(TCA_CAKE_SPLIT_GSO, 1);
  return list.bytes();
}

Result<Leaf> decode_pfifo(std::span<const std::byte> options) {
  tc_fifo_qopt content{};
  if (options.size() < sizeof content) {
    return Error{ErrorCode::DataLoss, "a cut pfifo"};
  }
  std::memcpy(&content, options.data(), sizeof content);
  return Leaf{PfifoLeaf{content.limit}};
}

Result<Leaf> decode_fq_codel(std::span<const std::byte> options) {
  NetlinkAttributes attributes{options};
  FqCodelLeaf leaf;
  leaf.limit = attributes.u32(TCA_FQ_CODEL_LIMIT).value_or(0);
  leaf.memory_limit = attributes.u32(TCA_FQ_CODEL_MEMORY_LIMIT).value_or(0);
  leaf.target = codel_time_of_dump(attributes.u32(TCA_FQ_CODEL_TARGET).value_or(0));
  leaf.interval = codel_time_of_dump(attributes.u32(TCA_FQ_CODEL_INTERVAL).value_or(0));
  leaf.flows = attributes.u32(TCA_FQ_CODEL_FLOWS).value_or(0);
  leaf.quantum = attributes.u32(TCA_FQ_CODEL_QUANTUM).value_or(0);
  leaf.ecn = attributes.u32(TCA_FQ_CODEL_ECN).value_or(0) != 0;
  if (auto status = attributes.status(); !status) {
    return status.error().in("fq_codel");
  }
  if (attributes.has(TCA_FQ_CODEL_CE_THRESHOLD)) {
    return Leaf{OtherLeaf{"fq_codel"}};  // told only when it is set
  }
  return canonical(Leaf{leaf});
}

Result<Leaf> decode_cake(std::span<const std::byte> options) {
  NetlinkAttributes attributes{options};
  const auto rate = attributes.bytes(TCA_CAKE_BASE_RATE64, sizeof(std::uint64_t));
  const auto value = [&](unsigned type) { return attributes.u32(type).value_or(0); };
  CakeLeaf leaf;
  leaf.rtt = value(TCA_CAKE_RTT);
  leaf.memory_limit = value(TCA_CAKE_MEMORY);
  leaf.nat = value(TCA_CAKE_NAT) != 0;
  const std::uint32_t flows = value(TCA_CAKE_FLOW_MODE);
  leaf.hosts = flows == CAKE_FLOW_DUAL_DST ? CakeLeaf::Hosts::Destinations : CakeLeaf::Hosts::Sources;
  const bool unlimited = rate && std::all_of(rate->begin(), rate->end(), [](std::byte b) { return b == std::byte{0}; });
  const bool plain = value(TCA_CAKE_DIFFSERV_MODE) == CAKE_DIFFSERV_BESTEFFORT && value(TCA_CAKE_AUTORATE) == 0 &&
                     value(TCA_CAKE_WASH) == 0 && value(TCA_CAKE_INGRESS) == 0 &&
                     value(TCA_CAKE_ACK_FILTER) == CAKE_ACK_NONE && value(TCA_CAKE_SPLIT_GSO) == 1 &&
                     value(TCA_CAKE_OVERHEAD) == 0 && value(TCA_CAKE_ATM) == 0 && value(TCA_CAKE_FWMARK) == 0;
  const bool as_ours = unlimited && plain && (flows == CAKE_FLOW_DUAL_SRC || flows == CAKE_FLOW_DUAL_DST) &&
                       leaf.rtt > 0 && value(TCA_CAKE_TARGET) == cake_target(leaf.rtt);
  if (auto status = attributes.status(); !status) {
    return status.error().in("cake");
  }
  return as_ours ? Leaf{leaf} : Leaf{OtherLeaf{"cake"}};
}

}  // namespace

std::string kind_of(const Leaf& leaf) {
  return std::visit(Overloaded{
                        [](const PfifoLeaf&) { return std::string{"pfifo"}; },
                        [](const FqCodelLeaf&) { return std::string{"fq_codel"}; },
                        [](const CakeLeaf&) { return std::string{"cake"}; },
                        [](const OtherLeaf& l) { return l.kind; },
                    },
                    leaf);
}

std::optional<NetlinkBytes> encode_leaf(const Leaf& leaf, bool anew) {
  return std::visit(Overloaded{
                        [](const PfifoLeaf& l) { return std::optional{encode_pfifo(l)}; },
                        [&](const FqCodelLeaf& l) { return std::optional{encode_fq_codel(l, anew)}; },
                        [](const CakeLeaf& l) { return std::optional{encode_cake(l)}; },
                        [](const OtherLeaf&) { return std::optional<NetlinkBytes>{}; },
                    },
                    canonical(leaf));
}

Result<Leaf> decode_leaf(const std::string& kind, std::span<const std::byte> options) {
  if (kind == "pfifo") {
    return decode_pfifo(options);
  }
  if (kind == "fq_codel") {
    return decode_fq_codel(options);
  }
  if (kind == "cake") {
    return decode_cake(options);
  }
  return Leaf{OtherLeaf{kind}};
}

}  // namespace karkara::traffic_control
