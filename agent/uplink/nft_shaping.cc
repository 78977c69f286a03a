#include "agent/uplink/nft_shaping.h"

#include <fmt/format.h>

#include "agent/facts/prefix_match.h"

namespace karkara {
namespace {

constexpr std::uint32_t kOtherBits = ~kClassMask;
static_assert((kClassMask & kMarkMask) == 0 && kClassMask / kClassStep == 15);

std::string leaf(std::uint32_t slot, std::size_t number) {
  return fmt::format("{:x}:{:x}", kShaperMajor, leaf_minor(slot, static_cast<std::uint32_t>(number)));
}

// Each number from 'first' on to its leaf.
std::string leaves(const TrafficPlan& plan, std::uint32_t slot, std::size_t first) {
  std::string text;
  for (std::size_t number = first; number <= plan.classes.size(); ++number) {
    text += fmt::format("{}{:#010x} : {}", text.empty() ? "" : ", ", number * kClassStep, leaf(slot, number));
  }
  return text;
}

std::string map_of(const TrafficPlan& plan, std::uint32_t slot, std::size_t first) {
  return fmt::format("    meta priority set ct mark and {:#010x} map {{ {} }}\n", kClassMask,
                     leaves(plan, slot, first));
}

// A number from before classes were taken away is as good as the last one. What has no flow, such as the discovery of
// neighbours, keeps no priority of ours and falls to the tree's default.
std::string upload_chain(const TrafficPlan& plan, std::uint32_t slot) {
  return fmt::format("  chain up{} {{\n    ct mark and {:#010x} != 0 meta priority set {}\n{}  }}\n", slot, kClassMask,
                     leaf(slot, plan.classes.size()), map_of(plan, slot, 0));
}

// Nothing that is forwarded is the router's own: a flow without a class came from outside and nobody answered yet.
std::string download_chain(const TrafficPlan& plan, std::uint32_t slot) {
  return fmt::format("  chain down{} {{\n    meta priority set {}\n{}  }}\n", slot, leaf(slot, plan.classes.size()),
                     map_of(plan, slot, 1));
}

}  // namespace

std::string nft_shaping_chains(const TrafficPlan& plan) {
  std::string text;
  if (!plan.shaped) {
    return text;
  }
  for (const PlannedUplink& uplink : plan.uplinks) {
    text += upload_chain(plan, uplink.slot) + download_chain(plan, uplink.slot);
  }
  return plan.tunnel ? text + upload_chain(plan, kTunnelSlot) : text;
}

// Who began the flow says what it is; an answer of the village counts only for a flow that came from outside.
std::string nft_remember_class(const TrafficPlan& plan, std::size_t index) {
  if (!plan.shaped) {
    return "";
  }
  const std::string set =
      fmt::format("ct mark set ct mark and {:#010x} or {:#010x}", kOtherBits, (index + 1) * kClassStep);
  return fmt::format("    ct direction original {}\n    ct direction reply ct mark and {:#010x} == 0 {}\n", set,
                     kClassMask, set);
}

// What goes to neighbours that borrow has its class already, by the uplink that brought it: it is no upload of ours.
std::string nft_shape_upload(const TrafficPlan& plan, const PlannedUplink& uplink) {
  if (!plan.shaped) {
    return "";
  }
  const bool lends = plan.guests && plan.guests->transit && plan.guests->interface == uplink.interface;
  const std::string own = lends ? "ip daddr != " + network_of(*plan.guests->transit).text() + " " : "";
  return fmt::format("    {}jump up{}\n", own, uplink.slot);
}

std::string nft_shape_tunnel(const TrafficPlan& plan) {
  return plan.shaped && plan.tunnel ? fmt::format("    oifname \"{}\" jump up{}\n", plan.tunnel->interface, kTunnelSlot)
                                    : "";
}

std::string nft_shape_downloads(const TrafficPlan& plan) {
  std::string text;
  if (!plan.shaped) {
    return text;
  }
  for (const PlannedUplink& uplink : plan.uplinks) {
    text += fmt::format("    iifname \"{}\" jump down{}\n", uplink.interface, uplink.slot);
  }
  if (plan.tunnel && !plan.ladder.empty()) {  // it goes the router's own way
    text +=
        fmt::format("    iifname \"{}\" jump down{}\n", plan.tunnel->interface, plan.uplinks[plan.ladder.front()].slot);
  }
  return text;
}

}  // namespace karkara
