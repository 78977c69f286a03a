#include "agent/reconcile/traffic_steps.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/facts/traffic_canonical.h"
#include "agent/reconcile/traffic_seen.h"

namespace karkara {
namespace {

using namespace seen_traffic;

using Ops = std::vector<NetworkOp>;

// Of a class whose leaf is not in place yet the kernel does not tell what it has of a round.
bool fits(const FramedClass& want, const SeenClass& known) {
  ShaperClass a = want.content;
  ShaperClass b = known.content;
  if (a.leaf && !b.leaf) {
    b.priority = a.priority;
    b.quantum = a.quantum;
  }
  a.leaf.reset();
  b.leaf.reset();
  return want.framing == known.framing && a == b;
}

// Whether the village's traffic may be in there while the rest of the tree is being put in order.
bool carries_on(const Shaper* shaper, const Link* device, const SeenTraffic& seen) {
  return device != nullptr && shaper != nullptr && !is_misshapen(*shaper, device->index, seen) &&
         !(root_of(device->index, seen) != nullptr && is_foreign(*root_of(device->index, seen)));
}

// Through a device that is gone nothing passes, and a tree that is taken down leads nowhere.
Ops redirects_in_the_way(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  Ops ops;
  for (const Redirect& redirect : seen.traffic.redirects) {
    const Link* device = redirect.through == 0 ? nullptr : link_of(redirect.through, seen);
    const Shaper* shaper = device == nullptr ? nullptr : shaper_of(device->index, wanted, seen);
    const bool wanted_here = std::any_of(wanted.redirects.begin(), wanted.redirects.end(),
                                         [&](const Redirect& want) { return want.link == redirect.link; });
    if (wanted_here && (is_taken(redirect.link, seen.traffic) || !carries_on(shaper, device, seen.traffic))) {
      ops.push_back(removal_of(redirect, seen.traffic, false));
    }
  }
  return ops;
}

Ops device(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  const Link* there = seen.link_named(kDownloadDevice);
  if (!wanted.download_device) {
    return {};
  }
  if (there == nullptr) {
    return {AddDownloadDevice{}};
  }
  return there->admin_up ? Ops{} : Ops{SetLinkUp{there->index}};
}

template <class Each>
void for_each_shaper(const WantedTraffic& wanted, const KernelSnapshot& seen, Each each) {
  for (const Shaper& shaper : wanted.shapers) {
    if (const Link* link = link_of(shaper.link, seen)) {
      each(shaper, link->index);
    }
  }
}

Ops misshapen_roots(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  Ops ops;
  for_each_shaper(wanted, seen, [&](const Shaper& shaper, std::uint32_t link) {
    const bool in_use = std::any_of(seen.traffic.redirects.begin(), seen.traffic.redirects.end(),
                                    [&](const Redirect& redirect) { return redirect.through == link; });
    if (is_misshapen(shaper, link, seen.traffic) && !in_use) {
      ops.push_back(RemoveShaperRoot{link});
    }
  });
  return ops;
}

Ops roots(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  Ops ops;
  for_each_shaper(wanted, seen, [&](const Shaper& shaper, std::uint32_t link) {
    const SeenRoot* root = root_of(link, seen.traffic);
    const bool counts_otherwise = root != nullptr && is_ours(*root) && root->default_minor == shaper.default_minor &&
                                  root->header != shaper.header;
    if (root == nullptr || root->major == 0 || counts_otherwise) {
      ops.push_back(PutShaperRoot{link, shaper.default_minor, shaper.header});
    }
  });
  return ops;
}

Ops classes(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  Ops ops;
  for_each_shaper(wanted, seen, [&](const Shaper& shaper, std::uint32_t link) {
    if (!has_our_root(link, seen.traffic) || is_misshapen(shaper, link, seen.traffic)) {
      return;
    }
    for (const FramedClass& want : shaper.classes) {
      const SeenClass* known = class_of(link, want.content.minor, seen.traffic);
      if (known == nullptr || !fits(want, *known)) {
        PutShaperClass put{link, want.framing, want.content};
        put.content.leaf.reset();
        ops.push_back(std::move(put));
      }
    }
  });
  return ops;
}

// fq_codel takes the number of its flows only when it is made.
bool can_become(const Leaf& known, const Leaf& want) {
  if (known.index() != want.index() || std::holds_alternative<OtherLeaf>(known)) {
    return false;
  }
  const auto* queue = std::get_if<FqCodelLeaf>(&known);
  return queue == nullptr || queue->flows == std::get<FqCodelLeaf>(want).flows;
}

Ops leaves(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  Ops ops;
  for_each_shaper(wanted, seen, [&](const Shaper& shaper, std::uint32_t link) {
    for (const FramedClass& want : shaper.classes) {
      const SeenClass* known = class_of(link, want.content.minor, seen.traffic);
      if (!want.content.leaf || known == nullptr || !has_our_root(link, seen.traffic) ||
          known->content.leaf == want.content.leaf) {
        continue;
      }
      const bool replace = known->content.leaf && !can_become(*known->content.leaf, *want.content.leaf);
      ops.push_back(PutLeaf{link, want.content.minor, *want.content.leaf, replace});
    }
  });
  return ops;
}

Ops redirects(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  Ops ops;
  for (const Redirect& want : wanted.redirects) {
    const Link* through = link_of(want.through, seen);
    if (link_of(want.link, seen) == nullptr || through == nullptr || !through->admin_up) {
      continue;
    }
    const Shaper* shaper = shaper_of(through->index, wanted, seen);
    const Redirect redirect{want.link, through->index, want.to};
    const auto& known = seen.traffic.redirects;
    if (shaper != nullptr && !is_taken(want.link, seen.traffic) && is_whole(*shaper, through->index, seen.traffic) &&
        std::find(known.begin(), known.end(), redirect) == known.end()) {
      ops.push_back(PutRedirect{redirect});
    }
  }
  return ops;
}

}  // namespace

bool is_traffic(const NetworkOp& op) {
  return std::visit([]<class Step>(const Step& /*step*/) { return std::is_constructible_v<TrafficOp, Step>; }, op);
}

WantedTraffic canonical(WantedTraffic wanted) {
  for (Shaper& shaper : wanted.shapers) {
    for (FramedClass& each : shaper.classes) {
      each.content = canonical(std::move(each.content));
      each.framing = canonical(each.framing);
    }
  }
  return wanted;
}

std::vector<Ops> traffic_to_build(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  if (wanted.undecided || seen.traffic.unread) {
    return {};
  }
  std::vector<Ops> lists;
  for (const auto& list : {redirects_in_the_way, device, misshapen_roots, roots, classes, leaves, redirects}) {
    lists.push_back(list(wanted, seen));
  }
  return lists;
}

std::uint32_t traffic_link(const NetworkOp& op, const KernelSnapshot& seen) {
  const std::uint32_t link = std::visit(
      []<class Step>(const Step& step) -> std::uint32_t {
        if constexpr (requires { step.redirect.link; }) {
          return step.redirect.link;
        } else if constexpr (requires { step.link; } && std::is_constructible_v<TrafficOp, Step>) {
          return step.link;
        } else {
          return kDownloadLink;
        }
      },
      op);
  const Link* device = seen.link_named(kDownloadDevice);
  return device != nullptr && device->index == link ? kDownloadLink : link;
}

std::vector<UnshapedLink> unshaped_links(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  std::vector<UnshapedLink> all;
  if (wanted.undecided || seen.traffic.unread) {
    return all;
  }
  const auto& redirected = seen.traffic.redirects;
  for (const Shaper& shaper : wanted.shapers) {
    const Link* link = link_of(shaper.link, seen);
    const SeenRoot* root = link == nullptr ? nullptr : root_of(link->index, seen.traffic);
    if (root != nullptr && is_foreign(*root)) {
      all.push_back({shaper.link, shaper.link, root->kind});
    } else if (link == nullptr ? shaper.link == kDownloadLink : !is_whole(shaper, link->index, seen.traffic)) {
      all.push_back({shaper.link, shaper.link, {}});
    }
  }
  for (const Redirect& want : wanted.redirects) {
    const Link* through = link_of(want.through, seen);
    const bool there = std::any_of(redirected.begin(), redirected.end(), [&](const Redirect& known) {
      return through != nullptr && known == Redirect{want.link, through->index, want.to};
    });
    if (link_of(want.link, seen) != nullptr && (!there || is_taken(want.link, seen.traffic))) {
      all.push_back({want.through, want.link, is_taken(want.link, seen.traffic) ? "ingress" : ""});
    }
  }
  return all;
}

bool traffic_settled(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  const WantedTraffic target = canonical(wanted);
  const auto none = [](const Ops& ops) { return ops.empty(); };
  const auto build = traffic_to_build(target, seen);
  const auto remove = traffic_to_remove(target, seen);
  return !wanted.undecided && !seen.traffic.unread && std::all_of(build.begin(), build.end(), none) &&
         std::all_of(remove.begin(), remove.end(), none);
}

}  // namespace karkara
