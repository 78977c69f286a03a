#include "controller/planner/plan/plan_report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "controller/planner/link/hop_quality.h"
#include "controller/planner/plan/why_unserved.h"

namespace karkara::planner {
namespace {

constexpr double kFineDegrees = 3.0 / 3600 * 1.01;
constexpr double kProofStep = 500;  // m: no tile and no hole that matters is smaller
constexpr double kMostProofSteps = 10'000;
constexpr std::size_t kReportPieces = 64;

struct Serving {
  std::uint32_t settlement;
  PlanServer server;
};

class Reporter {
 public:
  Reporter(const PlanModel& model, const PlanInput& input, const TerrainView& terrain, const Attempt& attempt,
           Executor& executor)
      : model_{model}, input_{input}, terrain_{terrain}, attempt_{attempt}, executor_{executor} {}

  Plan make() {
    plan_.currency = input_.costs.currency;
    plan_.target = target_text(input_);
    plan_.years = static_cast<std::uint32_t>(input_.costs.years);
    plan_.discount = input_.costs.discount;
    plan_.seed = input_.seed;
    plan_.by_budget = input_.target.kind == TargetKind::Budget;
    number_sites();
    executor_.run(kReportPieces, [&](std::size_t piece) {
      for (std::size_t i = piece; i < plan_.sites.size(); i += kReportPieces) {
        fill_site(i);
      }
    });
    share_chains();
    add_settlements();
    const auto access = access_model();
    if (access) {
      serve(*access);
      explain(*access);
    }
    plan_.totals = totals_of(plan_);
    add_marks();
    return std::move(plan_);
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
    plan_.sites.resize(node_of_.size());
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
    PlanSite& site = plan_.sites[number];
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
    const RadioProfile& profile = input_.backhaul[model_.hop_profile[pair]];
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
    std::vector<std::size_t> users(plan_.sites.size(), 0);
    const auto parent = [&](std::size_t site) { return plan_.sites[site].hop.parent; };
    for (std::size_t site = 0; site < users.size(); ++site) {
      for (std::size_t at = site; plan_.sites[at].backhaul == BackhaulKind::Hop; at = parent(at)) {
        users[at] += plan_.sites[site].role == SiteRole::Relay ? 0 : 1;
      }
    }
    for (std::size_t site = 0; site < users.size(); ++site) {
      double least = std::numeric_limits<double>::infinity();
      for (std::size_t at = site; plan_.sites[at].backhaul == BackhaulKind::Hop; at = parent(at)) {
        const auto sharing = static_cast<double>(std::max<std::size_t>(users[at], 1));
        least = std::min(least, plan_.sites[at].hop.rate.value() / sharing);
      }
      plan_.sites[site].chain_rate = BitsPerSecond{plan_.sites[site].backhaul == BackhaulKind::Hop ? least : 0};
    }
  }

  void add_settlements() {
    for (const Settlement& settlement : input_.settlements) {
      PlanSettlement row;
      row.id = settlement.id;
      row.name = settlement.name;
      row.place = settlement.place;
      row.people = settlement.people;
      row.code = settlement.code;
      row.eligible =
          settlement.people && *settlement.people >= input_.eligible_from && *settlement.people <= input_.eligible_to;
      plan_.settlements.push_back(std::move(row));
    }
  }

  [[nodiscard]] Result<AccessModel> access_model() const {
    std::vector<Metres> heights;
    for (const MastPrice& mast : input_.costs.masts) {
      heights.push_back(mast.height);
    }
    return AccessModel::make(input_.access, heights, input_.ground);
  }

  // Of one site, whom it serves: with the antenna where on the mast the margin is greatest.
  [[nodiscard]] std::vector<Serving> served_by_site(const AccessModel& access, std::uint32_t number) const {
    const std::uint32_t node = node_of_[number];
    std::vector<Serving> served;
    for (const AccessPair& pair : model_.access.of(node)) {
      if (static_cast<std::int32_t>(pair.least) > height_of(node)) {
        continue;
      }
      const Place& to = input_.settlements[pair.settlement].place;
      const auto profile = profile_between(terrain_, model_.nodes[node].place, to, kProfileStep, Sampling::Bilinear);
      PlanServer best{number, distance(model_.nodes[node].place, to), Db{-1e9}, {}};
      for (std::size_t height = pair.least; profile && height <= static_cast<std::size_t>(height_of(node)); ++height) {
        const propagation::PathProfile path{profile->heights, profile->spacing};
        const auto margin = access.margin_over(path, height, model_.nodes[node].place, to);
        if (margin && *margin > best.margin) {
          best.margin = *margin;
          const Db down = *margin + (access.budget().most_loss_down - access.budget().most_loss());
          best.rate = rate_at(input_.access, down + access.budget().snr_down);
        }
      }
      served.push_back({pair.settlement, best});
    }
    return served;
  }

  void serve(const AccessModel& access) {
    std::vector<std::vector<Serving>> served(plan_.sites.size());
    executor_.run(kReportPieces, [&](std::size_t piece) {
      for (std::size_t i = piece; i < served.size(); i += kReportPieces) {
        if (attempt_.chosen.serving[node_of_[i]] != kNoMast) {
          served[i] = served_by_site(access, static_cast<std::uint32_t>(i));
        }
      }
    });
    for (const auto& list : served) {
      for (const Serving& one : list) {
        PlanSettlement& row = plan_.settlements[one.settlement];
        if (!row.server || one.server.margin > row.server->margin) {
          row.second = row.server;
          row.server = one.server;
        } else if (!row.second || one.server.margin > row.second->margin) {
          row.second = one.server;
        }
      }
    }
    for (PlanSettlement& row : plan_.settlements) {
      if (row.server) {
        PlanSite& site = plan_.sites[row.server->site];
        site.people += row.people.value_or(0);
        ++site.settlements;
      }
    }
  }

  // Whom some mast that may be built would serve.
  [[nodiscard]] std::vector<char> could_be_served() const {
    Chosen all;
    all.serving.assign(model_.nodes.size(), kNoMast);
    for (std::size_t node = 0; node + 1 < model_.access.begin.size(); ++node) {
      all.serving[node] = model_.nodes[node].serves ? static_cast<std::int8_t>(model_.nodes[node].top) : kNoMast;
    }
    return planner::served_by(model_, all);
  }

  void explain(const AccessModel& access) {
    const std::vector<char> possible = could_be_served();
    executor_.run(kReportPieces, [&](std::size_t piece) {
      for (std::size_t i = piece; i < plan_.settlements.size(); i += kReportPieces) {
        PlanSettlement& row = plan_.settlements[i];
        if (row.server) {
          row.unproven = !is_proven(terrain_, plan_.sites[row.server->site].place, row.place);
        } else {
          explain(access, row, possible[i] != 0);
        }
      }
    });
  }

  void explain(const AccessModel& access, PlanSettlement& row, bool possible) const {
    Metres nearest{std::numeric_limits<double>::infinity()};
    for (std::uint32_t site = 0; site < plan_.sites.size(); ++site) {
      const Metres away = distance(plan_.sites[site].place, row.place);
      if (!plan_.sites[site].profile.empty() && away < nearest) {
        nearest = away;
        row.nearest_site = site;
      }
    }
    row.why = possible ? WhyUnserved::TooDear : WhyUnserved::NoCandidate;
    if (!(terrain_.resolution_at(row.place).value() > 0)) {
      row.why = WhyUnserved::UnknownTerrain;
      row.unproven = true;
      return;
    }
    if (row.nearest_site == kNoSite || nearest > input_.access.reach) {
      return;
    }
    const std::uint32_t node = node_of_[row.nearest_site];
    const Missing missing =
        why_unserved(terrain_, access, model_.nodes[node].place, static_cast<std::size_t>(height_of(node)), row.place);
    row.why = possible ? WhyUnserved::TooDear : missing.why;
    row.missing = missing.missing;
    row.obstruction = missing.obstruction;
    row.height_needed = missing.height_needed;
    row.unproven = missing.why == WhyUnserved::UnknownTerrain ||
                   !is_proven(terrain_, plan_.sites[row.nearest_site].place, row.place);
  }

  // The table of hops knows heights and lengths; what their heights do to fading shows only here.
  [[nodiscard]] std::ptrdiff_t weak_hops() const {
    return std::count_if(plan_.sites.begin(), plan_.sites.end(), [&](const PlanSite& site) {
      const auto radio = std::find_if(input_.backhaul.begin(), input_.backhaul.end(),
                                      [&](const RadioProfile& one) { return one.id == site.hop.profile; });
      return radio != input_.backhaul.end() && site.hop.availability < radio->availability;
    });
  }

  void add_marks() {
    plan_.marks = model_.marks;
    if (plan_.totals.sites_unproven > 0) {
      plan_.marks.push_back(std::to_string(plan_.totals.sites_unproven) +
                            " hops are unproven: the ground is coarser than 3 arc-seconds");
    }
    if (const auto weak = weak_hops(); weak > 0) {
      plan_.marks.push_back(std::to_string(weak) + " hops keep less of the year than their radio is asked to");
    }
    if (model_.access.unknown + model_.hops.unknown > 0) {
      plan_.marks.push_back(std::to_string(model_.access.unknown + model_.hops.unknown) +
                            " links run over unknown ground: neither the plan nor the bound counts them");
    }
    if (!input_.backhaul.empty()) {
      plan_.marks.emplace_back(
          "the bound is over these radios' hops as the table has them: the cheapest radio for each pair of places, the "
          "Fresnel zone of the lowest frequency for all, no hop longer than over flat ground");
    }
    const auto add_assumed = [&](const std::string& of, const std::vector<Origin>& origins) {
      const auto assumed = std::count_if(origins.begin(), origins.end(), [](const Origin& one) { return one.assumed; });
      if (assumed > 0) {
        plan_.marks.push_back(of + ": " + std::to_string(assumed) + " of " + std::to_string(origins.size()) +
                              " values are assumed");
      }
    };
    add_assumed(input_.costs.id, input_.costs.origins);
    add_assumed(input_.access.id, input_.access.origins);
    for (const RadioProfile& profile : input_.backhaul) {
      add_assumed(profile.id, profile.origins);
    }
    if (!input_.bonus.empty()) {
      plan_.marks.emplace_back("the choice counts schools and health centres as more people");
    }
  }

  const PlanModel& model_;
  const PlanInput& input_;
  const TerrainView& terrain_;
  const Attempt& attempt_;
  Executor& executor_;
  Plan plan_;
  std::vector<std::uint32_t> node_of_;  // of each site
  std::vector<std::uint32_t> site_of_;  // of each node
};

}  // namespace

Plan plan_of(const PlanModel& model, const PlanInput& input, const TerrainView& terrain, const Attempt& attempt,
             Executor& executor) {
  return Reporter{model, input, terrain, attempt, executor}.make();
}

bool is_proven(const TerrainView& terrain, const Place& from, const Place& to) {
  const double steps = std::clamp(std::ceil(distance(from, to).value() / kProofStep), 4.0, kMostProofSteps);
  const std::vector<Place> places = great_circle(from, to, static_cast<std::size_t>(steps) + 1);
  return std::all_of(places.begin(), places.end(), [&](const Place& place) {
    const double step = terrain.resolution_at(place).value();
    return step > 0 && step <= kFineDegrees;
  });
}

}  // namespace karkara::planner
