#include "controller/planner/roadmap/plan_edit.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "controller/planner/plan/site_wishes.h"

namespace karkara::planner {
namespace {

constexpr Metres kSamePlaceAs{1};

class Editing {
 public:
  Editing(const Plan& plan, const PlanInput& input, const WhatIf& asked, const NetworksAt& networks_at)
      : before_{plan}, asked_{asked}, networks_at_{networks_at}, edit_{plan, input, input.settlements.size(),
                                                                       {},   {},    {}} {
    edit_.input.most_cut_off.reset();  // no second ways are looked for
    edit_.touched.assign(plan.sites.size(), 0);
    edit_.gone.assign(plan.sites.size(), 0);
    for (const PlanSettlement& row : plan.settlements) {
      ids_.insert(row.id);
    }
    for (const Settlement& settlement : input.settlements) {
      ids_.insert(settlement.id);
    }
    for (const PlanSite& site : plan.sites) {
      ids_.insert(site.id);
    }
  }

  PlanEdit run() {
    give_places();
    lose_networks();
    for (const std::uint32_t site : asked_.drops) {
      take_away(site);
    }
    for (const MoveSite& move : asked_.moves) {
      this->move(move);
    }
    for (const RaiseMast& raise : asked_.raises) {
      PlanSite& site = edit_.plan.sites[raise.site];
      const Metres height = edit_.input.costs.masts[raise.height].height;
      if (height < site.mast) {
        touch_branch(raise.site);
      }
      edit_.touched[raise.site] = 1;
      site.mast = height;
    }
    for (const AddMast& add : asked_.adds) {
      this->add(add);
    }
    touch_cut_sims();
    return std::move(edit_);
  }

 private:
  // What was changed by hand before stands where the input knows of no place.
  void give_places() {
    std::unordered_map<std::string, Place> settlements;
    for (const Settlement& settlement : edit_.input.settlements) {
      settlements.emplace(settlement.id, settlement.place);
    }
    for (PlanSite& site : edit_.plan.sites) {
      const auto known = settlements.find(site.id);
      const bool there = known != settlements.end() && distance(known->second, site.place) < kSamePlaceAs;
      std::vector<Place>& relays = edit_.input.relays;
      if (site.role == SiteRole::Access && !there) {
        site.id = stand_in(site.place, {{}, site.id, site.name, site.code});
      } else if (site.role == SiteRole::Relay && !there &&
                 std::find(relays.begin(), relays.end(), site.place) == relays.end()) {
        relays.push_back(site.place);
        edit_.places.push_back({relay_id(relays.size() - 1), site.id, site.name, site.code});
      }
    }
  }

  [[nodiscard]] std::string unused(const std::string& word) {
    for (std::size_t number = 1;; ++number) {
      std::string id = word + " " + std::to_string(number);
      if (ids_.insert(id).second) {
        return id;
      }
    }
  }

  // The site, and all that hangs on it.
  void touch_branch(std::uint32_t site) {
    if (children_.empty()) {
      children_.resize(before_.sites.size());
      for (std::uint32_t i = 0; i < before_.sites.size(); ++i) {
        if (before_.sites[i].backhaul == BackhaulKind::Hop) {
          children_[before_.sites[i].hop.parent].push_back(i);
        }
      }
    }
    std::vector<std::uint32_t> open{site};
    while (!open.empty()) {
      const std::uint32_t at = open.back();
      open.pop_back();
      edit_.touched[at] = 1;
      open.insert(open.end(), children_[at].begin(), children_[at].end());
    }
  }

  void take_away(std::uint32_t site) {
    touch_branch(site);
    edit_.gone[site] = 1;
  }

  // A place of its own: whoever must not be taken for a settlement of the list.
  std::string stand_in(const Place& at, EditedPlace known) {
    known.stand_in = unused("what-if");
    Settlement place;
    place.id = known.stand_in;
    place.name = known.name;
    place.place = at;
    place.people = 0;
    PlanInput& input = edit_.input;
    input.settlements.push_back(place);
    const std::vector<std::uint32_t> networks = standing(networks_at_(at));
    if (!input.sim.empty()) {
      input.sim.push_back(networks.empty() ? 0 : 1);
    }
    if (input.sim_by.size() > 0) {
      input.sim_by.push_back(networks);
    }
    if (!input.bonus.empty()) {
      input.bonus.push_back(0);
    }
    edit_.places.push_back(std::move(known));
    return place.id;
  }

  void move(const MoveSite& move) {
    touch_branch(move.site);
    PlanSite& site = edit_.plan.sites[move.site];
    site.place = move.to;
    if (site.role == SiteRole::Relay) {
      const Place from = before_.sites[move.site].place;
      std::replace(edit_.input.relays.begin(), edit_.input.relays.end(), from, move.to);
      return;
    }
    const PlanSite& was = before_.sites[move.site];
    site.id = stand_in(move.to, {{}, was.id, was.name, was.code});
  }

  void add(const AddMast& add) {
    PlanSite site;
    site.place = add.at;
    site.mast = edit_.input.costs.masts[add.height].height;
    site.profile = edit_.input.access.id;
    if (add.settlement != kNoSite) {
      site.id = before_.settlements[add.settlement].id;
      std::erase(edit_.input.forbidden, site.id);  // whoever names it may have it
    } else {
      site.id = stand_in(add.at, {{}, unused("added"), {}, {}});
    }
    edit_.plan.sites.push_back(std::move(site));
    edit_.touched.push_back(1);
    edit_.gone.push_back(0);
  }

  // --- Lost networks ---

  [[nodiscard]] std::vector<std::uint32_t> standing(const std::vector<std::uint32_t>& numbers) const {
    std::vector<PlanNetwork> networks;
    networks.reserve(numbers.size());
    for (const std::uint32_t number : numbers) {
      networks.push_back({edit_.input.networks[number].owner, edit_.input.networks[number].tower, Metres{0}});
    }
    const std::vector<char> stands = still_stand(networks, asked_.lost);
    std::vector<std::uint32_t> left;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (stands[i] != 0) {
        left.push_back(numbers[i]);
      }
    }
    return left;
  }

  void lose_networks() {
    if (asked_.lost.empty()) {
      return;
    }
    PlanInput& input = edit_.input;
    Incidence left;
    for (std::size_t i = 0; i < input.sim_by.size(); ++i) {
      const auto numbers = input.sim_by[i];
      left.push_back(standing({numbers.begin(), numbers.end()}));
      if (!numbers.empty() && i < input.sim.size()) {
        input.sim[i] = left[i].empty() ? 0 : 1;
      }
    }
    input.sim_by = std::move(left);
    for (ExistingMast& mast : input.masts) {
      if (falls(mast.id, mast.owner, asked_.lost)) {
        mast.gateway = mast.operates = mast.usable = false;
      }
    }
    for (std::uint32_t site = 0; site < before_.sites.size(); ++site) {
      const PlanSite& one = before_.sites[site];
      if (one.role == SiteRole::Existing && falls(one.id, one.owner, asked_.lost)) {
        take_away(site);
      }
    }
  }

  // Trees whose SIM nobody sells any more look for another way out.
  void touch_cut_sims() {
    std::unordered_map<std::string, std::size_t> numbers;
    for (std::size_t i = 0; i < edit_.input.settlements.size(); ++i) {
      numbers.emplace(edit_.input.settlements[i].id, i);
    }
    for (std::uint32_t site = 0; site < before_.sites.size(); ++site) {
      const PlanSite& one = before_.sites[site];
      const auto at = numbers.find(edit_.plan.sites[site].id);
      const bool sold = at != numbers.end() && at->second < edit_.input.sim.size() && edit_.input.sim[at->second] != 0;
      if (one.backhaul == BackhaulKind::Sim && one.role != SiteRole::Existing && !sold) {
        touch_branch(site);
      }
    }
  }

  const Plan& before_;
  const WhatIf& asked_;
  const NetworksAt& networks_at_;
  PlanEdit edit_;
  std::unordered_set<std::string> ids_;
  std::vector<std::vector<std::uint32_t>> children_;
};

class Scoping {
 public:
  Scoping(const PlanEdit& edit, Executor& executor) : edit_{edit}, executor_{executor} {
    const PlanInput& input = edit.input;
    masts_begin_ = static_cast<std::uint32_t>(input.settlements.size());
    relays_begin_ = masts_begin_ + static_cast<std::uint32_t>(input.masts.size());
    for (std::uint32_t i = 0; i < input.settlements.size(); ++i) {
      settlements_.emplace(input.settlements[i].id, i);
    }
    for (std::uint32_t i = 0; i < input.masts.size(); ++i) {
      masts_.emplace(input.masts[i].id, masts_begin_ + i);
    }
    for (std::uint32_t i = 0; i < input.relays.size(); ++i) {
      relays_.emplace(key(input.relays[i]), relays_begin_ + i);
    }
  }

  ModelScope run() {
    ModelScope scope;
    scope.nodes.assign(relays_begin_ + edit_.input.relays.size(), ModelScope::Part::None);
    std::vector<std::uint32_t> node_of;
    std::vector<char> touched(scope.nodes.size(), 0);
    for (std::size_t i = 0; i < edit_.plan.sites.size(); ++i) {
      node_of.push_back(edit_.gone[i] != 0 ? kNoSite : this->node_of(edit_.plan.sites[i]));
      if (node_of[i] != kNoSite) {
        scope.nodes[node_of[i]] = ModelScope::Part::Whole;
        touched[node_of[i]] = edit_.touched[i];
      }
    }
    add_gateways(scope);
    std::set<std::pair<std::uint32_t, std::uint32_t>> planned;
    for (std::size_t i = 0; i < edit_.plan.sites.size(); ++i) {
      const PlanSite& site = edit_.plan.sites[i];
      const std::uint32_t parent = site.backhaul == BackhaulKind::Hop ? node_of[site.hop.parent] : kNoSite;
      if (node_of[i] != kNoSite && parent != kNoSite) {
        planned.insert(std::minmax(node_of[i], parent));
      }
    }
    scope.may_hop = [touched = std::move(touched), planned = std::move(planned)](std::uint32_t a, std::uint32_t b) {
      return touched[a] != 0 || touched[b] != 0 || planned.contains({a, b});
    };
    return scope;
  }

 private:
  static std::pair<double, double> key(const Place& place) { return {place.latitude.value(), place.longitude.value()}; }

  [[nodiscard]] std::uint32_t node_of(const PlanSite& site) const {
    const auto in = [](const auto& map, const auto& wanted) {
      const auto found = map.find(wanted);
      return found == map.end() ? kNoSite : found->second;
    };
    if (site.role == SiteRole::Existing) {
      return in(masts_, site.id);
    }
    const std::uint32_t village = in(settlements_, site.id);
    return village != kNoSite ? village : in(relays_, key(site.place));
  }

  // Standing masts that would take a hop of what is touched, though nobody hangs on them yet.
  void add_gateways(ModelScope& scope) const {
    Metres reach{0};
    for (const RadioProfile& radio : edit_.input.backhaul) {
      reach = std::max(reach, radio.reach);
    }
    std::vector<Place> touched;
    for (std::size_t i = 0; i < edit_.plan.sites.size(); ++i) {
      if (edit_.touched[i] != 0 && edit_.gone[i] == 0) {
        touched.push_back(edit_.plan.sites[i].place);
      }
    }
    std::vector<Place> places;
    std::vector<std::uint32_t> nodes;
    for (std::uint32_t i = 0; i < edit_.input.masts.size(); ++i) {
      if (edit_.input.masts[i].gateway && scope.nodes[masts_begin_ + i] == ModelScope::Part::None) {
        places.push_back(edit_.input.masts[i].place);
        nodes.push_back(masts_begin_ + i);
      }
    }
    if (touched.empty() || places.empty() || reach.value() <= 0) {
      return;
    }
    for (const std::uint32_t gateway : sites_within(touched, places, reach, executor_).items) {
      scope.nodes[nodes[gateway]] = ModelScope::Part::PassesOn;
    }
  }

  const PlanEdit& edit_;
  Executor& executor_;
  std::uint32_t masts_begin_ = 0;
  std::uint32_t relays_begin_ = 0;
  std::unordered_map<std::string, std::uint32_t> settlements_, masts_;  // nodes by id
  std::map<std::pair<double, double>, std::uint32_t> relays_;           // by place
};

}  // namespace

PlanEdit edited(const Plan& plan, const PlanInput& input, const WhatIf& asked, const NetworksAt& networks_at) {
  return Editing{plan, input, asked, networks_at}.run();
}

ModelScope scope_of(const PlanEdit& edit, Executor& executor) {
  return Scoping{edit, executor}.run();
}

}  // namespace karkara::planner
