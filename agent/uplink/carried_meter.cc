#include "agent/uplink/carried_meter.h"

#include <algorithm>

#include "agent/facts/guest_counter.h"
#include "agent/uplink/nft_plan.h"

namespace karkara {
namespace {

constexpr double kNewPart = 0.3;  // of a look in the smoothed rate: half of it is of the last four seconds

bool is_named(const FlowCounter& counter, std::string_view prefix) {
  return std::string_view{counter.name}.starts_with(prefix);
}

}  // namespace

// A counter below its last value began anew with the table: what it shows came since then.
void CarriedMeter::see(Rate& rate, std::uint64_t bytes, double seconds) {
  constexpr double kBits = 8;
  const auto more = static_cast<double>(bytes >= rate.bytes ? bytes - rate.bytes : bytes);
  const double now = kBits * more / seconds;
  rate.bytes = bytes;
  rate.bits_per_second = rate.bits_per_second ? *rate.bits_per_second + kNewPart * (now - *rate.bits_per_second) : now;
}

void CarriedMeter::on(const FlowCountersRead& event, Instant now) {
  if (at_ && now - *at_ < kPace) {
    return;
  }
  const bool known = at_ && now - *at_ <= kStale;
  const double seconds = known ? std::chrono::duration<double>(now - *at_).count() : 0;
  at_ = now;
  const auto look = [&](std::map<std::string, Rate>& rates, std::string_view prefix) {
    std::map<std::string, Rate> seen;
    for (const FlowCounter& counter : event.counters) {
      if (!is_named(counter, prefix)) {
        continue;
      }
      const auto before = rates.find(counter.name);
      Rate& rate = seen[counter.name];
      if (known && before != rates.end()) {
        rate = before->second;
        see(rate, counter.bytes, seconds);
      }
      rate.bytes = counter.bytes;
    }
    rates = std::move(seen);
  };
  look(uplinks_, "answered");
  look(guests_, kGuestDown);
}

std::optional<BitsPerSecond> CarriedMeter::beside_guests(std::uint32_t slot, Instant now) const {
  const auto all = uplinks_.find(answered_counter(slot));
  if (!at_ || now - *at_ > kStale || all == uplinks_.end() || !all->second.bits_per_second) {
    return std::nullopt;
  }
  double guests = 0;
  for (const auto& [name, rate] : guests_) {
    guests += rate.bits_per_second.value_or(0);
  }
  return BitsPerSecond{std::max(*all->second.bits_per_second - guests, 0.0)};
}

}  // namespace karkara
