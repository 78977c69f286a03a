#include "agent/config_bind/site_config.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>

#include "common/host/config_reader.h"

namespace karkara {
namespace {

constexpr Duration kStandbyEcho = std::chrono::seconds{10};
constexpr Duration kMeteredStandbyEcho = std::chrono::minutes{15};  // 96 echoes a day

Duration milliseconds(std::uint64_t count) {
  return std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(count)};
}

// A value that the reader would have refused: somebody made the message without it.
Error unchecked(std::string_view path, std::string_view what) {
  return {ErrorCode::InvalidArgument, std::string{path}.append(": ").append(what)};
}

Result<UplinkKind> bind_kind(v1::UplinkKind kind) {
  switch (kind) {
    case v1::UPLINK_KIND_ETHERNET: return UplinkKind::Ethernet;
    case v1::UPLINK_KIND_VSAT: return UplinkKind::Vsat;
    case v1::UPLINK_KIND_CELLULAR: return UplinkKind::Cellular;
    default: return unchecked("uplinks", "an uplink has no kind");  // foreign: an enum of protobuf, open on the wire
  }
}

Result<PowerSourceKind> bind_kind(v1::PowerSourceKind kind) {
  switch (kind) {
    case v1::POWER_SOURCE_KIND_VEDIRECT: return PowerSourceKind::VeDirect;
    default: return unchecked("power", "a power source has no kind");  // foreign: an enum of protobuf, open on the wire
  }
}

Duration standby_echo(const v1::UplinkConfig& uplink) {
  if (uplink.has_standby_echo_interval()) {
    return milliseconds(uplink.standby_echo_interval());
  }
  return uplink.metered() ? kMeteredStandbyEcho : kStandbyEcho;
}

Result<UplinkSettings> bind_uplink(const v1::UplinkConfig& uplink) {
  const auto id = UplinkId::parse(uplink.id());
  const auto kind = bind_kind(uplink.kind());
  if (!id || !kind) {
    return id ? kind.error() : id.error().in("uplinks");
  }
  UplinkSettings settings;
  settings.id = *id;
  settings.kind = *kind;
  settings.interface = uplink.interface();
  if (uplink.has_gateway()) {
    settings.gateway = IpAddress::parse(uplink.gateway());
    if (!settings.gateway) {
      return unchecked("uplinks", "gateway '" + uplink.gateway() + "' is not an address");
    }
  }
  settings.preference = uplink.preference();
  settings.metered = uplink.metered();
  settings.active_echo_interval = milliseconds(uplink.active_echo_interval());
  settings.standby_echo_interval = standby_echo(uplink);
  if (uplink.has_mtu()) {
    settings.mtu = uplink.mtu();
  }
  return settings;
}

Status bind_uplinks(const v1::SiteConfig& config, UplinkFeatureSettings& settings) {
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    const auto bound = bind_uplink(uplink);
    if (!bound) {
      return bound.error();
    }
    settings.uplinks.push_back(*bound);
  }
  const v1::FailoverConfig& failover = config.failover();
  settings.hold_down = milliseconds(failover.hold_down());
  settings.hold_down_max = milliseconds(failover.hold_down_max());
  settings.switch_back_after = milliseconds(failover.switch_back_after());
  settings.leave_metered_after = milliseconds(failover.leave_metered_after());
  settings.min_dwell = milliseconds(failover.min_dwell());
  settings.lan_interfaces.assign(config.lan().interfaces().begin(), config.lan().interfaces().end());
  settings.masquerade = config.lan().masquerade();
  return {};
}

Status bind_power(const v1::SiteConfig& config, PowerSettings& settings) {
  for (const v1::PowerSourceConfig& source : config.power()) {
    const auto id = DeviceId::parse(source.id());
    const auto kind = bind_kind(source.kind());
    if (!id || !kind) {
      return id ? kind.error() : id.error().in("power");
    }
    settings.sources.push_back({*id, *kind, source.device(), milliseconds(source.deadline())});
  }
  return {};
}

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

Result<SiteSettings> bind_all(const v1::SiteConfig& config) {
  SiteSettings settings;
  for (const Status& status : {bind_identity(config.site(), settings), bind_uplinks(config, settings.uplink),
                               bind_power(config, settings.power)}) {
    if (!status.ok()) {
      return status.error();
    }
  }
  settings.telemetry.sample_interval = milliseconds(config.telemetry().sample_interval());
  settings.telemetry.flush_interval = milliseconds(config.telemetry().flush_interval());
  settings.telemetry.spool_limit_bytes = config.telemetry().spool_limit();
  settings.set_system_clock = config.clock().set_system_clock();
  settings.state_dir = config.agent().state_dir();
  settings.bundle = config.agent().bundle();
  settings.local_socket = config.agent().local_socket();
  settings.hash = config_hash(config);
  return settings;
}

// The first of its paths that was written; a default is to be found nowhere.
ConfigProblem placed(const Contradiction& found, std::string_view file, const ConfigPlaces& places) {
  for (const std::string& path : found.paths) {
    if (const auto place = places.find(path); place != places.end()) {
      return {std::string{file}, place->second, found.paths.front(), found.what};
    }
  }
  return {std::string{file}, place_of(places, found.paths.front()), found.paths.front(), found.what};
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

Result<SiteConfiguration> checked(std::string_view file, v1::SiteConfig config, const ConfigReading& reading) {
  std::vector<ConfigProblem> problems = reading.problems;
  if (!reading.ok()) {
    for (const Contradiction& found : find_contradictions(config)) {
      if (!rests_on(found, reading.problems)) {
        problems.push_back(placed(found, file, reading.places));
      }
    }
    return refusal(to_text(problems));
  }
  auto settings = bind_site(config, file, reading.places);
  if (!settings) {
    return settings.error();
  }
  return SiteConfiguration{std::move(config), std::move(settings).value()};
}

}  // namespace

Result<SiteSettings> bind_site(const v1::SiteConfig& config, std::string_view file, const ConfigPlaces& places) {
  std::vector<ConfigProblem> problems;
  for (const Contradiction& found : find_contradictions(config)) {
    problems.push_back(placed(found, file, places));
  }
  if (!problems.empty()) {
    return refusal(to_text(problems));
  }
  return bind_all(config);
}

std::uint64_t config_hash(const v1::SiteConfig& config) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream{&bytes};
    google::protobuf::io::CodedOutputStream coded{&stream};
    coded.SetSerializationDeterministic(true);
    config.SerializeToCodedStream(&coded);
  }
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash;
}

Result<SiteConfiguration> read_site_config(std::string_view file, std::string_view text) {
  v1::SiteConfig config;
  const ConfigReading reading = read_config(file, text, config);
  return checked(file, std::move(config), reading);
}

Result<SiteConfiguration> read_site_config_file(const std::filesystem::path& path) {
  v1::SiteConfig config;
  const ConfigReading reading = read_config_file(path, config);
  return checked(path.string(), std::move(config), reading);
}

}  // namespace karkara
