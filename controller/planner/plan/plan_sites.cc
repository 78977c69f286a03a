#include "controller/planner/plan/plan_sites.h"

#include <algorithm>
#include <limits>

#include "controller/planner/link/hop_quality.h"
#include "controller/planner/plan/plan_report.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kSitePieces = 64;

class SiteWriter {
 public:
  SiteWriter(const PlanModel& model, const PlanInput& input, const TerrainView& terrain, const Attempt& attempt)
      : model_{model}, input_{input}, terrain_{terrain}, attempt_{attempt} {}

  SitesOfPlan make(Executor& executor) {
    number_sites();
    executor.run(kSitePieces, [&](std::size_t piece) {
      for (std::size_t i = piece; i < sites_.size(); i += kSitePieces) {
        fill_site(i);
      }
    });
    share_chains();
    return {std::move(sites_), std::move(node_of_)};
  }

 private:
  [[nodiscard]] std::int8_t height_of(std::uint32_t node) const { return attempt_.backhaul.height[node]; }

  // Gateways that nobody hangs from are left out.
  void number_sites() {
    std::vector<char> is_parent(model_.nodes.size(), 0);
    for (std::uint32_t node = 0; node < model_.nodes.size(); ++node) {
      if (attempt_.backhaul.parent[node] != kNoSite) {
        is_parent[attempt_.backhaul.parent[node]] = 1;
      }
    }
    site_of_.assign(model_.nodes.size(), kNoSite);
    for (std::uint32_t node = 0; node < model_.nodes.size(); ++node) {
      const bool idle_gateway = model_.nodes[node].gateway && attempt_.chosen.serving[node] == kNoMast;
      if (height_of(node) != kNoMast && (!idle_gateway || is_parent[node] != 0)) {
        site_of_[node] = static_cast<std::uint32_t>(node_of_.size());
        node_of_.push_back(node);
      }
    }
    sites_.resize(node_of_.size());
  }

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
    } else {
      site.id = "relay " + std::to_string(node - input_.settlements.size() - input_.masts.size() + 1);
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
    site.backhaul = at.root_kind;
    if (at.root_kind != BackhaulKind::Gateway) {
      const WayOutPrice& price = at.root_kind == BackhaulKind::Sim ? input_.costs.sim : input_.costs.vsat;
      site.backhaul_cost = way_out_cost(input_.costs, price, at.place.latitude);
    }
  }

  void fill_hop(PlanSite& site, std::uint32_t node, std::uint32_t pair) const {
    const RadioProfile& profile = input_.backhaul[model_.hops.pairs[pair].radio];
    const std::uint32_t parent = attempt_.backhaul.parent[node];
    const Place& to = model_.nodes[parent].place;
    const Degrees middle = (site.place.latitude + to.latitude) * 0.5;
    site.backhaul = BackhaulKind::Hop;
    site.hop.parent = site_of_[parent];
    site.hop.profile = profile.id;
    for (const HopPrice& price : input_.costs.hops) {
      if (price.profile == profile.id) {
        site.backhaul_cost = hop_cost(input_.costs, price, middle);
      }
    }
    site.unproven = !is_proven(terrain_, site.place, to);
    const auto path = profile_between(terrain_, site.place, to, kProfileStep, Sampling::Bilinear);
    site.hop.length = Metres{model_.hops.pairs[pair].metres};
    for (std::int8_t from = height_of(node); path && from >= 0; --from) {
      for (std::int8_t at = height_of(parent); at >= 0; --at) {
        take_better(profile, *path, {mast(from), mast(at), middle}, site.hop);
      }
    }
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
                                                  profile.frequency, propagation::p530::ClearanceRule{}.low_k);
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
  std::vector<PlanSite> sites_;
  std::vector<std::uint32_t> node_of_;  // of each site
  std::vector<std::uint32_t> site_of_;  // of each node
};

}  // namespace

SitesOfPlan sites_of_plan(const PlanModel& model, const PlanInput& input, const TerrainView& terrain,
                          const Attempt& attempt, Executor& executor) {
  return SiteWriter{model, input, terrain, attempt}.make(executor);
}

}  // namespace karkara::planner
