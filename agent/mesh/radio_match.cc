#include "agent/mesh/radio_match.h"

#include <algorithm>

#include "agent/facts/radio_name.h"

namespace karkara {
namespace {

bool is_named(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

bool is_phy(const std::string& phy, const RadioSeen& seen) {
  const std::string name = plain_radio_name(phy);
  return name == seen.phy || (!seen.mac.empty() && name == plain_radio_name(seen.mac)) ||
         (!seen.path.empty() && name == seen.path);
}

bool has_one_of(const std::vector<std::string>& names, const RadioSeen& seen) {
  return std::ranges::any_of(seen.interfaces,
                             [&](const RadioInterface& interface) { return is_named(names, interface.name); });
}

}  // namespace

std::optional<RadioSeen> find_radio(const RadioSettings& radio, const std::vector<RadioSeen>& all) {
  const auto found = std::ranges::find_if(all, [&](const RadioSeen& seen) {
    return radio.phy.empty() ? has_one_of(radio.interfaces, seen) : is_phy(radio.phy, seen);
  });
  if (found == all.end()) {
    return std::nullopt;
  }
  RadioSeen its = *found;
  std::erase_if(its.interfaces,
                [&](const RadioInterface& interface) { return !is_named(radio.interfaces, interface.name); });
  return its;
}

std::vector<std::string> missing_interfaces(const RadioSettings& radio, const RadioSeen& seen) {
  std::vector<std::string> missing;
  for (const std::string& name : radio.interfaces) {
    if (std::ranges::find(seen.interfaces, name, &RadioInterface::name) == seen.interfaces.end()) {
      missing.push_back(name);
    }
  }
  return missing;
}

}  // namespace karkara
