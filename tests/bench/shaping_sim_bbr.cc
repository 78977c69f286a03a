#include "tests/bench/shaping_sim_bbr.h"

#include <algorithm>
#include <array>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kHighGain = 2.885;  // 2 / ln 2
constexpr double kWindowGain = 2;
constexpr std::array kCycle{1.25, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0};
constexpr std::uint64_t kRounds = 10;
constexpr double kGrows = 1.25;
constexpr int kFullRounds = 3;
constexpr Duration kLeastKept = seconds{10};
constexpr Duration kProbed = milliseconds{200};
constexpr double kLeastWindow = 4;
constexpr double kFirstWindow = 10;
constexpr double kInTheHost = 3;  // what its own segmentation holds
constexpr double kUnpaced = kHighGain * kFirstWindow * 1000;
constexpr double kBelowRate = 0.99;  // as Linux, lest a queue stays

double seconds_of(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

double SimBbr::rate() const {
  return rates_.empty() ? 0 : rates_.front().second;
}

// Packets of a round trip at the path's rate.
double SimBbr::fits(double gain) const {
  return least_ == Duration::max() || rates_.empty() ? gain * kFirstWindow : gain * rate() * seconds_of(least_);
}

double SimBbr::gain() const {
  switch (mode_) {
    case Mode::Startup: return kHighGain;
    case Mode::Drain: return 1 / kHighGain;
    case Mode::ProbeBandwidth: return kCycle.at(phase_);
    case Mode::ProbeRoundTrip: return 1;
  }
  return 1;
}

double SimBbr::pacing() const {
  return rates_.empty() ? kUnpaced : std::max(gain() * rate() * kBelowRate, 1.0);
}

double SimBbr::window() const {
  return mode_ == Mode::ProbeRoundTrip ? std::min(window_, kLeastWindow) : window_;
}

void SimBbr::on(const Ack& ack) {
  learn_rate(ack);
  turn(ack);
  learn_round_trip(ack);
  const double most = fits(mode_ == Mode::Startup || mode_ == Mode::Drain ? kHighGain : kWindowGain) + kInTheHost;
  if (filled_) {
    window_ = std::min(window_ + ack.delivered, most);
  } else if (window_ < most) {
    window_ += ack.delivered;
  }
  window_ = std::max(window_, kLeastWindow);
}

void SimBbr::learn_rate(const Ack& ack) {
  round_ += ack.round ? 1 : 0;
  if (ack.rate > 0) {
    while (!rates_.empty() && rates_.back().second <= ack.rate) {
      rates_.pop_back();
    }
    rates_.emplace_back(round_, ack.rate);
  }
  while (rates_.size() > 1 && rates_.front().first + kRounds <= round_) {
    rates_.pop_front();
  }
  if (filled_ || !ack.round) {
    return;
  }
  if (rate() >= full_rate_ * kGrows) {
    full_rate_ = rate();
    full_rounds_ = 0;
  } else {
    filled_ = ++full_rounds_ >= kFullRounds;
  }
}

void SimBbr::begin_cycle(Instant now) {
  mode_ = Mode::ProbeBandwidth;
  const std::size_t any = random_() % (kCycle.size() - 1);
  phase_ = any == 0 ? 0 : any + 1;  // anywhere but in the phase that drains
  phase_at_ = now;
}

void SimBbr::turn(const Ack& ack) {
  if (mode_ == Mode::Startup && filled_) {
    mode_ = Mode::Drain;
  }
  if (mode_ == Mode::Drain && ack.under_way <= fits(1)) {
    begin_cycle(ack.now);
  }
  if (mode_ != Mode::ProbeBandwidth) {
    return;
  }
  const bool passed = ack.now - phase_at_ > least_;
  const bool over = kCycle.at(phase_) > 1   ? passed && (ack.lost || ack.under_way >= fits(kCycle.at(phase_)))
                    : kCycle.at(phase_) < 1 ? passed || ack.under_way <= fits(1)
                                            : passed;
  if (over) {
    phase_ = (phase_ + 1) % kCycle.size();
    phase_at_ = ack.now;
  }
}

void SimBbr::learn_round_trip(const Ack& ack) {
  const bool expired = least_ != Duration::max() && ack.now - least_at_ > kLeastKept;
  if (ack.round_trip <= least_ || expired) {
    least_ = ack.round_trip;
    least_at_ = ack.now;
  }
  if (expired && mode_ != Mode::ProbeRoundTrip) {
    mode_ = Mode::ProbeRoundTrip;
    probing_ = false;
  }
  if (mode_ == Mode::ProbeRoundTrip) {
    leave_round_trip_probe(ack);
  }
}

void SimBbr::leave_round_trip_probe(const Ack& ack) {
  if (!probing_) {
    if (ack.under_way <= kLeastWindow) {
      probing_ = true;
      probed_round_ = false;
      probed_until_ = ack.now + kProbed;
    }
    return;
  }
  probed_round_ = probed_round_ || ack.round;
  if (!probed_round_ || ack.now < probed_until_) {
    return;
  }
  least_at_ = ack.now;
  if (filled_) {
    begin_cycle(ack.now);
  } else {
    mode_ = Mode::Startup;
  }
}

}  // namespace karkara
