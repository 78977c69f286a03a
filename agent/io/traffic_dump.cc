#include "agent/io/traffic_dump.h"

#include <algorithm>
#include <map>
#include <utility>

namespace karkara {
namespace {

using traffic_control::Class;
using traffic_control::Hook;
using traffic_control::Queue;

std::uint16_t major_of(std::uint32_t handle) {
  return static_cast<std::uint16_t>(handle >> 16U);
}

SeenRoot root_from(const Queue& queue) {
  return {queue.link, queue.kind, major_of(queue.handle), queue.default_minor, queue.header};
}

bool is_our_root(const SeenRoot& root) {
  return root.major == kShaperMajor && root.kind == "htb";
}

// Leaves by the class that they stand below.
using Place = std::pair<std::uint32_t, std::uint16_t>;
struct Queues {
  std::vector<SeenRoot> roots;
  std::vector<std::uint32_t> clsacts;
  std::vector<std::uint32_t> ingresses;  // in the place of a clsact, so that there cannot be one
  std::map<Place, Queue> leaves;
};

Result<Queues> read_queues(TrafficConversation& kernel) {
  Queues queues;
  const auto take = [&](const NetlinkMessage& message) -> Status {
    auto queue = traffic_control::decode_queue(message);
    if (!queue) {
      return queue.error();
    }
    if (!*queue) {
      return {};
    }
    Queue& found = **queue;
    if (found.is_root()) {
      queues.roots.push_back(root_from(found));
    } else if (found.is_clsact()) {
      (found.kind == "clsact" ? queues.clsacts : queues.ingresses).push_back(found.link);
    } else if (const auto minor = found.below()) {
      const Place place{found.link, *minor};
      queues.leaves.insert_or_assign(place, std::move(found));
    }
    return {};
  };
  if (auto status = kernel.collect(traffic_control::dump_queues(), take); !status) {
    return status.error();
  }
  return queues;
}

bool is_our_leaf(const Queue& queue, std::uint16_t minor) {
  return major_of(queue.handle) == kLeafMajor + minor;
}

// A filter of another program's, or one of ours that some hosts' packets would fall through, makes it another's.
Status read_fairness(TrafficConversation& kernel, std::uint32_t link, std::uint16_t minor, Leaf& leaf) {
  auto* const queue = std::get_if<FqCodelLeaf>(&leaf);
  if (queue == nullptr) {
    return {};
  }
  bool strange = false;
  const auto take = [&](const NetlinkMessage& message) -> Status {
    const auto found = traffic_control::decode_leaf_filter(message);
    if (found && *found) {
      strange = strange || (*found)->fair == FairBy::Flows || (*found)->queues != queue->flows ||
                queue->fair != FairBy::Flows;
      queue->fair = (*found)->fair;
    }
    return found ? Status{} : found.error();
  };
  auto status = kernel.collect(traffic_control::dump_filters_of_leaf(link, minor), take);
  if (!status && status.error().code != ErrorCode::FailedPrecondition) {  // a kernel without classifiers has no filter
    return status;
  }
  if (strange) {
    leaf = OtherLeaf{"fq_codel"};
  }
  return {};
}

Status read_leaves(TrafficConversation& kernel, Queues& queues) {
  const auto has_our_tree = [&](std::uint32_t link) {
    return std::ranges::any_of(queues.roots,
                               [&](const SeenRoot& root) { return root.link == link && is_our_root(root); });
  };
  for (auto& [place, queue] : queues.leaves) {
    if (!is_our_leaf(queue, place.second)) {
      queue.leaf = OtherLeaf{queue.kind};
    } else if (has_our_tree(place.first)) {
      if (auto status = read_fairness(kernel, place.first, place.second, queue.leaf); !status) {
        return status;
      }
    }
  }
  return {};
}

Status read_classes(TrafficConversation& kernel, NetlinkBytes request, const std::function<void(const Class&)>& take) {
  return kernel.collect(std::move(request), [&](const NetlinkMessage& message) -> Status {
    const auto found = traffic_control::decode_class(message);
    if (found && *found) {
      take(**found);
    }
    return found ? Status{} : found.error();
  });
}

Status read_tree(TrafficConversation& kernel, std::uint32_t link, const Queues& queues, SeenTraffic& into) {
  return read_classes(kernel, traffic_control::dump_classes(link), [&](const Class& found) {
    if (!found.ours) {
      return;
    }
    SeenTraffic::Class seen{found.link, found.framing, *found.ours};
    const auto leaf = queues.leaves.find({found.link, seen.content.minor});
    if (leaf != queues.leaves.end()) {
      seen.content.leaf = leaf->second.leaf;
    } else {
      seen.content.quantum = 0;  // as canonical() has it
      seen.content.priority = 0;
    }
    into.classes.push_back(std::move(seen));
  });
}

// Of an ingress both hooks are the same one, the wrong one: a filter of ours that got there leads astray what comes in.
Status read_filters(TrafficConversation& kernel, std::uint32_t link, std::initializer_list<Hook> hooks,
                    SeenTraffic& into) {
  bool busy = false;
  for (const Hook hook : hooks) {
    const auto take = [&](const NetlinkMessage& message) -> Status {
      const auto found = traffic_control::decode_filter(message);
      if (found && *found) {
        const bool ours = hook == Hook::Out && (*found)->redirect;
        busy = busy || !ours;
        if (ours) {
          into.redirects.push_back({link, *(*found)->redirect, (*found)->to});
        }
      }
      return found ? Status{} : found.error();
    };
    if (auto status = kernel.collect(traffic_control::dump_filters(link, hook), take); !status) {
      return status;
    }
  }
  if (busy) {
    into.busy_clsacts.push_back(link);
  }
  return {};
}

ShaperCount count_from(const Class& found, const Queues& queues) {
  ShaperCount count;
  count.link = found.link;
  count.minor = found.ours->minor;
  count.bytes = found.count.bytes;
  count.packets = found.count.packets;
  count.drops = found.count.drops;
  count.backlog = found.count.backlog;
  count.queued = found.count.queued;
  if (const auto leaf = queues.leaves.find({count.link, count.minor}); leaf != queues.leaves.end()) {
    count.drops = leaf->second.count.drops;
    count.delay = leaf->second.count.delay;
  }
  return count;
}

// fq_codel tells delays only flow by flow, which makes a longer dump: the longest counts for the class.
Status count_tree(TrafficConversation& kernel, std::uint32_t link, const Queues& queues,
                  std::vector<ShaperCount>& into) {
  const bool by_flow = std::ranges::any_of(
      queues.leaves, [&](const auto& entry) { return entry.first.first == link && entry.second.kind == "fq_codel"; });
  std::map<std::uint16_t, std::uint32_t> delays;
  const std::size_t before = into.size();
  const auto take = [&](const Class& found) {
    if (found.ours) {
      into.push_back(count_from(found, queues));
    } else if (found.count.delay && major_of(found.id) > kLeafMajor) {
      std::uint32_t& delay = delays[static_cast<std::uint16_t>(major_of(found.id) - kLeafMajor)];
      delay = std::max(delay, *found.count.delay);
    }
  };
  auto request = by_flow ? traffic_control::dump_all_classes(link) : traffic_control::dump_classes(link);
  if (auto status = read_classes(kernel, std::move(request), take); !status) {
    return status;
  }
  for (ShaperCount& count : std::span{into}.subspan(before)) {
    if (const auto delay = delays.find(count.minor); delay != delays.end()) {
      count.delay = delay->second;
    }
  }
  return {};
}

}  // namespace

Result<SeenTraffic> dump_traffic(TrafficConversation& kernel) {
  auto queues = read_queues(kernel);
  if (!queues) {
    return queues.error();
  }
  if (auto status = read_leaves(kernel, *queues); !status) {
    return status.error();
  }
  SeenTraffic seen;
  seen.roots = queues->roots;
  seen.clsacts = queues->clsacts;
  for (const SeenRoot& root : seen.roots) {
    if (auto status = is_our_root(root) ? read_tree(kernel, root.link, *queues, seen) : Status{}; !status) {
      return status.error();
    }
  }
  for (const std::uint32_t link : queues->clsacts) {
    if (auto status = read_filters(kernel, link, {Hook::In, Hook::Out}, seen); !status) {
      return status.error();
    }
  }
  for (const std::uint32_t link : queues->ingresses) {
    if (auto status = read_filters(kernel, link, {Hook::Out}, seen); !status) {
      return status.error();
    }
    if (std::ranges::find(seen.busy_clsacts, link) == seen.busy_clsacts.end()) {
      seen.busy_clsacts.push_back(link);
    }
  }
  return seen;
}

Result<std::vector<ShaperCount>> count_traffic(TrafficConversation& kernel, std::span<const std::uint32_t> links) {
  const auto queues = read_queues(kernel);
  if (!queues) {
    return queues.error();
  }
  std::vector<ShaperCount> counts;
  for (const SeenRoot& root : queues->roots) {
    if (!is_our_root(root) || std::ranges::find(links, root.link) == links.end()) {
      continue;
    }
    if (auto status = count_tree(kernel, root.link, *queues, counts); !status) {
      return status.error();
    }
  }
  return counts;
}

Result<std::optional<SeenRoot>> root_of(TrafficConversation& kernel, std::uint32_t link) {
  const auto queues = read_queues(kernel);
  if (!queues) {
    return queues.error();
  }
  const auto found = std::ranges::find(queues->roots, link, &SeenRoot::link);
  return found == queues->roots.end() ? std::optional<SeenRoot>{} : std::optional{*found};
}

Result<bool> has_ingress(TrafficConversation& kernel, std::uint32_t link) {
  const auto queues = read_queues(kernel);
  if (!queues) {
    return queues.error();
  }
  return std::ranges::find(queues->ingresses, link) != queues->ingresses.end();
}

}  // namespace karkara
