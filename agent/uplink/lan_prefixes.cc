#include "agent/uplink/lan_prefixes.h"

#include <algorithm>

#include "agent/facts/prefix_match.h"

namespace karkara {
namespace {

// What is known of who carries it: two that say different things carry it.
std::optional<bool> either(std::optional<bool> a, std::optional<bool> b) {
  if (a == true || b == true) {
    return true;
  }
  return a && b ? std::optional<bool>{false} : std::nullopt;
}

const DelegatedPrefix* longest_with(const std::vector<DelegatedPrefix>& prefixes, const IpAddress& address,
                                    std::optional<bool>& carries) {
  const DelegatedPrefix* longest = nullptr;
  for (const DelegatedPrefix& prefix : prefixes) {
    if (!holds(prefix.prefix, address) || (longest && prefix.prefix.length < longest->prefix.length)) {
      continue;
    }
    const bool same = longest && prefix.prefix.length == longest->prefix.length;
    carries = same ? either(carries, prefix.carries) : prefix.carries;
    longest = &prefix;
  }
  return longest;
}

bool is_on(const KernelSnapshot& kernel, const std::vector<std::string>& names, std::uint32_t index) {
  return std::any_of(kernel.links.begin(), kernel.links.end(), [&](const Link& link) {
    return link.index == index && std::find(names.begin(), names.end(), link.name) != names.end();
  });
}

}  // namespace

// Nothing is remembered: what we deprecated carries our number in the kernel, so that after a restart the dump alone
// tells, and after a reboot the addresses are as their DHCP client makes them, and are judged anew. An address without
// end is ours to prefer again without the number, which kernels before 5.18 do not keep: nobody's server deprecates it.
// What a server deprecated, or let run out, stays so: it may have replaced the prefix (RFC 9096, section 3.5).
std::vector<AddressPreference> lan_preferences(const KernelSnapshot& kernel,
                                               const std::vector<std::string>& lan_interfaces,
                                               const std::vector<DelegatedPrefix>& prefixes) {
  std::vector<AddressPreference> preferences;
  for (const LinkAddress& address : kernel.addresses) {
    std::optional<bool> carries;
    if (!address.global || address.tentative || address.ours || !is_on(kernel, lan_interfaces, address.link) ||
        !longest_with(prefixes, address.prefix.address, carries)) {
      continue;
    }
    const bool may_return = !address.deprecated || address.deprecated_by_us || address.permanent;
    if (!carries || (*carries && !may_return)) {
      carries = !address.deprecated;
    }
    preferences.push_back({address.link, address.prefix, *carries});
  }
  return preferences;
}

}  // namespace karkara
