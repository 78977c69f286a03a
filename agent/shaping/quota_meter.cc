#include "agent/shaping/quota_meter.h"

#include <algorithm>

#include "agent/facts/usage.h"

namespace karkara {
namespace {

constexpr std::uint64_t kWrap = std::uint64_t{1} << 32U;
constexpr Duration kSlack = std::chrono::seconds{2};  // queues that empty at once, and looks that are late
constexpr double kBurst = 1.25;

std::uint64_t carried_at_most(BitsPerSecond most, Duration elapsed) {
  const double seconds = std::chrono::duration<double>(std::max(elapsed, Duration{0}) + kSlack).count();
  const double bytes = std::max(most.value(), 0.0) / 8 * seconds * kBurst;
  return bytes < static_cast<double>(kMostTraffic) ? static_cast<std::uint64_t>(bytes) : kMostTraffic;
}

}  // namespace

// A class that is made anew begins at 0 with bytes and packets; one whose byte counter went round goes on with packets.
std::uint64_t QuotaMeter::on(const ShaperCount& count, std::uint64_t boot, BitsPerSecond most, Instant now) {
  const Point seen{boot, count.bytes, count.packets, now};
  if (!base_) {
    base_ = seen;
    most_ = most;
    return 0;
  }
  const bool same_boot = base_->boot == boot;
  std::uint64_t flowed = count.bytes;
  if (same_boot && count.packets >= base_->packets) {
    if (count.bytes >= base_->bytes) {
      flowed = count.bytes - base_->bytes;
    } else if (base_->bytes < kWrap && count.packets > base_->packets) {
      flowed = kWrap - base_->bytes + count.bytes;
    }
  }
  const std::uint64_t possible = carried_at_most(std::max(most, most_), same_boot ? now - base_->at : now.since_boot());
  base_ = seen;
  most_ = most;
  if (flowed > possible) {
    ++refused_;
    return 0;
  }
  return flowed;
}

}  // namespace karkara
