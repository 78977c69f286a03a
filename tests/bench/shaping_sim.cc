#include "tests/bench/shaping_sim.h"

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kStreamPacket = 300;
constexpr Duration kQuiet = seconds{60};
constexpr Duration kSampling = milliseconds{100};
constexpr std::uint64_t kAnchor = 1;

double milliseconds_of(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

double part_of(std::vector<double> values, double part) {
  if (values.empty()) {
    return 0;
  }
  const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

ShapingSim::ShapingSim(const ShapingScenario& scenario, std::uint64_t seed)
    : scenario_{scenario}, random_{seed}, start_{kQuiet}, budget_{budget_of_probes(scenario, start_)} {
  make(up_, scenario_.up, scenario_.buffer_up, scenario_.capacity[0].up, true);
  make(down_, scenario_.down, scenario_.buffer_down, scenario_.capacity[0].down, false);
  far_ = std::make_unique<SimReceiver>(loop_, [this](SimPacket ack) { down_.link->send(std::move(ack)); });
  near_ = std::make_unique<SimReceiver>(loop_, [this](SimPacket ack) { up_.tree->send(std::move(ack)); });
  for (int flow = 1; flow <= scenario_.flows_up + scenario_.flows_down; ++flow) {
    const bool upward = flow <= scenario_.flows_up;
    SimOutput out = upward ? SimOutput{[this](SimPacket packet) { up_.tree->send(std::move(packet)); }}
                           : SimOutput{[this](SimPacket packet) { down_.link->send(std::move(packet)); }};
    tcp_[flow] = std::make_unique<SimTcp>(loop_, flow, upward, scenario_.congestion, std::move(out));
  }
}

void ShapingSim::make(Direction& direction, const RateLimits& limits, std::uint64_t buffer, BitsPerSecond rate,
                      bool upward) {
  direction.limits = limits;
  direction.rate = std::make_unique<AdaptiveRate>(AdaptiveRateSettings{limits, scenario_.metered, upward, 1500},
                                                  std::nullopt, loop_.now());
  SimOutput behind_tree = upward ? SimOutput{[this](SimPacket packet) {
    leaves_router(packet);
    up_.link->send(std::move(packet));
  }}
                                 : SimOutput{[this](SimPacket packet) { at_village(packet); }};
  SimOutput behind_link = upward ? SimOutput{[this](SimPacket packet) { at_far_end(packet); }}
                                 : SimOutput{[this](SimPacket packet) { at_router(packet); }};
  direction.tree = std::make_unique<SimTree>(loop_, direction.rate->rate(), std::move(behind_tree));
  direction.link = std::make_unique<SimLink>(
      loop_, rate, buffer, [this] { return wire(); }, std::move(behind_link));
}

// One way of the round trip.
Duration ShapingSim::wire() {
  const double unit = static_cast<double>(random_() >> 11U) * 0x1p-53;
  const auto jitter = static_cast<double>(scenario_.jitter.count()) * (2 * unit - 1);
  return Duration{static_cast<std::int64_t>((static_cast<double>(scenario_.round_trip.count()) + jitter) / 2)};
}

// Off by days, and it runs off by 30 millionths.
Duration ShapingSim::far_clock() const {
  return std::chrono::hours{1'000} + loop_.now().since_boot() + loop_.now().since_boot() / 33'333;
}

void ShapingSim::at_far_end(const SimPacket& packet) {
  const Duration added = loop_.now() - packet.sent - packet.wire;
  if (packet.of == SimClass::Bulk) {
    packet.is_ack ? tcp_.at(packet.flow)->acknowledged(packet) : far_->received(packet);
    return;
  }
  SimPacket back = packet;
  back.upward = false;
  back.far_time = far_clock();
  if (packet.of == SimClass::Stream) {
    result_.up.added_ms.push_back(milliseconds_of(added));
    stream_up_[packet.id] = milliseconds_of(added);
    back.sent = loop_.now();
    back.wire = {};
  }
  down_.link->send(std::move(back));
}

void ShapingSim::at_router(const SimPacket& packet) {
  if (packet.of != SimClass::Control) {
    comes_back(packet);
    down_.tree->send(packet);
    return;
  }
  const auto found = echoes_.find(packet.id);
  const double unit = static_cast<double>(random_() >> 11U) * 0x1p-53;
  if (found == echoes_.end() || unit < scenario_.echo_loss) {
    return;
  }
  answered_ = std::max(answered_, packet.id);
  DelaySeen seen{kAnchor, loop_.now() - found->second, {}, false};
  if (scenario_.anchor_tells_time) {
    seen.one_way = packet.far_time - found->second.since_boot();
  }
  take(up_, result_.up, up_.rate->on(seen, loop_.now()));
  if (scenario_.anchor_tells_time) {
    seen.one_way = loop_.now().since_boot() - packet.far_time;
  }
  echoes_.erase(found);
  take(down_, result_.down, down_.rate->on(seen, loop_.now()));
}

void ShapingSim::at_village(const SimPacket& packet) {
  if (packet.of == SimClass::Stream) {
    const double added = milliseconds_of(loop_.now() - packet.sent - packet.wire);
    result_.down.added_ms.push_back(added);
    result_.round_trip_added_ms.push_back(added + stream_up_.at(packet.id));
    ++stream_back_;
    return;
  }
  packet.is_ack ? tcp_.at(packet.flow)->acknowledged(packet) : near_->received(packet);
}

void ShapingSim::send_stream() {
  if (loop_.now() - start_ >= scenario_.length) {
    return;
  }
  SimPacket packet;
  packet.of = SimClass::Stream;
  packet.bytes = kStreamPacket;
  packet.id = ++result_.stream_sent;
  packet.sent = loop_.now();
  up_.tree->send(std::move(packet));
  const auto every = static_cast<std::int64_t>(kStreamPacket * 8e9 / scenario_.stream.value());
  loop_.after(Duration{every}, [this] { send_stream(); });
}

void ShapingSim::tell(Direction& direction, DirectionResult& result) {
  const LoadSeen load{direction.tree->bytes() - direction.bytes, direction.tree->firm_bytes() - direction.firm,
                      direction.tree->drops() - direction.drops, direction.tree->backlog(), loop_.now() - told_at_};
  direction.bytes = direction.tree->bytes();
  direction.firm = direction.tree->firm_bytes();
  direction.drops = direction.tree->drops();
  if (!scenario_.adaptive) {
    return;
  }
  direction.rate->on(load, loop_.now());
  direction.rate->tick(loop_.now());
  if (direction.rate->next_deadline() <= loop_.now()) {
    result.broken.emplace_back("a deadline that is over");
  }
}

void ShapingSim::take(Direction& direction, DirectionResult& result, const std::optional<RateChange>& made) {
  if (!made || !scenario_.adaptive) {
    return;
  }
  const BitsPerSecond rate = direction.rate->rate();
  if (rate < direction.limits.floor || rate > direction.limits.ceiling || made->to != rate) {
    result.broken.emplace_back("outside of its limits");
  }
  result.changes.push_back(*made);
  result.changed_at.push_back(Instant{loop_.now() - start_});
  direction.tree->set_rate(rate);
}

void ShapingSim::look() {
  tell(up_, result_.up);
  tell(down_, result_.down);
  told_at_ = loop_.now();
  take(up_, result_.up, up_.rate->decide(down_.rate->as_other(loop_.now()), loop_.now()));
  take(down_, result_.down, down_.rate->decide(up_.rate->as_other(loop_.now()), loop_.now()));
  loop_.after(std::min(up_.rate->count_wish(loop_.now()), down_.rate->count_wish(loop_.now())), [this] { look(); });
}

void ShapingSim::count_second() {
  const auto count = [](Direction& direction, DirectionResult& result) {
    result.second_kbit.push_back(static_cast<double>(direction.link->carried() - direction.carried) * 8 / 1000);
    direction.carried = direction.link->carried();
  };
  count(up_, result_.up);
  count(down_, result_.down);
  loop_.after(seconds{1}, [this] { count_second(); });
}

void ShapingSim::sample() {
  carried_.emplace_back(up_.link->carried(), down_.link->carried());
  if (carried_.size() > 10) {
    const auto& before = carried_[carried_.size() - 11];
    const double at = std::chrono::duration<double>(loop_.now() - start_).count();
    result_.carried_up[at] = static_cast<double>(carried_.back().first - before.first) * 8 / 1000;
    result_.carried_down[at] = static_cast<double>(carried_.back().second - before.second) * 8 / 1000;
  }
  loop_.after(kSampling, [this] { sample(); });
}

void ShapingSim::step(const CapacityStep& to) {
  up_.link->set_rate(to.up);
  down_.link->set_rate(to.down);
  if (scenario_.buffer_of_a_second) {
    up_.link->set_buffer(static_cast<std::uint64_t>(to.up.value() / 8));
    down_.link->set_buffer(static_cast<std::uint64_t>(to.down.value() / 8));
  }
}

void ShapingSim::be_silent_now_and_then(Direction& direction) {
  const auto part = [this] { return static_cast<double>(random_() >> 11U) * 0x1p-53; };
  const auto pause = milliseconds{static_cast<std::int64_t>(1000 + 4000 * part())};
  const auto length = static_cast<double>(scenario_.longest_silence.count()) * (0.3 + 0.7 * part());
  loop_.after(pause, [this, &direction, length] {
    direction.link->set_silent(true);
    loop_.after(Duration{static_cast<std::int64_t>(length)}, [this, &direction] {
      direction.link->set_silent(false);
      be_silent_now_and_then(direction);
    });
  });
}

void ShapingSim::set_away(bool away) {
  away_ = away;
  up_.link->set_buffer(away ? 0 : scenario_.buffer_up);
  down_.link->set_buffer(away ? 0 : scenario_.buffer_down);
  up_.link->set_silent(away);
  down_.link->set_silent(away);
}

ShapingResult ShapingSim::run() {
  const auto offset = [this](Duration most) {
    return Duration{static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most.count()))};
  };
  // A quiet minute goes before, as on most links.
  loop_.after(offset(milliseconds{20}), [this] { echo_if_wished(); });
  loop_.run_until(start_);
  for (const CapacityStep& each : scenario_.capacity) {
    loop_.at(start_ + each.at, [this, each] { step(each); });
  }
  if (scenario_.outage > Duration{}) {
    loop_.at(start_ + scenario_.outage_at, [this] { set_away(true); });
    loop_.at(start_ + scenario_.outage_at + scenario_.outage, [this] { set_away(false); });
  }
  if (scenario_.longest_silence > Duration{}) {
    be_silent_now_and_then(up_);
    be_silent_now_and_then(down_);
  }
  send_stream();
  sample();
  loop_.after(seconds{1}, [this] { count_second(); });
  told_at_ = start_;
  loop_.after(milliseconds{50} + offset(seconds{1}), [this] { look(); });
  if (scenario_.taps) {
    loop_.after(offset(milliseconds{200}), [this] { tell_tapped(); });
  }
  for (auto& [flow, tcp] : tcp_) {
    loop_.after(seconds{1} + offset(seconds{2}), [&tcp = tcp] { tcp->start(); });
  }
  loop_.run_until(start_ + scenario_.length);
  for (auto& [flow, tcp] : tcp_) {
    tcp->stop();
  }
  loop_.run_until(start_ + scenario_.length + seconds{20});
  result_.stream_lost = result_.stream_sent - stream_back_;
  return result_;
}

}  // namespace karkara
