// What the configuration of uplinks can mean, but mostly does not.
#include <algorithm>

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/site_config.h"

namespace karkara {
namespace {

// A modem tells its own.
bool has_resolvers(const v1::UplinkConfig& uplink) {
  return !uplink.resolvers().empty() || uplink.has_cellular();
}

// While such an uplink carries, names are asked of the resolvers of another, whose network may refuse strangers.
void doubt_names(const v1::SiteConfig& config, std::vector<Doubt>& doubts) {
  const auto& uplinks = config.uplinks();
  const bool said =
      std::any_of(uplinks.begin(), uplinks.end(), [](const auto& uplink) { return !uplink.resolvers().empty(); });
  for (int i = 0; said && i < uplinks.size(); ++i) {
    if (!has_resolvers(uplinks[i])) {
      doubts.push_back(
          {"uplink-without-resolvers",
           {element("uplinks", uplinks[i].id(), i)},
           "has no 'resolvers' while another uplink has: what was written for that one stays in use here"});
    }
  }
}

}  // namespace

std::vector<Doubt> find_doubts(const v1::SiteConfig& config) {
  std::vector<Doubt> doubts;
  doubt_names(config, doubts);
  doubt_shaping(config, doubts);
  return doubts;
}

}  // namespace karkara
