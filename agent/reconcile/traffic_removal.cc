// What is there of our shaping and is no longer wanted: taken away children first, and a redirect before what it leads
// into.
#include <algorithm>
#include <iterator>
#include <vector>

#include "agent/reconcile/traffic_seen.h"
#include "agent/reconcile/traffic_steps.h"

namespace karkara {
namespace {

using namespace seen_traffic;

using Removals = std::vector<NetworkOp>;

Removals stale_redirects(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  Removals ops;
  for (const Redirect& redirect : seen.traffic.redirects) {
    if (std::none_of(wanted.redirects.begin(), wanted.redirects.end(),
                     [&](const Redirect& want) { return want.link == redirect.link; })) {
      ops.push_back(removal_of(redirect, seen.traffic, true));
    }
  }
  return ops;
}

bool is_wanted(const SeenClass& known, const WantedTraffic& wanted, const KernelSnapshot& seen) {
  const Shaper* shaper = shaper_of(known.link, wanted, seen);
  return shaper != nullptr && std::any_of(shaper->classes.begin(), shaper->classes.end(), [&](const FramedClass& want) {
           return want.content.minor == known.content.minor;
         });
}

// Children before their parents.
Removals stale_classes(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  std::vector<SeenClass> stale;
  std::copy_if(seen.traffic.classes.begin(), seen.traffic.classes.end(), std::back_inserter(stale),
               [&](const SeenClass& known) {
                 return has_our_root(known.link, seen.traffic) && shaper_of(known.link, wanted, seen) != nullptr &&
                        !is_wanted(known, wanted, seen);
               });
  SeenTraffic rest;
  rest.classes = seen.traffic.classes;
  Removals ops;
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t i = 0; i < stale.size(); ++i) {
      const SeenClass next = stale[i];
      if (!has_children(next.link, next.content.minor, rest)) {
        ops.push_back(RemoveShaperClass{next.link, next.content.minor});
        std::erase(rest.classes, next);
        stale.erase(stale.begin() + static_cast<std::ptrdiff_t>(i));
        moved = true;
        break;
      }
    }
  }
  return ops;
}

bool is_led_into(std::uint32_t link, const SeenTraffic& seen) {
  return std::any_of(seen.redirects.begin(), seen.redirects.end(),
                     [&](const Redirect& redirect) { return redirect.through == link; });
}

Removals stale_roots(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  const Link* download = seen.link_named(kDownloadDevice);
  Removals ops;
  for (const SeenRoot& root : seen.traffic.roots) {
    const bool goes_with_device = !wanted.download_device && download != nullptr && download->index == root.link;
    if (is_ours(root) && shaper_of(root.link, wanted, seen) == nullptr && !is_led_into(root.link, seen.traffic) &&
        !goes_with_device) {
      ops.push_back(RemoveShaperRoot{root.link});
    }
  }
  return ops;
}

Removals stale_device(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  const Link* there = seen.link_named(kDownloadDevice);
  if (wanted.download_device || there == nullptr || is_led_into(there->index, seen.traffic)) {
    return {};
  }
  return {RemoveDownloadDevice{there->index}};
}

}  // namespace

std::vector<Removals> traffic_to_remove(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  if (wanted.undecided || seen.traffic.unread) {
    return {};
  }
  std::vector<Removals> lists;
  for (const auto& list : {stale_redirects, stale_classes, stale_roots, stale_device}) {
    lists.push_back(list(wanted, seen));
  }
  return lists;
}

}  // namespace karkara
