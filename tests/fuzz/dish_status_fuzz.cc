// Any bytes as a dish's answer: whatever becomes a value is a number, possible and short.
#include <google/protobuf/stubs/logging.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "agent/io/starlink_decode.h"

namespace {

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void check(std::optional<double> value, double least, double most) {
  require(!value || (*value >= least && *value <= most));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto quiet = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(quiet);
  SpaceX::API::Device::Response response;
  if (!response.ParseFromArray(data, static_cast<int>(size))) {
    return 0;
  }
  check(karkara::newest_power(response.dish_get_history()), 0, 1000);
  const karkara::DishStatus status = karkara::to_dish_status(response.dish_get_status());
  check(status.ping_drop_ratio, 0, 1);
  check(status.ping_latency_ms, 0, 60'000);
  check(status.fraction_obstructed, 0, 1);
  check(status.downlink_bits_per_second, 0, 1e11);
  check(status.uplink_bits_per_second, 0, 1e11);
  require(!status.software || status.software->size() <= 80);
  require(status.alerts.size() <= 64);
  require(!status.outage || !status.outage->cause.empty());
  return 0;
}
