#include "agent/reconcile/traffic_seen.h"

#include <algorithm>

namespace karkara::seen_traffic {

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

bool is_foreign(const SeenRoot& root) {
  return root.major != 0 && !is_ours(root);
}

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

bool is_whole(const Shaper& shaper, std::uint32_t link, const SeenTraffic& seen) {
  return has_our_root(link, seen) && !is_misshapen(shaper, link, seen) &&
         std::all_of(shaper.classes.begin(), shaper.classes.end(),
                     [&](const FramedClass& want) { return class_of(link, want.content.minor, seen) != nullptr; });
}

RemoveRedirect removal_of(const Redirect& redirect, const SeenTraffic& seen, bool clsact_too) {
  const bool busy =
      std::find(seen.busy_clsacts.begin(), seen.busy_clsacts.end(), redirect.link) != seen.busy_clsacts.end();
  return {redirect.link, clsact_too && !busy};
}

}  // namespace karkara::seen_traffic
