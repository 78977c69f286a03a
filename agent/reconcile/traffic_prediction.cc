// What the kernel will show after each step of shaping.
#include <algorithm>
#include <utility>

#include "agent/reconcile/traffic_steps.h"

namespace karkara {
namespace {

using SeenClass = SeenTraffic::Class;

// Of a device that was made a moment ago.
constexpr std::uint32_t kNewDevice = 0xffff'ffff;

}  // namespace

bool awaits_device(const KernelSnapshot& seen) {
  const Link* there = seen.link_named(kDownloadDevice);
  return there != nullptr && there->index == kNewDevice;
}

void guess_device(KernelSnapshot& seen) {
  std::uint32_t highest = 0;
  for (const Link& link : seen.links) {
    highest = link.index == kNewDevice ? highest : std::max(highest, link.index);
  }
  for (Link& link : seen.links) {
    link.index = link.index == kNewDevice ? highest + 1 : link.index;
  }
}

void apply_traffic(const AddDownloadDevice& /*op*/, KernelSnapshot& seen) {
  Link device;
  device.index = kNewDevice;
  device.name = kDownloadDevice;
  device.admin_up = device.carrier = true;
  seen.links.push_back(device);
}

void apply_traffic(const RemoveDownloadDevice& op, KernelSnapshot& seen) {
  apply_traffic(RemoveShaperRoot{op.link}, seen);
  std::erase_if(seen.traffic.roots, [&](const SeenRoot& root) { return root.link == op.link; });
  std::erase_if(seen.links, [&](const Link& link) { return link.index == op.link; });
}

void apply_traffic(const PutShaperRoot& op, KernelSnapshot& seen) {
  std::erase_if(seen.traffic.roots, [&](const SeenRoot& root) { return root.link == op.link; });
  seen.traffic.roots.push_back({op.link, "htb", kShaperMajor, op.default_minor, op.header});
}

void apply_traffic(const RemoveShaperRoot& op, KernelSnapshot& seen) {
  std::erase_if(seen.traffic.roots, [&](const SeenRoot& root) { return root.link == op.link; });
  std::erase_if(seen.traffic.classes, [&](const SeenClass& known) { return known.link == op.link; });
}

void apply_traffic(const PutShaperClass& op, KernelSnapshot& seen) {
  const auto known = std::find_if(seen.traffic.classes.begin(), seen.traffic.classes.end(), [&](const SeenClass& each) {
    return each.link == op.link && each.content.minor == op.content.minor;
  });
  if (known == seen.traffic.classes.end()) {
    seen.traffic.classes.push_back({op.link, op.framing, op.content});
  } else {
    auto leaf = std::move(known->content.leaf);
    *known = {op.link, op.framing, op.content};
    known->content.leaf = std::move(leaf);
  }
  for (SeenClass& parent : seen.traffic.classes) {
    if (parent.link == op.link && op.content.parent != 0 && parent.content.minor == op.content.parent) {
      parent.content.leaf.reset();  // the kernel takes it away with the first child
    }
  }
}

void apply_traffic(const RemoveShaperClass& op, KernelSnapshot& seen) {
  std::erase_if(seen.traffic.classes,
                [&](const SeenClass& known) { return known.link == op.link && known.content.minor == op.minor; });
}

void apply_traffic(const PutLeaf& op, KernelSnapshot& seen) {
  for (SeenClass& known : seen.traffic.classes) {
    if (known.link == op.link && known.content.minor == op.minor) {
      known.content.leaf = op.leaf;
    }
  }
}

void apply_traffic(const PutRedirect& op, KernelSnapshot& seen) {
  std::erase_if(seen.traffic.redirects, [&](const Redirect& known) { return known.link == op.redirect.link; });
  seen.traffic.redirects.push_back(op.redirect);
  if (std::find(seen.traffic.clsacts.begin(), seen.traffic.clsacts.end(), op.redirect.link) ==
      seen.traffic.clsacts.end()) {
    seen.traffic.clsacts.push_back(op.redirect.link);
  }
}

void apply_traffic(const RemoveRedirect& op, KernelSnapshot& seen) {
  std::erase_if(seen.traffic.redirects, [&](const Redirect& known) { return known.link == op.link; });
  if (op.clsact_too) {
    std::erase(seen.traffic.clsacts, op.link);
  }
}

}  // namespace karkara
