#include "agent/config_bind/neighbours_config.h"

#include <algorithm>

#include "agent/config_bind/class_promises.h"
#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/uplink_config.h"
#include "agent/facts/prefix_match.h"

namespace karkara {
namespace {

constexpr std::uint8_t kGuestsPriority = 6;  // behind the village in what guarantees leave unused

template <class Texts>
Result<std::vector<SiteId>> bind_sites(const Texts& texts) {
  std::vector<SiteId> sites;
  for (const std::string& text : texts) {
    const auto site = SiteId::parse(text);
    if (!site) {
      return site.error();
    }
    sites.push_back(*site);
  }
  return sites;
}

Result<LendingSettings> bind_lending(const v1::LendingConfig& config) {
  auto to = bind_sites(config.to());
  if (!to) {
    return to.error();
  }
  LendingSettings lending;
  lending.to = std::move(to).value();
  if (config.has_bytes_per_day()) {
    lending.bytes_per_day = config.bytes_per_day();
  }
  if (config.has_bytes_per_cycle()) {
    lending.bytes_per_month = config.bytes_per_cycle();
  }
  lending.until_stage = config.has_until_stage() ? config.until_stage() : lending.until_stage;
  return lending;
}

void add_guests(const v1::SiteConfig& config, const IpPrefix& transit, SiteSettings& settings) {
  const v1::LendingConfig& lend = config.neighbours().lend();
  ClassSettings guests;
  guests.id = *ClassId::parse(kGuestsClass);
  guests.guests = true;
  guests.metered = lend.has_metered() ? bind_use(lend.metered()) : MeteredUse::Never;
  // Nobody names classes: all of the village stays one.
  if (settings.uplink.classes.empty()) {
    ClassSettings village;
    village.id = *ClassId::parse("village");
    settings.uplink.classes.push_back(village);
    ClassShaping shaping{village.id};
    shaping.takes_everything = true;
    settings.shaping.classes.push_back(std::move(shaping));
  }
  settings.uplink.classes.insert(settings.uplink.classes.begin(), std::move(guests));
  ClassShaping shaping = guests_shaping(lend, settings.shaping.classes);
  settings.uplink.guests_part = shaping.terms.ceiling->value() / 100;
  for (const std::string& text : lend.reach()) {
    if (const auto prefix = IpPrefix::parse(text)) {
      settings.uplink.guests_reach.push_back(*prefix);
    }
  }
  settings.shaping.classes.insert(settings.shaping.classes.begin(), std::move(shaping));
  // What goes to guests is a download of ours. Where the same interface is shaped as an uplink, only that is.
  const std::string& interface = config.neighbours().interface();
  const bool shaped = std::ranges::any_of(settings.shaping.uplinks, [&](const UplinkShaping& uplink) {
    return uplink.interface == interface && (uplink.down || uplink.up);
  });
  if (!shaped) {
    settings.shaping.lan_interfaces.push_back(interface);
  } else {
    settings.shaping.guests = GuestsSide{interface, network_of(transit), 0};
  }
}

}  // namespace

ClassShaping guests_shaping(const v1::LendingConfig& lend, const std::vector<ClassShaping>& village) {
  constexpr double kCeiling = 50;
  constexpr double kGuarantee = 5;
  constexpr double kAll = 100;
  ClassShaping shaping{*ClassId::parse(kGuestsClass)};
  shaping.terms.ceiling = Percent{lend.has_ceiling_percent() ? lend.ceiling_percent() : kCeiling};
  const double left = std::clamp(kAll - most_promised(village).value(), 0.0, kGuarantee);
  shaping.terms.guarantee = Percent{lend.has_guarantee_percent() ? lend.guarantee_percent() : left};
  shaping.terms.priority = kGuestsPriority;
  return shaping;
}

Status bind_neighbours(const v1::SiteConfig& config, SiteSettings& settings) {
  if (!config.has_neighbours()) {
    return {};
  }
  const v1::NeighboursConfig& given = config.neighbours();
  NeighbourSettings neighbours;
  neighbours.site = settings.id;
  neighbours.interface = given.interface();
  neighbours.port = static_cast<std::uint16_t>(given.port());
  const auto transit = IpPrefix::parse(given.transit());
  if (!transit) {
    return unchecked("neighbours", "transit '" + given.transit() + "' is not a prefix");
  }
  neighbours.transit = *transit;
  neighbours.max_hops = given.max_hops();
  auto from = bind_sites(given.borrow_from());
  if (!from) {
    return from.error().in("neighbours.borrow_from");
  }
  neighbours.borrow_from = std::move(from).value();
  for (const UplinkSettings& uplink : settings.uplink.uplinks) {
    if (uplink.kind == UplinkKind::Mesh && uplink.interface == neighbours.interface) {
      neighbours.uplink = uplink.id;
    }
  }
  neighbours.batman_gateway = given.batman_gateway();
  neighbours.utc_offset = settings.uplink.utc_offset;
  if (given.has_lend()) {
    auto lending = bind_lending(given.lend());
    if (!lending) {
      return lending.error().in("neighbours.lend.to");
    }
    neighbours.lending = std::move(lending).value();
    add_guests(config, *transit, settings);
  }
  settings.neighbours = std::move(neighbours);
  return {};
}

}  // namespace karkara
