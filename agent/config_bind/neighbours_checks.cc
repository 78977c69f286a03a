// What contradicts itself in the configuration of neighbours.
#include <algorithm>
#include <string>

#include "agent/config_bind/neighbours_config.h"
#include "agent/config_bind/proto_values.h"

namespace karkara {
namespace {

constexpr std::uint8_t kShortestNetwork = 8;
constexpr std::uint8_t kLongestNetwork = 29;

void check_mesh_uplinks(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  for (int i = 0; i < config.uplinks_size(); ++i) {
    const v1::UplinkConfig& uplink = config.uplinks(i);
    if (uplink.kind() != v1::UPLINK_KIND_MESH) {
      continue;
    }
    const std::string path = element("uplinks", uplink.id(), i);
    if (!config.has_neighbours()) {
      found.push_back({{join_path(path, "kind"), "neighbours"},
                       "is mesh, and there is no section 'neighbours' that says where they meet"});
    } else if (config.neighbours().interface() != uplink.interface()) {
      found.push_back({{join_path(path, "interface"), "neighbours.interface"},
                       "is not the interface on which neighbours meet, '" + config.neighbours().interface() + "'"});
    }
    if (uplink.has_gateway()) {
      found.push_back({{join_path(path, "gateway")}, "is the neighbour that lends: it cannot be told beforehand"});
    }
  }
}

template <class Sites>
void check_not_ourselves(const Sites& sites, const std::string& path, const v1::SiteConfig& config,
                         std::vector<Contradiction>& found) {
  if (std::ranges::find(sites, config.site().id()) != sites.end()) {
    found.push_back({{path, "site.id"}, "names this site itself"});
  }
}

void check_place(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  const v1::NeighboursConfig& neighbours = config.neighbours();
  const auto transit = IpPrefix::parse(neighbours.transit());
  if (transit && (transit->address.family() != IpFamily::V4 || transit->length < kShortestNetwork ||
                  transit->length > kLongestNetwork)) {
    found.push_back({{"neighbours.transit"}, "must be an IPv4 network of /8 to /29"});
  }
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    if (uplink.kind() != v1::UPLINK_KIND_MESH && uplink.interface() == neighbours.interface()) {
      found.push_back(
          {{"neighbours.interface"}, "belongs to the uplink '" + uplink.id() + "', which is not of the kind mesh"});
    }
  }
}

void check_lending(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  const v1::NeighboursConfig& neighbours = config.neighbours();
  const bool borrows = std::ranges::any_of(
      config.uplinks(), [](const v1::UplinkConfig& uplink) { return uplink.kind() == v1::UPLINK_KIND_MESH; });
  if (!borrows && !neighbours.has_lend()) {
    found.push_back({{"neighbours"}, "neither lends (section 'lend') nor borrows (an uplink of the kind mesh)"});
  }
  const bool own = std::ranges::any_of(
      config.uplinks(), [](const v1::UplinkConfig& uplink) { return uplink.kind() != v1::UPLINK_KIND_MESH; });
  if (neighbours.has_lend() && !own && neighbours.max_hops() < 2) {
    found.push_back({{"neighbours.lend", "neighbours.max_hops"},
                     "there is nothing to lend: the site has no uplink of its own, and max_hops is 1"});
  }
  for (const std::string& reach : neighbours.lend().reach()) {
    const auto prefix = IpPrefix::parse(reach);
    if (prefix && (prefix->address.family() != IpFamily::V4 || prefix->length < kShortestNetwork)) {
      found.push_back(
          {{"neighbours.lend.reach"}, "'" + reach + "' must be an IPv4 network, /8 or smaller: only IPv4 is lent"});
    }
  }
  for (int i = 0; i < config.classes_size(); ++i) {
    if (neighbours.has_lend() && config.classes(i).id() == kGuestsClass) {
      found.push_back({{element("classes", kGuestsClass, i), "neighbours.lend"},
                       "'guests' is the class of neighbours that borrow: give it another name"});
    }
  }
}

}  // namespace

void check_neighbours(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  check_mesh_uplinks(config, found);
  if (!config.has_neighbours()) {
    return;
  }
  check_place(config, found);
  check_lending(config, found);
  check_not_ourselves(config.neighbours().borrow_from(), "neighbours.borrow_from", config, found);
  check_not_ourselves(config.neighbours().lend().to(), "neighbours.lend.to", config, found);
}

}  // namespace karkara
