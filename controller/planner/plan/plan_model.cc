#include "controller/planner/plan/plan_model.h"

#include <algorithm>
#include <utility>

#include "controller/planner/plan/access_margins.h"
#include "controller/planner/plan/hop_choice.h"
#include "controller/planner/plan/site_room.h"
#include "controller/planner/plan/site_wishes.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kModelPieces = 64;

// A table that lacks links would make a plan that looks whole.
Error ended_early() {
  return {ErrorCode::Aborted, "the search was ended before all links were looked at: there is no plan yet"};
}

class ModelMaker {
 public:
  ModelMaker(const PlanInput& input, const TerrainView& terrain, Executor& executor, const Watch& watch,
             const ModelScope* scope)
      : input_{input}, terrain_{terrain}, executor_{executor}, watch_{watch}, scope_{scope}, wishes_{input} {}

  Result<PlanModel> make() {
    model_.heights = input_.costs.masts.size();
    add_settlements();
    add_masts();
    const std::size_t serving = model_.nodes.size();
    add_relays();
    narrow();
    if (const Status done = look_at_access(serving); !done.ok()) {
      return done.error();
    }
    if (const Status done = look_at_hops(); !done.ok()) {
      return done.error();
    }
    return std::move(model_);
  }

 private:
  void price(PlanNode& node, MastUse use) const {
    for (std::size_t height = 0; height < model_.heights; ++height) {
      node.access[height] = mast_cost(input_.costs, use, height, node.place.latitude).npv;
      node.relay[height] = mast_cost(input_.costs, MastUse::Relay, height, node.place.latitude).npv;
    }
    node.root = node.vsat = way_out_cost(input_.costs, input_.costs.vsat, node.place.latitude).npv;
  }

  // Where an operator's network can be had, the cheaper of it and the satellite.
  void offer_sim(PlanNode& node) const {
    node.sim = way_out_cost(input_.costs, input_.costs.sim, node.place.latitude).npv;
    if (node.sim < node.root) {
      node.root = node.sim;
      node.root_kind = BackhaulKind::Sim;
    }
  }

  void add_settlements() {
    for (std::uint32_t i = 0; i < input_.settlements.size(); ++i) {
      const Settlement& settlement = input_.settlements[i];
      PlanNode node;
      node.place = settlement.place;
      node.settlement = i;
      node.top = static_cast<std::uint8_t>(model_.heights - 1);
      node.serves = node.relays = !wishes_.is_forbidden(settlement.id);
      price(node, MastUse::Access);
      if (!input_.sim.empty() && input_.sim[i] != 0) {
        offer_sim(node);
      }
      if (wishes_.must_build(i)) {
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
      const bool is_free = above != input_.costs.masts.begin() && !wishes_.is_forbidden(mast.id);
      node.serves = mast.usable && is_free;
      node.gateway = mast.gateway && is_free;
      if (wishes_.must_carry(i)) {
        model_.forced.push_back(static_cast<std::uint32_t>(model_.nodes.size()));
      }
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
    for (std::size_t i = 0; i < input_.relays.size(); ++i) {
      PlanNode node;
      node.place = input_.relays[i];
      node.top = static_cast<std::uint8_t>(model_.heights - 1);
      node.relays = !wishes_.is_forbidden(relay_id(i));
      price(node, MastUse::Relay);
      model_.nodes.push_back(node);
    }
  }

  // What is out of scope may not be built.
  void narrow() {
    for (std::size_t i = 0; scope_ != nullptr && i < model_.nodes.size(); ++i) {
      PlanNode& node = model_.nodes[i];
      node.serves = node.serves && scope_->nodes[i] == ModelScope::Part::Whole;
      node.relays = node.relays && scope_->nodes[i] != ModelScope::Part::None;
      node.gateway = node.gateway && scope_->nodes[i] != ModelScope::Part::None;
    }
  }

  // Of the sites that are in scope alone, numbered as all are.
  [[nodiscard]] AccessTable access_in_scope(const AccessPlaces& places, const AccessModel& access) const {
    AccessPlaces some;
    some.settlements = places.settlements;
    for (std::size_t i = 0; i < places.sites.size(); ++i) {
      if (model_.nodes[i].serves) {
        some.sites.push_back(places.sites[i]);
      }
    }
    AccessTable table = access_table(terrain_, some, access, executor_, watch_);
    std::vector<std::size_t> begin{0};
    std::size_t number = 0;
    for (std::size_t i = 0; i < places.sites.size(); ++i) {
      number += model_.nodes[i].serves ? 1 : 0;
      begin.push_back(table.begin[number]);
    }
    table.begin = std::move(begin);
    return table;
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
    model_.access = scope_ == nullptr ? access_table(terrain_, places, *access, executor_, watch_)
                                      : access_in_scope(places, *access);
    if (watch_.cancelled()) {
      return ended_early();
    }
    limit(places, *access);
    return watch_.cancelled() ? Status{ended_early()} : Status{};
  }

  // To whom each site has room for.
  void limit(const AccessPlaces& places, const AccessModel& access) {
    const bool asks_capacity = input_.busy_kbit_per_person > 0;
    if (!asks_capacity && input_.most_people <= 0) {
      return;
    }
    std::vector<double> margins;
    if (asks_capacity) {
      const CostBook& costs = input_.costs;
      model_.way_rates = {costs.gateway_rate.value(), costs.sim.rate.value(), costs.vsat.rate.value()};
      margins = access_margins(terrain_, places, model_.access, access, executor_, watch_);
    }
    RoomyPairs limited = with_room(model_.access, places, input_, airtime(margins, access));
    if (!margins.empty()) {
      for (const std::size_t number : limited.kept) {
        const auto first = margins.begin() + static_cast<std::ptrdiff_t>(number * model_.heights);
        model_.access_margin.insert(model_.access_margin.end(), first,
                                    first + static_cast<std::ptrdiff_t>(model_.heights));
      }
    }
    if (input_.most_people > 0 || limited.kept.size() < model_.access.pairs.size()) {
      model_.reached = std::exchange(model_.access, std::move(limited.table));
    }
  }

  // Of each pair, the part of its site's channel that the settlement takes in the busy hour, served from its least
  // height.
  [[nodiscard]] std::vector<double> airtime(const std::vector<double>& margins, const AccessModel& access) const {
    std::vector<double> parts;
    for (std::size_t i = 0; i < (margins.empty() ? 0 : model_.access.pairs.size()); ++i) {
      const AccessPair& pair = model_.access.pairs[i];
      const Db margin{margins[i * model_.heights + pair.least]};
      const BitsPerSecond rate = std::max(rate_with(input_.access, access.budget(), margin), input_.access.least_down);
      parts.push_back(busy_demand(input_, pair.settlement) / rate.value());
    }
    return parts;
  }

  Status look_at_hops() {
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
      return {};
    }
    std::vector<std::uint32_t> nodes;
    std::vector<Place> ends;
    for (std::uint32_t i = 0; i < model_.nodes.size(); ++i) {
      if (scope_ == nullptr || scope_->nodes[i] != ModelScope::Part::None) {
        nodes.push_back(i);
        ends.push_back(places[i]);
      }
    }
    const auto judge = [&](const Profile& profile, HopPair pair, std::vector<HopPair>& hops) {
      pair.a = nodes[pair.a];
      pair.b = nodes[pair.b];
      if (scope_ == nullptr || scope_->may_hop(pair.a, pair.b)) {
        choice.judge(profile, pair, hops);
      }
    };
    model_.hops = hop_table(terrain_, ends, choice.reach(), judge, executor_, watch_);
    if (watch_.cancelled()) {
      return ended_early();
    }
    take_hops(choice);
    return {};
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
  const Watch& watch_;
  const ModelScope* scope_;
  SiteWishes wishes_;
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

Result<PlanModel> make_model(const PlanInput& input, const TerrainView& terrain, Executor& executor, const Watch& watch,
                             const ModelScope* scope) {
  return ModelMaker{input, terrain, executor, watch, scope}.make();
}

}  // namespace karkara::planner
