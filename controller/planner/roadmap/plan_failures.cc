#include "controller/planner/roadmap/plan_failures.h"

#include <algorithm>
#include <array>

namespace karkara::planner {
namespace {

class Failing {
 public:
  explicit Failing(const Plan& plan) : plan_{plan}, ways_{plan}, before_{ways_.in_touch({})} {}

  [[nodiscard]] PlanFailure mast(std::uint32_t site) const {
    const std::array<std::uint32_t, 1> down{site};
    return cut(FailingPart::Mast, site, site, ways_.in_touch(down));
  }
  [[nodiscard]] PlanFailure first_way(std::uint32_t site) const {
    const bool hops = plan_.sites[site].backhaul == BackhaulKind::Hop;
    // Whose own way out it is has no other, and is told as such.
    return cut(hops ? FailingPart::Hop : FailingPart::WayOut, site, hops ? kNoSite : site, ways_.in_touch({}, site));
  }
  [[nodiscard]] PlanFailure second_way(std::uint32_t number) const {
    return cut(FailingPart::SecondWay, number, kNoSite, ways_.in_touch({}, ways_.second(number)));
  }
  // Whether a site with a way out of its own has another one.
  [[nodiscard]] bool has_other(std::uint32_t site) const { return ways_.in_touch({}, site)[site] != 0; }

 private:
  [[nodiscard]] PlanFailure cut(FailingPart part, std::uint32_t number, std::uint32_t own,
                                const std::vector<char>& after) const {
    PlanFailure failure{part, number, {}, 0};
    for (std::uint32_t site = 0; site < after.size(); ++site) {
      if (site != own && before_[site] != 0 && after[site] == 0) {
        failure.cut_off.push_back(site);
        failure.people += plan_.sites[site].people;
      }
    }
    return failure;
  }

  const Plan& plan_;
  PlanWays ways_;
  std::vector<char> before_;
};

void add_to(SiteGroup& group, const PlanSite& site) {
  ++group.sites;
  group.people += site.people;
}

// The most people first; of equal ones masts, then by number.
bool is_worse(const PlanFailure& a, const PlanFailure& b) {
  if (a.people != b.people) {
    return a.people > b.people;
  }
  return a.part != b.part ? a.part < b.part : a.number < b.number;
}

std::vector<char> parents_of(const Plan& plan) {
  std::vector<char> is_parent(plan.sites.size(), 0);
  for (const PlanSite& site : plan.sites) {
    if (site.backhaul == BackhaulKind::Hop && site.hop.parent < is_parent.size()) {
      is_parent[site.hop.parent] = 1;
    }
  }
  return is_parent;
}

}  // namespace

std::string name_of(const Plan& plan, const PlanFailure& failure) {
  const auto id = [&](std::uint32_t site) { return site < plan.sites.size() ? plan.sites[site].id : std::string{}; };
  switch (failure.part) {
    case FailingPart::Mast: return "mast of " + id(failure.number);
    case FailingPart::Hop: return "hop from " + id(failure.number) + " to " + id(plan.sites[failure.number].hop.parent);
    case FailingPart::WayOut: return "way out of " + id(failure.number);
    case FailingPart::SecondWay: return "second way out of " + id(plan.second_ways[failure.number].site);
  }
  return {};
}

std::vector<PlanFailure> failures_of(const Plan& plan) {
  const Failing failing{plan};
  std::vector<PlanFailure> found;
  const auto take = [&](PlanFailure failure) {
    if (!failure.cut_off.empty()) {
      found.push_back(std::move(failure));
    }
  };
  for (std::uint32_t site = 0; site < plan.sites.size(); ++site) {
    take(failing.mast(site));
    take(failing.first_way(site));
  }
  for (std::uint32_t way = 0; way < plan.second_ways.size(); ++way) {
    take(failing.second_way(way));
  }
  std::sort(found.begin(), found.end(), is_worse);
  return found;
}

PlanSafety safety_of(const Plan& plan) {
  const Failing failing{plan};
  PlanSafety safety;
  std::vector<char> is_cut(plan.sites.size(), 0);
  const std::vector<char> is_parent = parents_of(plan);
  for (std::uint32_t mast = 0; mast < plan.sites.size(); ++mast) {
    if (is_parent[mast] == 0) {
      continue;  // nobody's first way out runs over it
    }
    PlanFailure failure = failing.mast(mast);
    for (const std::uint32_t site : failure.cut_off) {
      is_cut[site] = 1;
    }
    if (!failure.cut_off.empty() && (!safety.worst || is_worse(failure, *safety.worst))) {
      safety.worst = std::move(failure);
    }
  }
  for (std::uint32_t site = 0; site < plan.sites.size(); ++site) {
    const bool own = plan.sites[site].backhaul != BackhaulKind::Hop;
    SiteGroup& group = is_cut[site] != 0                 ? safety.one_way
                       : own && !failing.has_other(site) ? safety.own_way
                                                         : safety.two_ways;
    add_to(group, plan.sites[site]);
  }
  return safety;
}

KeptInTouch kept_in_touch(const PlanWays& ways, std::size_t second_way) {
  const Plan& plan = ways.plan();
  const PlanSecondWay& way = plan.second_ways[second_way];
  std::vector<std::uint32_t> may_fall = ways.first_way(way.site);
  if (way.kind == BackhaulKind::Hop) {
    const std::vector<std::uint32_t> other = ways.first_way(way.hop.parent);
    may_fall.insert(may_fall.end(), other.begin(), other.end());
  }
  std::vector<char> is_kept(plan.sites.size(), 0);
  for (const std::uint32_t mast : may_fall) {
    const std::array<std::uint32_t, 1> down{mast};
    const std::vector<char> with = ways.in_touch(down);
    const std::vector<char> without = ways.in_touch(down, ways.second(second_way));
    for (std::size_t site = 0; site < is_kept.size(); ++site) {
      if (with[site] != without[site]) {
        is_kept[site] = 1;
      }
    }
  }
  KeptInTouch kept;
  for (std::uint32_t site = 0; site < is_kept.size(); ++site) {
    if (is_kept[site] != 0) {
      kept.sites.push_back(site);
      kept.people += plan.sites[site].people;
    }
  }
  return kept;
}

std::vector<Detour> detours_of(const PlanWays& ways, std::uint32_t site) {
  std::vector<Detour> detours;
  if (ways.plan().sites[site].backhaul != BackhaulKind::Hop) {
    if (auto steps = ways.way_out(site, {}, site); !steps.empty()) {
      detours.push_back({{}, std::move(steps)});
    }
    return detours;
  }
  const auto alike = [](const std::vector<WayStep>& a, const std::vector<WayStep>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const WayStep& x, const WayStep& y) { return x.from == y.from && x.way == y.way; });
  };
  for (const std::uint32_t mast : ways.first_way(site)) {
    const std::array<std::uint32_t, 1> down{mast};
    auto steps = ways.way_out(site, down);
    if (!detours.empty() && alike(detours.back().steps, steps)) {
      detours.back().when_down.push_back(mast);
    } else {
      detours.push_back({{mast}, std::move(steps)});
    }
  }
  return detours;
}

}  // namespace karkara::planner
