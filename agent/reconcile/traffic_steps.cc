#include "agent/reconcile/traffic_steps.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "agent/facts/traffic_canonical.h"

namespace karkara {
namespace {

using Ops = std::vector<NetworkOp>;
using SeenClass = SeenTraffic::Class;

const Link* link_of(std::uint32_t wanted, const KernelSnapshot& seen) {
  if (wanted == kDownloadLink) {
    return seen.link_named(kDownloadDevice);
  }
  const auto place =
      std::find_if(seen.links.begin(), seen.links.end(), [&](const Link& link) { return link.index == wanted; });
  return place == seen.links.end() ? nullptr : &*place;
}

const SeenRoot* root_of(std::uint32_t link, const SeenTraffic& seen) {
  const auto place =
      std::find_if(seen.roots.begin(), seen.roots.end(), [&](const SeenRoot& root) { return root.link == link; });
  return place == seen.roots.end() ? nullptr : &*place;
}

bool is_ours(const SeenRoot& root) {
  return root.major == kShaperMajor && root.kind == "htb";
}

bool has_our_root(std::uint32_t link, const SeenTraffic& seen) {
  const SeenRoot* root = root_of(link, seen);
  return root != nullptr && is_ours(*root);
}

// The kernel's own default may be replaced; what somebody set may not.
bool is_foreign(const SeenRoot& root) {
  return root.major != 0 && !is_ours(root);
}

// Another program's ingress is in the only place for a clsact: a filter of ours would hang where packets come in.
bool is_taken(std::uint32_t link, const SeenTraffic& seen) {
  const auto holds = [link](const std::vector<std::uint32_t>& links) {
    return std::find(links.begin(), links.end(), link) != links.end();
  };
  return holds(seen.busy_clsacts) && !holds(seen.clsacts);
}

const SeenClass* class_of(std::uint32_t link, std::uint16_t minor, const SeenTraffic& seen) {
  const auto place = std::find_if(seen.classes.begin(), seen.classes.end(), [&](const SeenClass& known) {
    return known.link == link && known.content.minor == minor;
  });
  return place == seen.classes.end() ? nullptr : &*place;
}

const Shaper* shaper_of(std::uint32_t link, const WantedTraffic& wanted, const KernelSnapshot& seen) {
  const auto place = std::find_if(wanted.shapers.begin(), wanted.shapers.end(), [&](const Shaper& shaper) {
    const Link* at = link_of(shaper.link, seen);
    return at != nullptr && at->index == link;
  });
  return place == wanted.shapers.end() ? nullptr : &*place;
}

bool has_children(std::uint32_t link, std::uint16_t minor, const SeenTraffic& seen) {
  return std::any_of(seen.classes.begin(), seen.classes.end(),
                     [&](const SeenClass& known) { return known.link == link && known.content.parent == minor; });
}

// HTB moves no class to another parent and changes no default: such a tree goes as a whole.
bool is_misshapen(const Shaper& shaper, std::uint32_t link, const SeenTraffic& seen) {
  const SeenRoot* root = root_of(link, seen);
  if (root == nullptr || !is_ours(*root)) {
    return false;
  }
  return root->default_minor != shaper.default_minor ||
         std::any_of(shaper.classes.begin(), shaper.classes.end(), [&](const FramedClass& want) {
           const SeenClass* known = class_of(link, want.content.minor, seen);
           return known != nullptr && (known->content.parent != want.content.parent ||
                                       (want.content.leaf && has_children(link, want.content.minor, seen)));
         });
}

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

bool is_whole(const Shaper& shaper, std::uint32_t link, const SeenTraffic& seen) {
  return has_our_root(link, seen) && !is_misshapen(shaper, link, seen) &&
         std::all_of(shaper.classes.begin(), shaper.classes.end(),
                     [&](const FramedClass& want) { return class_of(link, want.content.minor, seen) != nullptr; });
}

// Whether the village's traffic may be in there while the rest of the tree is being put in order.
bool carries_on(const Shaper* shaper, const Link* device, const SeenTraffic& seen) {
  return device != nullptr && shaper != nullptr && !is_misshapen(*shaper, device->index, seen) &&
         !(root_of(device->index, seen) != nullptr && is_foreign(*root_of(device->index, seen)));
}

RemoveRedirect removal_of(const Redirect& redirect, const SeenTraffic& seen, bool clsact_too) {
  const bool busy =
      std::find(seen.busy_clsacts.begin(), seen.busy_clsacts.end(), redirect.link) != seen.busy_clsacts.end();
  return {redirect.link, clsact_too && !busy};
}

// --- what is to be built ----------------------------------------------------------------------------------------
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
    if (root == nullptr || root->major == 0) {
      ops.push_back(PutShaperRoot{link, shaper.default_minor});
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
    const Redirect redirect{want.link, through->index};
    const auto& known = seen.traffic.redirects;
    if (shaper != nullptr && !is_taken(want.link, seen.traffic) && is_whole(*shaper, through->index, seen.traffic) &&
        std::find(known.begin(), known.end(), redirect) == known.end()) {
      ops.push_back(PutRedirect{redirect});
    }
  }
  return ops;
}

// --- what is no longer wanted -----------------------------------------------------------------------------------
Ops stale_redirects(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  Ops ops;
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
Ops stale_classes(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  std::vector<SeenClass> stale;
  std::copy_if(seen.traffic.classes.begin(), seen.traffic.classes.end(), std::back_inserter(stale),
               [&](const SeenClass& known) {
                 return has_our_root(known.link, seen.traffic) && shaper_of(known.link, wanted, seen) != nullptr &&
                        !is_wanted(known, wanted, seen);
               });
  SeenTraffic rest;
  rest.classes = seen.traffic.classes;
  Ops ops;
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

Ops stale_roots(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  const Link* download = seen.link_named(kDownloadDevice);
  Ops ops;
  for (const SeenRoot& root : seen.traffic.roots) {
    const bool goes_with_device = !wanted.download_device && download != nullptr && download->index == root.link;
    if (is_ours(root) && shaper_of(root.link, wanted, seen) == nullptr && !is_led_into(root.link, seen.traffic) &&
        !goes_with_device) {
      ops.push_back(RemoveShaperRoot{root.link});
    }
  }
  return ops;
}

Ops stale_device(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  const Link* there = seen.link_named(kDownloadDevice);
  if (wanted.download_device || there == nullptr || is_led_into(there->index, seen.traffic)) {
    return {};
  }
  return {RemoveDownloadDevice{there->index}};
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

std::vector<Ops> traffic_to_remove(const WantedTraffic& wanted, const KernelSnapshot& seen) {
  if (wanted.undecided || seen.traffic.unread) {
    return {};
  }
  std::vector<Ops> lists;
  for (const auto& list : {stale_redirects, stale_classes, stale_roots, stale_device}) {
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
      return known.link == want.link && through != nullptr && known.through == through->index;
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
