#include "agent/config_bind/link_checks.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

#include "agent/cellular/ussd_balance.h"
#include "agent/config_bind/proto_values.h"
#include "agent/facts/prefix_match.h"

namespace karkara {
namespace {

using Found = std::vector<Contradiction>;

bool all_digits(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string kind_of(const v1::UplinkConfig& uplink) {
  switch (uplink.kind()) {
    case v1::UPLINK_KIND_ETHERNET: return "ethernet";
    case v1::UPLINK_KIND_VSAT: return "vsat";
    case v1::UPLINK_KIND_CELLULAR: return "cellular";
    case v1::UPLINK_KIND_MESH: return "mesh";
    default: return "none";  // foreign: an enum of protobuf, open on the wire
  }
}

void check_kind(const std::string& path, const v1::UplinkConfig& uplink, Found& found) {
  if (uplink.has_cellular() && uplink.kind() != v1::UPLINK_KIND_CELLULAR) {
    found.push_back({{join_path(path, "cellular")}, "is for uplinks of kind cellular; this one is " + kind_of(uplink)});
  }
  if (uplink.has_terminal() && uplink.has_cellular()) {
    found.push_back({{join_path(path, "terminal")},
                     "is for a device that has its own management; this uplink's modem tells by ModemManager"});
  }
  const bool dish = uplink.terminal().kind() == v1::TERMINAL_KIND_STARLINK;
  if (uplink.has_terminal() && uplink.kind() == v1::UPLINK_KIND_MESH) {
    found.push_back(
        {{join_path(path, "terminal")}, "is for uplinks with a terminal or a modem router; this one is mesh"});
  } else if (uplink.has_terminal() && dish && uplink.kind() != v1::UPLINK_KIND_VSAT) {
    found.push_back({{join_path(path, "terminal.kind"), join_path(path, "terminal")},
                     "is a satellite dish, and this uplink is " + kind_of(uplink) + ": its kind must be vsat"});
  }
}

void check_terminal(const std::string& path, const v1::TerminalConfig& terminal, Found& found) {
  const bool dish = terminal.kind() == v1::TERMINAL_KIND_STARLINK;
  if (terminal.kind() == v1::TERMINAL_KIND_SNMP && !terminal.has_snmp()) {
    found.push_back({{join_path(path, "kind"), path}, "needs 'snmp' beside it: how the terminal is asked"});
  }
  for (const auto& [given, key] : {std::pair{terminal.has_snmp(), "snmp"}, std::pair{terminal.has_table(), "table"}}) {
    if (dish && given) {
      found.push_back({{join_path(path, key)}, "is for terminals of kind snmp; a dish is read by 'dish'"});
    }
  }
  check_snmp(join_path(path, "snmp"), terminal.snmp(), found);
}

void check_balance(const std::string& path, const v1::BalanceConfig& balance, Found& found) {
  for (int i = 0; i < balance.patterns_size(); ++i) {
    if (const auto pattern = UssdPattern::parse(balance.patterns(i)); !pattern) {
      found.push_back({{element_path(join_path(path, "patterns"), "#" + std::to_string(i + 1)), path},
                       "'" + balance.patterns(i) + "': " + pattern.error().text});
    }
  }
}

void check_sims(const std::string& path, const v1::CellularConfig& modem, Found& found) {
  std::map<unsigned, std::string> slots;
  for (int i = 0; i < modem.sims_size(); ++i) {
    const v1::SimConfig& sim = modem.sims(i);
    const std::string of = element(join_path(path, "sims"), sim.id(), i);
    const auto [owner, is_new] = slots.emplace(sim.slot(), sim.id());
    if (!is_new) {
      found.push_back({{join_path(of, "slot"), of},
                       "is slot " + std::to_string(sim.slot()) + ", as is SIM '" + owner->second +
                           "': each SIM needs a slot of its own"});
    }
    if (sim.has_pin() && !all_digits(sim.pin())) {
      found.push_back({{join_path(of, "pin")}, "must be 4 to 8 digits"});
    }
    if (sim.auth() == v1::APN_AUTH_NONE && (sim.has_user() || sim.has_password())) {
      found.push_back({{join_path(of, "auth")}, "is none beside a user or password: leave one of them out"});
    }
    check_balance(join_path(of, "balance"), sim.balance(), found);
  }
}

// "1-1.2", as below /sys/bus/usb/devices.
bool is_usb_port(std::string_view port) {
  const auto dash = port.find('-');
  if (dash == std::string_view::npos || dash == 0 || port.find("..") != std::string_view::npos) {
    return false;
  }
  const std::string_view behind = port.substr(dash + 1);
  return port.substr(0, dash).find_first_not_of("0123456789") == std::string_view::npos && !behind.empty() &&
         behind.find_first_not_of("0123456789.") == std::string_view::npos && behind.front() != '.' &&
         behind.back() != '.';
}

void check_modem(const std::string& path, const v1::CellularConfig& modem, Found& found) {
  if (modem.has_imei() && !all_digits(modem.imei())) {
    found.push_back({{join_path(path, "imei")}, "must be digits only"});
  }
  if (modem.has_usb_port() && !is_usb_port(modem.usb_port())) {
    found.push_back({{join_path(path, "usb_port")}, "must be a port below /sys/bus/usb/devices, such as 1-1.2"});
  }
  if (modem.has_power_relay() && (!modem.power_command().empty() || modem.has_usb_port())) {
    found.push_back({{join_path(path, "power_relay")},
                     "stands beside " + std::string{modem.has_usb_port() ? "usb_port" : "power_command"} +
                         ": say one way to cut the modem's power"});
  }
  if (modem.spare_check_nights() > 0 &&
      (modem.sims_size() < 2 || (modem.has_slot_switches_per_day() && modem.slot_switches_per_day() < 2))) {
    found.push_back({{join_path(path, "spare_check_nights")},
                     modem.sims_size() < 2 ? "needs a second SIM in 'sims'"
                                           : "needs two changes of the SIM a day: there and back"});
  }
  check_sims(path, modem, found);
}

// Two uplinks with one modem would take it from each other.
class ModemClaims {
 public:
  explicit ModemClaims(Found& found) : found_{found} {}

  void claim(const std::string& path, const v1::UplinkConfig& uplink) {
    const v1::CellularConfig& modem = uplink.cellular();
    take(imeis_, modem.imei(), join_path(path, "imei"), uplink.id());
    take(devices_, modem.device(), join_path(path, "device"), uplink.id());
    if (!modem.has_imei() && !modem.has_device()) {
      if (!any_.empty()) {
        found_.push_back({{path},
                          "takes any modem, as uplink '" + any_ +
                              "' does: say imei or device, or which SIM is which would be left to chance"});
      }
      any_ = any_.empty() ? uplink.id() : any_;
    }
  }

 private:
  void take(std::map<std::string, std::string>& taken, const std::string& value, const std::string& path,
            const std::string& uplink) {
    if (value.empty()) {
      return;
    }
    const auto [owner, is_new] = taken.emplace(value, uplink);
    if (!is_new) {
      found_.push_back({{path}, "names the modem of uplink '" + owner->second + "': each uplink needs its own"});
    }
  }
  Found& found_;
  std::map<std::string, std::string> imeis_;
  std::map<std::string, std::string> devices_;
  std::string any_;
};

const v1::ShedStageConfig* stage_that_opens(const v1::SiteConfig& config, const std::string& relay) {
  for (const v1::ShedStageConfig& stage : config.shedding().stages()) {
    const bool named = std::ranges::find(stage.relays_off(), relay) != stage.relays_off().end();
    const bool rests = std::ranges::any_of(
        stage.rest(), [&](const v1::RestUplinkConfig& rest) { return rest.has_relay() && rest.relay() == relay; });
    if (named || rests) {
      return &stage;
    }
  }
  return nullptr;
}

void check_feed(const v1::SiteConfig& config, const std::string& path, const v1::UplinkConfig& uplink,
                std::map<std::string, std::string>& feeds, Found& found) {
  const std::string& relay = uplink.cellular().power_relay();
  const auto& relays = config.shedding().relays();
  if (!uplink.cellular().has_power_relay()) {
    return;
  }
  if (std::ranges::none_of(relays, [&](const v1::RelayConfig& known) { return known.id() == relay; })) {
    found.push_back({{path}, "there is no relay '" + relay + "' in shedding.relays"});
  } else if (const auto* stage = stage_that_opens(config, relay)) {
    found.push_back({{path},
                     "relay '" + relay + "' is also opened by stage '" + stage->id() +
                         "': recovery would close it against the ladder; give the modem a relay of its own"});
  }
  const auto [owner, is_new] = feeds.emplace(relay, uplink.id());
  if (!is_new) {
    found.push_back({{path}, "relay '" + relay + "' already feeds the modem of uplink '" + owner->second + "'"});
  }
}

// 0.0.0.0, the router itself and groups are no neighbours.
std::string fault_of_host(const std::string& text, bool resolver) {
  const auto address = IpAddress::parse(text);
  if (!address) {
    return {};  // the reader has told
  }
  const auto first = std::to_integer<unsigned>(address->bytes()[0]);
  const bool v4 = address->family() == IpFamily::V4;
  if (address->is_unspecified() || first == (v4 ? 0U : 0xffU) || (v4 && first >= 224)) {
    return "is no host's address";
  }
  if (v4 ? first == 127 : *address == *IpAddress::parse("::1")) {
    return resolver ? "is the router itself, which would ask itself for names" : "is the router itself";
  }
  return resolver && is_link_local(*address) ? "is of one link only: a resolver needs an address that routes reach"
                                             : "";
}

void check_addresses(const std::string& path, const v1::UplinkConfig& uplink, Found& found) {
  if (const std::string fault = fault_of_host(uplink.gateway(), false); !fault.empty()) {
    found.push_back({{join_path(path, "gateway")}, "'" + uplink.gateway() + "' " + fault});
  }
  for (int i = 0; i < uplink.resolvers_size(); ++i) {
    if (const std::string fault = fault_of_host(uplink.resolvers(i), true); !fault.empty()) {
      found.push_back(
          {{element_path(join_path(path, "resolvers"), "#" + std::to_string(i + 1)), join_path(path, "resolvers")},
           "'" + uplink.resolvers(i) + "' " + fault});
    }
  }
}

// A prefix comes with one uplink: deprecating it for one would deprecate it for the other.
void check_prefixes(const v1::SiteConfig& config, Found& found) {
  struct Owned {
    std::string uplink;
    IpPrefix prefix;
  };
  std::vector<Owned> known;
  for (int i = 0; i < config.uplinks_size(); ++i) {
    const v1::UplinkConfig& uplink = config.uplinks(i);
    const std::string path = join_path(element("uplinks", uplink.id(), i), "delegated_prefixes");
    for (int k = 0; k < uplink.delegated_prefixes_size(); ++k) {
      const auto prefix = IpPrefix::parse(uplink.delegated_prefixes(k));
      const auto other = std::ranges::find_if(known, [&](const Owned& of) {
        return prefix && of.uplink != uplink.id() && (holds(of.prefix, *prefix) || holds(*prefix, of.prefix));
      });
      if (other != known.end()) {
        found.push_back({{element_path(path, "#" + std::to_string(k + 1)), path},
                         "'" + uplink.delegated_prefixes(k) + "' meets " + other->prefix.text() + " of uplink '" +
                             other->uplink + "'"});
      } else if (prefix) {
        known.push_back({uplink.id(), *prefix});
      }
    }
  }
}

template <class Words>
void check_program(const std::string& path, const Words& words, Found& found) {
  if (!words.empty() && !words[0].starts_with('/')) {
    found.push_back({{element_path(path, "#1"), path},
                     "'" + words[0] + "' must be a program's whole path, such as /usr/sbin/" +
                         (words[0].empty() ? "program" : words[0])});
  }
}

}  // namespace

void check_snmp(const std::string& path, const v1::SnmpConfig& snmp, std::vector<Contradiction>& found) {
  const auto one_of = [&](const std::string& word, const std::set<std::string>& known, const char* key,
                          const char* which) {
    if (!word.empty() && !known.contains(word)) {
      found.push_back({{join_path(path, key), path}, "'" + word + "' must be one of " + which});
    }
  };
  one_of(snmp.auth(), {"none", "md5", "sha1", "sha256"}, "auth", "none, md5, sha1, sha256");
  one_of(snmp.privacy(), {"none", "des", "aes128"}, "privacy", "none, des, aes128");
  if (snmp.version() != v1::SNMP_VERSION_V3) {
    return;
  }
  const auto needs = [&](bool given, const char* what) {
    if (!given) {
      found.push_back({{join_path(path, "version"), path}, std::string{"is v3, which needs "} + what});
    }
  };
  const bool auth = !snmp.auth().empty() && snmp.auth() != "none";
  const bool privacy = !snmp.privacy().empty() && snmp.privacy() != "none";
  needs(!snmp.user().empty(), "'user'");
  needs(!auth || snmp.has_auth_password(), "'auth_password' for its auth");
  needs(!privacy || snmp.has_privacy_password(), "'privacy_password' for its privacy");
  needs(!privacy || auth, "'auth' when there is privacy");
}

void check_links(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  ModemClaims modems{found};
  std::map<std::string, std::string> feeds;
  for (int i = 0; i < config.uplinks_size(); ++i) {
    const v1::UplinkConfig& uplink = config.uplinks(i);
    const std::string path = element("uplinks", uplink.id(), i);
    check_kind(path, uplink, found);
    check_addresses(path, uplink, found);
    if (uplink.has_terminal()) {
      check_terminal(join_path(path, "terminal"), uplink.terminal(), found);
    }
    if (uplink.has_cellular()) {
      const std::string modem = join_path(path, "cellular");
      check_modem(modem, uplink.cellular(), found);
      check_feed(config, join_path(modem, "power_relay"), uplink, feeds, found);
      modems.claim(modem, uplink);
    }
  }
  check_prefixes(config, found);
}

void check_programs(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  check_program("agent.reboot_command", config.agent().reboot_command(), found);
  for (int i = 0; i < config.uplinks_size(); ++i) {
    const v1::UplinkConfig& uplink = config.uplinks(i);
    check_program(join_path(element("uplinks", uplink.id(), i), "cellular.power_command"),
                  uplink.cellular().power_command(), found);
  }
  for (int i = 0; i < config.shedding().relays_size(); ++i) {
    const v1::RelayConfig& relay = config.shedding().relays(i);
    const std::string path = join_path(join_path("shedding", element("relays", relay.id(), i)), "command");
    check_program(join_path(path, "on"), relay.command().on(), found);
    check_program(join_path(path, "off"), relay.command().off(), found);
  }
  check_program("shedding.power_off.command", config.shedding().power_off().command(), found);
  check_program("shedding.power_off.wake_command", config.shedding().power_off().wake_command(), found);
}

}  // namespace karkara
