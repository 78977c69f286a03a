#include "agent/config_bind/shaping_config.h"

#include <algorithm>

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/uplink_config.h"
#include "agent/shaping/framing.h"

namespace karkara {
namespace {

constexpr double kLeastFloor = 64'000;
constexpr double kFloorPart = 20;
constexpr double kEthernetRoom = 10;  // an adaptive Ethernet link of which only the base is told
constexpr Percent kUsedUp{100};
constexpr Percent kUsedUpCeiling{10};

// What is usual for the kind, in bits a second: where it begins, and what no such link is faster than.
struct Usual {
  double base = 0;
  double ceiling = 0;
};

Usual usual_rate(v1::UplinkKind kind, bool down) {
  switch (kind) {
    case v1::UPLINK_KIND_VSAT: return down ? Usual{2e6, 50e6} : Usual{512e3, 10e6};
    case v1::UPLINK_KIND_CELLULAR: return down ? Usual{5e6, 100e6} : Usual{1e6, 50e6};
    case v1::UPLINK_KIND_MESH: return {5e6, 100e6};
    default: return {};  // foreign: an enum of protobuf; of Ethernet nothing is usual
  }
}

struct Told {
  std::optional<double> rate;
  std::optional<double> floor;
  std::optional<double> base;
};

std::optional<RateLimits> limits(const Told& told, bool adaptive, const Usual& usual) {
  if (!adaptive) {
    return told.rate ? std::optional{RateLimits{BitsPerSecond{*told.rate}, BitsPerSecond{*told.rate},
                                                BitsPerSecond{*told.rate}}}
                     : std::nullopt;
  }
  const double base = told.base ? *told.base : told.rate.value_or(usual.base);
  if (base == 0) {
    return std::nullopt;
  }
  const double room = usual.ceiling > 0 ? usual.ceiling : base * kEthernetRoom;
  const double ceiling = told.rate.value_or(std::max(room, base));
  const double floor = told.floor.value_or(std::min(std::max(base / kFloorPart, kLeastFloor), base));
  return RateLimits{BitsPerSecond{floor}, BitsPerSecond{base}, BitsPerSecond{ceiling}};
}

template <class Number>
std::optional<double> told(bool has, Number value) {
  return has ? std::optional{static_cast<double>(value)} : std::nullopt;
}

template <class Message>
ClassTerms terms_in(const Message& config) {
  ClassTerms terms;
  if (config.has_guarantee_percent()) {
    terms.guarantee = Percent{config.guarantee_percent()};
  }
  if (config.has_ceiling_percent()) {
    terms.ceiling = Percent{config.ceiling_percent()};
  }
  if (config.has_guarantee_rate()) {
    terms.guarantee_rate = BitsPerSecond{static_cast<double>(config.guarantee_rate())};
  }
  if (config.has_priority()) {
    terms.priority = static_cast<std::uint8_t>(config.priority());
  }
  return terms;
}

template <class Message>
QuotaLimits quota_in(const Message& config) {
  QuotaLimits quota;
  if (config.has_daily_quota()) {
    quota.daily = config.daily_quota();
  }
  if (config.has_monthly_quota()) {
    quota.monthly = config.monthly_quota();
  }
  return quota;
}

template <class Message>
std::vector<QuotaStep> steps_in(const Message& config) {
  std::vector<QuotaStep> steps;
  for (const v1::QuotaStepConfig& step : config.quota_steps()) {
    steps.push_back({Percent{step.percent_used()}, Percent{step.ceiling_percent()}});
  }
  return steps;
}

// Protobuf counts from Monday, 1.
std::uint8_t days_in(const v1::ClassHoursConfig& config) {
  unsigned days = 0;
  for (const int day : config.days()) {
    days |= day >= v1::WEEKDAY_MONDAY && day <= v1::WEEKDAY_SUNDAY ? 1U << static_cast<unsigned>(day - 1) : 0U;
  }
  return static_cast<std::uint8_t>(days == 0 ? 0x7f : days);
}

std::uint8_t kinds_in(const v1::ClassHoursConfig& config) {
  unsigned kinds = 0;
  for (const int told : config.uplinks()) {
    if (const auto kind = bind_kind(static_cast<v1::UplinkKind>(told))) {
      kinds |= 1U << number_of(*kind);
    }
  }
  return static_cast<std::uint8_t>(kinds == 0 ? kAllKinds : kinds);
}

Result<UplinkShaping> bind_uplink(const v1::UplinkConfig& config) {
  const auto id = UplinkId::parse(config.id());
  const auto kind = bind_kind(config.kind());
  if (!id || !kind) {
    return id ? kind.error() : id.error().in("uplinks");
  }
  const LimitsOf limits = limits_of(config);
  UplinkShaping shaping{*id,         *kind,     config.interface(), config.metered(), is_adaptive(config),
                        limits.down, limits.up, usual_cost(*kind)};
  if (config.shaping().has_overhead()) {
    shaping.framing.overhead = static_cast<std::int16_t>(config.shaping().overhead());
  }
  if (config.shaping().has_mpu()) {
    shaping.framing.smallest = static_cast<std::uint16_t>(config.shaping().mpu());
  }
  return shaping;
}

}  // namespace

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 100; };
  if (text.size() != 5 || text[2] != ':') {
    return std::nullopt;
  }
  const int hours = digit(0) * 10 + digit(1);
  const int minutes = digit(3) * 10 + digit(4);
  if (hours > 24 || minutes > 59 || (hours == 24 && minutes != 0)) {
    return std::nullopt;
  }
  return std::chrono::minutes{hours * 60 + minutes};
}

// Not of itself: a rate that was bought is a fact, and following a link has to be wanted.
bool is_adaptive(const v1::UplinkConfig& uplink) {
  const v1::ShapingConfig& shaping = uplink.shaping();
  return shaping.has_adaptive()
             ? shaping.adaptive()
             : shaping.has_floor_down() || shaping.has_floor_up() || shaping.has_base_down() || shaping.has_base_up();
}

LimitsOf limits_of(const v1::UplinkConfig& uplink) {
  const v1::ShapingConfig& shaping = uplink.shaping();
  const bool adaptive = is_adaptive(uplink);
  return {
      limits({told(uplink.has_rate_down(), uplink.rate_down()), told(shaping.has_floor_down(), shaping.floor_down()),
              told(shaping.has_base_down(), shaping.base_down())},
             adaptive, usual_rate(uplink.kind(), true)),
      limits({told(uplink.has_rate_up(), uplink.rate_up()), told(shaping.has_floor_up(), shaping.floor_up()),
              told(shaping.has_base_up(), shaping.base_up())},
             adaptive, usual_rate(uplink.kind(), false))};
}

ClassShaping bind_class_shaping(const v1::ServiceClassConfig& config) {
  ClassShaping shaping;
  if (const auto id = ClassId::parse(config.id())) {
    shaping.id = *id;
  }
  shaping.terms = terms_in(config);
  shaping.quota = quota_in(config);
  bool limited = shaping.quota.any();
  for (const v1::ClassOnUplinkConfig& on : config.on_uplinks()) {
    if (const auto kind = bind_kind(on.kind())) {
      shaping.on_kinds.push_back({*kind, terms_in(on), quota_in(on), steps_in(on)});
      limited = limited || shaping.on_kinds.back().quota.any();
    }
  }
  for (const v1::ClassHoursConfig& hours : config.hours()) {
    const auto from = parse_time_of_day(hours.from());
    const auto to = parse_time_of_day(hours.to());
    if (from && to) {
      shaping.hours.push_back({*from, *to, days_in(hours), terms_in(hours), hours.closed(), kinds_in(hours)});
    }
  }
  shaping.steps = steps_in(config);
  if (limited && shaping.steps.empty()) {
    shaping.steps = {{kUsedUp, kUsedUpCeiling}};
  }
  shaping.takes_everything = config.interfaces().empty() && config.subnets().empty() && config.dscp().empty() &&
                             config.macs().empty() && config.destinations().empty();
  return shaping;
}

Result<ShapingSettings> bind_shaping(const v1::SiteConfig& config) {
  ShapingSettings settings;
  settings.enabled = !config.shaping().has_enabled() || config.shaping().enabled();
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    auto bound = bind_uplink(uplink);
    if (!bound) {
      return bound.error();
    }
    settings.uplinks.push_back(std::move(bound).value());
  }
  for (const v1::ServiceClassConfig& service : config.classes()) {
    if (const auto id = ClassId::parse(service.id()); !id) {
      return id.error().in("classes");
    }
    settings.classes.push_back(bind_class_shaping(service));
  }
  settings.lan_interfaces.assign(config.lan().interfaces().begin(), config.lan().interfaces().end());
  if (config.shaping().has_memory()) {
    settings.memory = config.shaping().memory();
  }
  settings.utc_offset = std::chrono::duration_cast<std::chrono::minutes>(milliseconds(config.site().utc_offset()));
  return settings;
}

}  // namespace karkara
