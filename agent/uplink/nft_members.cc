#include "agent/uplink/nft_members.h"

#include <fmt/format.h>

#include <vector>

#include "agent/uplink/nft_set.h"
#include "agent/uplink/prefixes_apart.h"

namespace karkara {
namespace {

const char* family_name(IpFamily family) {
  return family == IpFamily::V4 ? "ip" : "ip6";
}

std::vector<IpPrefix> networks_of_family(const std::vector<IpPrefix>& prefixes, IpFamily family) {
  std::vector<IpPrefix> networks;
  for (const IpPrefix& prefix : prefixes) {
    if (prefix.address.family() == family) {
      networks.push_back(network_of(prefix));
    }
  }
  return prefixes_apart(networks);
}

std::string destinations(const ClassSettings& members, const std::string& chain) {
  std::string text;
  for (const IpFamily family : {IpFamily::V4, IpFamily::V6}) {
    if (const auto prefixes = networks_of_family(members.destinations, family); !prefixes.empty()) {
      text += fmt::format(
          "    {} daddr {} goto {}\n", family_name(family),
          nft_set_of(prefixes,
                     [](const IpPrefix& prefix) { return fmt::format("{}/{}", prefix.address.text(), prefix.length); }),
          chain);
    }
  }
  return text;
}

}  // namespace

std::string nft_members(const ClassSettings& members, const std::string& chain) {
  if (members.takes_everything()) {
    return "    goto " + chain + "\n";
  }
  std::string text;
  if (!members.interfaces.empty()) {
    text += "    iifname " + nft_set_of(members.interfaces, [](const std::string& name) { return '"' + name + '"'; }) +
            " goto " + chain + "\n";
  }
  if (!members.macs.empty()) {
    text += "    ether saddr " + nft_set_of(members.macs, [](const std::string& mac) { return mac; }) + " goto " +
            chain + "\n";
  }
  for (const IpPrefix& subnet : members.subnets) {
    text += fmt::format("    {} saddr {}/{} goto {}\n", family_name(subnet.address.family()), subnet.address.text(),
                        subnet.length, chain);
  }
  text += destinations(members, chain);
  if (!members.dscps.empty()) {
    const std::string list = nft_set_of(members.dscps, [](std::uint8_t dscp) { return fmt::format("{:#04x}", dscp); });
    text += "    ip dscp " + list + " goto " + chain + "\n    ip6 dscp " + list + " goto " + chain + "\n";
  }
  return text;
}

}  // namespace karkara
