#include "agent/uplink/nft_members.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "agent/facts/prefix_match.h"
#include "agent/uplink/nft_set.h"

namespace karkara {
namespace {

const char* family_name(IpFamily family) {
  return family == IpFamily::V4 ? "ip" : "ip6";
}

// The kernel takes no set in which one element holds another.
std::vector<IpPrefix> apart(const std::vector<IpPrefix>& prefixes, IpFamily family) {
  std::vector<IpPrefix> kept;
  for (const IpPrefix& given : prefixes) {
    const IpPrefix prefix = network_of(given);
    if (prefix.address.family() == family &&
        std::none_of(kept.begin(), kept.end(), [&](const IpPrefix& known) { return holds(known, prefix); })) {
      std::erase_if(kept, [&](const IpPrefix& known) { return holds(prefix, known); });
      kept.push_back(prefix);
    }
  }
  return kept;
}

std::string destinations(const ClassSettings& members, const std::string& chain) {
  std::string text;
  for (const IpFamily family : {IpFamily::V4, IpFamily::V6}) {
    if (const auto prefixes = apart(members.destinations, family); !prefixes.empty()) {
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
