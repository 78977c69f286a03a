// What the configuration of power devices, battery and shedding contradicts: what a kind needs beside it, who may share
// a line, names that lead nowhere.
#include <algorithm>
#include <map>
#include <set>

#include "agent/config_bind/link_checks.h"
#include "agent/config_bind/power_config.h"
#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/shaping_config.h"

namespace karkara {
namespace {

using Found = std::vector<Contradiction>;

bool is_on_bus(const v1::PowerSourceConfig& source) {
  return source.kind() == v1::POWER_SOURCE_KIND_MODBUS || source.kind() == v1::POWER_SOURCE_KIND_SUNSPEC;
}

// Each kind is reached in one way; a key of another way would be ignored, which nobody means.
void check_way(const std::string& path, const v1::PowerSourceConfig& source, Found& found) {
  const bool by_snmp = source.kind() == v1::POWER_SOURCE_KIND_SNMP;
  if (by_snmp != source.has_snmp()) {
    found.push_back(by_snmp ? Contradiction{{path}, "needs 'snmp': how the device is asked"}
                            : Contradiction{{join_path(path, "snmp")}, "is for devices of kind snmp"});
  }
  check_snmp(join_path(path, "snmp"), source.snmp(), found);
  if (source.has_endpoint() && !is_on_bus(source)) {
    found.push_back({{join_path(path, "endpoint")}, "is for devices of kind modbus and sunspec"});
  }
  if (by_snmp && source.has_device()) {
    found.push_back({{join_path(path, "device")}, "is no way to a device of kind snmp"});
  } else if (!by_snmp && source.has_device() == (source.has_endpoint() && is_on_bus(source))) {
    found.push_back({{path},
                     source.has_device() ? "has a 'device' and an 'endpoint': give one of them"
                     : is_on_bus(source) ? "needs a 'device' or an 'endpoint'"
                                         : "needs a 'device': its serial port"});
  }
}

// Modbus devices may share a serial line, each with an address of its own and all with the same speed.
void check_lines(const v1::SiteConfig& config, Found& found) {
  std::map<std::string, const v1::PowerSourceConfig*> taken;
  std::set<std::pair<std::string, unsigned>> units;
  for (int i = 0; i < config.power_size(); ++i) {
    const v1::PowerSourceConfig& source = config.power(i);
    const std::string path = element("power", source.id(), i);
    const std::string line = source.has_device() ? source.device() : source.endpoint();
    if (line.empty()) {
      continue;
    }
    const auto [owner, is_new] = taken.emplace(line, &source);
    if (!is_new && source.has_device() && !(is_on_bus(source) && is_on_bus(*owner->second))) {
      found.push_back({{join_path(path, "device")},
                       "is already read as '" + owner->second->id() + "': a serial port has one reader"});
    } else if (is_on_bus(source) && !units.emplace(line, source.unit()).second) {
      found.push_back(
          {{join_path(path, "unit"), path}, "is already used on this line: each device has an address of its own"});
    }
  }
}

void check_battery(const v1::BatteryConfig& battery, Found& found) {
  const double nominal = battery.nominal();
  if (nominal != 12 && nominal != 24 && nominal != 48) {
    found.push_back({{"battery.nominal"}, "must be 12V, 24V or 48V"});
    return;
  }
  // Half a volt beside what any battery of this kind has is a bank of another voltage.
  const double times = nominal / 12;
  if (battery.has_disconnect() && (battery.disconnect() < 9.5 * times || battery.disconnect() > 13 * times)) {
    found.push_back({{"battery.disconnect"}, "does not fit a battery of this nominal voltage"});
  }
  if (battery.has_absorption() && (battery.absorption() < 13.2 * times || battery.absorption() > 15.5 * times)) {
    found.push_back({{"battery.absorption"}, "does not fit a battery of this nominal voltage"});
  }
}

void check_relay(const std::string& path, const v1::RelayConfig& relay, Found& found) {
  const int ways = int{relay.has_snmp()} + int{relay.has_modbus()} + int{relay.has_gpio()} + int{relay.has_command()};
  if (ways != 1) {
    found.push_back({{path}, "needs exactly one of snmp, modbus, gpio and command"});
  }
  check_snmp(join_path(path, "snmp.snmp"), relay.snmp().snmp(), found);
  if (relay.has_modbus() && relay.modbus().has_device() == relay.modbus().has_endpoint()) {
    found.push_back({{join_path(path, "modbus")}, "needs a 'device' or an 'endpoint'"});
  }
}

// What a relay switches, without how: two names for one line would order it on and off in turn. Programs are not told
// apart: what they switch is theirs to know.
std::string switched_by(const v1::RelayConfig& relay) {
  if (relay.has_gpio()) {
    return relay.gpio().chip() + " line " + std::to_string(relay.gpio().line());
  }
  if (relay.has_modbus()) {
    const v1::ModbusRelayConfig& by = relay.modbus();
    const unsigned unit = by.has_unit() ? by.unit() : 1;
    return by.device() + by.endpoint() + " unit " + std::to_string(unit) + " coil " + std::to_string(by.coil());
  }
  if (relay.has_snmp()) {
    const std::string& oid = relay.snmp().oid();
    return relay.snmp().snmp().endpoint() + " " + (oid.starts_with('.') ? oid.substr(1) : oid);
  }
  return {};
}

void check_twins(const v1::SheddingConfig& shedding, Found& found) {
  std::map<std::string, std::string> known;
  for (int i = 0; i < shedding.relays_size(); ++i) {
    const v1::RelayConfig& relay = shedding.relays(i);
    const std::string what = switched_by(relay);
    const auto first = what.empty() ? known.end() : known.find(what);
    if (first != known.end()) {
      found.push_back({{join_path("shedding", element("relays", relay.id(), i))},
                       "switches the same as relay '" + first->second + "': " + what});
    } else if (!what.empty()) {
      known.emplace(what, relay.id());
    }
  }
}

// Answers of devices find their way by the device's name alone.
void check_ids(const v1::SiteConfig& config, Found& found) {
  std::set<std::string> ids{"wake-up"};  // the wake-up command's
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    if (uplink.has_terminal()) {
      ids.insert(uplink.id());
    }
  }
  const auto check = [&](const std::string& path, const std::string& id) {
    if (!ids.insert(id).second) {
      found.push_back({{join_path(path, "id"), path}, "'" + id + "' is already the name of another device"});
    }
  };
  for (int i = 0; i < config.power_size(); ++i) {
    check(element("power", config.power(i).id(), i), config.power(i).id());
  }
  for (int i = 0; i < config.shedding().relays_size(); ++i) {
    const std::string& id = config.shedding().relays(i).id();
    check(join_path("shedding", element("relays", id, i)), id);
  }
}

// A voltage copied from a site with another bank would shed for ever, or never.
void check_volts(const v1::SiteConfig& config, const std::string& path, bool given, double volts, Found& found) {
  const double times = config.battery().nominal() / 12;
  if (given && config.has_battery() && (volts < 9.5 * times || volts > 14 * times)) {
    found.push_back({{path}, "does not fit a battery of this nominal voltage"});
  }
}

// A relay may share a line with Modbus devices only.
void check_relay_line(const v1::SiteConfig& config, const std::string& path, const v1::RelayConfig& relay,
                      Found& found) {
  for (const v1::PowerSourceConfig& source : config.power()) {
    const bool same = relay.has_modbus() && relay.modbus().has_device() && source.device() == relay.modbus().device();
    if (same && !is_on_bus(source)) {
      found.push_back({{join_path(path, "modbus.device"), path},
                       "is already read as '" + source.id() + "': a serial port has one reader"});
    } else if (same && source.has_baud() && source.baud() != relay.modbus().baud()) {
      found.push_back(
          {{join_path(path, "modbus.baud"), path}, "differs from that of '" + source.id() + "' on this line"});
    }
  }
}

struct Names {
  std::set<std::string> relays;
  std::set<std::string> uplinks;
  std::set<std::string> classes;
  std::set<std::string> shaped;  // those of them that have terms of their own
};

void check_name(const std::set<std::string>& known, const std::string& name, const std::string& path,
                const std::string& what, Found& found) {
  if (!known.contains(name)) {
    found.push_back({{path}, "there is no " + what + " '" + name + "'"});
  }
}

void check_hours(const std::string& path, const v1::ShedStageConfig& stage, Found& found) {
  if (stage.has_from() != stage.has_to()) {
    found.push_back({{join_path(path, stage.has_from() ? "from" : "to")}, "needs both 'from' and 'to'"});
  }
  for (const auto& [has, text, key] :
       {std::tuple{stage.has_from(), stage.from(), "from"}, std::tuple{stage.has_to(), stage.to(), "to"}}) {
    if (has && !parse_time_of_day(text)) {
      found.push_back({{join_path(path, key)}, "must be a time of day such as 23:00"});
    }
  }
}

void check_stage(const std::string& path, const v1::ShedStageConfig& stage, const Names& names, Found& found) {
  check_hours(path, stage, found);
  for (const std::string& name : stage.classes_off()) {
    check_name(names.classes, name, join_path(path, "classes_off"), "class", found);
  }
  for (const v1::ClassCeilingConfig& ceiling : stage.class_ceilings()) {
    check_name(names.shaped, ceiling.service_class(), join_path(path, "class_ceilings"), "class", found);
  }
  for (const std::string& name : stage.relays_off()) {
    check_name(names.relays, name, join_path(path, "relays_off"), "relay", found);
  }
  for (const v1::RestUplinkConfig& rest : stage.rest()) {
    check_name(names.uplinks, rest.uplink(), join_path(path, "rest"), "uplink", found);
    if (rest.has_relay()) {
      check_name(names.relays, rest.relay(), join_path(path, "rest"), "relay", found);
    }
    if (rest.on() >= rest.period()) {
      found.push_back({{join_path(path, "rest")}, "is on for the whole of its period: it would never rest"});
    }
  }
}

// A router that is off is not started again by the load coming back: it was never cut.
void check_power_off(const v1::PowerOffConfig& off, Found& found) {
  const bool wakes_itself = std::ranges::any_of(
      off.command(), [](const std::string& word) { return word.find("{seconds}") != std::string::npos; });
  if (!off.command().empty() && off.wake_command().empty() && !wakes_itself) {
    found.push_back({{"shedding.power_off.command", "shedding.power_off"},
                     "needs a wake_command, or {seconds} among its words: nothing would start the router again"});
  }
}

Names names_of(const v1::SiteConfig& config) {
  Names names;
  for (const v1::RelayConfig& relay : config.shedding().relays()) {
    names.relays.insert(relay.id());
  }
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    names.uplinks.insert(uplink.id());
  }
  // What fits no class; without classes all of the village is one.
  names.classes.insert(config.classes().empty() ? "village" : "other");
  for (const v1::ServiceClassConfig& service_class : config.classes()) {
    names.classes.insert(service_class.id());
    names.shaped.insert(service_class.id());
  }
  return names;
}

// Relays for the power of modems need no battery.
bool only_feeds(const v1::SiteConfig& config) {
  const v1::SheddingConfig& shedding = config.shedding();
  return shedding.stages().empty() && shedding.power_off().command().empty() &&
         std::ranges::all_of(shedding.relays(), [&](const v1::RelayConfig& relay) {
           return std::ranges::any_of(config.uplinks(), [&](const v1::UplinkConfig& uplink) {
             return uplink.cellular().has_power_relay() && uplink.cellular().power_relay() == relay.id();
           });
         });
}

void check_shedding(const v1::SiteConfig& config, Found& found) {
  const v1::SheddingConfig& shedding = config.shedding();
  if (!config.has_battery() && !only_feeds(config)) {
    found.push_back({{"shedding"}, "needs 'battery': without one nothing is known of the charge"});
  }
  check_power_off(shedding.power_off(), found);
  check_shed_order(config, found);
  const Names names = names_of(config);
  for (int i = 0; i < shedding.stages_size(); ++i) {
    const std::string path = join_path("shedding", element("stages", shedding.stages(i).id(), i));
    check_stage(path, shedding.stages(i), names, found);
    check_volts(config, join_path(path, "below_volts"), shedding.stages(i).has_below_volts(),
                shedding.stages(i).below_volts(), found);
    if (i > 0 && shedding.stages(i).below() >= shedding.stages(i - 1).below()) {
      found.push_back({{join_path(path, "below")}, "must be below the stage before it: stages go from mild to deep"});
    }
  }
  for (int i = 0; i < shedding.relays_size(); ++i) {
    const std::string path = join_path("shedding", element("relays", shedding.relays(i).id(), i));
    check_relay(path, shedding.relays(i), found);
    check_relay_line(config, path, shedding.relays(i), found);
  }
  check_twins(shedding, found);
  check_volts(config, "shedding.power_off.below_volts", shedding.power_off().has_below_volts(),
              shedding.power_off().below_volts(), found);
}

}  // namespace

void check_power(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  for (int i = 0; i < config.power_size(); ++i) {
    check_way(element("power", config.power(i).id(), i), config.power(i), found);
  }
  check_lines(config, found);
  check_ids(config, found);
  if (config.has_battery()) {
    check_battery(config.battery(), found);
  }
  const v1::SheddingConfig& shedding = config.shedding();
  if (shedding.stages_size() > 0 || shedding.relays_size() > 0 || shedding.power_off().command_size() > 0) {
    check_shedding(config, found);
  }
}

}  // namespace karkara
