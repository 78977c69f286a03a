#include "agent/io/starlink_decode.h"

#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace karkara {
namespace {

namespace dish = SpaceX::API::Device;

constexpr std::size_t kLongestText = 80;
constexpr std::size_t kMostAlerts = 32;

std::optional<double> within(bool has, double value, double least, double most) {
  return has && value >= least && value <= most ? std::optional{value} : std::nullopt;  // NaN is within nothing
}

// Versions go to tables and logs: printable ASCII only.
std::optional<std::string> plain(bool has, const std::string& text) {
  if (!has || text.empty()) {
    return {};
  }
  std::string made = text.substr(0, kLongestText);
  std::ranges::replace_if(
      made, [](char c) { return c < ' ' || c > '~'; }, '?');
  return made;
}

std::string cause_name(std::int32_t cause) {
  constexpr std::array<std::string_view, 15> kNames{"UNKNOWN",
                                                    "BOOTING",
                                                    "STOWED",
                                                    "THERMAL_SHUTDOWN",
                                                    "NO_SCHEDULE",
                                                    "NO_SATS",
                                                    "OBSTRUCTED",
                                                    "NO_DOWNLINK",
                                                    "NO_PINGS",
                                                    "ACTUATOR_ACTIVITY",
                                                    "CABLE_TEST",
                                                    "SLEEPING",
                                                    "MOVING_WHILE_NOT_ALLOWED",
                                                    "SKY_SEARCH",
                                                    "INHIBIT_RF"};
  const auto index = static_cast<std::size_t>(cause);
  return cause >= 0 && index < kNames.size() ? std::string{kNames[index]} : "cause " + std::to_string(cause);
}

DishOutage to_outage(const dish::DishOutage& outage) {
  DishOutage made;
  made.cause = cause_name(outage.cause());
  constexpr std::uint64_t kLongest = 365ULL * 86'400 * 1'000'000'000;
  if (outage.has_duration_ns() && outage.duration_ns() <= kLongest) {
    made.lasted = std::chrono::nanoseconds{outage.duration_ns()};
  }
  return made;
}

std::vector<std::string> alerts_of(const dish::DishAlerts& alerts) {
  std::vector<std::string> names;
  const google::protobuf::Descriptor& known = *alerts.GetDescriptor();
  const google::protobuf::Reflection& reflection = *alerts.GetReflection();
  for (int i = 0; i < known.field_count(); ++i) {
    if (reflection.GetBool(alerts, known.field(i))) {
      names.push_back(known.field(i)->name());
    }
  }
  const google::protobuf::UnknownFieldSet& newer = reflection.GetUnknownFields(alerts);
  for (int i = 0; i < newer.field_count() && names.size() < kMostAlerts; ++i) {
    const auto& field = newer.field(i);
    if (field.type() == google::protobuf::UnknownField::TYPE_VARINT && field.varint() == 1) {
      names.push_back("alert " + std::to_string(field.number()));
    }
  }
  return names;
}

}  // namespace

DishStatus to_dish_status(const dish::DishGetStatusResponse& status) {
  constexpr double kMostRate = 1e11;
  constexpr double kMostLatency = 60'000;
  DishStatus made;
  const dish::DeviceInfo& info = status.device_info();
  made.hardware = plain(info.has_hardware_version(), info.hardware_version());
  made.software = plain(info.has_software_version(), info.software_version());
  if (info.has_bootcount()) {
    made.boot_count = info.bootcount();
  }
  if (status.device_state().has_uptime_s()) {
    made.uptime_seconds = status.device_state().uptime_s();
  }
  made.ping_drop_ratio = within(status.has_pop_ping_drop_rate(), status.pop_ping_drop_rate(), 0, 1);
  made.ping_latency_ms = within(status.has_pop_ping_latency_ms(), status.pop_ping_latency_ms(), 0.001, kMostLatency);
  made.downlink_bits_per_second =
      within(status.has_downlink_throughput_bps(), status.downlink_throughput_bps(), 0, kMostRate);
  made.uplink_bits_per_second =
      within(status.has_uplink_throughput_bps(), status.uplink_throughput_bps(), 0, kMostRate);
  const dish::DishObstructionStats& obstruction = status.obstruction_stats();
  made.fraction_obstructed = within(obstruction.has_fraction_obstructed(), obstruction.fraction_obstructed(), 0, 1);
  if (obstruction.has_currently_obstructed()) {
    made.currently_obstructed = obstruction.currently_obstructed();
  }
  if (status.has_is_snr_above_noise_floor()) {
    made.snr_above_noise_floor = status.is_snr_above_noise_floor();
  }
  if (status.has_is_snr_persistently_low()) {
    made.snr_persistently_low = status.is_snr_persistently_low();
  }
  if (status.has_outage()) {
    made.outage = to_outage(status.outage());
  }
  made.alerts = alerts_of(status.alerts());
  if (status.gps_stats().has_gps_sats()) {
    made.gps_satellites = status.gps_stats().gps_sats();
  }
  if (status.has_disablement_code()) {
    made.disablement_code = status.disablement_code();
  }
  return made;
}

std::optional<double> newest_power(const dish::DishGetHistoryResponse& history) {
  constexpr double kMostWatts = 1000;
  constexpr std::uint64_t kYoungEnough = 5;
  const auto size = static_cast<std::uint64_t>(history.power_in_size());
  for (std::uint64_t back = 1; back <= std::min({size, history.current(), kYoungEnough}); ++back) {
    const auto index = static_cast<int>((history.current() - back) % size);
    const double watts = history.power_in(index);
    if (watts > 0 && watts <= kMostWatts) {
      return watts;
    }
  }
  return {};
}

}  // namespace karkara
