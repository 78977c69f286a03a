#include "controller/planner/plan/plan_model.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "controller/planner/plan/hop_choice.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kModelPieces = 64;

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
    if (input_.most_people > 0) {
      AccessTable limited = with_most_people(model_.access, places);
      model_.reached = std::exchange(model_.access, std::move(limited));
    }
    return {};
  }

  // Those whom lower masts serve before others, the nearest of them first, as long as there is room: then who is served
  // at one height is served above. One's own village, which may be larger than any site, always is.
  [[nodiscard]] AccessTable with_most_people(const AccessTable& all, const AccessPlaces& places) const {
    AccessTable limited = all;
    limited.begin = {0};
    limited.pairs.clear();
    for (std::size_t site = 0; site < places.sites.size(); ++site) {
      std::vector<std::pair<Metres, AccessPair>> order;
      for (const AccessPair& pair : all.of(site)) {
        order.emplace_back(distance(places.sites[site], places.settlements[pair.settlement]), pair);
      }
      std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return a.second.least != b.second.least ? a.second.least < b.second.least : a.first < b.first;
      });
      const std::size_t first = limited.pairs.size();
      std::int64_t room = input_.most_people;
      for (const auto& [away, pair] : order) {
        const std::int64_t people = input_.settlements[pair.settlement].people.value_or(0);
        if (people <= room || pair.settlement == site) {
          room = std::max<std::int64_t>(0, room - people);
          limited.pairs.push_back(pair);
        }
      }
      std::sort(limited.pairs.begin() + static_cast<std::ptrdiff_t>(first), limited.pairs.end(),
                [](const AccessPair& a, const AccessPair& b) { return a.settlement < b.settlement; });
      limited.begin.push_back(limited.pairs.size());
    }
    return limited;
  }

  void look_at_hops() {
    model_.hops_of.begin.assign(model_.nodes.size() + 1, 0);
    std::vector<Place> places;
    for (const PlanNode& node : model_.nodes) {
      places.push_back(node.place);
    }
    const HopChoice choice{input_, places};
    for (const std::string& radio : choice.useless()) {
      model_.marks.push_back(radio + ": no hop keeps its availability; not used");
    }
    if (choice.reach().value() <= 0) {
      return;
    }
    watch_.progress("hops", 0, places.size());
    const auto judge = [&](const Profile& profile, const HopPair& pair, std::vector<HopPair>& hops) {
      choice.judge(profile, pair, hops);
    };
    model_.hops = hop_table(terrain_, places, choice.reach(), judge, executor_);
    take_hops(choice);
  }

  void take_hops(const HopChoice& choice) {
    const std::vector<HopPair>& pairs = model_.hops.pairs;
    model_.hop_price.resize(pairs.size());
    executor_.run(kModelPieces, [&](std::size_t piece) {
      for (std::size_t i = piece; i < pairs.size(); i += kModelPieces) {
        model_.hop_price[i] = choice.price(pairs[i]);
      }
    });
    Incidence ends;
    for (const HopPair& pair : pairs) {
      model_.seen_from_b.push_back(seen_from_b(pair.far, model_.heights));
      if (input_.busy_kbit_per_person > 0) {
        model_.hop_rate.push_back(choice.rate(pair).value());
      }
      const std::array<std::uint32_t, 2> both{pair.a, pair.b};
      ends.push_back(both);
    }
    model_.hops_of = transposed(ends, model_.nodes.size());
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
