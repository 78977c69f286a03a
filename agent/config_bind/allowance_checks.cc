#include "agent/config_bind/allowance_checks.h"

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/uplink_config.h"

namespace karkara {
namespace {

void check_bundle(const v1::AllowanceConfig& bundle, const std::string& path, std::vector<Contradiction>& found) {
  const auto bought = parse_day(bundle.bought(), std::chrono::minutes{0});
  const auto until = parse_day(bundle.valid_until(), std::chrono::minutes{0});
  if ((bundle.has_bought() && !bought) || (bundle.has_valid_until() && !until)) {
    found.push_back({{join_path(path, bundle.has_bought() && !bought ? "bought" : "valid_until")},
                     "is not a day: must be like 2026-11-30"});
  } else if (bundle.has_bought() != bundle.has_valid_until()) {
    found.push_back(
        {{join_path(path, bundle.has_bought() ? "bought" : "valid_until")}, "needs both 'bought' and 'valid_until'"});
  } else if (bought && *until <= *bought) {
    found.push_back({{join_path(path, "valid_until")}, "is not behind 'bought'"});
  }
  const bool priced = bundle.price_per_megabyte() > 0 || (bundle.price_per_cycle() > 0 && bundle.has_bytes());
  if (bundle.has_spend() && !priced) {
    found.push_back({{join_path(path, "spend")},
                     "needs a price to count by: 'price_per_megabyte', or 'price_per_cycle' with 'bytes'"});
  }
}

}  // namespace

void check_allowances(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  for (int i = 0; i < config.uplinks_size(); ++i) {
    const v1::UplinkConfig& uplink = config.uplinks(i);
    const std::string path = element("uplinks", uplink.id(), i);
    check_bundle(uplink.allowance(), join_path(path, "allowance"), found);
    for (int k = 0; k < uplink.cellular().sims_size(); ++k) {
      const v1::SimConfig& sim = uplink.cellular().sims(k);
      check_bundle(sim.allowance(), join_path(element(join_path(path, "cellular.sims"), sim.id(), k), "allowance"),
                   found);
    }
  }
}

}  // namespace karkara
