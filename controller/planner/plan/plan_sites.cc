#include "controller/planner/plan/plan_sites.h"

#include <algorithm>
#include <limits>

#include "controller/planner/link/hop_quality.h"
#include "controller/planner/plan/plan_report.h"
#include "controller/planner/plan/site_wishes.h"
#include "controller/planner/plan/ways_out.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kSitePieces = 64;

class SiteWriter {
 public:
  SiteWriter(const PlanModel& model, const PlanInput& input, const TerrainView& terrain, const Attempt& attempt,
             const SecondWays& ways)
      : model_{model}, input_{input}, terrain_{terrain}, attempt_{attempt}, ways_{ways} {}

  SitesOfPlan make(Executor& executor) {
    number_sites();
    sum_traffic();
    executor.run(kSitePieces, [&](std::size_t piece) {
      for (std::size_t i = piece; i < sites_.size(); i += kSitePieces) {
        fill_site(i);
      }
    });
    share_chains();
    second_ways_.resize(ways_.size());
    executor.run(kSitePieces, [&](std::size_t piece) {
      for (std::size_t i = piece; i < ways_.size(); i += kSitePieces) {
        second_ways_[i] = second_way(ways_[i]);
      }
    });
    return {std::move(sites_), std::move(node_of_), std::move(ways_out_), std::move(second_ways_)};
  }

 private:
  [[nodiscard]] std::int8_t height_of(std::uint32_t node) const { return attempt_.backhaul.height[node]; }

  void number_sites() {
    node_of_ = nodes_of_sites(model_, attempt_, ways_);
    site_of_.assign(model_.nodes.size(), kNoSite);
    for (std::uint32_t site = 0; site < node_of_.size(); ++site) {
      site_of_[node_of_[site]] = site;
    }
    sites_.resize(node_of_.size());
    ways_out_.assign(node_of_.size(), 1);
  }

  // What passes each mast in the busy hour, as the trees were grown for it.
  void sum_traffic() { traffic_ = traffic_of(attempt_.backhaul, attempt_.chosen.demand); }

  void name(PlanSite& site, std::uint32_t node) const {
    const PlanNode& at = model_.nodes[node];
    const bool serves = attempt_.chosen.serving[node] != kNoMast;
    site.role = at.mast != kNoSite ? SiteRole::Existing : serves ? SiteRole::Access : SiteRole::Relay;
    if (at.settlement != kNoSite) {
      const Settlement& settlement = input_.settlements[at.settlement];
      site.id = settlement.id;
      site.name = settlement.name;
      site.code = settlement.code;
    } else if (at.mast != kNoSite) {
      site.id = input_.masts[at.mast].id;
      site.name = input_.masts[at.mast].name;
      site.owner = input_.masts[at.mast].owner;
    } else {
      site.id = relay_id(node - input_.settlements.size() - input_.masts.size());
    }
    site.profile = serves ? input_.access.id : "";
  }

  void fill_site(std::size_t number) {
    const std::uint32_t node = node_of_[number];
    const PlanNode& at = model_.nodes[node];
    PlanSite& site = sites_[number];
    site.place = at.place;
    name(site, node);
    const auto height = static_cast<std::size_t>(height_of(node));
    site.mast = at.mast != kNoSite ? input_.masts[at.mast].height : input_.costs.masts[height].height;
    const bool serves = attempt_.chosen.serving[node] != kNoMast;
    if (serves || !at.gateway) {
      const MastUse use = !serves ? MastUse::Relay : at.mast != kNoSite ? MastUse::OnExisting : MastUse::Access;
      site.mast_cost = mast_cost(input_.costs, use, height, at.place.latitude);
    }
    const std::uint32_t pair = attempt_.backhaul.hop[node];
    if (pair != kNoSite) {
      fill_hop(site, node, pair);
      return;
    }
    const WayOut way = way_out_at(model_, node, traffic_[node]);
    site.backhaul = way.kind;
    ways_out_[number] = way.count;
    if (way.kind != BackhaulKind::Gateway) {
      const WayOutPrice& price = way.kind == BackhaulKind::Sim ? input_.costs.sim : input_.costs.vsat;
      site.backhaul_cost = times(way_out_cost(input_.costs, price, at.place.latitude), way.count);
    }
    if (way.kind == BackhaulKind::Sim) {
      site.networks = networks_at(input_, at.settlement, at.mast, at.place);
    }
  }

  void fill_hop(PlanSite& site, std::uint32_t node, std::uint32_t pair) const {
    const WrittenHop written = hop_between(node, attempt_.backhaul.parent[node], pair);
    site.backhaul = BackhaulKind::Hop;
    site.hop = written.hop;
    site.backhaul_cost = written.cost;
    site.unproven = written.unproven;
  }

  struct WrittenHop {
    PlanHop hop;
    PlanCost cost;
    bool unproven = false;
  };

  [[nodiscard]] WrittenHop hop_between(std::uint32_t node, std::uint32_t other, std::uint32_t pair) const {
    const RadioProfile& profile = input_.backhaul[model_.hops.pairs[pair].radio];
    const Place& from = model_.nodes[node].place;
    const Place& to = model_.nodes[other].place;
    const Degrees middle = (from.latitude + to.latitude) * 0.5;
    WrittenHop written;
    written.hop.parent = site_of_[other];
    written.hop.profile = profile.id;
    written.hop.length = Metres{model_.hops.pairs[pair].metres};
    for (const HopPrice& price : input_.costs.hops) {
      if (price.profile == profile.id) {
        written.cost = hop_cost(input_.costs, price, middle);
      }
    }
    written.unproven = !is_proven(terrain_, from, to);
    const auto path = profile_between(terrain_, from, to, kProfileStep, Sampling::Bilinear);
    for (std::int8_t here = height_of(node); path && here >= 0; --here) {
      for (std::int8_t there = height_of(other); there >= 0; --there) {
        take_better(profile, *path, {mast(here), mast(there), middle}, written.hop);
      }
    }
    return written;
  }

  [[nodiscard]] PlanSecondWay second_way(const SecondWay& way) const {
    PlanSecondWay written;
    written.site = site_of_[way.node];
    written.kind = way.kind;
    if (way.kind == BackhaulKind::Hop) {
      WrittenHop hop = hop_between(way.node, way.other, way.pair);
      written.hop = std::move(hop.hop);
      written.cost = hop.cost;
      written.unproven = hop.unproven;
    } else {
      const WayOutPrice price = way.kind == BackhaulKind::Sim ? input_.costs.sim : standby_vsat(input_.costs);
      written.cost = way_out_cost(input_.costs, price, model_.nodes[way.node].place.latitude);
    }
    return written;
  }

  [[nodiscard]] Metres mast(std::int8_t height) const {
    return input_.costs.masts[static_cast<std::size_t>(height)].height;
  }

  // Antennas hang where the hop is best, not always at the top: slanting hops fade less.
  static void take_better(const RadioProfile& profile, const Profile& path, const HopEnds& ends, PlanHop& hop) {
    const auto quality = hop_quality(profile, path, ends);
    if (!quality || !quality->clearance.clear() || quality->availability <= hop.availability) {
      return;
    }
    hop.clearance = quality->clearance.at_median_k.fraction;
    // Told for short hops too, where the rule asks for nothing at the low k.
    const auto low = propagation::p530::clearance({path.heights, path.spacing}, {ends.from_mast, ends.to_mast},
                                                  profile.frequency, profile.clearance.low_k);
    hop.clearance_low = low ? low->fraction : hop.clearance;
    hop.availability = quality->availability;
    hop.rate = quality->rate;
  }

  // Of each hop, how many sites' traffic passes it; the least share on its way is a site's.
  void share_chains() {
    std::vector<std::size_t> users(sites_.size(), 0);
    const auto parent = [&](std::size_t site) { return sites_[site].hop.parent; };
    for (std::size_t site = 0; site < users.size(); ++site) {
      for (std::size_t at = site; sites_[at].backhaul == BackhaulKind::Hop; at = parent(at)) {
        users[at] += sites_[site].role == SiteRole::Relay ? 0 : 1;
      }
    }
    for (std::size_t site = 0; site < users.size(); ++site) {
      double least = std::numeric_limits<double>::infinity();
      for (std::size_t at = site; sites_[at].backhaul == BackhaulKind::Hop; at = parent(at)) {
        const auto sharing = static_cast<double>(std::max<std::size_t>(users[at], 1));
        least = std::min(least, sites_[at].hop.rate.value() / sharing);
      }
      sites_[site].chain_rate = BitsPerSecond{sites_[site].backhaul == BackhaulKind::Hop ? least : 0};
    }
  }

  const PlanModel& model_;
  const PlanInput& input_;
  const TerrainView& terrain_;
  const Attempt& attempt_;
  const SecondWays& ways_;
  std::vector<PlanSite> sites_;
  std::vector<PlanSecondWay> second_ways_;
  std::vector<std::uint32_t> node_of_;  // of each site
  std::vector<std::uint32_t> site_of_;  // of each node
  std::vector<std::uint32_t> ways_out_;
  std::vector<double> traffic_;  // of each node
};

}  // namespace

std::vector<PlanNetwork> networks_at(const PlanInput& input, std::uint32_t settlement, std::uint32_t mast,
                                     const Place& place) {
  std::vector<PlanNetwork> networks;
  if (mast != kNoSite && input.masts[mast].operates) {
    networks.push_back({input.masts[mast].owner, input.masts[mast].id, Metres{0}});
  }
  if (settlement == kNoSite || settlement >= input.sim_by.size()) {
    return networks;
  }
  for (const std::uint32_t number : input.sim_by[settlement]) {
    const NetworkSource& source = input.networks[number];
    networks.push_back({source.owner, source.tower, source.tower.empty() ? Metres{0} : distance(source.place, place)});
  }
  return networks;
}

SitesOfPlan sites_of_plan(const PlanModel& model, const PlanInput& input, const TerrainView& terrain,
                          const Attempt& attempt, const SecondWays& ways, Executor& executor) {
  return SiteWriter{model, input, terrain, attempt, ways}.make(executor);
}

std::vector<std::uint32_t> nodes_of_sites(const PlanModel& model, const Attempt& attempt, const SecondWays& ways) {
  std::vector<char> is_used(model.nodes.size(), 0);
  for (const std::uint32_t parent : attempt.backhaul.parent) {
    if (parent != kNoSite) {
      is_used[parent] = 1;
    }
  }
  for (const SecondWay& way : ways) {
    is_used[way.node] = 1;
    if (way.other != kNoSite) {
      is_used[way.other] = 1;
    }
  }
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t node = 0; node < model.nodes.size(); ++node) {
    const bool idle_gateway = model.nodes[node].gateway && attempt.chosen.serving[node] == kNoMast;
    if (attempt.backhaul.height[node] != kNoMast && (!idle_gateway || is_used[node] != 0)) {
      nodes.push_back(node);
    }
  }
  return nodes;
}

}  // namespace karkara::planner
