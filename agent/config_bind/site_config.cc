#include "agent/config_bind/site_config.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>

#include "agent/config_bind/link_devices_config.h"
#include "agent/config_bind/neighbours_config.h"
#include "agent/config_bind/power_config.h"
#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/radio_config.h"
#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/tunnel_config.h"
#include "agent/config_bind/uplink_config.h"
#include "agent/config_bind/wifi_config.h"
#include "common/fnv1a.h"
#include "common/host/config_reader.h"

namespace karkara {
namespace {

Status bind_identity(const v1::SiteIdentity& site, SiteSettings& settings) {
  const auto id = SiteId::parse(site.id());
  if (!id) {
    return id.error().in("site.id");
  }
  settings.id = *id;
  settings.name = site.name();
  settings.commune = site.commune();
  settings.region = site.region();
  if (site.has_latitude()) {
    settings.latitude = Degrees{site.latitude()};
  }
  if (site.has_longitude()) {
    settings.longitude = Degrees{site.longitude()};
  }
  return {};
}

// A relay that feeds a modem is the recovery's, not the ladder's.
void take_feeds(const v1::SiteConfig& config, SiteSettings& settings) {
  std::vector<RelaySettings>& relays = settings.power.shedding.relays;
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    const auto feed = std::ranges::find_if(
        relays, [&](const RelaySettings& relay) { return relay.id.text() == uplink.cellular().power_relay(); });
    if (uplink.cellular().has_power_relay() && feed != relays.end()) {
      settings.feeds.push_back(std::move(*feed));
      relays.erase(feed);
    }
  }
}

// Read only where a device needs one: elsewhere the folder need not be there.
DeviceTables tables_for(const v1::SiteConfig& config, const DeviceTables& before) {
  const bool terminals = std::ranges::any_of(config.uplinks(), [](const v1::UplinkConfig& uplink) {
    return uplink.terminal().kind() == v1::TERMINAL_KIND_SNMP;
  });
  return terminals || has_tables(config) ? read_device_tables(config.agent().device_tables(), before) : DeviceTables{};
}

Result<SiteSettings> bind_all(const v1::SiteConfig& config, const DeviceTables& tables) {
  SiteSettings settings;
  for (const Status& status : {bind_identity(config.site(), settings), bind_uplinks(config, settings.uplink),
                               bind_cellular(config, settings.cellular), bind_terminals(config, settings.vsat)}) {
    if (!status.ok()) {
      return status.error();
    }
  }
  auto tunnel = bind_tunnel(config);
  if (!tunnel) {
    return tunnel.error();
  }
  settings.tunnel = std::move(tunnel).value();
  auto shaping = bind_shaping(config);
  if (!shaping) {
    return shaping.error();
  }
  settings.shaping = std::move(shaping).value();
  settings.shaping.tunnel = settings.tunnel.has_value();
  if (const Status neighbours = bind_neighbours(config, settings); !neighbours.ok()) {
    return neighbours.error();
  }
  settings.uplink.shaped = settings.shaping.shapes();
  auto radios = bind_radios(config);
  if (!radios) {
    return radios.error();
  }
  settings.radios = std::move(radios).value();
  auto wifi = bind_wifi(config);
  if (!wifi) {
    return wifi.error();
  }
  settings.wifi = std::move(wifi).value();
  settings.telemetry.sample_interval = milliseconds(config.telemetry().sample_interval());
  settings.telemetry.flush_interval = milliseconds(config.telemetry().flush_interval());
  settings.telemetry.spool_limit_bytes = config.telemetry().spool_limit();
  settings.set_system_clock = config.clock().set_system_clock();
  settings.state_dir = config.agent().state_dir();
  settings.bundle = config.agent().bundle();
  settings.local_socket = config.agent().local_socket();
  settings.resolver_file = config.lan().resolver_file();
  settings.device_tables = config.agent().device_tables();
  // A table that cannot be read costs its own devices only; an alarm and --check-config tell of each.
  settings.unread_tables = tables.unread;
  if (!settings.vsat.terminals.empty()) {
    settings.vsat.tables = tables.tables;
  }
  if (has_tables(config)) {
    settings.power.tables = std::make_shared<const std::vector<DeviceTable>>(tables.tables);
  }
  if (const Status status = bind_power(config, settings.power); !status.ok()) {
    return status.error();  // behind the tables, which say what a device's line needs
  }
  take_feeds(config, settings);
  settings.hash = config_hash(config);
  return settings;
}

// The first of its paths that was written; a default is to be found nowhere.
ConfigProblem placed(const std::vector<std::string>& paths, std::string what, std::string_view file,
                     const ConfigPlaces& places) {
  for (const std::string& path : paths) {
    if (const auto place = places.find(path); place != places.end()) {
      return {std::string{file}, place->second, paths.front(), std::move(what)};
    }
  }
  return {std::string{file}, place_of(places, paths.front()), paths.front(), std::move(what)};
}

Error refusal(std::string text) {
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  return {ErrorCode::InvalidArgument, std::move(text)};
}

// A contradiction that rests on a value which was refused anyway would only confuse.
bool rests_on(const Contradiction& found, const std::vector<ConfigProblem>& problems) {
  return std::any_of(problems.begin(), problems.end(), [&](const ConfigProblem& problem) {
    return std::find(found.paths.begin(), found.paths.end(), problem.path) != found.paths.end();
  });
}

Result<SiteConfiguration> checked(std::string_view file, v1::SiteConfig config, const ConfigReading& reading,
                                  const DeviceTables& before) {
  std::vector<ConfigProblem> problems = reading.problems;
  if (!reading.ok()) {
    for (const Contradiction& found : find_contradictions(config)) {
      if (!rests_on(found, reading.problems)) {
        problems.push_back(placed(found.paths, found.what, file, reading.places));
      }
    }
    return refusal(to_text(problems));
  }
  DeviceTables tables = tables_for(config, before);
  auto settings = bind_site(config, file, reading.places, tables);
  if (!settings) {
    return settings.error();
  }
  std::vector<ConfigProblem> warnings;
  for (const Doubt& doubt : find_doubts(config)) {
    warnings.push_back(placed(doubt.paths, "warning (" + doubt.name + "): " + doubt.what, file, reading.places));
  }
  return SiteConfiguration{std::move(config), std::move(settings).value(), std::move(warnings), std::move(tables)};
}

}  // namespace

Result<SiteSettings> bind_site(const v1::SiteConfig& config, std::string_view file, const ConfigPlaces& places,
                               const DeviceTables& tables) {
  std::vector<ConfigProblem> problems;
  for (const Contradiction& found : find_contradictions(config)) {
    problems.push_back(placed(found.paths, found.what, file, places));
  }
  if (!problems.empty()) {
    return refusal(to_text(problems));
  }
  return bind_all(config, tables);
}

std::uint64_t config_hash(const v1::SiteConfig& config) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream{&bytes};
    google::protobuf::io::CodedOutputStream coded{&stream};
    coded.SetSerializationDeterministic(true);
    config.SerializeToCodedStream(&coded);
  }
  return fnv1a(bytes);
}

Result<SiteConfiguration> read_site_config(std::string_view file, std::string_view text, const DeviceTables& before) {
  v1::SiteConfig config;
  const ConfigReading reading = read_config(file, text, config);
  return checked(file, std::move(config), reading, before);
}

Result<SiteConfiguration> read_site_config_file(const std::filesystem::path& path, const DeviceTables& before) {
  v1::SiteConfig config;
  const ConfigReading reading = read_config_file(path, config);
  return checked(path.string(), std::move(config), reading, before);
}

}  // namespace karkara
