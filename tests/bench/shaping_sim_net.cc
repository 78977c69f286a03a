#include "tests/bench/shaping_sim_net.h"

#include <algorithm>
#include <cmath>

namespace karkara {
namespace {

using std::chrono::milliseconds;

constexpr Duration kTarget = milliseconds{20};  // what a leaf on a slow link has
constexpr Duration kInterval = milliseconds{100};
constexpr std::uint32_t kPacket = 1500;
constexpr int kQuantum = 1514;
constexpr std::size_t kMostWaiting = 400;

Duration time_of(double bytes, BitsPerSecond rate) {
  return Duration{static_cast<std::int64_t>(bytes * 8e9 / std::max(rate.value(), 1.0))};
}

Duration control_law(std::uint32_t count) {
  return Duration{static_cast<std::int64_t>(static_cast<double>(kInterval.count()) / std::sqrt(std::max(count, 1U)))};
}

}  // namespace

void SimLoop::run_until(Instant end) {
  while (!events_.empty() && events_.top().when <= end) {
    Event event = events_.top();
    events_.pop();
    now_ = event.when;
    event.what();
  }
  now_ = end;
}

void SimLink::send(SimPacket packet) {
  if (queued_ + packet.bytes > buffer_) {
    return;
  }
  queued_ += packet.bytes;
  queue_.push_back(std::move(packet));
  if (!busy_) {
    next();
  }
}

void SimLink::set_silent(bool silent) {
  silent_ = silent;
  if (!silent && !busy_) {
    next();
  }
}

void SimLink::next() {
  if (queue_.empty() || silent_) {
    busy_ = false;
    return;
  }
  busy_ = true;
  loop_.after(time_of(queue_.front().bytes, rate_), [this] {
    SimPacket packet = std::move(queue_.front());
    queue_.pop_front();
    queued_ -= packet.bytes;
    carried_ += packet.bytes;
    const Instant out = std::max(loop_.now() + wire_(), last_out_);
    packet.wire += out - loop_.now();
    last_out_ = out;
    loop_.at(out, [this, packet = std::move(packet)] { out_(packet); });
    next();
  });
}

bool SimCodel::take(Head& head, Instant now) {
  head.may_drop = false;
  if (queue_.empty()) {
    first_above_ = Instant{};
    return false;
  }
  head.packet = std::move(queue_.front());
  queue_.pop_front();
  bytes_ -= head.packet.bytes;
  if (now - head.packet.queued < kTarget || bytes_ <= kPacket) {
    first_above_ = Instant{};
  } else if (first_above_ == Instant{}) {
    first_above_ = now + kInterval;
  } else {
    head.may_drop = now >= first_above_;
  }
  return true;
}

bool SimCodel::pop(SimPacket& packet, Instant now, std::uint64_t& drops) {
  Head head;
  if (!take(head, now)) {
    dropping_ = false;
    return false;
  }
  if (dropping_) {
    dropping_ = head.may_drop;
    while (dropping_ && now >= drop_next_) {
      ++drops;
      ++count_;
      if (!take(head, now)) {
        dropping_ = false;
        return false;
      }
      dropping_ = head.may_drop;
      drop_next_ = drop_next_ + control_law(count_);
    }
  } else if (head.may_drop) {
    ++drops;
    dropping_ = true;
    const std::uint32_t delta = count_ - last_count_;
    count_ = delta > 1 && now - drop_next_ < 16 * kInterval ? delta : 1;
    drop_next_ = now + control_law(count_);
    last_count_ = count_;
    if (!take(head, now)) {
      return false;
    }
  }
  packet = std::move(head.packet);
  return true;
}

void SimCodel::drop_one() {
  bytes_ -= queue_.front().bytes;
  queue_.pop_front();
}

void SimTree::send(SimPacket packet) {
  packet.queued = loop_.now();
  backlog_ += packet.bytes;
  if (packet.of != SimClass::Bulk) {
    strict_.at(static_cast<std::size_t>(packet.of)).push_back(std::move(packet));
  } else {
    Flow& flow = bulk_[packet.flow];
    if (!flow.listed) {
      flow.listed = true;
      flow.deficit = kQuantum;
      new_.push_back(packet.flow);
    }
    flow.queue.push(std::move(packet));
    if (++waiting_ > kMostWaiting) {
      std::max_element(bulk_.begin(), bulk_.end(), [](const auto& a, const auto& b) {
        return a.second.queue.size() < b.second.queue.size();
      })->second.queue.drop_one();
      --waiting_;
      ++drops_;
      backlog_ -= std::min<std::uint64_t>(backlog_, kPacket);
    }
  }
  if (!armed_) {
    serve();
  }
}

void SimTree::set_rate(BitsPerSecond rate) {
  fill();
  rate_ = rate;
}

double SimTree::burst() const {
  return std::max(1.05 * 1514, rate_.value() / 8 / 1000);
}

void SimTree::fill() {
  const double seconds = std::chrono::duration<double>(loop_.now() - filled_).count();
  tokens_ = std::min(burst(), tokens_ + seconds * rate_.value() / 8);
  filled_ = loop_.now();
}

bool SimTree::pick(SimPacket& packet) {
  for (auto& queue : strict_) {
    if (!queue.empty()) {
      packet = std::move(queue.front());
      queue.pop_front();
      return true;
    }
  }
  // RFC 8290: flows that just began go first, and each gets a quantum of bytes in its turn.
  while (!new_.empty() || !old_.empty()) {
    std::deque<int>& list = new_.empty() ? old_ : new_;
    const int number = list.front();
    Flow& flow = bulk_[number];
    if (flow.deficit <= 0) {
      flow.deficit += kQuantum;
      list.pop_front();
      old_.push_back(number);
      continue;
    }
    const std::size_t before = flow.queue.size();
    const bool found = flow.queue.pop(packet, loop_.now(), drops_);
    const std::size_t dropped = before - flow.queue.size() - (found ? 1 : 0);
    waiting_ -= before - flow.queue.size();
    backlog_ -= std::min<std::uint64_t>(backlog_, dropped * kPacket);
    if (found) {
      flow.deficit -= static_cast<int>(packet.bytes);
      return true;
    }
    list.pop_front();
    if (&list == &new_) {
      old_.push_back(number);
    } else {
      flow.listed = false;
    }
  }
  backlog_ = 0;
  return false;
}

// As HTB: a packet may go while there are tokens, and they may go below nothing by one packet.
void SimTree::serve() {
  armed_ = false;
  fill();
  while (tokens_ > 0) {
    SimPacket packet;
    if (!pick(packet)) {
      return;
    }
    tokens_ -= packet.bytes;
    bytes_ += packet.bytes;
    firm_ += packet.of == SimClass::Bulk ? 0 : packet.bytes;
    backlog_ -= std::min<std::uint64_t>(backlog_, packet.bytes);
    out_(std::move(packet));
  }
  armed_ = true;
  loop_.after(std::max<Duration>(time_of(-tokens_ + 1, rate_), std::chrono::microseconds{50}), [this] { serve(); });
}

}  // namespace karkara
