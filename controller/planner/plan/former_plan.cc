#include "controller/planner/plan/former_plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "controller/planner/plan/ways_out.h"

namespace karkara::planner {
namespace {

constexpr double kSameHeight = 0.005;  // m

class FormerReading {
 public:
  FormerReading(const Plan& plan, const PlanModel& model, const PlanInput& input)
      : plan_{plan}, model_{model}, input_{input} {
    for (std::uint32_t node = 0; node < model.nodes.size(); ++node) {
      const PlanNode& at = model.nodes[node];
      if (at.settlement != kNoSite) {
        settlements_.emplace(input.settlements[at.settlement].id, node);
      } else if (at.mast != kNoSite) {
        masts_.emplace(input.masts[at.mast].id, node);
      } else {
        relays_.emplace(std::pair{at.place.latitude.value(), at.place.longitude.value()}, node);
      }
    }
    chosen_.serving.assign(model.nodes.size(), kNoMast);
    built_.height.assign(model.nodes.size(), kNoMast);
    built_.hop.assign(model.nodes.size(), kNoSite);
    built_.parent.assign(model.nodes.size(), kNoSite);
  }

  FormerPlan read(std::uint64_t hash) {
    for (const PlanSite& site : plan_.sites) {
      place(site);
    }
    for (std::size_t i = 0; i < plan_.sites.size(); ++i) {
      hang(i);
    }
    chosen_.demand = demand_of(model_, input_, chosen_);
    FormerPlan former;
    former.attempt.backhaul = mended_backhaul(model_, chosen_, built_, {});
    const Money first_ways = plan_.totals.cost.npv - plan_.totals.second_ways.npv;
    former.same_input = plan_.input_hash == hash && lost_sites_ + other_heights_ + lost_hops_ == 0 &&
                        has_all_settlements() && cost_as_written() == first_ways &&
                        former.attempt.backhaul.cost <= first_ways && has_all_hops(former.attempt.backhaul);
    tell(former, hash);
    former.attempt.chosen = std::move(chosen_);
    return former;
  }

 private:
  // In the same order: people are counted by their rows.
  [[nodiscard]] bool has_all_settlements() const {
    return std::equal(plan_.settlements.begin(), plan_.settlements.end(), input_.settlements.begin(),
                      input_.settlements.end(),
                      [](const PlanSettlement& row, const Settlement& one) { return row.id == one.id; });
  }

  // A hop that runs in a circle, sees nothing from its masts or carries too little is not among the mended ones.
  [[nodiscard]] bool has_all_hops(const Backhaul& mended) const {
    const auto sorted = [](std::vector<std::uint32_t> hops) {
      std::erase(hops, kNoSite);
      std::sort(hops.begin(), hops.end());
      return hops;
    };
    const std::vector<std::uint32_t> stand = sorted(mended.hop);
    const std::vector<std::uint32_t> written = sorted(built_.hop);
    return std::includes(stand.begin(), stand.end(), written.begin(), written.end());
  }

  [[nodiscard]] std::optional<std::uint32_t> node_of(const PlanSite& site) const {
    const auto in = [](const auto& map, const auto& key) {
      const auto found = map.find(key);
      return found == map.end() ? std::optional<std::uint32_t>{} : std::optional{found->second};
    };
    if (site.role == SiteRole::Existing) {
      return in(masts_, site.id);
    }
    const auto village = in(settlements_, site.id);
    return village ? village : in(relays_, std::pair{site.place.latitude.value(), site.place.longitude.value()});
  }

  // A mast of a height that is not sold any more becomes the next higher one, else the highest.
  void place(const PlanSite& site) {
    const auto node = node_of(site);
    const PlanNode* at = node ? &model_.nodes[*node] : nullptr;
    const bool serves = !site.profile.empty();
    if (at == nullptr || built_.height[*node] != kNoMast || !(serves ? at->serves : at->relays || at->gateway)) {
      ++lost_sites_;
      node_of_.push_back(kNoSite);
      return;
    }
    std::size_t height = at->top;
    if (at->mast == kNoSite) {
      const std::vector<MastPrice>& masts = input_.costs.masts;
      const auto sold = std::find_if(masts.begin(), masts.end(), [&](const MastPrice& one) {
        return one.height.value() >= site.mast.value() - kSameHeight;
      });
      height = std::min<std::size_t>(height, static_cast<std::size_t>(sold - masts.begin()));
      other_heights_ += std::abs(masts[height].height.value() - site.mast.value()) > kSameHeight ? 1 : 0;
    }
    built_.height[*node] = static_cast<std::int8_t>(height);
    chosen_.serving[*node] = serves ? built_.height[*node] : kNoMast;
    node_of_.push_back(*node);
  }

  void hang(std::size_t number) {
    const PlanSite& site = plan_.sites[number];
    const std::uint32_t node = node_of_[number];
    if (node == kNoSite || site.backhaul != BackhaulKind::Hop) {
      return;
    }
    const std::uint32_t parent = node_of_[site.hop.parent];
    for (const std::uint32_t pair : model_.hops_of[node]) {
      const bool same_radio = input_.backhaul[model_.hops.pairs[pair].radio].id == site.hop.profile;
      if (parent != kNoSite && same_radio && model_.other(pair, node) == parent) {
        built_.hop[node] = pair;
        built_.parent[node] = parent;
        return;
      }
    }
    ++lost_hops_;
  }

  // What these masts and ways out cost now.
  [[nodiscard]] Money cost_as_written() const {
    const std::vector<double> traffic = traffic_of(built_, chosen_.demand);
    Money cost = 0;
    for (std::uint32_t node = 0; node < traffic.size(); ++node) {
      if (built_.height[node] != kNoMast) {
        cost += mast_price(model_, chosen_, node, built_.height[node]);
        cost += built_.hop[node] != kNoSite ? model_.hop_price[built_.hop[node]]
                                            : way_out_at(model_, node, traffic[node]).price;
      }
    }
    return cost;
  }

  void tell(FormerPlan& former, std::uint64_t hash) const {
    const auto say = [&](std::string text) { former.told.push_back(std::move(text)); };
    const std::size_t sites = plan_.sites.size();
    say("goes on from a plan of " + std::to_string(sites) + " sites" +
        (former.same_input ? ", which rests on the same" : ": it rests on something else, so nothing is proven yet"));
    if (former.same_input) {
      return;
    }
    const auto count = [&](std::size_t number, const char* what) {
      if (number > 0) {
        say(std::to_string(number) + what);
      }
    };
    count(lost_sites_, " of its sites are no places for one any more");
    count(other_heights_, " of its masts have another height, as theirs is not sold");
    count(lost_hops_, " of its hops are none any more");
    if (plan_.target != target_text(input_)) {
      say("its target was " + plan_.target + ", now " + target_text(input_));
    }
    if (plan_.currency != input_.costs.currency || plan_.years != static_cast<std::uint32_t>(input_.costs.years) ||
        plan_.discount != input_.costs.discount) {
      say("its currency, years or discount were others");
    }
    tell_settlements(count);
    if (plan_.input_hash == hash_by_hand(hash)) {
      say("it was changed by hand");
    }
    if (former.told.size() == 1) {
      say("its terrain, radios, prices or masts were others");
    }
  }

  template <class Count>
  void tell_settlements(Count count) const {
    std::size_t gone = 0;
    std::size_t moved = 0;
    std::size_t other_people = 0;
    std::size_t found = 0;
    for (const PlanSettlement& row : plan_.settlements) {
      const auto node = settlements_.find(row.id);
      if (node == settlements_.end()) {
        ++gone;
        continue;
      }
      ++found;
      const Settlement& now = input_.settlements[model_.nodes[node->second].settlement];
      moved += now.place == row.place ? 0 : 1;
      other_people += now.people == row.people ? 0 : 1;
    }
    count(gone, " settlements are not in the list any more");
    count(settlements_.size() - std::min(found, settlements_.size()), " settlements are new");
    count(moved, " settlements have moved");
    count(other_people, " settlements have other people");
  }

  const Plan& plan_;
  const PlanModel& model_;
  const PlanInput& input_;
  std::unordered_map<std::string, std::uint32_t> settlements_, masts_;  // nodes by id
  std::map<std::pair<double, double>, std::uint32_t> relays_;           // by place
  std::vector<std::uint32_t> node_of_;                                  // of each site; kNoSite: it is lost
  Chosen chosen_;
  Backhaul built_;
  std::size_t lost_sites_ = 0;
  std::size_t other_heights_ = 0;
  std::size_t lost_hops_ = 0;
};

}  // namespace

FormerPlan former_plan(const Plan& plan, const PlanModel& model, const PlanInput& input, std::uint64_t hash) {
  return FormerReading{plan, model, input}.read(hash);
}

Chosen with_whom_it_lacks(const PlanModel& model, const SiteOptions& options, Chosen chosen,
                          const std::vector<std::uint32_t>& sites) {
  const std::vector<char> served = served_by(model, chosen);
  for (const std::uint32_t option : sites) {
    const auto rows = options.problem.covers[option];
    const std::uint32_t node = options.node[option];
    const bool is_lacking = std::any_of(rows.begin(), rows.end(), [&](std::uint32_t row) {
      const std::uint32_t settlement = options.settlement[row];
      return settlement == kNoSite || served[settlement] == 0;
    });
    if (node != kNoSite && is_lacking) {
      chosen.serving[node] = std::max(chosen.serving[node], options.height[option]);
    }
  }
  return chosen;
}

bool is_worse(const Plan& plan, const Plan& than, const Wanted& wanted) {
  if (plan.most_cut_off != than.most_cut_off) {
    return false;
  }
  const auto people = [&](const Plan& one) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < one.settlements.size(); ++i) {
      sum += one.settlements[i].server ? wanted.weight[i] : 0;
    }
    return sum;
  };
  const std::int64_t more = plan.by_budget ? people(plan) - people(than) : 0;
  return more != 0 ? more < 0 : plan.totals.cost.npv > than.totals.cost.npv;
}

}  // namespace karkara::planner
