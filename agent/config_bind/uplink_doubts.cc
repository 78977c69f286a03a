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

// While such an uplink carries, names may be asked of the resolvers of another, whose network may refuse strangers.
void doubt_names(const v1::SiteConfig& config, std::vector<Doubt>& doubts) {
  const auto& uplinks = config.uplinks();
  const bool said =
      std::any_of(uplinks.begin(), uplinks.end(), [](const auto& uplink) { return !uplink.resolvers().empty(); });
  for (int i = 0; said && i < uplinks.size(); ++i) {
    if (!has_resolvers(uplinks[i])) {
      doubts.push_back({"uplink-without-resolvers",
                        {element("uplinks", uplinks[i].id(), i)},
                        "has no 'resolvers' while another uplink has: unless the lease of its DHCP client tells some, "
                        "what was written for that one stays in use here"});
    }
  }
}

void doubt_modems(const v1::SiteConfig& config, std::vector<Doubt>& doubts) {
  for (int i = 0; i < config.uplinks_size(); ++i) {
    const v1::UplinkConfig& uplink = config.uplinks(i);
    const std::string path = join_path(element("uplinks", uplink.id(), i), "cellular");
    for (int k = 0; k < uplink.cellular().sims_size(); ++k) {
      const v1::SimConfig& sim = uplink.cellular().sims(k);
      if (sim.ip_type() == v1::PDP_TYPE_V6) {
        const std::string of = element(join_path(path, "sims"), sim.id(), k);
        doubts.push_back({"ipv6-alone",
                          {join_path(of, "ip_type"), of},
                          "gives no IPv4: what the village has of it goes by other uplinks, or not at all, and only an "
                          "anchor with an IPv6 address can judge the link; v4v6 takes whatever the network gives"});
      }
    }
    if (!uplink.cellular().power_command().empty() && uplink.cellular().has_usb_port()) {
      doubts.push_back({"usb-port-without-effect",
                        {join_path(path, "usb_port")},
                        "has no use beside power_command, which is what is run"});
    }
  }
}

}  // namespace

std::vector<Doubt> find_doubts(const v1::SiteConfig& config) {
  std::vector<Doubt> doubts;
  doubt_names(config, doubts);
  doubt_modems(config, doubts);
  doubt_shaping(config, doubts);
  return doubts;
}

}  // namespace karkara
