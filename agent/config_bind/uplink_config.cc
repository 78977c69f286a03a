#include "agent/config_bind/uplink_config.h"

#include <charconv>
#include <chrono>

#include "agent/config_bind/proto_values.h"

namespace karkara {
namespace {

// Without traffic only: that is better evidence, and free. A silent satellite link is found by the first packet.
constexpr Duration kActiveEcho = std::chrono::seconds{2};
constexpr Duration kStandbyEcho = std::chrono::seconds{10};  // 0.9 MB a day
constexpr Duration kMeshStandbyEcho =
    std::chrono::seconds{60};  // hellos tell of the lender, and its bytes are not ours
constexpr Duration kMeteredActiveEcho = std::chrono::seconds{60};
constexpr Duration kMeteredStandbyEcho = std::chrono::minutes{15};  // 96 echoes a day

}  // namespace

MeteredUse bind_use(v1::MeteredUse use) {
  switch (use) {
    case v1::METERED_USE_WITHIN_PACE: return MeteredUse::WithinPace;
    case v1::METERED_USE_NEVER: return MeteredUse::Never;
    default: return MeteredUse::Always;  // foreign: an enum of protobuf, open on the wire
  }
}

namespace {

void bind_echoes(const v1::UplinkConfig& uplink, UplinkSettings& settings) {
  const bool mesh = uplink.kind() == v1::UPLINK_KIND_MESH;
  settings.active_echo_interval = uplink.metered()                                ? kMeteredActiveEcho
                                  : uplink.kind() == v1::UPLINK_KIND_VSAT || mesh ? kStandbyEcho
                                                                                  : kActiveEcho;
  if (uplink.has_active_echo_interval()) {
    settings.active_echo_interval = milliseconds(uplink.active_echo_interval());
  }
  settings.standby_echo_interval = uplink.metered() ? kMeteredStandbyEcho : mesh ? kMeshStandbyEcho : kStandbyEcho;
  if (uplink.has_standby_echo_interval()) {
    settings.standby_echo_interval = milliseconds(uplink.standby_echo_interval());
  }
}

Status bind_addresses(const v1::UplinkConfig& uplink, UplinkSettings& settings) {
  if (uplink.has_gateway()) {
    settings.gateway = IpAddress::parse(uplink.gateway());
    if (!settings.gateway) {
      return unchecked("uplinks", "gateway '" + uplink.gateway() + "' is not an address");
    }
  }
  for (const std::string& text : uplink.resolvers()) {
    const auto resolver = IpAddress::parse(text);
    if (!resolver) {
      return unchecked("uplinks", "resolver '" + text + "' is not an address");
    }
    settings.resolvers.push_back(*resolver);
  }
  for (const std::string& text : uplink.delegated_prefixes()) {
    const auto prefix = IpPrefix::parse(text);
    if (!prefix || prefix->address.family() != IpFamily::V6 || prefix->is_everything()) {
      return unchecked("uplinks", "delegated prefix '" + text + "' is not an IPv6 prefix");
    }
    settings.delegated_prefixes.push_back(*prefix);
  }
  return {};
}

AllowanceSettings bind_allowance(const v1::AllowanceConfig& config, std::chrono::minutes utc_offset) {
  AllowanceSettings allowance;
  if (config.has_bytes()) {
    allowance.bytes_per_cycle = config.bytes();
  }
  const auto bought = parse_day(config.bought(), utc_offset);
  const auto until = parse_day(config.valid_until(), utc_offset);
  if (bought && until) {
    allowance.cycle = DataBundle{*bought, *until};
  } else {
    allowance.cycle = MonthlyCycle{config.cycle_day() == 0 ? 1 : config.cycle_day()};
  }
  allowance.reserve_share = config.reserve_percent() / 100;
  if (config.has_price_per_megabyte()) {
    allowance.price_per_megabyte = FcfaPerMegabyte{config.price_per_megabyte()};
  }
  if (config.has_price_per_cycle()) {
    allowance.price_per_cycle = Fcfa{config.price_per_cycle()};
  }
  if (config.has_spend()) {
    allowance.spend_per_cycle = Fcfa{config.spend()};
  }
  return allowance;
}

// The reader fills in the defaults, also of what nobody wrote: a SIM without an allowance has the uplink's.
bool says_anything(const v1::AllowanceConfig& config) {
  const AllowanceSettings usual{};
  const bool bundle = config.has_bytes() || config.has_bought() || config.has_valid_until();
  const bool money = config.has_price_per_megabyte() || config.has_price_per_cycle() || config.has_spend();
  return bundle || money || config.cycle_day() > 1 ||
         (config.has_reserve_percent() && config.reserve_percent() / 100 != usual.reserve_share);
}

Result<UplinkSettings> bind_uplink(const v1::UplinkConfig& uplink, std::chrono::minutes utc_offset) {
  const auto id = UplinkId::parse(uplink.id());
  const auto kind = bind_kind(uplink.kind());
  if (!id || !kind) {
    return id ? kind.error() : id.error().in("uplinks");
  }
  UplinkSettings settings;
  settings.id = *id;
  settings.kind = *kind;
  settings.interface = uplink.interface();
  if (const Status bound = bind_addresses(uplink, settings); !bound.ok()) {
    return bound.error();
  }
  settings.preference = uplink.preference();
  settings.metered = uplink.metered();
  settings.watts = uplink.watts();
  settings.find_mtu = uplink.find_mtu();
  bind_echoes(uplink, settings);
  if (uplink.has_mtu()) {
    settings.mtu = uplink.mtu();
  }
  if (uplink.has_probe_budget()) {
    settings.probe_budget = uplink.probe_budget();
  }
  if (uplink.has_rate_down()) {
    settings.rate.down = BitsPerSecond{static_cast<double>(uplink.rate_down())};
  }
  if (uplink.has_rate_up()) {
    settings.rate.up = BitsPerSecond{static_cast<double>(uplink.rate_up())};
  }
  if (uplink.has_allowance()) {
    settings.allowance = bind_allowance(uplink.allowance(), utc_offset);
  }
  for (const v1::SimConfig& sim : uplink.cellular().sims()) {
    if (says_anything(sim.allowance())) {
      settings.sim_allowances[sim.slot()] = bind_allowance(sim.allowance(), utc_offset);
    }
  }
  return settings;
}

Result<ClassSettings> bind_class(const v1::ServiceClassConfig& config) {
  const auto id = ClassId::parse(config.id());
  if (!id) {
    return id.error().in("classes");
  }
  ClassSettings settings;
  settings.id = *id;
  settings.interfaces.assign(config.interfaces().begin(), config.interfaces().end());
  for (const std::string& text : config.subnets()) {
    const auto subnet = IpPrefix::parse(text);
    if (!subnet) {
      return unchecked("classes", "subnet '" + text + "' is not a prefix");
    }
    settings.subnets.push_back(*subnet);
  }
  for (const std::uint32_t dscp : config.dscp()) {
    settings.dscps.push_back(static_cast<std::uint8_t>(dscp & 0x3fU));
  }
  settings.metered = bind_use(config.metered());
  settings.may_overspend = config.may_overspend();
  settings.macs.assign(config.macs().begin(), config.macs().end());
  for (const std::string& text : config.destinations()) {
    const auto destination = IpPrefix::parse(text);
    if (!destination) {
      return unchecked("classes", "destination '" + text + "' is not a prefix");
    }
    settings.destinations.push_back(*destination);
  }
  return settings;
}

Status bind_truth(const v1::TruthConfig& config, TruthSettings& settings) {
  settings.content_port = static_cast<std::uint16_t>(config.content_port());
  settings.name = config.name();
  for (const std::string& text : config.addresses()) {
    const auto address = IpAddress::parse(text);
    if (!address) {
      return unchecked("truth", "'" + text + "' is not an address");
    }
    settings.addresses.push_back(*address);
  }
  if (config.has_interval()) {
    settings.interval = milliseconds(config.interval());
  }
  return {};
}

}  // namespace

Result<UplinkKind> bind_kind(v1::UplinkKind kind) {
  switch (kind) {
    case v1::UPLINK_KIND_ETHERNET: return UplinkKind::Ethernet;
    case v1::UPLINK_KIND_VSAT: return UplinkKind::Vsat;
    case v1::UPLINK_KIND_CELLULAR: return UplinkKind::Cellular;
    case v1::UPLINK_KIND_MESH: return UplinkKind::Mesh;
    default: return unchecked("uplinks", "an uplink has no kind");  // foreign: an enum of protobuf, open on the wire
  }
}

std::optional<WallTime> parse_day(std::string_view text, std::chrono::minutes utc_offset) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t length) -> std::optional<int> {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + length, value);
    const bool whole = error == std::errc{} && end == text.data() + at + length && value >= 0;
    return whole ? std::optional<int>{value} : std::nullopt;
  };
  const auto year = number(0, 4);
  const auto month = number(5, 2);
  const auto day = number(8, 2);
  if (!year || !month || !day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) {
    return std::nullopt;
  }
  const auto midnight = std::chrono::sys_days{date}.time_since_epoch() - utc_offset;
  return WallTime{std::chrono::duration_cast<std::chrono::microseconds>(midnight)};
}

Status bind_uplinks(const v1::SiteConfig& config, UplinkFeatureSettings& settings) {
  settings.utc_offset = std::chrono::duration_cast<std::chrono::minutes>(milliseconds(config.site().utc_offset()));
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    const auto bound = bind_uplink(uplink, settings.utc_offset);
    if (!bound) {
      return bound.error();
    }
    settings.uplinks.push_back(*bound);
  }
  for (const v1::ServiceClassConfig& service : config.classes()) {
    const auto bound = bind_class(service);
    if (!bound) {
      return bound.error();
    }
    settings.classes.push_back(*bound);
  }
  const v1::FailoverConfig& failover = config.failover();
  settings.hold_down = milliseconds(failover.hold_down());
  settings.hold_down_max = milliseconds(failover.hold_down_max());
  settings.switch_back_after = milliseconds(failover.switch_back_after());
  settings.leave_metered_after = milliseconds(failover.leave_metered_after());
  settings.min_dwell = milliseconds(failover.min_dwell());
  settings.lan_interfaces.assign(config.lan().interfaces().begin(), config.lan().interfaces().end());
  settings.masquerade = config.lan().masquerade();
  return bind_truth(config.truth(), settings.truth);
}

}  // namespace karkara
