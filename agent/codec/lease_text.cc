#include "agent/codec/lease_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "agent/codec/bus_fields.h"
#include "agent/facts/prefix_match.h"

namespace karkara {
namespace {

constexpr std::size_t kMostTold = 16;
constexpr std::size_t kMostNetifd = 64;    // interfaces of one configuration
constexpr std::size_t kMostResolvers = 3;  // what a resolv.conf may name
constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Takes what comes before the separator, and the separator, off the text.
std::string_view take_until(std::string_view& text, std::string_view separators) {
  const auto end = text.find_first_of(separators);
  const std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return part;
}

// The rest of a line behind its first word; nothing when that is another one.
std::optional<std::string_view> behind(std::string_view line, std::string_view word) {
  line = trimmed(line);
  if (!line.starts_with(word) || line.size() == word.size() || kBlanks.find(line[word.size()]) == kBlanks.npos) {
    return std::nullopt;
  }
  return trimmed(line.substr(word.size()));
}

void add(std::vector<IpAddress>& told, const std::optional<IpAddress>& address) {
  if (address && told.size() < kMostTold) {
    told.push_back(*address);
  }
}

// "192.0.2.1", "192.0.2.1:53", "[2001:db8::1]:53%eth1#dns.example": another port than 53 could not be written down.
std::optional<IpAddress> networkd_word(std::string_view word) {
  word = word.substr(0, word.find_first_of("%#"));
  if (const auto plain = IpAddress::parse(word)) {
    return plain;
  }
  const auto endpoint = IpEndpoint::parse(word);
  return endpoint && endpoint->port == 53 ? std::optional{endpoint->address} : std::nullopt;
}

std::optional<IpAddress> named_by(std::string_view line) {
  const auto rest = behind(line, "nameserver");
  return rest ? IpAddress::parse(rest->substr(0, rest->find_first_of(" \t\r#"))) : std::nullopt;
}

struct Lease {
  bool of_interface = false;
  std::optional<IpAddress> address{};
  std::vector<IpAddress> resolvers{};
};

void read_statement(std::string_view line, std::string_view interface, Lease& lease) {
  if (!line.ends_with(';')) {
    return;
  }
  line.remove_suffix(1);
  if (const auto name = behind(line, "interface")) {
    lease.of_interface = *name == "\"" + std::string{interface} + "\"";
  } else if (const auto address = behind(line, "fixed-address")) {
    lease.address = IpAddress::parse(*address);
  } else if (auto list = behind(line, "option domain-name-servers")) {
    lease.resolvers.clear();
    while (!list->empty()) {
      add(lease.resolvers, IpAddress::parse(trimmed(take_until(*list, ","))));
    }
  }
}

bool is_reachable_by_address(const IpAddress& address) {
  const auto first = std::to_integer<unsigned>(address.bytes()[0]);
  if (address.is_unspecified() || is_link_local(address)) {
    return false;
  }
  if (address.family() == IpFamily::V4) {
    return first != 0 && first != 127 && first < 224;
  }
  return first != 0xff && address != *IpAddress::parse("::1");
}

// Bytes as the bus gives them.
std::optional<IpAddress> from_list(const BusValue& value) {
  const auto* list = value.as<BusList>();
  if (list == nullptr || list->size() != 16) {
    return std::nullopt;
  }
  std::array<std::byte, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto* number = (*list)[i].as<std::uint64_t>();
    if (number == nullptr || *number > 255) {
      return std::nullopt;
    }
    bytes.at(i) = static_cast<std::byte>(*number);
  }
  return IpAddress::from_bytes(bytes);
}

// The first words of a line of UCI: config interface 'wan', option "device" eth1.
std::vector<std::string_view> uci_words(std::string_view line) {
  constexpr std::size_t kMostWords = 3;
  std::vector<std::string_view> words;
  for (line = trimmed(line); !line.empty() && line.front() != '#' && words.size() < kMostWords; line = trimmed(line)) {
    const std::string_view quote = line.substr(0, 1);
    if (quote == "'" || quote == "\"") {
      line.remove_prefix(1);
      words.push_back(take_until(line, quote));
    } else {
      words.push_back(take_until(line, kBlanks));
    }
  }
  return words;
}

struct NetifdInterface {
  std::string_view name;
  std::string_view device{};
};

std::vector<NetifdInterface> read_netifd(std::string_view config) {
  std::vector<NetifdInterface> all;
  bool inside = false;
  while (!config.empty()) {
    const auto words = uci_words(take_until(config, "\n"));
    if (!words.empty() && words[0] == "config") {
      inside = words.size() == 3 && words[1] == "interface" && !words[2].empty() && all.size() < kMostNetifd;
      if (inside) {
        all.push_back({words[2]});
      }
    } else if (inside && words.size() == 3 && words[0] == "option" && (words[1] == "device" || words[1] == "ifname")) {
      all.back().device = words[2];
    }
  }
  return all;
}

// "pppoe-wan" is made by netifd for the interface "wan".
bool is_made_for(std::string_view interface, std::string_view name) {
  const bool longer = interface.size() > name.size() + 1 && interface.ends_with(name);
  return interface == name || (longer && interface[interface.size() - name.size() - 1] == '-');
}

}  // namespace

std::vector<IpAddress> networkd_resolvers(std::string_view state) {
  std::vector<IpAddress> told;
  while (!state.empty()) {
    std::string_view line = trimmed(take_until(state, "\n"));
    if (!line.starts_with("DNS=")) {
      continue;
    }
    line.remove_prefix(4);
    while (!line.empty()) {
      add(told, networkd_word(take_until(line, " ")));
    }
  }
  return told;
}

std::vector<IpAddress> listed_resolvers(std::string_view text) {
  std::vector<IpAddress> told;
  while (!text.empty()) {
    add(told, named_by(take_until(text, "\n")));
  }
  return told;
}

std::vector<IpAddress> marked_resolvers(std::string_view text, std::string_view interface) {
  std::vector<IpAddress> told;
  while (!text.empty()) {
    const std::string_view line = take_until(text, "\n");
    const auto mark = line.find('#');
    if (mark != std::string_view::npos && trimmed(line.substr(mark + 1)) == interface) {
      add(told, named_by(line));
    }
  }
  return told;
}

std::vector<std::string> netifd_interfaces(std::string_view config, std::string_view interface) {
  const std::vector<NetifdInterface> all = read_netifd(config);
  std::vector<std::string> names;
  const auto add_all = [&](const auto& fits) {
    for (const NetifdInterface& each : all) {
      if (fits(each) && std::find(names.begin(), names.end(), each.name) == names.end()) {
        names.emplace_back(each.name);
      }
    }
  };
  add_all([&](const NetifdInterface& each) { return each.device == interface || is_made_for(interface, each.name); });
  const std::vector<std::string> direct = names;
  add_all([&](const NetifdInterface& each) {  // "@wan": above another one
    return each.device.starts_with('@') &&
           std::find(direct.begin(), direct.end(), each.device.substr(1)) != direct.end();
  });
  return names;
}

std::vector<IpAddress> netifd_resolvers(std::string_view text, std::span<const std::string> names) {
  std::vector<IpAddress> told;
  bool ours = false;
  while (!text.empty()) {
    const std::string_view line = take_until(text, "\n");
    if (const auto name = behind(line, "# Interface")) {
      ours = std::ranges::any_of(names, [&](const std::string& known) {
        return *name == known || *name == known + "_4" || *name == known + "_6";
      });
    } else if (ours) {
      add(told, named_by(line));
    }
  }
  return told;
}

std::vector<IpAddress> dhclient_resolvers(std::string_view leases, std::string_view interface,
                                          std::span<const IpAddress> held) {
  std::vector<IpAddress> told;
  std::optional<Lease> lease;
  while (!leases.empty()) {
    const std::string_view line = trimmed(take_until(leases, "\n"));
    if (line == "lease {") {
      lease.emplace();
    } else if (line == "}" && lease) {
      const bool holds = lease->address && std::find(held.begin(), held.end(), *lease->address) != held.end();
      if (lease->of_interface && holds) {
        told = std::move(lease->resolvers);
      }
      lease.reset();
    } else if (lease) {
      read_statement(line, interface, *lease);
    }
  }
  return told;
}

std::vector<IpAddress> network_manager_resolvers(const BusDict& config) {
  std::vector<IpAddress> told;
  const BusValue* named = bus_field(config, "NameserverData");
  const auto* entries = named != nullptr ? named->as<BusList>() : nullptr;
  for (const BusValue& entry : entries != nullptr ? *entries : BusList{}) {
    const auto* dict = entry.as<BusDict>();
    const auto text = dict != nullptr ? text_field(*dict, "address") : std::nullopt;
    add(told, text ? IpAddress::parse(*text) : std::nullopt);
  }
  const BusValue* bytes = told.empty() ? bus_field(config, "Nameservers") : nullptr;  // of IPv6 there is nothing else
  const auto* lists = bytes != nullptr ? bytes->as<BusList>() : nullptr;
  for (const BusValue& list : lists != nullptr ? *lists : BusList{}) {
    add(told, from_list(list));
  }
  return told;
}

std::vector<IpAddress> fit_resolvers(const std::vector<IpAddress>& told, std::span<const IpAddress> held) {
  std::vector<IpAddress> fit;
  for (const IpAddress& address : told) {
    const bool own = std::find(held.begin(), held.end(), address) != held.end();
    const bool known = std::find(fit.begin(), fit.end(), address) != fit.end();
    if (is_reachable_by_address(address) && !own && !known && fit.size() < kMostResolvers) {
      fit.push_back(address);
    }
  }
  return fit;
}

}  // namespace karkara
