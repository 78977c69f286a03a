#include "agent/io/starlink_decode.h"

#include <gtest/gtest.h>

#include <limits>

namespace karkara {
namespace {

namespace api = SpaceX::API::Device;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
  }
  return bytes;
}

DishStatus decode(std::string_view hex) {
  api::Response response;
  EXPECT_TRUE(response.ParseFromString(from_hex(hex)));
  EXPECT_TRUE(response.has_dish_get_status());
  return to_dish_status(response.dish_get_status());
}

// What a fake made from a real dish's own descriptors answered.
TEST(StarlinkDecode, ReadsAnAnswerMadeByTheDishesOwnDescriptors) {
  const DishStatus status = decode(
      "1828a27d1e12030890"
      "1cdd3e0ad7233ce23e050d0ad7a33cea3e0218018d3f00001a42");
  EXPECT_EQ(status.uptime_seconds, 3600U);
  EXPECT_NEAR(*status.ping_drop_ratio, 0.01, 1e-6);
  EXPECT_NEAR(*status.fraction_obstructed, 0.02, 1e-6);
  EXPECT_NEAR(*status.ping_latency_ms, 38.5, 1e-6);
  EXPECT_EQ(status.alerts, std::vector<std::string>{"thermal_throttle"});
  EXPECT_FALSE(status.outage);
}

TEST(StarlinkDecode, AFieldThatAFirmwareDroppedIsAbsentAndNotZero) {
  const DishStatus status = decode("1828a27d0b120308901cdd3e0ad7233c");
  EXPECT_FALSE(status.ping_latency_ms);
  EXPECT_NEAR(*status.ping_drop_ratio, 0.01, 1e-6);
  EXPECT_FALSE(status.currently_obstructed);
  EXPECT_FALSE(status.snr_above_noise_floor);
}

TEST(StarlinkDecode, WhatIsNoNumberOrImpossibleIsAbsent) {
  api::DishGetStatusResponse response;
  for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -1.0F}) {
    response.set_pop_ping_drop_rate(value);
    response.set_pop_ping_latency_ms(value);
    response.mutable_obstruction_stats()->set_fraction_obstructed(value);
    response.set_downlink_throughput_bps(value);
    const DishStatus status = to_dish_status(response);
    EXPECT_FALSE(status.ping_drop_ratio);
    EXPECT_FALSE(status.ping_latency_ms);
    EXPECT_FALSE(status.fraction_obstructed);
    EXPECT_FALSE(status.downlink_bits_per_second);
  }
  response.set_pop_ping_drop_rate(1.5F);
  response.set_pop_ping_latency_ms(0);
  EXPECT_FALSE(to_dish_status(response).ping_drop_ratio);
  EXPECT_FALSE(to_dish_status(response).ping_latency_ms);
}

TEST(StarlinkDecode, OutagesHaveTheirCause) {
  api::DishGetStatusResponse response;
  response.mutable_outage()->set_cause(3);
  response.mutable_outage()->set_duration_ns(5'000'000'000);
  EXPECT_EQ(to_dish_status(response).outage, (DishOutage{"THERMAL_SHUTDOWN", std::chrono::seconds{5}}));
  response.mutable_outage()->set_cause(99);
  response.mutable_outage()->set_duration_ns(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(to_dish_status(response).outage, (DishOutage{"cause 99", {}}));
  response.mutable_outage()->clear_cause();  // their zero: UNKNOWN, but an outage
  EXPECT_EQ(to_dish_status(response).outage->cause, "UNKNOWN");
}

TEST(StarlinkDecode, AnAlertThatIsNewerThanWeAreIsToldByItsNumber) {
  api::DishAlerts alerts;
  alerts.set_thermal_throttle(true);
  alerts.set_roaming(false);
  ASSERT_TRUE(alerts.MergeFromString(std::string{"\xf8\x01\x01\x80\x02\x00", 6}));  // 31 true, 32 false
  api::DishGetStatusResponse response;
  *response.mutable_alerts() = alerts;
  EXPECT_EQ(to_dish_status(response).alerts, (std::vector<std::string>{"thermal_throttle", "alert 31"}));
}

TEST(StarlinkDecode, TextsAreShortAndPlain) {
  api::DishGetStatusResponse response;
  response.mutable_device_info()->set_software_version("2026.06\x1b[31m\n" + std::string(500, 'x'));
  const std::string text = *to_dish_status(response).software;
  EXPECT_EQ(text.size(), 80U);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(StarlinkDecode, ThePowerIsTheNewestOfTheRing) {
  api::DishGetHistoryResponse history;
  EXPECT_FALSE(newest_power(history));
  for (const float watts : {50.0F, 51.0F, 62.0F, 40.0F, 41.0F}) {
    history.add_power_in(watts);
  }
  EXPECT_FALSE(newest_power(history));  // nothing was taken yet
  history.set_current(13);              // twelve before: the newest is at 12 % 5
  EXPECT_EQ(newest_power(history), 62.0);
  history.set_power_in(2, std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(newest_power(history), 51.0);
  history.set_current(std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(newest_power(history));
}

}  // namespace
}  // namespace karkara
