#include "agent/shaping/tree_counts.h"

#include <algorithm>

namespace karkara {

void TreeCounts::Flow::add(const Flow& other) {
  now.bytes += other.now.bytes;
  now.packets += other.now.packets;
  now.drops += other.now.drops;
  now.backlog += other.now.backlog;
  now.queued += other.now.queued;
  now.delay = now.delay && other.now.delay ? std::max(now.delay, other.now.delay)
              : now.delay                  ? now.delay
                                           : other.now.delay;
  if (bytes || other.bytes) {
    bytes = bytes.value_or(0) + other.bytes.value_or(0);
  }
  packets += other.packets;
  drops += other.drops;
}

std::uint64_t TreeCounts::Flow::on_link(const Framing& framing) const {
  const auto added = static_cast<std::uint64_t>(std::max(framing.overhead, std::int16_t{0}));
  return bytes.value_or(0) + packets * added;
}

void TreeCounts::see(std::span<const ShaperCount> counts, Instant now) {
  span_ = seen_at_ ? now - *seen_at_ : Duration{};
  seen_at_ = now;
  std::map<std::pair<std::uint32_t, std::uint16_t>, Flow> flows;
  for (const ShaperCount& count : counts) {
    Flow flow{count, {}, 0, 0};
    const auto before = flows_.find({count.link, count.minor});
    if (before != flows_.end() && before->second.now.bytes <= count.bytes &&
        before->second.now.packets <= count.packets) {
      flow.bytes = count.bytes - before->second.now.bytes;
      flow.packets = count.packets - before->second.now.packets;
      // A leaf that was replaced begins at 0, under a class that goes on.
      flow.drops = count.drops - std::min(count.drops, before->second.now.drops);
    }
    flows[{count.link, count.minor}] = flow;
  }
  flows_ = std::move(flows);
}

const TreeCounts::Flow* TreeCounts::find(std::uint32_t link, std::uint16_t minor) const {
  const auto at = flows_.find({link, minor});
  return at != flows_.end() ? &at->second : nullptr;
}

}  // namespace karkara
