#include "controller/planner/roadmap/network_losses.h"

#include <algorithm>
#include <set>

namespace karkara::planner {
namespace {

bool is_among(const std::string& name, const std::vector<std::string>& names) {
  return !name.empty() && std::find(names.begin(), names.end(), name) != names.end();
}

bool is_lost(const PlanNetwork& network, const LostNetworks& lost) {
  return is_among(network.owner, lost.operators) || is_among(network.tower, lost.towers);
}

}  // namespace

std::vector<char> still_stand(const std::vector<PlanNetwork>& networks, const LostNetworks& lost) {
  std::vector<std::string> doubtful;  // operators of towers that fell
  for (const PlanNetwork& network : networks) {
    if (is_among(network.tower, lost.towers)) {
      doubtful.push_back(network.owner);
    }
  }
  std::vector<char> stands;
  for (const PlanNetwork& network : networks) {
    const bool area_in_doubt =
        network.tower.empty() && std::find(doubtful.begin(), doubtful.end(), network.owner) != doubtful.end();
    stands.push_back(!is_lost(network, lost) && !area_in_doubt ? 1 : 0);
  }
  return stands;
}

bool falls(const std::string& mast, const std::string& owner, const LostNetworks& lost) {
  return is_among(mast, lost.towers) || is_among(owner, lost.operators);
}

NetworkLoss network_loss_of(const Plan& plan, const LostNetworks& lost) {
  NetworkLoss loss;
  for (std::uint32_t number = 0; number < plan.sites.size(); ++number) {
    const PlanSite& site = plan.sites[number];
    if (site.role == SiteRole::Existing && falls(site.id, site.owner, lost)) {
      loss.fallen.push_back(number);
    } else if (site.backhaul == BackhaulKind::Sim && site.networks.empty()) {
      loss.unknown.push_back(number);
    } else if (site.backhaul == BackhaulKind::Sim) {
      const std::vector<char> stands = still_stand(site.networks, lost);
      const auto next = static_cast<std::size_t>(std::find(stands.begin(), stands.end(), 1) - stands.begin());
      if (next == stands.size()) {
        loss.cut.push_back(number);
      } else if (next > 0) {
        loss.fallback.push_back({number, site.networks[next]});
      }
    }
  }
  return loss;
}

std::vector<std::string> towers_named(const Plan& plan) {
  std::set<std::string> names;
  for (const PlanSite& site : plan.sites) {
    if (site.role == SiteRole::Existing) {
      names.insert(site.id);
    }
    for (const PlanNetwork& network : site.networks) {
      names.insert(network.tower);
    }
  }
  names.erase("");
  return {names.begin(), names.end()};
}

std::vector<std::string> operators_named(const Plan& plan) {
  std::set<std::string> names;
  for (const PlanSite& site : plan.sites) {
    names.insert(site.owner);
    for (const PlanNetwork& network : site.networks) {
      names.insert(network.owner);
    }
  }
  names.erase("");
  return {names.begin(), names.end()};
}

}  // namespace karkara::planner
