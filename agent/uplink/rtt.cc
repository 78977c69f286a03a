#include "agent/uplink/rtt.h"

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::milliseconds;
constexpr Duration kLongest = milliseconds{3000};
constexpr Duration kUnknown = milliseconds{2000};
constexpr Duration kGranularity = milliseconds{10};

}  // namespace

void RttEstimator::add(Duration round_trip) {
  ++samples_;
  if (!smoothed_) {
    smoothed_ = round_trip;
    variation_ = round_trip / 2;
    return;
  }
  const Duration error = std::chrono::abs(*smoothed_ - round_trip);
  variation_ += (error - variation_) / 4;
  *smoothed_ += (round_trip - *smoothed_) / 8;
}

Duration RttEstimator::time_out(Duration shortest) const {
  if (!smoothed_) {
    return kUnknown;
  }
  return std::clamp<Duration>(*smoothed_ + std::max(kGranularity, 4 * variation_), shortest, kLongest);
}

}  // namespace karkara
