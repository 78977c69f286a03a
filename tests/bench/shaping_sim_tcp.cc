#include "tests/bench/shaping_sim_tcp.h"

#include <algorithm>
#include <cmath>

namespace karkara {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t kData = 1500;
constexpr std::uint32_t kAck = 60;
constexpr double kMostWindow = 700;  // a receiver's buffer of 1 MB
constexpr double kBeta = 0.7;
constexpr double kC = 0.4;
constexpr std::uint64_t kReordering = 3;
constexpr std::size_t kToldInAck = 60;  // a lost acknowledgement loses nothing

double seconds_of(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Each connection's clock begins somewhere.
std::uint32_t stamp_of(int flow, bool of_sender, Instant now) {
  const auto passed = std::chrono::floor<milliseconds>(now.since_boot()).count();
  return static_cast<std::uint32_t>(passed + flow * 1'000'003 + (of_sender ? 77 : 0));
}

}  // namespace

void SimTcp::start() {
  running_ = true;
  epoch_ = heard_ = loop_.now();
  send_more();
  watch();
}

void SimTcp::send_more() {
  const double window = bbr_ ? bbr_->window() : window_;
  while (running_ && static_cast<double>(under_way_.size()) + 1 <= std::min(window, kMostWindow) && !wait_for_pace()) {
    SimPacket packet;
    packet.flow = flow_;
    packet.upward = upward_;
    packet.bytes = kData;
    packet.id = ++next_;
    packet.sent = loop_.now();
    packet.stamp = stamp_of(flow_, true, loop_.now());
    packet.echoed = heard_stamp_;
    if (under_way_.empty()) {
      first_ = delivered_at_ = loop_.now();
    }
    sent_recovering_ += 1;
    under_way_[packet.id] = Sent{loop_.now(), delivered_, delivered_at_, first_};
    send_(std::move(packet));
  }
}

// True: the next one's time has not come; then it goes by itself.
bool SimTcp::wait_for_pace() {
  if (!bbr_) {
    return false;
  }
  if (loop_.now() >= paced_at_) {
    paced_at_ = loop_.now() + Duration{static_cast<std::int64_t>(1e9 / bbr_->pacing())};
    return false;
  }
  if (!paced_) {
    paced_ = true;
    loop_.at(paced_at_, [this] {
      paced_ = false;
      send_more();
    });
  }
  return true;
}

void SimTcp::acknowledged(const SimPacket& ack) {
  heard_ = loop_.now();
  heard_stamp_ = ack.stamp;
  bool lost = false;
  std::uint64_t last = 0;
  Sent newest;
  const double before = delivered_;
  const auto flight = static_cast<double>(under_way_.size());
  for (const std::uint64_t id : ack.acks) {
    const auto found = under_way_.find(id);
    if (found == under_way_.end()) {
      continue;
    }
    measure(loop_.now() - found->second.at);
    leave_slow_start(loop_.now() - found->second.at, id);
    if (id > last) {
      last = id;
      newest = found->second;
    }
    ++delivered_;
    under_way_.erase(found);
    latest_acked_ = std::max(latest_acked_, id);
    grow();
  }
  while (!under_way_.empty() && under_way_.begin()->first + kReordering <= latest_acked_) {
    lost = lost || under_way_.begin()->first > recovery_;
    under_way_.erase(under_way_.begin());
  }
  if (recovering_ && latest_acked_ > recovery_) {
    recovering_ = false;
    window_ = threshold_;
  }
  if (lost) {
    reduce(false, flight);
  }
  recover(delivered_ - before);
  if (bbr_ && last > 0) {
    model(newest, delivered_ - before, lost);
  }
  send_more();
}

// The rate of delivery as in draft-cheng-iccrg-delivery-rate-estimation: over the longer of how the packets left and
// how their acknowledgements came.
void SimTcp::model(const Sent& newest, double delivered, bool lost) {
  delivered_at_ = loop_.now();
  first_ = newest.at;
  const Duration took = loop_.now() - newest.at;
  const Duration over = std::max(newest.at - newest.first, loop_.now() - newest.delivered_at);
  SimBbr::Ack told{loop_.now(), took, 0, newest.delivered >= round_delivered_, delivered, 0, lost};
  told.rate = over > Duration{0} ? (delivered_ - newest.delivered) / seconds_of(over) : 0;
  told.under_way = static_cast<double>(under_way_.size());
  if (told.round) {
    round_delivered_ = delivered_;
  }
  bbr_->on(told);
}

void SimTcp::measure(Duration round_trip) {
  if (!measured_) {
    measured_ = true;
    smoothed_ = round_trip;
    variation_ = round_trip / 2;
    return;
  }
  variation_ += (std::chrono::abs(smoothed_ - round_trip) - variation_) / 4;
  smoothed_ += (round_trip - smoothed_) / 8;
}

void SimTcp::leave_slow_start(Duration round_trip, std::uint64_t id) {
  if (congestion_ != SimCongestion::Cubic || window_ >= threshold_) {
    return;
  }
  if (id > round_end_) {
    round_end_ = next_;
    round_before_ = round_least_;
    round_least_ = Duration::max();
    round_samples_ = 0;
  }
  round_least_ = std::min(round_least_, round_trip);
  const Duration more =
      std::clamp<Duration>(least_ == Duration::max() ? Duration{0} : least_ / 8, milliseconds{4}, milliseconds{16});
  least_ = std::min(least_, round_trip);
  if (++round_samples_ >= 8 && round_before_ != Duration::max() && round_least_ >= round_before_ + more) {
    threshold_ = window_;
    most_ = window_;
    epoch_ = loop_.now();
  }
}

void SimTcp::grow() {
  if (bbr_ || recovering_) {
    return;
  }
  if (window_ < threshold_) {
    window_ += 1;
    return;
  }
  if (congestion_ == SimCongestion::Reno) {
    window_ += 1 / window_;
    return;
  }
  const double k = std::cbrt(most_ * (1 - kBeta) / kC);
  const double t = seconds_of(loop_.now() - epoch_);
  const double target = kC * std::pow(t + seconds_of(smoothed_) - k, 3) + most_;
  const double friendly = most_ * kBeta + 3 * (1 - kBeta) / (1 + kBeta) * t / seconds_of(smoothed_);
  window_ += std::max(std::clamp(std::max(target, friendly) - window_, 0.0, window_ / 2) / window_, 0.01 / window_);
}

// What leaves is in proportion to what arrives, down to the new threshold; below it one more than arrives.
void SimTcp::recover(double delivered) {
  if (bbr_ || !recovering_) {
    return;
  }
  recovered_ += delivered;
  const auto flight = static_cast<double>(under_way_.size());
  const double more = flight > threshold_
                          ? std::ceil(recovered_ * threshold_ / flight_) - sent_recovering_
                          : std::min(threshold_ - flight, std::max(recovered_ - sent_recovering_, delivered) + 1);
  window_ = flight + std::max(more, 0.0);
}

void SimTcp::reduce(bool timeout, double flight) {
  if (bbr_) {
    recovery_ = next_;
    if (timeout) {
      bbr_->timeout();
    }
    return;
  }
  const double beta = congestion_ == SimCongestion::Cubic ? kBeta : 0.5;
  most_ = window_ < most_ ? window_ * (1 + beta) / 2 : window_;
  threshold_ = std::max(window_ * beta, 2.0);
  window_ = timeout ? 1 : threshold_;
  recovering_ = !timeout;
  recovered_ = sent_recovering_ = 0;
  flight_ = std::max(flight, 1.0);
  recovery_ = next_;
  epoch_ = loop_.now();
}

void SimTcp::watch() {
  if (!running_) {
    return;
  }
  const Duration wait = std::max<Duration>(smoothed_ + 4 * variation_, milliseconds{1000});
  if (!under_way_.empty() && loop_.now() - heard_ > wait) {
    under_way_.clear();
    reduce(true, 0);
    heard_ = loop_.now();
    send_more();
  }
  loop_.after(milliseconds{100}, [this] { watch(); });
}

void SimReceiver::received(const SimPacket& data) {
  Received& flow = flows_[data.flow];
  flow.ids.push_back(data.id);
  if (flow.ids.size() > kToldInAck) {
    flow.ids.pop_front();
  }
  if (flow.unacknowledged == 0) {
    flow.stamp = data.stamp;
  }
  if (++flow.unacknowledged >= 2) {
    flush(data.flow, !data.upward);
  } else {
    loop_.after(milliseconds{40}, [this, number = data.flow, upward = !data.upward] { flush(number, upward); });
  }
}

void SimReceiver::flush(int flow, bool upward) {
  Received& received = flows_[flow];
  if (received.unacknowledged == 0) {
    return;
  }
  received.unacknowledged = 0;
  SimPacket ack;
  ack.flow = flow;
  ack.upward = upward;
  ack.is_ack = true;
  ack.bytes = kAck;
  ack.sent = loop_.now();
  ack.stamp = stamp_of(flow, false, loop_.now());
  ack.echoed = received.stamp;
  ack.acks.assign(received.ids.begin(), received.ids.end());
  send_(std::move(ack));
}

}  // namespace karkara
