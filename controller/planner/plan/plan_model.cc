#include "controller/planner/plan/plan_model.h"

#include <algorithm>
#include <unordered_set>

#include "controller/planner/link/hop_quality.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kModelPieces = 64;

// Hops of one profile: how far they go and what they cost.
struct HopKind {
  std::uint8_t profile = 0;
  Metres reach;
  const HopPrice* price = nullptr;
};

const HopPrice* price_of(const CostBook& book, const std::string& profile) {
  const auto found =
      std::find_if(book.hops.begin(), book.hops.end(), [&](const HopPrice& price) { return price.profile == profile; });
  return found == book.hops.end() ? nullptr : &*found;
}

Degrees middle_latitude(const std::vector<PlanNode>& nodes) {
  double sum = 0;
  for (const PlanNode& node : nodes) {
    sum += node.place.latitude.value();
  }
  return Degrees{sum / static_cast<double>(std::max<std::size_t>(nodes.size(), 1))};
}

class ModelMaker {
 public:
  ModelMaker(const PlanInput& input, const TerrainView& terrain, Executor& executor, const CoverWatch& watch)
      : input_{input}, terrain_{terrain}, executor_{executor}, watch_{watch} {}

  Result<PlanModel> make() {
    model_.heights = input_.costs.masts.size();
    add_settlements();
    add_masts();
    const std::size_t serving = model_.nodes.size();
    add_relays();
    if (const Status done = look_at_access(serving); !done.ok()) {
      return done.error();
    }
    look_at_hops();
    return std::move(model_);
  }

 private:
  void price(PlanNode& node, MastUse use) const {
    for (std::size_t height = 0; height < model_.heights; ++height) {
      node.access[height] = mast_cost(input_.costs, use, height, node.place.latitude).npv;
      node.relay[height] = mast_cost(input_.costs, MastUse::Relay, height, node.place.latitude).npv;
    }
    node.root = way_out_cost(input_.costs, input_.costs.vsat, node.place.latitude).npv;
  }

  // Where an operator's network can be had, the cheaper of it and the satellite.
  void offer_sim(PlanNode& node) const {
    const Money sim = way_out_cost(input_.costs, input_.costs.sim, node.place.latitude).npv;
    if (sim < node.root) {
      node.root = sim;
      node.root_kind = BackhaulKind::Sim;
    }
  }

  void add_settlements() {
    const std::unordered_set<std::string> forbidden{input_.forbidden.begin(), input_.forbidden.end()};
    const std::unordered_set<std::string> fixed{input_.fixed.begin(), input_.fixed.end()};
    for (std::uint32_t i = 0; i < input_.settlements.size(); ++i) {
      const Settlement& settlement = input_.settlements[i];
      PlanNode node;
      node.place = settlement.place;
      node.settlement = i;
      node.top = static_cast<std::uint8_t>(model_.heights - 1);
      node.serves = node.relays = !forbidden.contains(settlement.id);
      price(node, MastUse::Access);
      if (!input_.sim.empty() && input_.sim[i] != 0) {
        offer_sim(node);
      }
      if (fixed.contains(settlement.id)) {
        model_.forced.push_back(i);
      }
      model_.nodes.push_back(node);
    }
  }

  void add_masts() {
    std::size_t too_low = 0;
    for (std::uint32_t i = 0; i < input_.masts.size(); ++i) {
      const ExistingMast& mast = input_.masts[i];
      PlanNode node;
      node.place = mast.place;
      node.mast = i;
      const auto above = std::find_if(input_.costs.masts.begin(), input_.costs.masts.end(),
                                      [&](const MastPrice& price) { return price.height > mast.height; });
      if (above == input_.costs.masts.begin()) {
        ++too_low;
      }
      node.top = static_cast<std::uint8_t>(std::max<std::ptrdiff_t>(above - input_.costs.masts.begin(), 1) - 1);
      node.serves = mast.usable && above != input_.costs.masts.begin();
      node.gateway = mast.gateway && above != input_.costs.masts.begin();
      price(node, MastUse::OnExisting);
      if (mast.operates) {
        offer_sim(node);
      }
      if (node.gateway) {
        node.root = 0;
        node.root_kind = BackhaulKind::Gateway;
      }
      model_.nodes.push_back(node);
    }
    if (too_low > 0) {
      model_.marks.push_back(std::to_string(too_low) + " existing masts are lower than any antenna height; not used");
    }
  }

  void add_relays() {
    for (const Place& place : input_.relays) {
      PlanNode node;
      node.place = place;
      node.top = static_cast<std::uint8_t>(model_.heights - 1);
      node.relays = true;
      price(node, MastUse::Relay);
      model_.nodes.push_back(node);
    }
  }

  [[nodiscard]] std::vector<Metres> heights() const {
    std::vector<Metres> heights;
    for (const MastPrice& mast : input_.costs.masts) {
      heights.push_back(mast.height);
    }
    return heights;
  }

  Status look_at_access(std::size_t serving) {
    const auto access = AccessModel::make(input_.access, heights(), input_.ground);
    if (!access) {
      return access.error();
    }
    AccessPlaces places;
    places.shared = input_.settlements.size();
    for (std::size_t i = 0; i < serving; ++i) {
      places.sites.push_back(model_.nodes[i].place);
    }
    places.settlements.assign(places.sites.begin(), places.sites.begin() + static_cast<std::ptrdiff_t>(places.shared));
    watch_.progress("access links", 0, places.sites.size());
    model_.access = access_table(terrain_, places, *access, executor_);
    return {};
  }

  [[nodiscard]] std::vector<HopKind> hop_kinds(Degrees latitude) {
    std::vector<HopKind> kinds;
    for (std::size_t i = 0; i < input_.backhaul.size(); ++i) {
      const RadioProfile& profile = input_.backhaul[i];
      const Metres reach = longest_hop(profile, input_.costs.masts.back().height, latitude);
      if (reach.value() <= 0) {
        model_.marks.push_back(profile.id + ": no hop keeps its availability; not used");
        continue;
      }
      kinds.push_back({static_cast<std::uint8_t>(i), reach, price_of(input_.costs, profile.id)});
    }
    const auto cost = [&](const HopKind& kind) { return hop_cost(input_.costs, *kind.price, latitude).npv; };
    std::stable_sort(kinds.begin(), kinds.end(), [&](const HopKind& a, const HopKind& b) { return cost(a) < cost(b); });
    return kinds;
  }

  void look_at_hops() {
    const std::vector<HopKind> kinds = hop_kinds(middle_latitude(model_.nodes));
    model_.hops_of.begin.assign(model_.nodes.size() + 1, 0);
    if (kinds.empty()) {
      return;
    }
    HopRule rule;
    rule.heights = heights();
    rule.frequency = input_.backhaul[kinds.front().profile].frequency;
    for (const HopKind& kind : kinds) {
      rule.reach = std::max(rule.reach, kind.reach);
      rule.frequency = std::min(rule.frequency, input_.backhaul[kind.profile].frequency);
    }
    std::vector<Place> places;
    for (const PlanNode& node : model_.nodes) {
      places.push_back(node.place);
    }
    watch_.progress("hops", 0, places.size());
    model_.hops = hop_table(terrain_, places, rule, executor_);
    price_hops(kinds);
  }

  // Of each pair the cheapest kind that keeps its year, and at which heights; pairs without one are dropped.
  void price_hops(const std::vector<HopKind>& kinds) {
    std::vector<HopYear> years;
    for (const HopKind& kind : kinds) {
      years.emplace_back(input_.backhaul[kind.profile]);
    }
    std::vector<HopPair>& pairs = model_.hops.pairs;
    std::vector<std::size_t> kind_of(pairs.size(), kinds.size());
    executor_.run(kModelPieces, [&](std::size_t piece) {
      for (std::size_t i = piece; i < pairs.size(); i += kModelPieces) {
        kind_of[i] = keep_heights(kinds, years, pairs[i]);
      }
    });
    std::vector<HopPair> kept;
    Incidence ends;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (kind_of[i] < kinds.size()) {
        kept.push_back(pairs[i]);
        take_hop(kinds[kind_of[i]], pairs[i], ends);
      }
    }
    pairs = std::move(kept);
    model_.hops_of = transposed(ends, model_.nodes.size());
  }

  void take_hop(const HopKind& kind, const HopPair& pair, Incidence& ends) {
    model_.hop_price.push_back(hop_cost(input_.costs, *kind.price, middle(pair)).npv);
    model_.hop_profile.push_back(kind.profile);
    model_.seen_from_b.push_back(seen_from_b(pair.far, model_.heights));
    if (input_.busy_kbit_per_person > 0) {
      model_.hop_rate.push_back(still_air_rate(input_.backhaul[kind.profile], pair.metres));
    }
    const std::array<std::uint32_t, 2> both{pair.a, pair.b};
    ends.push_back(both);
  }

  [[nodiscard]] Degrees middle(const HopPair& pair) const {
    return (model_.nodes[pair.a].place.latitude + model_.nodes[pair.b].place.latitude) * 0.5;
  }

  // Higher masts fade less: of each height at one end the least at the other that is clear and keeps the year.
  [[nodiscard]] std::size_t keep_heights(const std::vector<HopKind>& kinds, const std::vector<HopYear>& years,
                                         HopPair& pair) const {
    const FarHeights clear = pair.far;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      bool any = false;
      for (std::size_t near = 0; near < model_.heights; ++near) {
        std::size_t far = clear[near];
        while (far < model_.heights && !years[kind].keeps(altitudes(pair, near, far))) {
          ++far;
        }
        // Ends of equal height fade more than slanting ones; but an antenna may hang lower than the mast's top.
        const std::uint8_t lower = near > 0 ? pair.far[near - 1] : kTooLow;
        pair.far[near] = far < model_.heights ? std::min(lower, static_cast<std::uint8_t>(far)) : lower;
        any = any || pair.far[near] != kTooLow;
      }
      if (any) {
        return kind;
      }
    }
    return kinds.size();
  }

  [[nodiscard]] HopAltitudes altitudes(const HopPair& pair, std::size_t near, std::size_t far) const {
    return {Metres{pair.metres}, Metres{pair.ground_a} + input_.costs.masts[near].height,
            Metres{pair.ground_b} + input_.costs.masts[far].height, Metres{pair.mean_ground}, middle(pair)};
  }

  static double still_air_rate(const RadioProfile& profile, float metres) {
    const auto rate = rate_over(profile, Metres{metres});
    return rate ? rate->value() : 0;
  }

  const PlanInput& input_;
  const TerrainView& terrain_;
  Executor& executor_;
  const CoverWatch& watch_;
  PlanModel model_;
};

}  // namespace

Money least_way_out(const PlanModel& model, std::uint32_t node, std::size_t height) {
  Money least = model.nodes[node].root;
  for (const std::uint32_t pair : model.hops_of[node]) {
    const std::uint8_t far = model.far(pair, node, height);
    const PlanNode& other = model.nodes[model.other(pair, node)];
    if (far <= other.top && (other.serves || other.relays || other.gateway)) {
      least = std::min(least, model.hop_price[pair]);
    }
  }
  return least;
}

Result<PlanModel> make_model(const PlanInput& input, const TerrainView& terrain, Executor& executor,
                             const CoverWatch& watch) {
  return ModelMaker{input, terrain, executor, watch}.make();
}

}  // namespace karkara::planner
