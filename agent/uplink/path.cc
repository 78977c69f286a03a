#include "agent/uplink/path.h"

namespace karkara {
namespace {

std::optional<IpAddress> source_on(const KernelSnapshot& kernel, std::uint32_t link, IpFamily family) {
  for (const LinkAddress& address : kernel.addresses) {
    if (address.link == link && address.global && !address.deprecated && !address.tentative &&
        address.prefix.address.family() == family) {
      return address.prefix.address;
    }
  }
  return std::nullopt;
}

// The best default route that DHCP, a router advertisement or a person put into the main table, or a next hop of it.
// What else it carries (other_attributes) matters only to those who would change it.
const Route* learned_default(const KernelSnapshot& kernel, std::uint32_t link, IpFamily family) {
  const Route* learned = nullptr;
  for (const Route& route : kernel.routes) {
    if (route.table == kMainTable && route.destination.is_everything() &&
        route.destination.address.family() == family && route.link == link && route.type == RouteType::Unicast &&
        (!learned || route.metric < learned->metric)) {
      learned = &route;
    }
  }
  return learned;
}

FamilyPath family_path(const KernelSnapshot& kernel, std::uint32_t link, IpFamily family) {
  FamilyPath path;
  path.source = source_on(kernel, link, family);
  if (const Route* learned = learned_default(kernel, link, family)) {
    path.gateway = learned->gateway;
    path.no_gateway_needed = !learned->gateway;
  }
  return path;
}

// On the masts' network only the neighbour that lends is a way out, whatever routes others put there.
FamilyPath borrowed_path(const KernelSnapshot& kernel, std::uint32_t link, const UplinkAdvice* advice) {
  FamilyPath path;
  if (advice && advice->address) {
    for (const LinkAddress& address : kernel.addresses) {
      if (address.link == link && address.prefix.address == advice->address->address && !address.tentative) {
        path.source = address.prefix.address;
      }
    }
    path.gateway = advice->gateway;
  }
  return path;
}

}  // namespace

UplinkPath find_path(const KernelSnapshot& kernel, const UplinkSettings& settings, const UplinkAdvice* advice) {
  const bool elsewhere = advice && !advice->interface.empty();
  const Link* link = kernel.link_named(elsewhere ? advice->interface : settings.interface);
  if (!link) {
    return {};
  }
  UplinkPath path;
  path.link = link->index;
  path.carrier = link->admin_up && link->carrier;
  path.mtu = link->mtu;
  path.v4 = family_path(kernel, link->index, IpFamily::V4);
  path.v6 = family_path(kernel, link->index, IpFamily::V6);
  if (advice && advice->gateway && advice->gateway->family() == IpFamily::V4) {
    path.v4.gateway = advice->gateway;
  }
  if (advice && advice->point_to_point) {
    path.v4.no_gateway_needed = true;
  }
  if (advice && advice->gateway6) {
    path.v6.gateway = advice->gateway6;
  }
  if (advice && advice->point_to_point6) {
    path.v6.no_gateway_needed = true;
  }
  if (settings.kind == UplinkKind::Mesh) {
    path.v4 = borrowed_path(kernel, link->index, advice);
    path.v6 = {};
  }
  if (settings.gateway) {
    FamilyPath& of_family = settings.gateway->family() == IpFamily::V4 ? path.v4 : path.v6;
    of_family.gateway = settings.gateway;
    of_family.no_gateway_needed = false;
  }
  return path;
}

}  // namespace karkara
