#include "agent/config_bind/radio_config.h"

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/shaping_config.h"

namespace karkara {
namespace {

std::optional<RadioRole> bind_role(v1::RadioRole role) {
  switch (role) {
    case v1::RADIO_ROLE_ACCESS_POINT: return RadioRole::AccessPoint;
    case v1::RADIO_ROLE_MESH: return RadioRole::Mesh;
    case v1::RADIO_ROLE_BACKHAUL: return RadioRole::Backhaul;
    default: return std::nullopt;  // foreign: protobuf's own guards
  }
}

template <class Texts>
Result<std::vector<DayHours>> bind_hours(const Texts& texts) {
  std::vector<DayHours> all;
  for (const std::string& text : texts) {
    const auto hours = parse_day_hours(text);
    if (!hours) {
      return unchecked("hours", "'" + text + "' must be like 06:00-21:00");
    }
    all.push_back(*hours);
  }
  return all;
}

Result<RadioSettings> bind_radio(const v1::RadioConfig& config) {
  const auto id = RadioId::parse(config.id());
  const auto role = bind_role(config.role());
  auto hours = bind_hours(config.hours());
  if (!id || !role || !hours) {
    return !id ? id.error() : !role ? unchecked("role", "is required") : hours.error();
  }
  RadioSettings radio{*id, *role};
  radio.interfaces.assign(config.interfaces().begin(), config.interfaces().end());
  radio.phy = config.phy();
  radio.classes.assign(config.classes().begin(), config.classes().end());
  radio.hours = std::move(hours).value();
  if (config.has_power_dbm()) {
    radio.power = Dbm{static_cast<double>(config.power_dbm())};
  }
  return radio;
}

}  // namespace

std::optional<DayHours> parse_day_hours(std::string_view text) {
  constexpr std::size_t kDash = 5;
  if (text.size() != 2 * kDash + 1 || text[kDash] != '-') {
    return std::nullopt;
  }
  const auto from = parse_time_of_day(text.substr(0, kDash));
  const auto to = parse_time_of_day(text.substr(kDash + 1));
  return from && to && *from != *to ? std::optional{DayHours{*from, *to}} : std::nullopt;
}

Result<ShedRadio> bind_shed_radio(const v1::ShedRadioConfig& config) {
  ShedRadio shed;
  if (config.has_radio()) {
    const auto id = RadioId::parse(config.radio());
    if (!id) {
      return id.error();
    }
    shed.radio = *id;
  }
  auto hours = bind_hours(config.hours());
  if (!hours) {
    return hours.error();
  }
  shed.hours = std::move(hours).value();
  shed.off = config.off();
  if (config.has_power_dbm()) {
    shed.most = Dbm{static_cast<double>(config.power_dbm())};
  }
  return shed;
}

Result<RadiosSettings> bind_radios(const v1::SiteConfig& config) {
  RadiosSettings settings;
  for (const v1::RadioConfig& radio : config.radios()) {
    auto bound = bind_radio(radio);
    if (!bound) {
      return bound.error().in("radios[" + radio.id() + "]");
    }
    settings.radios.push_back(std::move(bound).value());
  }
  if (config.shedding().has_radio_notice()) {
    settings.notice = milliseconds(config.shedding().radio_notice());
  }
  settings.utc_offset = milliseconds(config.site().utc_offset());
  return settings;
}

}  // namespace karkara
