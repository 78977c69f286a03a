#include "agent/config_bind/class_members.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "agent/config_bind/proto_values.h"
#include "agent/facts/prefix_match.h"

namespace karkara {
namespace {

constexpr std::uint32_t kHighestDscp = 63;

bool has_members(const v1::ServiceClassConfig& of) {
  return !of.interfaces().empty() || !of.subnets().empty() || !of.dscp().empty() || !of.macs().empty() ||
         !of.destinations().empty();
}

// Nothing: a fine one.
std::optional<std::string> fault_of_mac(const std::string& text) {
  bool fine = text.size() == 17;
  for (std::size_t i = 0; fine && i < text.size(); ++i) {
    fine = i % 3 == 2 ? text[i] == ':' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
  }
  if (!fine) {
    return "is not an Ethernet address: must be like 02:00:5e:10:00:01";
  }
  const bool group = std::string_view{"13579bdfBDF"}.find(text[1]) != std::string_view::npos;
  return group ? std::optional<std::string>{"is a group's address: nobody sends from it"} : std::nullopt;
}

// What earlier classes have; the first whose members fit has the packet.
class Claims {
 public:
  Claims(std::vector<Contradiction>& found) : found_{found} {}

  void claim(const std::string& owner, const std::string& what, const std::string& path) {
    const auto [known, is_new] = taken_.emplace(what, owner);
    if (!is_new) {
      found_.push_back({{path}, "'" + what + "' already belongs to class '" + known->second + "'"});
    }
  }
  void claim_prefix(const std::string& owner, const std::string& text, const std::string& path, bool destination) {
    const auto prefix = IpPrefix::parse(text);
    if (!prefix) {
      return;  // the reader has told
    }
    std::vector<Owned>& prefixes = destination ? destinations_ : sources_;
    const auto around = std::find_if(prefixes.begin(), prefixes.end(), [&](const Owned& known) {
      return known.owner != owner && holds(known.prefix, *prefix);
    });
    if (around == prefixes.end()) {
      prefixes.push_back({owner, *prefix});
    } else if (network_of(around->prefix) == network_of(*prefix)) {
      found_.push_back({{path}, "'" + text + "' already belongs to class '" + around->owner + "'"});
    } else {
      found_.push_back({{path},
                        "'" + text + "' lies in " + around->prefix.text() + ", which class '" + around->owner +
                            "' before it takes: put this class first"});
    }
  }

 private:
  struct Owned {
    std::string owner;
    IpPrefix prefix;
  };
  std::vector<Contradiction>& found_;
  std::map<std::string, std::string> taken_;  // interface or Ethernet address -> class
  std::vector<Owned> sources_;
  std::vector<Owned> destinations_;
};

void check_names(const v1::SiteConfig& config, int index, const std::string& path, std::vector<Contradiction>& found) {
  const v1::ServiceClassConfig& service = config.classes(index);
  const bool last = index + 1 == config.classes_size();
  if (service.id() == "control") {
    found.push_back({{path}, "'control' is the router's own traffic: choose another name"});
  }
  if (service.id() == "other" && has_members(service)) {
    found.push_back({{path}, "'other' is what fits none of the classes: choose another name"});
  }
  if (!has_members(service) && !last) {
    found.push_back({{path}, "takes everything, so that no class behind it gets anything: it must be the last"});
  }
}

}  // namespace

void check_class_members(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  Claims claims{found};
  for (int i = 0; i < config.classes_size(); ++i) {
    const v1::ServiceClassConfig& service = config.classes(i);
    const std::string path = element("classes", service.id(), i);
    check_names(config, i, path, found);
    for (const std::uint32_t dscp : service.dscp()) {
      if (dscp > kHighestDscp) {
        found.push_back({{join_path(path, "dscp")}, std::to_string(dscp) + " is no DSCP: must be 0 to 63"});
      }
      claims.claim(service.id(), "DSCP " + std::to_string(dscp), join_path(path, "dscp"));
    }
    for (const std::string& interface : service.interfaces()) {
      claims.claim(service.id(), interface, join_path(path, "interfaces"));
    }
    for (std::string mac : service.macs()) {
      if (const auto fault = fault_of_mac(mac)) {
        found.push_back({{join_path(path, "macs")}, "'" + mac + "' " + *fault});
      }
      std::transform(mac.begin(), mac.end(), mac.begin(), [](unsigned char c) { return std::tolower(c); });
      claims.claim(service.id(), mac, join_path(path, "macs"));
    }
    for (const std::string& subnet : service.subnets()) {
      claims.claim_prefix(service.id(), subnet, join_path(path, "subnets"), false);
    }
    for (const std::string& destination : service.destinations()) {
      claims.claim_prefix(service.id(), destination, join_path(path, "destinations"), true);
    }
  }
}

}  // namespace karkara
