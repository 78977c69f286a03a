// What is amiss with shaping as a whole: what keeps an uplink from being shaped, and what stands in for something
// better.
#include <fmt/format.h>

#include <algorithm>

#include "agent/shaping/leaf_choice.h"
#include "agent/shaping/shaping_feature.h"

namespace karkara {
namespace {

// What stands in for something better, and what of the kernel that would need; nothing: all is well.
struct Makeshift {
  std::string uses;
  std::string lacks;
};
Makeshift makeshift_of(const QueuePlan& plan, const TrafficAbilities& can) {
  if (plan.kind == QueueKind::Pfifo) {
    return {"pfifo", can.cake ? "sch_fq_codel, or memory for sch_cake" : "sch_cake, sch_fq_codel"};
  }
  if (plan.kind == QueueKind::FqCodel && !plan.by_host) {
    return {"fq_codel", "cls_flow: connections share a class equally, and not devices"};
  }
  return {};
}

}  // namespace

std::vector<std::string> ShapingFeature::obstacles() const {
  std::vector<std::string> all;
  if (!settings_.enabled || !now_.abilities) {
    return all;
  }
  if (!now_.abilities->htb) {
    all.emplace_back("the kernel has no HTB");
    return all;
  }
  if (shapes_downloads() && !now_.abilities->redirect) {
    all.emplace_back("the kernel cannot shape downloads: it lacks an ifb, clsact or mirred");
  }
  if (shapes_downloads() && now_.abilities->redirect && now_.lan.empty()) {
    all.emplace_back("the village's downloads are not shaped: no interface of lan.interfaces is there");
  }
  if (shapes_downloads() && settings_.guests && now_.abilities->redirect && !now_.abilities->by_network) {
    all.emplace_back(
        "what neighbours borrow waits apart from the village's downloads, within its ceiling: the kernel lacks "
        "cls_u32");
  }
  for (const TreeTrouble& trouble : troubles_) {
    if (trouble.kind == TreeTrouble::Kind::Taken || trouble.kind == TreeTrouble::Kind::Refused) {
      all.push_back(trouble_text(trouble));
    }
  }
  return all;
}

bool ShapingFeature::shapes_downloads() const {
  return std::any_of(uplinks_.begin(), uplinks_.end(), [](const Uplink& uplink) {
    return uplink.directions[static_cast<std::size_t>(LinkDirection::Down)].has_value();
  });
}

std::string ShapingFeature::trouble_text(const TreeTrouble& trouble) const {
  const auto known = names_.find(trouble.link);
  const std::string name = trouble.link == kDownloadLink ? std::string{kDownloadDevice}
                           : known != names_.end()       ? known->second
                                                         : "an interface";
  const bool redirect = trouble.link != trouble.tree;
  switch (trouble.kind) {
    case TreeTrouble::Kind::Missing: return fmt::format("what shapes it is not in place yet on {}", name);
    case TreeTrouble::Kind::Taken:
      return redirect ? fmt::format("{} has an {} of another program: its downloads are not shaped", name, trouble.why)
                      : fmt::format("{} has a queueing discipline of another program ({})", name, trouble.why);
    case TreeTrouble::Kind::Refused:
    case TreeTrouble::Kind::LeafRefused: return fmt::format("the kernel refuses {}: {}", name, trouble.why);
  }
  return "";
}

// Of downloads, that all ways into the device are closed: one that is open is shaped.
const TreeTrouble* ShapingFeature::unshaped(std::uint32_t tree) const {
  const TreeTrouble* closed = nullptr;
  std::size_t ways = 0;
  for (const TreeTrouble& trouble : troubles_) {
    const bool lacks = trouble.kind == TreeTrouble::Kind::Missing || trouble.kind == TreeTrouble::Kind::Taken;
    if (!lacks || trouble.tree != tree) {
      continue;
    }
    if (trouble.link == tree) {
      return &trouble;
    }
    closed = &trouble;
    ++ways;
  }
  return ways >= wanted_.redirects.size() ? closed : nullptr;
}

std::string ShapingFeature::why_unshaped(std::size_t uplink, LinkDirection which) const {
  if (!settings_.enabled) {
    return "shaping is switched off";
  }
  const std::uint32_t link = queue_of(uplink, which);
  const bool down = which == LinkDirection::Down;
  if (const TreeTrouble* trouble = down || link != 0 ? unshaped(down ? kDownloadLink : link) : nullptr) {
    const auto refused = std::find_if(troubles_.begin(), troubles_.end(), [&](const TreeTrouble& other) {
      return other.kind == TreeTrouble::Kind::Refused && other.link == trouble->link;
    });
    return trouble_text(trouble->kind == TreeTrouble::Kind::Missing && refused != troubles_.end() ? *refused
                                                                                                  : *trouble);
  }
  if (down && now_.abilities && now_.lan.empty()) {
    return "no interface of lan.interfaces is there";
  }
  const bool there = link != 0 && wanted_class(link, slot_minor(uplinks_[uplink].fact.slot)) != nullptr;
  return there ? ""
               : fmt::format("{} is not there", down ? std::string{kDownloadDevice} : uplinks_[uplink].fact.interface);
}

void ShapingFeature::set_alarms(Effects& effects) const {
  if (settings_.enabled && !now_.abilities) {
    return;  // the kernel was not asked yet
  }
  const bool shapes = settings_.enabled && counts();
  std::string why;
  for (const std::string& obstacle : obstacles()) {
    why += (why.empty() ? "" : "; ") + obstacle;
  }
  effects.push_back(
      SetAlarm{{MessageId::ShapingOff, ""}, shapes && !why.empty(), {{"why", why.empty() ? "none" : why}}});
  auto [uses, lacks] =
      now_.abilities && now_.abilities->htb ? makeshift_of(queues_of(settings_, now_), *now_.abilities) : Makeshift{};
  for (const TreeTrouble& trouble : troubles_) {
    if (trouble.kind == TreeTrouble::Kind::LeafRefused) {
      lacks += (lacks.empty() ? "" : "; ") + trouble_text(trouble);
      uses = "pfifo";
    }
  }
  effects.push_back(SetAlarm{{MessageId::ShapingDegraded, ""},
                             shapes && !lacks.empty(),
                             {{"uses", uses.empty() ? "pfifo" : uses}, {"lacks", lacks.empty() ? "none" : lacks}}});
}

}  // namespace karkara
