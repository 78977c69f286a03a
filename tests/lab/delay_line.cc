#include "tests/lab/delay_line.h"

#include <algorithm>
#include <utility>

namespace karkara::lab {
namespace {

// Enough for a second at 500 Mbit/s; only a line without a rate can come near it.
constexpr std::size_t kMostPackets = 50'000;

}  // namespace

void DelayLine::put(Packet packet, Instant now) {
  if (cut_) {
    ++counts_.dropped_cut;
    return;
  }
  const Instant start = std::max(now, line_free_at_);
  if (start - now > shape_.buffer || queue_.size() >= kMostPackets) {
    ++counts_.dropped_full;
    return;
  }
  line_free_at_ = start + time_on_line(packet.size());
  ++counts_.packets;
  counts_.bytes += packet.size();
  queue_.push_back({line_free_at_ + shape_.delay, std::move(packet)});
}

std::vector<DelayLine::Packet> DelayLine::take(Instant now) {
  std::vector<Packet> due;
  while (!queue_.empty() && queue_.front().due <= now) {
    due.push_back(std::move(queue_.front().packet));
    queue_.pop_front();
  }
  return due;
}

void DelayLine::cut() {
  cut_ = true;
  counts_.dropped_cut += queue_.size();
  queue_.clear();
  line_free_at_ = Instant{};
}

Duration DelayLine::time_on_line(std::size_t bytes) const {
  if (shape_.bits_per_second == 0) {
    return {};
  }
  return Duration{static_cast<std::int64_t>(bytes * 8 * 1'000'000'000 / shape_.bits_per_second)};
}

}  // namespace karkara::lab
